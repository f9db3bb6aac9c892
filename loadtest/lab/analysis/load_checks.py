"""Checks of the load: whether the generator could give it, and in time."""

from lab.analysis.check import (LATENCY, SPEED, SPEED_WITHHELD, Check, Withheld, in_scenarios,
                                not_checked, pairs, places, usual)
from lab.analysis.figures import P99
from lab.analysis.measured import FLOOR, Measured

GENERATOR_BUSY = 0.80
SERVER_BUSY = 0.95  # of each of its cores: then the server is the limit, not the generator
LATENESS_P99_US = 1000
LATE_RUNS = 0.25  # more of them are no accident
LATENESS_SHARE = 0.5  # of the p99 latency, which then is half the generator's
# Little's law: a closed loop's connections are requests/s x mean latency. It comes out at 0.89 to
# 0.99 where each connection has five requests or more in a pass, at 0.27 to 0.79 where it has two:
# who still waits at a pass's end is not in its latencies, and these are the slow ones.
UNDER_WAY = 0.85
BAKED = (FLOOR, "nginx")  # fixed answers, faster than any generator: for orientation alone


def generator(measured: Measured) -> Check:
    name = f"The generator's reserve (under {GENERATOR_BUSY:.0%} of its core)"
    rules, seen = [], False
    for scenario, variant, share in places(measured):
        runs = measured.runs(scenario, variant, share)
        busy = usual(runs, "generator_busy_share")
        server = usual(runs, "server_busy_share") or 0
        seen = seen or busy is not None
        if busy is not None and busy >= GENERATOR_BUSY and server < SERVER_BUSY * _threads(measured, scenario):
            reason = "the generator was the limit"
            rules.append(Withheld(SPEED, reason, scenario, variant, share))
    if not seen:
        return not_checked(name)
    if not rules:
        return Check(name, True, "wherever it was busier than that, so was the server: the server "
                                 "was the limit.")
    real = [rule for rule in rules if rule.variant not in BAKED]
    there = in_scenarios(real or rules)
    if not real:
        detail = f"it was the limit only before servers of fixed answers, in {there}"
    else:
        detail = f"it, not the server, was the limit in {there}{_and_baked(rules, real)}"
    return Check(name, not real, detail + SPEED_WITHHELD, tuple(rules))


def _threads(measured: Measured, scenario: str) -> int:
    return (measured.scenario(scenario).get("settings") or {}).get("threads", 1)


def _and_baked(rules: list[Withheld], real: list[Withheld]) -> str:
    """Only for orientation are these measured, so they are told apart."""
    more = {rule.scenario for rule in rules} - {rule.scenario for rule in real}
    return f" (and in {len(more)} more before servers of fixed answers alone)" if more else ""


def connections_at_work(measured: Measured) -> Check:
    """Where the generator was the limit says `generator`; here are the passes that were too short,
    and the places where the generator was as busy as the server."""
    name = f"A closed loop's requests under way ({UNDER_WAY:.0%} of its connections or more)"
    limited = {(rule.scenario, rule.variant) for rule in generator(measured).withheld}
    rules, seen = [], False
    for scenario, variant in pairs(measured):
        share = under_way(measured, scenario, variant)
        seen = seen or share is not None
        if share is None or share >= UNDER_WAY or (scenario, variant) in limited:
            continue
        busy = usual(measured.runs(scenario, variant), "generator_busy_share") or 0
        reason = ("the generator was too busy to keep all connections at work"
                  if busy >= GENERATOR_BUSY else "passes were too short for its latencies")
        rules.append(Withheld(LATENCY, reason, scenario, variant))
    if not seen:
        return not_checked(name, "no closed loop was measured")
    if not rules:
        return Check(name, True, "by Little's law (requests/s × mean latency), wherever the "
                                 "generator was not the limit.")
    detail = (f"fewer, by Little's law (requests/s × mean latency), in {in_scenarios(rules)}: "
              "latency is withheld there.")
    return Check(name, all(rule.variant in BAKED for rule in rules), detail, tuple(rules))


def under_way(measured: Measured, scenario: str, variant: str) -> float | None:
    """The mean number of requests under way, by Little's law, as a share of the connections."""
    connections = measured.scenario(scenario).get("connections")
    if measured.scenario(scenario).get("kind") != "closed" or not connections:
        return None
    latencies = measured.histogram(scenario, variant)
    runs = measured.runs(scenario, variant)
    seconds = sum(run.get("seconds") or 0 for run in runs)
    if not latencies or not seconds:
        return None
    per_second = sum(run.get("requests") or 0 for run in runs) / seconds
    mean_us = sum(value * count for value, count in latencies.items()) / latencies.total()
    return per_second * mean_us / 1e6 / connections


def on_time(measured: Measured) -> Check:
    """A few runs are late on any machine; who judges medians of many can leave it at that."""
    name = f"Requests were sent on time (p99 under {LATENESS_P99_US / 1000:.0f} ms late)"
    rules, all_runs, late_runs = [], 0, 0
    for scenario, variant, share in places(measured):
        late = [run["lateness_p99_us"] for run in measured.runs(scenario, variant, share)
                if run.get("lateness_p99_us") is not None]
        bad = sum(each >= LATENESS_P99_US for each in late)
        all_runs, late_runs = all_runs + len(late), late_runs + bad
        if bad > LATE_RUNS * len(late) or _mostly_lateness(measured, scenario, variant, share):
            rules.append(Withheld(LATENCY, "requests were sent late", scenario, variant, share))
    if not all_runs:
        return not_checked(name, "nothing was measured at a set rate")
    seen = f"{late_runs} of {all_runs} runs at a set rate were late"
    if not rules:
        return Check(name, True, f"{seen}, nowhere more than {LATE_RUNS:.0%} of them.")
    return Check(name, False, f"{seen}; too many of them, or by too much, in {in_scenarios(rules)}: "
                 "latency is withheld there.", tuple(rules))


def _mostly_lateness(measured: Measured, scenario: str, variant: str, share: float | None) -> bool:
    late = usual(measured.runs(scenario, variant, share), "lateness_p99_us")
    latency = measured.value(scenario, variant, P99, share)
    return late is not None and latency is not None and late >= LATENESS_SHARE * latency
