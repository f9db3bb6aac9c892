"""A check of a run: whether it holds, what it saw, and what it speaks against when it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from lab.analysis.figures import Kind
from lab.analysis.measured import Measured

SPEED = frozenset({Kind.THROUGHPUT, Kind.LATENCY})
LATENCY = frozenset({Kind.LATENCY})
ALL = frozenset(Kind)
SPEED_WITHHELD = ": throughput and latency are withheld there, CPU stays."


@dataclass(frozen=True)
class Withheld:
    """What kinds of figures are not judged; None stands for every scenario, variant or share of
    capacity. `amount` is the share of the time in which the reason held, where it is one."""

    kinds: frozenset[Kind]
    reason: str
    scenario: str | None = None
    variant: str | None = None
    share: float | None = None
    amount: float | None = None

    def told(self) -> str:
        return self.reason if self.amount is None else \
            f"{self.reason} {self.amount:.0%} of the time"


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool | None  # None: not checked, as there was nothing to check it by
    detail: str
    withheld: tuple[Withheld, ...] = ()
    fatal: bool = False  # nothing timed is left when it fails


def not_checked(name: str, why: str = "nothing was measured") -> Check:
    """Speaks neither for the run nor against it."""
    return Check(name, None, f"not checked: {why}.")


def pairs(measured: Measured) -> list[tuple[str, str]]:
    return [(scenario, variant) for scenario in measured.names()
            for variant in measured.variants_of(scenario)]


def places(measured: Measured) -> list[tuple[str, str, float | None]]:
    """The pairs, at each share of capacity; None where there are none."""
    return [(scenario, variant, share) for scenario in measured.names()
            for share in measured.shares(scenario) or [None]
            for variant in measured.variants_of(scenario)]


def usual(runs: list[dict], name: str) -> float | None:
    values = [run[name] for run in runs if run.get(name) is not None]
    return median(values) if values else None


def where(measured: Measured, rules: Iterable[Withheld], most: int = 4) -> str:
    """The first few scenarios, with their variants unless it is all of them."""
    found: dict[tuple, list[str]] = {}
    for rule in rules:
        variants = found.setdefault((rule.scenario, rule.share), [])
        if rule.variant:
            variants.append(rule.variant)
    told = []
    for (scenario, share), variants in found.items():
        place = (scenario or "every scenario") + (f" at {share:.0%}" if share else "")
        some = variants and variants != measured.variants_of(scenario)
        told.append(f"{place} ({', '.join(variants)})" if some else place)
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more
