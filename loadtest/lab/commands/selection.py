"""What of the scenarios is measured, and by which servers."""

import argparse
from dataclasses import replace
from pathlib import Path

from lab.failures import WrongUse
from lab.scenario import documents, variants
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

ROWS = 20_000  # of the data that collection queries are asked of


def _named(text: str | None, known: list[str], what: str) -> list[str]:
    names = text.split(",") if text else known
    for name in names:
        if name not in known:
            raise WrongUse(f"no {what} is named {name!r}; there are {', '.join(known)}")
    return names


def _with(scenario: Scenario, left: tuple[str, ...]) -> Scenario:
    """With these variants alone, and what does not need the others."""
    predictions = tuple(each for each in scenario.predictions
                        if each.of in left and each.to in left)
    of = scenario.capacity_of if scenario.capacity_of in left else left[0]
    return replace(scenario, variants=left, predictions=predictions, capacity_of=of)


def chosen(scenarios: list[Scenario], options: argparse.Namespace) -> list[Scenario]:
    """Those that --only and --variants leave; with what they need of each other."""
    only = _named(options.only, [each.name for each in scenarios], "scenario")
    known = list(dict.fromkeys(name for each in scenarios for name in each.variants))
    wanted = _named(options.variants, known, "variant")
    left = [(each, tuple(name for name in each.variants if name in wanted)) for each in scenarios]
    result = [_with(each, names) for each, names in left if each.name in only and names]
    if not result:
        raise WrongUse("no scenario is left")
    return result


def installed(scenarios: list[Scenario]) -> tuple[list[Scenario], dict[str, str]]:
    """Without the variants that need what is not here, and why these are left out."""
    names = dict.fromkeys(name for each in scenarios for name in each.variants)
    left_out = {name: reason for name in names if (reason := variants.not_installed(name))}
    left = [(each, tuple(name for name in each.variants if name not in left_out))
            for each in scenarios]
    return [_with(each, names) for each, names in left if names], left_out


def moved_capacities(before: list[Scenario], now: list[Scenario]) -> list[str]:
    """Of which scenarios the shares are of another variant's capacity than they say."""
    own = {each.name: each.capacity_of for each in before}
    return [f"{each.name}: its rates are shares of what {each.capacity_of} can serve, not "
            f"{own[each.name]}, which is left out" for each in now
            if each.shares and each.capacity_of != own[each.name]]


def with_data(scenario: Scenario, folder: Path) -> Scenario:
    """{data} in its flags is a folder with rows.csv, which is written once."""
    if any("{data}" in flag for flag in scenario.flags):
        rows = folder / "data" / "rows.csv"
        if not rows.exists():
            documents.write_rows(rows, ROWS)
        flags = tuple(flag.replace("{data}", str(rows.parent)) for flag in scenario.flags)
        return replace(scenario, flags=flags)
    return scenario


def variant_of(scenario: Scenario, name: str, own: dict[str, Variant], build: Path) -> Variant:
    return own[name] if name in own else \
        variants.make(name, build, scenario.server, scenario.threads, scenario.flags)


def variants_of(scenario: Scenario, own: dict[str, Variant], build: Path) -> dict[str, Variant]:
    return {name: variant_of(scenario, name, own, build) for name in scenario.variants}


def own_in_build(own: dict[str, Variant], build: Path) -> dict[str, Variant]:
    """{build} in a file's own variants is where our programs are."""
    return {name: replace(variant, command=tuple(word.replace("{build}", str(build))
                                                 for word in variant.command))
            for name, variant in own.items()}
