"""Two counts of the same, held against those of a baseline."""

from dataclasses import dataclass

REGRESSION, NOT_JUDGED = 1, 3

# What may rise by how much: a share of the baseline, and at least so much. How many system calls
# there are depends on how many requests are there when the server looks.
ALLOWED = {"heap_calls": (0.0001, 0.02), "faults": (0.05, 0.1), "syscalls": (0.15, 0.3),
           "instructions": (0.01, 50.0), "arena_bytes": (0.01, 16.0)}

Counts = dict[str, dict[str, dict[str, float]]]  # scenario -> variant -> what -> a request


@dataclass(frozen=True)
class Finding:
    scenario: str
    variant: str
    what: str
    before: float
    now: tuple[float | None, float | None]
    verdict: str  # same, fewer, more, unsteady, missing

    def line(self) -> str:
        if None in self.now:
            return (f"{self.verdict:<9}{self.scenario:<22}{self.variant:<12}{self.what:<13}"
                    f"{self.before:>14,.2f} -> not counted")
        change = f" ({self._most() / self.before - 1:+.1%})" if self.before else ""
        return (f"{self.verdict:<9}{self.scenario:<22}{self.variant:<12}{self.what:<13}"
                f"{self.before:>14,.2f} -> {self.now[0]:,.2f} and {self.now[1]:,.2f}{change}")

    def _most(self) -> float:
        return min(self.now)


def judge(before: float, now: tuple[float | None, float | None], what: str) -> str:
    """The lower of two counts is what is held against the baseline: noise only ever adds."""
    if None in now:
        return "missing"
    share, least = ALLOWED[what]
    allowed = max(before * share, least)
    if abs(now[0] - now[1]) > allowed:
        return "unsteady"
    if min(now) > before + allowed:
        return "more"
    return "fewer" if min(now) < before - allowed else "same"


def findings(baseline: Counts, first: Counts, second: Counts, left_out: set[str]) -> list[Finding]:
    """One for each count of the baseline, whether it was counted again or not."""
    result = []
    for scenario, by_variant in baseline.items():
        for variant, counts in by_variant.items():
            again = [each.get(scenario, {}).get(variant, {}) for each in (first, second)]
            for what, before in counts.items():
                if what not in left_out and what in ALLOWED:
                    now = (again[0].get(what), again[1].get(what))
                    result.append(Finding(scenario, variant, what, before, now,
                                          judge(before, now, what)))
    return result


def exit_code(found: list[Finding]) -> int:
    verdicts = {each.verdict for each in found}
    if "more" in verdicts:
        return REGRESSION
    return NOT_JUDGED if verdicts & {"unsteady", "missing"} or not found else 0
