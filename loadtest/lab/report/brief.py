"""What every short form of the report says, worked out once: trust, verdict, lists, one table."""

from dataclasses import dataclass

from lab.analysis import (best_other, findings, predictions, preload, remainder, resolution,
                          sentences, trust)
from lab.analysis.figures import CPU, MAIN
from lab.analysis.findings import Entry, Judged, Lists
from lab.analysis.measured import ARENA, BASELINE, HEAP, Measured
from lab.analysis.pairs import compared, is_usual
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict

LISTS = (("helps", "Helps"), ("hurts", "Hurts"), ("same", "No difference"),
         ("close", "Within 5 % either way"), ("undecided", "Undecided"))
UNLESS_EMPTY = ("close", "undecided")  # lists that are left out when nothing is in them
SORTED = ("Helps and Hurts begin with what is surely the greatest difference, the other lists are in "
          "the order of the scenarios.")
_BASES = {HEAP: "the same code on the heap", BASELINE: "the baseline"}


@dataclass(frozen=True)
class Row:
    title: str
    judged: list[Judged]  # in the order of the table's heads


@dataclass(frozen=True)
class Brief:
    measured: Measured
    trust: Trust
    trusted: str  # what remains judged
    resolution: str
    sentences: list[str]
    lists: list[Lists]
    preloading: str  # empty in a result without the arena, as is
    best_other: str
    predicted: str
    heads: list[str]
    rows: list[Row]
    about: str  # what the table's ratios are of


def brief(result: dict) -> Brief:
    measured = Measured(result)
    judged = trust.judge(measured)
    found = predictions.found(measured, judged)
    usual = is_usual(measured)
    lists = [findings.lists(measured, judged, to, of) for of, to in compared(measured)]
    heads = [figure.title for figure in MAIN] + (["CPU, baseline"] if usual else [])
    return Brief(
        measured, judged, remainder.sentence(measured, judged),
        resolution.sentence(measured),
        sentences.verdict(measured, judged),
        [one for one in lists if one.measured()],
        preload.answer(measured, judged).sentence if usual else "",
        best_other.sentence(best_other.rows(measured, judged)) if usual else "",
        predictions.summed_up(found) if found else "", heads,
        (_rows if usual else _own_rows)(measured, judged),
        _about(measured),
    )


def _rows(measured: Measured, judged: Trust) -> list[Row]:
    """The arena: to the heap, and its CPU to the baseline too."""
    rows = []
    for scenario in measured.scenarios:
        name = scenario["name"]
        rows.append(Row(scenario.get("title", name), [
            *findings.main_figures(measured, judged, name, (ARENA, HEAP)),
            findings.judge_figure(measured, judged, name, (ARENA, BASELINE), CPU)]))
    return _measured(rows)


def _own_rows(measured: Measured, judged: Trust) -> list[Row]:
    pairs = compared(measured)
    rows = []
    for of, to in pairs:
        which = f", {of} to {to}" if len(pairs) > 1 else ""
        rows += [Row(scenario.get("title", scenario["name"]) + which,
                     findings.main_figures(measured, judged, scenario["name"], (of, to)))
                 for scenario in measured.scenarios]
    return _measured(rows)


def _about(measured: Measured) -> str:
    if is_usual(measured):
        return "Ratios of arena to heap, in the last column to baseline"
    pairs = compared(measured)
    return f"Ratios of {pairs[0][0]} to {pairs[0][1]}" if len(pairs) == 1 else "Ratios"


def _measured(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(one.verdict is not Verdict.MISSING for one in row.judged)]


def against(found: Lists) -> str:
    """The heading of lists."""
    of = "Arena" if found.of == ARENA else found.of
    return f"{of} against {_BASES.get(found.to, found.to) if found.of == ARENA else found.to}"


def listed(entry: Entry) -> str:
    return "; ".join(told(entry))


def told(entry: Entry) -> list[str]:
    """The figures that put a scenario in a list; those that are withheld by name alone."""
    judged = [f"{_short(one)} {findings.short(one)}" for one in entry.figures
              if one.verdict is not Verdict.WITHHELD]
    withheld = [_short(one) for one in entry.figures if one.verdict is Verdict.WITHHELD]
    return judged + [f"withheld: {', '.join(withheld)}"] * bool(withheld)


def _short(one: Judged) -> str:
    return "CPU" if one.figure is CPU else one.figure.title
