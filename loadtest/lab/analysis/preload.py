"""Would preloading another allocator do the same? Answered from the heap with that allocator."""

from dataclasses import dataclass
from math import log
from statistics import median

from lab.analysis.figures import CPU, RSS
from lab.analysis.findings import Judged, judge_figure, short, tally
from lab.analysis.measured import ARENA, HEAP, Measured
from lab.analysis.sentences import scenarios
from lab.analysis.trust import Trust
from lab.analysis.verdicts import DECIDED, Verdict


@dataclass(frozen=True)
class Row:
    scenario: dict
    arena: Judged  # CPU, arena to heap
    preloaded: Judged  # CPU, heap with the allocator to heap
    between: Judged  # CPU, arena to heap with the allocator
    memory: Judged  # peak RSS, arena to heap with the allocator


@dataclass(frozen=True)
class Answer:
    allocator: str
    sentence: str
    rows: list[Row]


def answer(measured: Measured, trust: Trust, allocator: str = "jemalloc") -> Answer:
    """Without rows when the allocator was not measured."""
    variant = f"{HEAP}+{allocator}"
    rows = []
    for scenario in measured.scenarios:
        name = scenario["name"]
        row = Row(
            scenario,
            judge_figure(measured, trust, name, (ARENA, HEAP), CPU),
            judge_figure(measured, trust, name, (variant, HEAP), CPU),
            judge_figure(measured, trust, name, (ARENA, variant), CPU),
            judge_figure(measured, trust, name, (ARENA, variant), RSS),
        )
        if row.between.verdict is not Verdict.MISSING:
            rows.append(row)
    won = tally(measured, trust, (ARENA, HEAP), CPU).count(Verdict.BETTER)
    return Answer(allocator, _sentence(allocator, rows, won), rows)


def _sentence(allocator: str, rows: list[Row], won: int) -> str:
    if not rows:
        return f"This run did not measure the heap with {allocator} preloaded."
    seen = [row for row in rows if row.arena.verdict is Verdict.BETTER]
    lost = _where_the_arena_loses(allocator, rows)
    if not seen:
        return (f"There is no gain to compare: in none of {scenarios(len(rows))} with "
                f"{allocator} is the arena known to take less CPU than the heap.{lost}")
    text = f"The arena takes less CPU than glibc's heap in {scenarios(won)}"
    if len(seen) < won:
        text += f"; {allocator} was measured in {len(seen)} of them"
    return f"{text}.{_gap(allocator, seen)} {_standing(allocator, seen)}{lost}"


def _standing(allocator: str, seen: list[Row]) -> str:
    def count(wanted: Verdict) -> str:
        return str(sum(row.between.verdict is wanted for row in seen) or "none")

    left = sum(row.between.verdict not in DECIDED for row in seen)
    return (f"Against the heap with {allocator} the arena stays ahead in {count(Verdict.BETTER)}, is "
            f"equal in {count(Verdict.SAME)} and behind in {count(Verdict.WORSE)}"
            + (f"; {left} could not be decided." if left else "."))


def _gap(allocator: str, seen: list[Row]) -> str:
    """How much of what the arena saves against the heap the allocator alone saves, in logarithms:
    from 1 to 0.5 and from 0.5 to 0.25 are as far."""
    shares = [log(row.preloaded.ratio.value) / log(row.arena.ratio.value)
              for row in seen if row.preloaded.verdict in DECIDED]
    if not shares:
        return ""
    share = median(shares)
    if share <= 0:
        return f" There {allocator} alone closes nothing of the gap, in the median."
    return f" There {allocator} alone closes {min(share, 9.99):.0%} of the gap, in the median."


def _where_the_arena_loses(allocator: str, rows: list[Row]) -> str:
    lost = [row for row in rows if row.arena.verdict is Verdict.WORSE]
    told_of = "; ".join(
        f"{row.scenario.get('title', row.scenario['name'])}: arena {short(row.arena)}, "
        f"{allocator} {short(row.preloaded)} ({row.preloaded.verdict.value})" for row in lost)
    return f" Where the arena loses CPU to the heap: {told_of}." if lost else ""
