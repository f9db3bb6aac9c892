"""The best other way that was measured: against allocators, tunables and std::pmr's resources, each
with the same code, where does the arena still win, and where does it lose?"""

from dataclasses import dataclass

from lab.analysis.figures import CPU
from lab.analysis.findings import Judged, judge_figure, short
from lab.analysis.measured import AGAIN, ARENA, BASELINE, FLOOR, HEAP, Measured
from lab.analysis.sentences import scenarios
from lab.analysis.trust import Trust
from lab.analysis.verdicts import DECIDED, Verdict

_OTHER_CODE = (ARENA, BASELINE, FLOOR, "nginx")


@dataclass(frozen=True)
class Row:
    scenario: dict
    other: str  # the variant that takes least CPU
    to_heap: Judged  # CPU, other to heap
    arena_to_heap: Judged
    arena: Judged  # CPU, arena to other


def rows(measured: Measured, trust: Trust) -> list[Row]:
    """Of each scenario in which more than the plain heap was measured."""
    found = (_row(measured, trust, scenario) for scenario in measured.scenarios)
    return [row for row in found if row is not None]


def sentence(found: list[Row]) -> str:
    """Begins with where the arena loses; empty where nothing else was measured."""
    if not found:
        return ""
    behind = [row for row in found if row.arena.verdict is Verdict.WORSE]
    ahead = sum(row.arena.verdict is Verdict.BETTER for row in found)
    level = sum(row.arena.verdict is Verdict.SAME for row in found)
    left = sum(row.arena.verdict not in DECIDED for row in found)
    named = ": " + "; ".join(map(_lost, behind)) if behind else ""
    return ("The best other way with the same code, be it the plain heap, another allocator, glibc's "
            "tunables or a resource of std::pmr, takes less CPU than the arena in "
            f"{len(behind) or 'none'} of {scenarios(len(found))} in which several were measured"
            f"{named}. The arena takes less in {ahead or 'none'}, the same in {level or 'none'}; "
            f"{left or 'none'} could not be decided.")


def _lost(row: Row) -> str:
    title = row.scenario.get("title", row.scenario["name"])
    return (f"{title} ({row.other} {short(row.to_heap)} of the heap, where the arena is "
            f"{short(row.arena_to_heap)})")


def _row(measured: Measured, trust: Trust, scenario: dict) -> Row | None:
    name = scenario["name"]
    others = [variant for variant in measured.variants_of(name) if _is_other(variant)]
    judged = {variant: judge_figure(measured, trust, name, (ARENA, variant), CPU)
              for variant in others}
    judged = {variant: one for variant, one in judged.items()
              if one.verdict not in (Verdict.MISSING, Verdict.WITHHELD)}
    if not set(judged) - {HEAP}:
        return None
    best = max(judged, key=lambda variant: judged[variant].ratio.value)
    return Row(scenario, best, judge_figure(measured, trust, name, (best, HEAP), CPU),
               judge_figure(measured, trust, name, (ARENA, HEAP), CPU), judged[best])


def _is_other(variant: str) -> bool:
    return variant.partition("+")[0] not in _OTHER_CODE and not variant.endswith(AGAIN)
