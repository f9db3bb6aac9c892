"""Checks of the measurement itself: noise, failures, rounds, and the load generator."""

from lab.analysis import intervals
from lab.analysis.check import (ALL, LATENCY, SPEED, SPEED_WITHHELD, Check, Withheld, not_checked,
                                pairs, places, usual, where)
from lab.analysis.figures import CPU, FIRST, MAIN, READY, RSS, TIMED, Figure
from lab.analysis.measured import AGAIN, FLOOR, Measured
from lab.analysis.verdicts import told

AA_BAND = 0.03
# An interval of hundreds of rounds is so narrow that one good run in twenty would miss 1 by a hair.
# A bias of this much is a quarter of the smallest band of equivalence.
AA_SLACK = 0.005
GENERATOR_BUSY = 0.80
SERVER_BUSY = 0.95  # of each of its cores: then the server is the limit, not the generator
LATENESS_P99_US = 1000
ROUNDS_MIN = intervals.ROUNDS_MIN
BAKED = (FLOOR, "nginx")  # fixed answers, faster than any generator: for orientation alone


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
    rules, seen, compared = [], [], False
    for scenario, again, share, figure in _figures_twice(measured):
        ratio = measured.ratio(scenario, again, again.removesuffix(AGAIN), figure, share)
        if not ratio.interval:
            continue
        compared = True
        low, high = ratio.interval
        if high < figure.low() or low > figure.high():
            what = f"{figure.title} × {told(ratio.value, ratio.interval)}"
            seen.append(f"{scenario}{f' at {share:.0%}' if share else ''}: {what}")
            rules.append(Withheld(frozenset({figure.kind}),
                                  f"the same server differed from itself: {what}",
                                  scenario, None, share))
    if not measured.anything():
        return not_checked(name)
    if not rules:
        detail = "no figure lies outside its band of no difference." if compared else \
            "no server ran against itself."
        return Check(name, compared, detail)
    return Check(name, False, f"different from itself, and withheld there: {'; '.join(seen)}.",
                 tuple(rules))


def _figures_twice(measured: Measured) -> list[tuple[str, str, float | None, Figure]]:
    """What has an A/A arm; a process's peak memory is of all rates together."""
    return [(scenario, variant, None if figure is RSS else share, figure)
            for scenario, variant, share in places(measured) if variant.endswith(AGAIN)
            for figure in (*MAIN, READY, FIRST)
            if figure is not RSS or share in (None, measured.reference_share(scenario))]


def valid(measured: Measured) -> Check:
    """The lab drops a block with failures and names it in `invalid`. A complaint that begins with
    "SCENARIO:" or "SCENARIO, VARIANT:" concerns only these."""
    name = "No run was refused"
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
        return Check(name, True, "every answer came, with the status expected.")
    parts = [text.rstrip(" :.") for text in refused]
    if failed:
        parts.append(f"{total:,} requests failed in {where(measured, failed)}")
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
            few.append(Withheld(frozenset(), f"{rounds}", scenario, variant))
    if not any(measured.rounds(*pair) for pair in pairs(measured)):
        return Check(name, False, "nothing was measured.", (), True)
    if not few:
        return Check(name, True, "every figure that is judged rests on as many or more.")
    return Check(name, False, f"fewer in {where(measured, few)}: these are not judged.")


def generator(measured: Measured) -> Check:
    name = f"The generator was not the limit (under {GENERATOR_BUSY:.0%} of its core)"
    cores = max(1, len(measured.result.get("machine", {}).get("server_cores", [0])))
    rules, seen = [], False
    for scenario, variant, share in places(measured):
        runs = measured.runs(scenario, variant, share)
        busy = usual(runs, "generator_busy_share")
        server = usual(runs, "server_busy_share") or 0
        seen = seen or busy is not None
        if busy is not None and busy >= GENERATOR_BUSY and server < SERVER_BUSY * cores:
            reason = "the generator was the limit"
            rules.append(Withheld(SPEED, reason, scenario, variant, share))
    if not seen:
        return not_checked(name)
    if not rules:
        return Check(name, True, "wherever it was busier than that, so was the server: the server "
                                 "was the limit.")
    there = f"{where(measured, rules)}{SPEED_WITHHELD}"
    if all(rule.variant in BAKED for rule in rules):
        detail = f"only before servers of fixed answers, in {there}"
        return Check(name, True, detail, tuple(rules))
    return Check(name, False, f"it was in {there}", tuple(rules))


def on_time(measured: Measured) -> Check:
    name = "Requests were sent on time (p99 under 1 ms late)"
    worst: dict[str, float] = {}
    seen = False
    for scenario, variant, share in places(measured):
        late = usual(measured.runs(scenario, variant, share), "lateness_p99_us")
        seen = seen or late is not None
        if late is not None and late >= LATENESS_P99_US:
            worst[scenario] = max(late, worst.get(scenario, 0))
    if not seen:
        return not_checked(name, "nothing was measured at a set rate")
    if not worst:
        return Check(name, True, "at every rate that was set.")
    rules = [Withheld(LATENCY, "requests were sent late", scenario) for scenario in worst]
    told = ", ".join(f"{scenario} ({late / 1000:.1f} ms)" for scenario, late in worst.items())
    return Check(name, False, f"late in {told}: latency is withheld there.", tuple(rules))
