"""Can this run be trusted? Each check says in plain words what it saw, and what is withheld
because of it: no verdict is told of a figure that a failed check speaks against."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from lab.analysis import load_checks, machine_checks, run_checks
from lab.analysis.check import Check, Withheld
from lab.analysis.figures import Figure
from lab.analysis.measured import Measured

_CHECKS = (
    run_checks.itself, run_checks.itself_each, run_checks.valid, run_checks.enough_rounds,
    load_checks.generator, load_checks.connections_at_work, load_checks.on_time,
    machine_checks.core_not_held, machine_checks.ours, machine_checks.cores_apart,
    machine_checks.whole, machine_checks.code_known,
)


class Overall(Enum):
    TRUSTED = "trusted"
    PARTLY = "partly trusted"
    NOT = "not trusted"


@dataclass(frozen=True)
class Trust:
    checks: list[Check] = field(default_factory=list)
    reference: dict[str, float | None] = field(default_factory=dict)  # share, by scenario

    def overall(self) -> Overall:
        failed = self.failed()
        if any(check.fatal for check in failed):
            return Overall.NOT
        return Overall.PARTLY if failed else Overall.TRUSTED

    def failed(self) -> list[Check]:
        return [check for check in self.checks if check.ok is False]

    def reason(self, scenario: str, variants: Iterable[str], figure: Figure,
               share: float | None = None) -> str | None:
        """Why a figure of these variants is not to be judged in a scenario; None when it is."""
        rule = self.rule(scenario, variants, figure, share)
        return rule.told() if rule else None

    def rule(self, scenario: str, variants: Iterable[str], figure: Figure,
             share: float | None = None) -> Withheld | None:
        """What withholds a figure of these variants in a scenario.

        Without a share of capacity, it is asked of the one that sums the scenario up.
        """
        names = (None, *variants)
        shares = (None, self.reference.get(scenario) if share is None else share)
        for check in self.checks:
            for rule in check.withheld:
                if (figure.kind in rule.kinds and rule.scenario in (None, scenario)
                        and rule.variant in names and rule.share in shares):
                    return rule
        return None


def judge(measured: Measured) -> Trust:
    return Trust([check(measured) for check in _CHECKS],
                 {name: measured.reference_share(name) for name in measured.names()})


def checks(result: dict) -> list[Check]:
    return judge(Measured(result)).checks


def overall(result: dict) -> Overall:
    return judge(Measured(result)).overall()
