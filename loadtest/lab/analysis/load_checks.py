"""Checks of the load: whether the generator could give it, and in time."""

from lab.analysis.check import (LATENCY, SPEED, SPEED_WITHHELD, Check, Withheld, in_scenarios,
                                not_checked, pairs, places, usual)
from lab.analysis.measured import FLOOR, Measured

GENERATOR_BUSY = 0.80
SERVER_BUSY = 0.95  # of each of its cores: then the server is the limit, not the generator
LATENESS_P99_US = 1000
# Little's law: a closed loop's connections are requests/s x mean latency. It comes out at 0.89 to
# 0.99 where each connection has five requests or more in a pass, at 0.27 to 0.79 where it has two:
# who still waits at a pass's end is not in its latencies, and these are the slow ones.
UNDER_WAY = 0.85
BAKED = (FLOOR, "nginx")  # fixed answers, faster than any generator: for orientation alone


def generator(measured: Measured) -> Check:
    name = f"The generator's reserve (under {GENERATOR_BUSY:.0%} of its core)"
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
    real = [rule for rule in rules if rule.variant not in BAKED]
    there = in_scenarios(real or rules)
    if not real:
        detail = f"it was the limit only before servers of fixed answers, in {there}"
    else:
        detail = f"it, not the server, was the limit in {there}{_and_baked(rules, real)}"
    return Check(name, not real, detail + SPEED_WITHHELD, tuple(rules))


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
    rules = tuple(Withheld(LATENCY, f"requests were sent late, by {late / 1000:.1f} ms", scenario)
                  for scenario, late in worst.items())
    detail = (f"late, by up to {max(worst.values()) / 1000:.1f} ms, in {in_scenarios(rules)}: "
              "latency is withheld there.")
    return Check(name, False, detail, rules)
