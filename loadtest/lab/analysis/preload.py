"""Would preloading another allocator do the same? Answered from the heap with that allocator."""

from dataclasses import dataclass
from math import log
from statistics import median

from lab.analysis.figures import CPU, RSS
from lab.analysis.findings import Judged, judge_figure
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
    return Answer(allocator, _sentence(allocator, rows), rows)


def _sentence(allocator: str, rows: list[Row]) -> str:
    if not rows:
        return f"This run did not measure the heap with {allocator} preloaded."
    won = [row for row in rows if row.arena.verdict is Verdict.BETTER]
    judged = [row for row in won if row.between.verdict in DECIDED]
    if not won:
        return (f"There is no gain to compare: in none of {scenarios(len(rows))} with "
                f"{allocator} is the arena known to take less CPU than the heap.")
    if not judged:
        return (f"Undecided: the arena beats the heap in {scenarios(len(won), len(rows))}, but "
                f"none of these tells it apart from the heap with {allocator}.")
    ahead = sum(row.between.verdict is Verdict.BETTER for row in judged)
    behind = sum(row.between.verdict is Verdict.WORSE for row in judged)
    level = len(judged) - ahead - behind
    word = _word(ahead, behind + level, len(won))
    text = (f"{word}: of {scenarios(len(won))} in which the arena takes less CPU than glibc's "
            f"heap, it stays below the heap with {allocator} in {ahead or 'none'}, equals it in "
            f"{level or 'none'} and is above it in {behind or 'none'}")
    if len(won) > len(judged):
        text += f" ({len(won) - len(judged)} undecided)"
    return text + _gained(allocator, won) + "."


def _word(ahead: int, not_ahead: int, won: int) -> str:
    """In one word, with the undecided ones against it."""
    if ahead == won:
        return "No"
    if not_ahead == won:
        return "Yes"
    if ahead * 2 > won:
        return "Mostly not"
    return "Mostly yes" if not_ahead * 2 > won else "In part"


def _gained(allocator: str, won: list[Row]) -> str:
    """How much of the arena's gain over the heap the allocator alone brings, by CPU saved."""
    shares = [log(row.preloaded.ratio.value) / log(row.arena.ratio.value)
              for row in won if row.preloaded.ratio.value
              and row.preloaded.verdict is not Verdict.WITHHELD]
    if not shares:
        return ""
    share = median(shares)
    if share <= 0:
        return f"; {allocator} alone brings none of the gain in the median scenario"
    return f"; in the median scenario, {allocator} alone brings {min(share, 9.99):.0%} of the gain"
