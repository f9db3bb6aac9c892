"""Checks of the measurement itself: noise, failures, rounds."""

from math import log

from lab.analysis import intervals
from lab.analysis.check import ALL, Check, Withheld, in_scenarios, not_checked, pairs, places
from lab.analysis.figures import CPU, FIRST, MAIN, READY, RSS, TIMED, Figure
from lab.analysis.measured import AGAIN, Measured, Ratio
from lab.analysis.verdicts import told

AA_BAND = 0.03
# An interval of hundreds of rounds is so narrow that one good run in twenty would miss 1 by a hair.
# A bias of this much is a quarter of the smallest band of equivalence.
AA_SLACK = 0.005
ROUNDS_MIN = intervals.ROUNDS_MIN


def aa_interval(measured: Measured) -> tuple[float | None, intervals.Interval | None]:
    """The same server against itself, CPU a request, every round of every scenario together."""
    rounds: list[list[float]] = []
    for again, base in _arms(measured):
        for scenario in measured.names():
            if measured.compares(scenario, CPU):
                rounds += measured.paired(scenario, again, base, CPU)
    return intervals.middle(rounds), intervals.interval(rounds)


def _arms(measured: Measured) -> list[tuple[str, str]]:
    return [(name, name.removesuffix(AGAIN)) for name in measured.variants if name.endswith(AGAIN)]


def itself(measured: Measured) -> Check:
    name = "The same server against itself"
    value, between = aa_interval(measured)
    if between is None:
        detail = ("measured in too few rounds" if value else "not measured") + \
            ": nothing says how large the noise is, so no timing is judged."
        reason = "no server ran against itself, to tell the noise"
        return Check(name, False, detail, (Withheld(TIMED, reason),))
    low, high = between
    seen = f"CPU a request came out at × {value:.3f} [{low:.3f}, {high:.3f}]"
    if low > 1 + AA_SLACK or high < 1 - AA_SLACK:
        detail = f"{seen}, which excludes 1: the noise looks like a difference."
        reason = "the same server seemed to differ from itself"
    elif low < 1 - AA_BAND or high > 1 + AA_BAND:
        detail = f"{seen}, which is wider than ± {AA_BAND:.0%}: too noisy to judge."
        reason = "the same server against itself was too noisy"
    else:
        return Check(name, True, f"{seen}: within ± {AA_BAND:.0%} of 1.")
    return Check(name, False, detail, (Withheld(TIMED, reason),), True)


def itself_each(measured: Measured) -> Check:
    """Pooled, a difference in one scenario drowns among the others. What lies wholly outside the
    band of no difference is surely different from itself; what is merely wide is undecided."""
    name = "The same server against itself, in each scenario"
    rules, widest = [], None
    for scenario, again, share, figure in _figures_twice(measured):
        ratio = measured.ratio(scenario, again, again.removesuffix(AGAIN), figure, share)
        if not ratio.interval:
            continue
        low, high = ratio.interval
        if low > 0 and (widest is None or log(high / low) > widest[0]):
            widest = log(high / low), _told(measured, scenario, share, figure, ratio)
        if high < figure.low() or low > figure.high():
            reason = ("the same server differed from itself: "
                      f"{figure.title} × {told(ratio.value, ratio.interval)}")
            rules.append(Withheld(frozenset({figure.kind}), reason, scenario, None, share))
    if not measured.anything():
        return not_checked(name)
    if widest is None:
        return Check(name, False, "no server ran against itself.")
    if not rules:
        return Check(name, True, f"none surely differs; the widest was {widest[1]}.")
    detail = f"different from itself, and withheld there, in {in_scenarios(rules)}."
    return Check(name, False, detail, tuple(rules))


def _told(measured: Measured, scenario: str, share: float | None, figure: Figure,
          ratio: Ratio) -> str:
    title = measured.scenario(scenario).get("title", scenario)
    at = f" at {share:.0%}" if share else ""
    return f"{figure.title} × {told(ratio.value, ratio.interval)} in {title}{at}"


def _figures_twice(measured: Measured) -> list[tuple[str, str, float | None, Figure]]:
    """What has an A/A arm; a process's peak memory is of all rates together."""
    return [(scenario, variant, None if figure is RSS else share, figure)
            for scenario, variant, share in places(measured) if variant.endswith(AGAIN)
            for figure in (*MAIN, READY, FIRST)
            if figure is not RSS or share in (None, measured.reference_share(scenario))]


def valid(measured: Measured) -> Check:
    """The lab drops a block with failures and names it in `invalid`. A complaint that begins with
    "SCENARIO:" or "SCENARIO, VARIANT:" concerns only these."""
    name = "Every run valid"
    refused = measured.result.get("invalid", [])
    rules = []
    for text in refused:
        scenario, variant = _concerned(measured, text)
        rules.append(Withheld(ALL, f"invalid: {text}", scenario, variant))
    fatal = any(rule.scenario is None for rule in rules)
    failed, total = _failures(measured)
    if not rules and not failed:
        if not measured.anything():
            return not_checked(name)
        return Check(name, True, "every answer came. loadgen saw the status of each, and its length "
                                 "where the variants' are alike; wrk saw no status of 400 or more, and "
                                 "as many bytes as so many answers have, where their length is known.")
    parts = [text.rstrip(" :.") for text in refused]
    if failed:
        parts.append(f"{total:,} requests failed in {in_scenarios(failed)}")
    return Check(name, False, "; ".join(parts) + ".", (*rules, *failed), fatal)


def _concerned(measured: Measured, text: str) -> tuple[str | None, str | None]:
    head = text.partition(":")[0]
    scenario, _, variant = head.partition(", ")
    if scenario not in measured.names():
        return None, None
    return scenario, variant if variant in measured.variants else None


def _failures(measured: Measured) -> tuple[list[Withheld], int]:
    rules = []
    total = 0
    for scenario, variant in pairs(measured):
        failed = sum(run.get("failures", 0) for run in measured.all_runs(scenario, variant))
        total += failed
        if failed:
            reason = f"{failed:,} requests to {variant} failed"
            rules.append(Withheld(ALL, reason, scenario, variant))
    return rules, total


def enough_rounds(measured: Measured) -> Check:
    """A soak is one long round by intent; the others need three to tell noise from difference."""
    name = f"At least {ROUNDS_MIN} rounds"
    few = []
    for scenario, variant in pairs(measured):
        rounds = measured.rounds(scenario, variant)
        if 0 < rounds < ROUNDS_MIN and measured.scenario(scenario).get("kind") != "soak":
            few.append(Withheld(frozenset(), f"{rounds} rounds", scenario, variant))
    if not any(measured.rounds(*pair) for pair in pairs(measured)):
        return Check(name, False, "nothing was measured.", (), True)
    if not few:
        return Check(name, True, "every figure that is judged rests on as many or more.")
    return Check(name, False, f"fewer in {in_scenarios(few)}: these are not judged.", tuple(few))
