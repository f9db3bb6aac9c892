"""Scenario files: TOML, one group a file. loadtest/scenarios/ holds ours, docs/loadtest.md the form."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lab.failures import WrongUse
from lab.scenario import variants
from lab.scenario.documents import orders_document
from lab.scenario.scenario import (EXPECTATIONS, FIGURES, KINDS, Prediction, Request, Scenario)
from lab.scenario.variants import Variant

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
SUITES = ("quick", "full", "smoke", "soak")

STRINGS, NUMBERS, LISTS = (str,), (int, float), (list,)
SCENARIO_KEYS = {
    "name": STRINGS, "title": STRINGS, "what": STRINGS, "kind": STRINGS, "note": STRINGS,
    "request": (dict,), "mix": LISTS, "variants": LISTS, "suites": LISTS, "predictions": LISTS,
    "connections": (int,), "depth": (int,), "stretch": (int,), "counted": (int,),
    "server": STRINGS, "flags": LISTS, "threads": (int,), "shares": LISTS,
    "capacity_of": STRINGS, "rate": NUMBERS, "seconds": NUMBERS, "requests_per_connection": (int,),
}
REQUEST_KEYS = {
    "method": STRINGS, "target": STRINGS, "fields": (dict,), "more_fields": (int,), "body": STRINGS,
    "body_file": STRINGS, "orders_bytes": (int,), "raw": STRINGS, "status": (int,),
    "closes": (bool,), "weight": (int,), "write_bytes_per_s": (int,), "read_bytes_per_s": (int,),
}
PREDICTION_KEYS = {"of": STRINGS, "to": STRINGS, "figure": STRINGS, "expect": STRINGS,
                   "because": STRINGS, "at_most": NUMBERS, "at_least": NUMBERS}
VARIANT_KEYS = {"what": STRINGS, "command": LISTS, "port": (int,), "environment": (dict,), "preload": STRINGS,
                "baked": (bool,)}
PLACES = ("port", "folder", "build")  # what stands for something in a command
FILE_KEYS = {"group": STRINGS, "order": (int,), "scenario": LISTS, "variant": (dict,)}


@dataclass(frozen=True)
class ScenarioFile:
    """What one file declares; `own` are the variants that are not ours, by name."""

    path: Path
    scenarios: tuple[Scenario, ...]
    own: dict[str, Variant]
    order: int = 0  # among our own files


class _Place:
    """Where in a file something stands, for messages."""

    def __init__(self, path: Path, within: str = ""):
        self._path, self._within = path, within

    def inside(self, what: str) -> "_Place":
        return _Place(self._path, f"{self._within}.{what}" if self._within else what)

    def wrong(self, what: str) -> WrongUse:
        return WrongUse(f"{self._path}: {self._within + ': ' if self._within else ''}{what}")

    def checked(self, table: dict, keys: dict[str, tuple], needed: tuple[str, ...] = ()) -> dict:
        """`table`, if it has nothing but these keys, of these types, and all that is needed."""
        for key, value in table.items():
            if key not in keys:
                raise self.wrong(f"unknown key {key!r}; there are {', '.join(keys)}")
            is_stray_bool = isinstance(value, bool) and bool not in keys[key]
            if not isinstance(value, keys[key]) or is_stray_bool:
                kinds = " or ".join(kind.__name__ for kind in keys[key])
                raise self.wrong(f"{key} must be of type {kinds}")
        for key in needed:
            if key not in table:
                raise self.wrong(f"{key} is missing")
        return table

    def one_of(self, value: str, choices: tuple[str, ...], what: str) -> str:
        if value not in choices:
            raise self.wrong(f"{what} {value!r} is not one of {', '.join(choices)}")
        return value


def _body(table: dict, place: _Place, folder: Path) -> bytes | None:
    given = [key for key in ("body", "body_file", "orders_bytes") if key in table]
    if len(given) > 1:
        raise place.wrong(f"{' and '.join(given)} are given, one is enough")
    if "body" in table:
        return table["body"].encode()
    if "orders_bytes" in table:
        return orders_document(table["orders_bytes"])
    if "body_file" in table:
        file = folder / table["body_file"]
        try:
            return file.read_bytes()
        except OSError as error:
            raise place.wrong(f"body_file {file}: {error.strerror}") from error
    return None


def _request(table: dict, place: _Place, folder: Path) -> Request:
    place.checked(table, REQUEST_KEYS)
    body = _body(table, place, folder)
    fields = tuple((name, str(value)) for name, value in table.get("fields", {}).items())
    fields += tuple((f"X-Field-{i:03}", f"value {i} of a header that is read and not used")
                    for i in range(table.get("more_fields", 0)))
    raw = table.get("raw")
    if raw is None and not re.fullmatch(r"/[!-~]*", table.get("target", "")):
        raise place.wrong("target is missing, or is no path of printable characters")
    return Request(
        table.get("method", "GET" if body is None else "POST"), table.get("target", "/"), fields,
        body, None if raw is None else raw.encode("latin-1"), table.get("status", 200),
        table.get("closes", False), table.get("weight", 1), table.get("write_bytes_per_s", 0),
        table.get("read_bytes_per_s", 0))


def _prediction(table: dict, place: _Place, known: tuple[str, ...]) -> Prediction:
    place.checked(table, PREDICTION_KEYS, ("of", "to", "figure", "expect", "because"))
    for side in ("of", "to"):
        place.one_of(table[side], known, side)
    place.one_of(table["figure"], FIGURES, "figure")
    place.one_of(table["expect"], EXPECTATIONS, "expect")
    return Prediction(**table)


def _check_load(scenario: Scenario, place: _Place) -> None:
    """What a kind of load needs, and what it cannot take."""
    positive = (scenario.rate, scenario.seconds, *scenario.shares)
    if any(not 0 < value < 1e7 for value in positive if value is not None):
        raise place.wrong("rate, seconds and shares must be above 0")
    if scenario.connections < 1 or scenario.stretch < 1 or scenario.threads < 1:
        raise place.wrong("connections, stretch and threads must be at least 1")
    if scenario.is_open and (scenario.rate is None) == (not scenario.shares):
        raise place.wrong(f"kind {scenario.kind} needs one of rate and shares")
    if not scenario.is_open and (scenario.rate is not None or scenario.shares):
        raise place.wrong(f"kind {scenario.kind} has no rate and no shares")
    if not scenario.is_open and len(scenario.requests) > 1:
        raise place.wrong(f"kind {scenario.kind} takes one request, not a mix")
    if scenario.shares and scenario.capacity_of not in scenario.variants:
        raise place.wrong(f"capacity_of {scenario.capacity_of!r} is not among the variants")
    if (scenario.kind == "pipelined") != (scenario.depth > 1):
        raise place.wrong("depth above 1 belongs to kind pipelined, and to no other")


def _scenario(table: dict, group: str, own: dict, place: _Place, folder: Path) -> Scenario:
    place.checked(table, SCENARIO_KEYS, ("name", "variants"))
    place = place.inside(table["name"])
    if ("request" in table) == ("mix" in table):
        raise place.wrong("it needs one of request and mix")
    requests = [_request(each, place.inside("mix" if "mix" in table else "request"), folder)
                for each in table.get("mix", [table.get("request")])]
    for name in table["variants"]:
        if name not in own and not variants.is_known(name):
            servers = ", ".join((*variants.STRATEGIES, *variants.OTHERS))
            raise place.wrong(f"no variant {name!r}; there are {servers}, each of them with "
                              f"+{', +'.join(variants.ALLOCATORS)}, and those of [variant.NAME]")
    known = tuple(table["variants"])
    first = requests[0]
    scenario = Scenario(
        name=table["name"], group=group, title=table.get("title", f"{first.method} {first.target}"),
        what=table.get("what", ""),
        kind=place.one_of(table.get("kind", "closed"), KINDS, "kind"), requests=tuple(requests),
        variants=known, suites=tuple(place.one_of(suite, SUITES, "suite")
                                     for suite in table.get("suites", ())),
        predictions=tuple(_prediction(each, place.inside("predictions"), known)
                          for each in table.get("predictions", ())),
        flags=tuple(table.get("flags", ())), shares=tuple(table.get("shares", ())),
        **{key: table[key] for key in (
            "note", "connections", "depth", "stretch", "counted", "server", "threads",
            "capacity_of", "rate", "seconds", "requests_per_connection") if key in table},
        settings=table)
    _check_load(scenario, place)
    if scenario.kind == "cold" and any(own[name].port for name in known if name in own):
        raise place.wrong("kind cold starts its servers: no variant may have a port")
    return scenario


def _running_variant(name: str, table: dict, place: _Place) -> Variant:
    for key in ("environment", "preload"):
        if key in table:
            raise place.wrong(f"{key} belongs to a server that is started, not to one that runs")
    if not 0 < table["port"] < 65536:
        raise place.wrong("port must be from 1 to 65535")
    return Variant(name, table.get("what", "a server that runs already"), (), port=table["port"],
                   is_ours=False, is_compared=not table.get("baked", False))


def _own_variant(name: str, table: dict, place: _Place) -> Variant:
    place.checked(table, VARIANT_KEYS)
    if ("command" in table) == ("port" in table):
        raise place.wrong("it needs one of command (it is started) and port (it runs already)")
    if "port" in table:
        return _running_variant(name, table, place)
    for word in table["command"]:
        for unknown in set(re.findall(r"\{(\w+)\}", str(word))) - set(PLACES):
            raise place.wrong(f"command has {{{unknown}}}; there are "
                              + ", ".join(f"{{{known}}}" for known in PLACES))
    environment = {key: str(value) for key, value in table.get("environment", {}).items()}
    if "preload" in table:
        environment["LD_PRELOAD"] = table["preload"]
    return Variant(name, table.get("what", "a server of the scenario file's"),
                   tuple(str(word) for word in table["command"]), tuple(environment.items()),
                   is_ours=False, is_compared=not table.get("baked", False))


def read(path: Path) -> ScenarioFile:
    """Raises WrongUse, with the file and the place in it, for whatever is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path}: not TOML: {error}") from error
    place = _Place(path)
    place.checked(table, FILE_KEYS, ("scenario",))
    own = {name: _own_variant(name, each, place.inside(f"variant.{name}"))
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
