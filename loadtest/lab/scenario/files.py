"""Scenario files: TOML, one group a file. loadtest/scenarios/ holds ours, docs/loadtest.md the
form.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from lab.failures import WrongUse
from lab.scenario import kinds, own_variants, requests, variants
from lab.scenario.place import Place, Type
from lab.scenario.scenario import EXPECTATIONS, FIGURES, KINDS, SERVERS, Prediction, Scenario
from lab.scenario.variants import Variant

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
SUITES = ("quick", "full", "smoke", "soak")

TEXT, TEXTS, NUMBER = Type((str,)), Type((list,), (str,)), Type((int, float))
TABLES = Type((list,), is_filled=True)
COUNT, POSITIVE = Type((int,), least=0), Type((int,), least=1)
SCENARIO_KEYS = {
    "name": TEXT, "title": TEXT, "what": TEXT, "kind": TEXT, "note": TEXT, "request": Type((dict,)),
    "mix": TABLES, "variants": Type((list,), (str,), is_filled=True), "suites": TEXTS,
    "predictions": Type((list,)), "connections": POSITIVE, "depth": POSITIVE, "stretch": POSITIVE,
    "counted": COUNT, "server": TEXT, "flags": TEXTS, "threads": POSITIVE,
    "shares": Type((list,), (int, float)), "capacity_of": TEXT, "rate": NUMBER, "seconds": NUMBER,
    "requests_per_connection": COUNT,
}
GIVEN_AS_READ = ("note", "connections", "depth", "stretch", "counted", "server", "threads",
                 "capacity_of", "rate", "seconds", "requests_per_connection")
PREDICTION_KEYS = {"of": TEXT, "to": TEXT, "figure": TEXT, "expect": TEXT, "because": TEXT,
                   "at_most": NUMBER, "at_least": NUMBER}
FILE_KEYS = {"group": TEXT, "order": Type((int,)), "scenario": TABLES, "variant": Type((dict,))}


@dataclass(frozen=True)
class ScenarioFile:
    """What one file declares; `own` are the variants that are not ours, by name."""

    path: Path
    scenarios: tuple[Scenario, ...]
    own: dict[str, Variant]
    order: int = 0  # among our own files


def _prediction(table, place: Place, known: tuple[str, ...]) -> Prediction:
    place.checked(table, PREDICTION_KEYS, ("of", "to", "figure", "expect", "because"))
    for side in ("of", "to"):
        place.one_of(table[side], known, side)
    place.one_of(table["figure"], FIGURES, "figure")
    place.one_of(table["expect"], EXPECTATIONS, "expect")
    return Prediction(**table)


def _check_load(scenario: Scenario, place: Place) -> None:
    """What a kind of load needs."""
    positive = (scenario.rate, scenario.seconds, *scenario.shares)
    if any(not 0 < value < 1e7 for value in positive if value is not None):
        raise place.wrong("rate, seconds and shares must be above 0")
    if scenario.is_open and (scenario.rate is None) == (not scenario.shares):
        wanted = "one of rate and shares" if scenario.kind == "open" else "a rate"
        raise place.wrong(f"kind {scenario.kind} needs {wanted}")
    if scenario.shares and scenario.capacity_of not in scenario.variants:
        raise place.wrong(f"capacity_of {scenario.capacity_of!r} is not among the variants")
    if scenario.kind == "pipelined" and scenario.depth < 2:
        raise place.wrong("kind pipelined needs a depth of 2 or more")


def _check_variants(names: list[str], own: dict[str, Variant], place: Place) -> None:
    for name in names:
        if name not in own and not variants.is_known(name):
            servers = ", ".join((*variants.STRATEGIES, *variants.OTHERS))
            raise place.wrong(f"no variant {name!r}; there are {servers}, each of them with "
                              f"+{', +'.join(variants.ALLOCATORS)}, and those of [variant.NAME]")
        if names.count(name) > 1:
            raise place.wrong(f"variant {name!r} is named twice; the same server once more is "
                              f"{name + variants.AGAIN!r}")


def _scenario(table, group: str, own: dict, place: Place, folder: Path) -> Scenario:
    if isinstance(table, dict) and isinstance(table.get("name"), str):
        place = place.inside(table["name"])
    place.checked(table, SCENARIO_KEYS, ("name", "variants"))
    if ("request" in table) == ("mix" in table):
        raise place.wrong("it needs one of request and mix")
    kind = place.one_of(table.get("kind", "closed"), KINDS, "kind")
    kinds.check_scenario(table, kind, place)
    if "capacity_of" in table and "shares" not in table:
        raise place.wrong("capacity_of does nothing without shares")
    if "weight" in table.get("request", {}):
        raise place.wrong("request: weight belongs to the requests of a mix")
    asked = tuple(requests.read(each, kind, place.inside("mix" if "mix" in table else "request"),
                                folder) for each in table.get("mix", [table.get("request")]))
    _check_variants(table["variants"], own, place)
    known = tuple(table["variants"])
    scenario = Scenario(
        name=table["name"], group=group,
        title=table.get("title", f"{asked[0].method} {asked[0].target}"),
        what=table.get("what", ""), kind=kind, requests=asked, variants=known,
        suites=tuple(place.one_of(suite, SUITES, "suite") for suite in table.get("suites", ())),
        predictions=tuple(_prediction(each, place.inside("predictions"), known)
                          for each in table.get("predictions", ())),
        flags=tuple(table.get("flags", ())), shares=tuple(table.get("shares", ())),
        **{key: table[key] for key in GIVEN_AS_READ if key in table}, settings=table)
    place.one_of(scenario.server, SERVERS, "server")
    _check_load(scenario, place)
    if kind == "cold" and any(own[name].port for name in known if name in own):
        raise place.wrong("kind cold starts its servers: no variant may have a port")
    return scenario


def read(path: Path) -> ScenarioFile:
    """Raises WrongUse, with the file and the place in it, for whatever is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path}: not TOML: {error}") from error
    place = Place(path)
    place.checked(table, FILE_KEYS, ("scenario",))
    own = {name: own_variants.read(name, each, place.inside(f"variant.{name}"))
           for name, each in table.get("variant", {}).items()}
    scenarios = [_scenario(each, table.get("group", path.stem), own, place.inside("scenario"),
                           path.parent) for each in table["scenario"]]
    names = [scenario.name for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise place.wrong(f"two scenarios are named {name!r}")
    return ScenarioFile(path, tuple(scenarios), own, table.get("order", 0))


def all_scenarios(folder: Path = FOLDER) -> list[Scenario]:
    """Those of our own files, in their order."""
    found = sorted((read(path) for path in folder.glob("*.toml")), key=lambda each: each.order)
    return [scenario for each in found for scenario in each.scenarios]


def suite(name: str, folder: Path = FOLDER) -> list[Scenario]:
    return [scenario for scenario in all_scenarios(folder) if name in scenario.suites]
