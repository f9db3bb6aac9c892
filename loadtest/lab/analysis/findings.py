"""Where one variant helps, makes no difference or hurts against another, scenario by scenario."""

from dataclasses import dataclass, field

from lab.analysis.figures import CPU, MAIN, P99, READY, RSS, Figure, Kind
from lab.analysis.measured import ARENA, Measured, Ratio
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict, sure, told, verdict

CLOSE = 0.05  # a difference of CPU that is known to be less is not decided, but it is small
LISTED = (CPU, READY, P99, RSS)  # throughput follows CPU, and is shown beside it


@dataclass(frozen=True)
class Judged:
    figure: Figure
    ratio: Ratio
    verdict: Verdict
    reason: str | None  # why it is withheld


@dataclass(frozen=True)
class Entry:
    """A scenario in one of the lists, with the figures that put it there."""

    scenario: dict
    figures: list[Judged]


@dataclass
class Lists:
    """A scenario that helps CPU and hurts memory stands in both lists."""

    of: str
    to: str
    helps: list[Entry] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)
    close: list[Entry] = field(default_factory=list)
    hurts: list[Entry] = field(default_factory=list)
    undecided: list[Entry] = field(default_factory=list)

    def measured(self) -> bool:
        return bool(self.helps or self.same or self.close or self.hurts or self.undecided)


def judge_figure(measured: Measured, trust: Trust, scenario: str, pair: tuple[str, str],
                 figure: Figure, share: float | None = None) -> Judged:
    """`pair` is (of, to): the ratio of the first to the second, and what it says."""
    ratio = measured.ratio(scenario, *pair, figure, share)
    reason = trust.reason(scenario, pair, figure, share)
    return Judged(figure, ratio, verdict(figure, ratio, reason), reason)


def lists(measured: Measured, trust: Trust, to: str, of: str = ARENA) -> Lists:
    """`same` holds scenarios in which nothing helps or hurts and the first figure that was
    measured, nearly always CPU, is known to make no difference; `close` those where CPU is known
    to differ by no more than 5 %; `undecided` those where it is not known. What helps and what
    hurts begins with what is surely the greatest difference."""
    result = Lists(of, to)
    for scenario in measured.scenarios:
        judged = [judge_figure(measured, trust, scenario["name"], (of, to), figure)
                  for figure in LISTED]
        judged = [one for one in judged if one.verdict is not Verdict.MISSING]
        _enter(result, scenario, judged)
    for entries, sign in ((result.helps, 1), (result.hurts, -1)):
        entries.sort(key=lambda entry: sign * sure(entry.figures[0].ratio))
    return result


def _enter(result: Lists, scenario: dict, judged: list[Judged]) -> None:
    def those(*wanted: Verdict) -> list[Judged]:
        return [one for one in judged if one.verdict in wanted]

    better, worse, same = map(those, (Verdict.BETTER, Verdict.WORSE, Verdict.SAME))
    if better:
        result.helps.append(Entry(scenario, better))
    if worse:
        result.hurts.append(Entry(scenario, worse))
    if better or worse or not judged:
        return
    if judged[0].verdict is Verdict.SAME:
        result.same.append(Entry(scenario, same))
    else:
        chosen = result.close if is_close(judged[0]) else result.undecided
        chosen.append(Entry(scenario, [one for one in judged if one not in same]))


def is_close(one: Judged) -> bool:
    """Whether CPU differs by no more than 5 % either way, though by how much is not decided."""
    between = one.ratio.interval
    return (one.figure is CPU and one.verdict is Verdict.INCONCLUSIVE and between is not None
            and 1 - CLOSE <= between[0] and between[1] <= 1 + CLOSE)


def short(one: Judged) -> str:
    """The ratio with its interval, and whether nothing can be said of it; no ratio where it is
    withheld."""
    if one.verdict is Verdict.WITHHELD:
        return one.verdict.value
    text = f"×\u202f{told(one.ratio.value, one.ratio.interval)}"
    return f"{text} ({one.verdict.value})" if one.verdict is Verdict.TOO_FEW else text


@dataclass(frozen=True)
class Tally:
    """How one figure came out over all scenarios in which both variants were measured."""

    figure: Figure
    by_verdict: dict[Verdict, list[tuple[dict, Ratio]]]

    def count(self, *wanted: Verdict) -> int:
        return sum(len(self.by_verdict.get(one, [])) for one in wanted)

    def close(self) -> int:
        """Of those that are undecided: how many differ by no more than 5 %."""
        return sum(is_close(Judged(self.figure, ratio, Verdict.INCONCLUSIVE, None))
                   for _, ratio in self.by_verdict.get(Verdict.INCONCLUSIVE, []))

    def total(self) -> int:
        return sum(map(len, self.by_verdict.values()))

    def most(self, wanted: Verdict) -> tuple[dict, Ratio] | None:
        """The scenario where such a difference is surely the greatest: a ratio of 0.4 that may be
        0.9 is less than one of 0.6 that is at most 0.61."""
        upward = (wanted is Verdict.WORSE) == self.figure.lower_is_better
        choose = max if upward else min
        return choose(self.by_verdict.get(wanted, []), key=lambda one: sure(one[1]), default=None)


def tally(measured: Measured, trust: Trust, pair: tuple[str, str], figure: Figure) -> Tally:
    found: dict[Verdict, list[tuple[dict, Ratio]]] = {}
    for scenario in measured.scenarios:
        one = judge_figure(measured, trust, scenario["name"], pair, figure)
        if one.verdict is not Verdict.MISSING:
            found.setdefault(one.verdict, []).append((scenario, one.ratio))
    return Tally(figure, found)


def main_figures(measured: Measured, trust: Trust, scenario: str,
                 pair: tuple[str, str]) -> list[Judged]:
    """Those of the forest plot."""
    return [judge_figure(measured, trust, scenario, pair, figure) for figure in MAIN]


def no_timing(trust: Trust) -> bool:
    """Whether a failed check withholds CPU everywhere, and with it the verdict."""
    return any(rule.scenario is None and rule.variant is None and Kind.CPU in rule.kinds
               for check in trust.checks for rule in check.withheld)
