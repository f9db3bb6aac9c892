"""Do the variants say the same? Checked before anything is timed."""

import json
from dataclasses import replace
from pathlib import Path

from lab.failures import BROKEN, Invalid, said
from lab.measure import servers
from lab.measure.wire import Connection, Response
from lab.scenario.kinds import WRK
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant

ASKED_FOR_LENGTH = 3  # times
REQUIRED_FIELDS = ("server", "date", "content-type", "content-length")  # of ours


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


def _is_json(response: Response) -> bool:
    kind = _media_type(response)
    return kind == "application/json" or kind.endswith("+json")


def _body_difference(left: Response, right: Response) -> str | None:
    """JSON is compared by its values; all else, and what only calls itself JSON, by its bytes."""
    if left.body == right.body:
        return None
    try:
        if _is_json(left):
            return first_difference(parse(left.body), parse(right.body))
    except ValueError:
        pass
    return "bodies differ"


def response_difference(left: Response, right: Response) -> str | None:
    if left.status != right.status:
        return f"status {left.status} and {right.status}"
    if left.status >= 400:
        return None  # how an error is worded is each server's own
    if _media_type(left) != _media_type(right):
        return f"Content-Type {_media_type(left)} and {_media_type(right)}"
    return _body_difference(left, right)


def _echo_difference(request: Request, answer: Response) -> str | None:
    try:
        return first_difference(parse(request.body), parse(answer.body))
    except ValueError as error:
        return f"it is no JSON: {error}"


def problem(scenario: str, request: Request, answers: dict[str, Response],
            ours: set[str]) -> str | None:
    """What is wrong with the answers to one request; the first of them is the reference."""
    reference_name, reference = next(iter(answers.items()))
    for name, answer in answers.items():
        if answer.status != request.status:
            return f"{scenario}: {name} answers status {answer.status}, not {request.status}"
        for field in REQUIRED_FIELDS if name in ours and answer.status < 400 else ():
            if field not in answer.fields:
                return f"{scenario}: {name} sends no {field} field"
        if request.varies:
            continue
        if difference := response_difference(reference, answer):
            return f"{scenario}: {reference_name} and {name} differ: {difference}"
        if request.echoes and (difference := _echo_difference(request, answer)):
            return f"{scenario}: {name} does not answer the document that was sent: {difference}"
    return None


def answers_of(variant: Variant, scenarios: list[Scenario], cores: set[int],
               folder: Path) -> dict[str, list[Response]]:
    """{scenario: the answer to each of its requests} of one server."""
    with servers.of(variant, cores, folder) as server:
        return {scenario.name: [_answer(server.port, request, scenario, variant)
                                for request in scenario.requests] for scenario in scenarios}


def _answer(port: int, request: Request, scenario: Scenario, variant: Variant) -> Response:
    """The first of a few, whose length is known if it is that of all of them."""
    times = ASKED_FOR_LENGTH if scenario.kind in WRK else 1
    try:
        answers = []
        for _ in range(times):
            with Connection(port) as connection:
                answers.append(connection.exchange(request.wire()))
        is_steady = len({each.wire_bytes for each in answers}) == 1
        return answers[0] if is_steady else replace(answers[0], wire_bytes=None)
    except (Invalid, *BROKEN) as error:
        raise Invalid(f"{scenario.name}, {variant.name}: asked before anything was timed: "
                      f"{said(error)}") from error


def check(scenario: Scenario, answers: dict[str, list[Response]], ours: set[str]) -> None:
    """Raises Invalid when the variants, by name, do not answer a scenario alike."""
    for i, request in enumerate(scenario.requests):
        asked = {name: each[i] for name, each in answers.items()}
        if found := problem(scenario.name, request, asked, ours):
            raise Invalid("the answers are not the same, so nothing was timed. " + found)


def lengths(scenario: Scenario, answers: dict[str, list[Response]]) -> list[int | None]:
    """Of each request's answer; None where the variants' differ, as in spaces or an error's words,
    or where each answer is another.
    """
    bodies = [{len(each.body) for each in of_request} for of_request in zip(*answers.values())]
    return [found.pop() if len(found) == 1 and not request.varies else None
            for found, request in zip(bodies, scenario.requests)]
