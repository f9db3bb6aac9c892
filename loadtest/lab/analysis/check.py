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


@dataclass(frozen=True)
class Place:
    """Where a check does not hold."""

    scenario: str
    share: float | None
    variants: tuple[str, ...]  # none where it is all of the scenario's

    def within(self) -> str:
        """What stands behind the scenario's name: at which rate, and of whom."""
        share = f" at {self.share:.0%}" if self.share else ""
        return share + (f" ({', '.join(self.variants)})" if self.variants else "")


def found_in(measured: Measured, rules: Iterable[Withheld]) -> dict[str, list[Place]]:
    """Every place, by the reason; a rule for all scenarios has none."""
    found: dict[str, dict[tuple, list[Withheld]]] = {}
    for rule in rules:
        if rule.scenario is not None:
            at = found.setdefault(rule.reason, {})
            at.setdefault((rule.scenario, rule.share), []).append(rule)
    return {reason: [_place(measured, *at, own) for at, own in by_place.items()]
            for reason, by_place in found.items()}


def _place(measured: Measured, scenario: str, share: float | None, own: list[Withheld]) -> Place:
    variants = tuple(dict.fromkeys(rule.variant for rule in own if rule.variant))
    whole = set(variants) == set(measured.variants_of(scenario))
    return Place(scenario, share, () if whole else variants)


def in_scenarios(rules: Iterable[Withheld]) -> str:
    """How many they are; which, the list of places tells."""
    count = len({rule.scenario for rule in rules})
    return "1 scenario" if count == 1 else f"{count} scenarios"
