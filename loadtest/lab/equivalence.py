"""Do the variants say the same? Checked before anything is timed."""

import json
from pathlib import Path

from lab.failures import Invalid
from lab.scenarios import Scenario, compared_scenarios
from lab.server_process import ServerProcess
from lab.variants import EQUIVALENT, Variant
from lab.wire import Connection, Response

REQUIRED_FIELDS = ("server", "date", "content-type", "content-length")


def _object_without_duplicates(pairs: list) -> dict:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object names a member twice")
    return result


def parse(body: bytes):
    return json.loads(body, object_pairs_hook=_object_without_duplicates)


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def first_difference(left, right, path: str = "$") -> str | None:
    """Where two JSON values differ, None when nowhere. 1, 1.0 and 1E0 are one number."""
    if _is_number(left) and _is_number(right):
        return None if left == right else f"{path}: {left} and {right}"
    if type(left) is not type(right):
        return f"{path}: {type(left).__name__} and {type(right).__name__}"
    if isinstance(left, dict):
        missing = sorted(left.keys() ^ right.keys())
        if missing:
            return f"{path}.{missing[0]}: in one only"
        parts = ((left[key], right[key], f"{path}.{key}") for key in left)
    elif isinstance(left, list):
        if len(left) != len(right):
            return f"{path}: {len(left)} and {len(right)} elements"
        parts = ((a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(left, right)))
    else:
        return None if left == right else f"{path}: {left!r} and {right!r}"
    return next((found for part in parts if (found := first_difference(*part))), None)


def _media_type(response: Response) -> str:
    return response.fields.get("content-type", "").partition(";")[0].strip().lower()


def response_difference(left: Response, right: Response) -> str | None:
    if left.status != right.status:
        return f"status {left.status} and {right.status}"
    if _media_type(left) != _media_type(right):
        return f"Content-Type {_media_type(left)} and {_media_type(right)}"
    if _media_type(left) != "application/json":
        return None if left.body == right.body else "bodies differ"
    return first_difference(parse(left.body), parse(right.body))


def problem(scenario: Scenario, answers: dict[str, Response]) -> str | None:
    """What is wrong with the answers to one scenario; the first of them is the reference."""
    reference_name, reference = next(iter(answers.items()))
    for name, answer in answers.items():
        if answer.status != 200:
            return f"{scenario.name}: {name} answers status {answer.status}"
        for field in REQUIRED_FIELDS:
            if field not in answer.fields:
                return f"{scenario.name}: {name} sends no {field} field"
        if difference := response_difference(reference, answer):
            return f"{scenario.name}: {reference_name} and {name} differ: {difference}"
    if scenario.body is not None:
        if difference := first_difference(parse(scenario.body), parse(reference.body)):
            return f"{scenario.name}: not the document that was sent: {difference}"
    return None


def _answers(variant: Variant, scenarios: list[Scenario], core: int, folder: Path):
    with ServerProcess(variant, core, folder) as server, Connection(server.port) as connection:
        return [connection.exchange(scenario.request_bytes()) for scenario in scenarios]


def check(variants: dict[str, Variant], scenarios: list[Scenario], core: int, folder: Path) -> None:
    """Raises Invalid when the variants do not answer the same, to `scenarios` and to more."""
    scenarios = [*scenarios, *compared_scenarios()]
    answers = {name: _answers(variants[name], scenarios, core, folder) for name in EQUIVALENT}
    for i, scenario in enumerate(scenarios):
        if found := problem(scenario, {name: answers[name][i] for name in EQUIVALENT}):
            raise Invalid("the answers are not the same, so nothing was timed. " + found)
