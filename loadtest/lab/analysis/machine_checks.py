"""Checks of the machine and of what is known of the run: who else ran there, and what was built."""

from statistics import mean, median

from lab.analysis.check import (SPEED, SPEED_WITHHELD, Check, Withheld, in_scenarios,
                                not_checked, places, usual)
from lab.analysis.measured import Measured

STEAL_SHARE = 0.02
WAITED_SHARE = 0.05
HICCUP_SHARE = 0.05  # of the time in which a spinning loop did not have its core
BAD_BLOCKS = 0.25  # more of them are no accident: of medians, many then are of bad blocks


def core_not_held(measured: Measured) -> Check:
    """Where a scenario shares the cores by design the generator is such a program, as it must be."""
    name = f"The server's core to itself (held by others under {WAITED_SHARE:.0%})"
    rules, seen = [], False
    for scenario, variant, share in places(measured):
        waited = usual(measured.runs(scenario, variant, share), "server_waited_share")
        if shares_cores_by_design(measured, scenario):
            continue
        seen = seen or waited is not None
        if waited is not None and waited >= WAITED_SHARE:
            reason = "another program held the server's core"
            rules.append(Withheld(SPEED, reason, scenario, variant, share, waited))
    if not seen:
        return not_checked(name)
    if not rules:
        return Check(name, True, "the server ran whenever it was ready to.")
    detail = f"another program held it in {in_scenarios(rules)}{SPEED_WITHHELD}"
    return Check(name, False, detail, tuple(rules))


def shares_cores_by_design(measured: Measured, scenario: str) -> bool:
    """Whether it wants more cores than can be apart, on a machine that has cores apart."""
    return bool(measured.result.get("machine", {}).get("cores_apart")
                and not measured.scenario(scenario).get("cores_apart", True))


def ours(measured: Measured) -> Check:
    """Steal by its mean and by the share of blocks that saw much; pauses by the share of blocks
    alone, as one probe is of 30 ms. A median of pauses that is too high is so in half of them."""
    name = f"The machine was ours (steal under {STEAL_SHARE:.0%}, pauses under {HICCUP_SHARE:.0%})"
    stolen, paused = _probed(measured, "steal_share"), _probed(measured, "hiccup_share")
    if not measured.anything():
        return not_checked(name)
    if not stolen:
        return Check(name, False, "it was not probed.")
    longest = max(_probed(measured, "hiccup_max_us"), default=0)
    seen = (f"{mean(stolen):.1%} was stolen, {STEAL_SHARE:.0%} or more in "
            f"{_bad(stolen, STEAL_SHARE):.0%} of the blocks; the longest pause seen was "
            f"{longest / 1000:.1f} ms")
    if paused:
        seen += (f", and pauses took {median(paused):.1%} of the time in the median block, "
                 f"{HICCUP_SHARE:.0%} or more in {_bad(paused, HICCUP_SHARE):.0%} of them")
    reasons = []
    if mean(stolen) >= STEAL_SHARE or _bad(stolen, STEAL_SHARE) > BAD_BLOCKS:
        reasons.append("the machine was stolen from")
    if paused and _bad(paused, HICCUP_SHARE) > BAD_BLOCKS:
        reasons.append("pauses took the server's or the generator's core away")
    if not reasons:
        return Check(name, True, f"{seen}.")
    return Check(name, False, f"{seen}: throughput and latency are withheld, CPU stays.",
                 tuple(Withheld(SPEED, reason) for reason in reasons))


def _probed(measured: Measured, name: str) -> list[float]:
    return [probe[name] for probe in measured.result.get("probes", [])
            if probe.get(name) is not None]


def _bad(shares: list[float], bound: float) -> float:
    return sum(share >= bound for share in shares) / len(shares)


def cores_apart(measured: Measured) -> Check:
    name = "Server and generator had cores of their own"
    reason = "server and generator shared a core"
    if not measured.result.get("machine", {}).get("cores_apart", False):
        detail = "they had to share: throughput and latency are withheld, CPU stays."
        return Check(name, False, detail, (Withheld(SPEED, reason),))
    if not measured.anything():
        return not_checked(name)
    shared = tuple(Withheld(SPEED, f"{reason}, by design", scenario)
                   for scenario in measured.names() if shares_cores_by_design(measured, scenario))
    if not shared:
        return Check(name, True, "in every scenario.")
    detail = f"but by design not in {in_scenarios(shared)}: only CPU is compared there."
    return Check(name, True, detail, shared)


def whole(measured: Measured) -> Check:
    name = "The run is whole"
    if measured.result.get("partial"):
        return Check(name, False, "it was stopped early: what is here was measured.")
    if not measured.anything():
        return not_checked(name)
    again = [each["reason"] for each in measured.result.get("retried", [])]
    if not again:
        return Check(name, True, "it ran to its end.")
    return Check(name, True, "it ran to its end; what failed was tried again: " + "; ".join(again))


def code_known(measured: Measured) -> Check:
    name = "The code is known"
    machine = measured.result.get("machine", {})
    revision, changed = machine.get("git_revision"), machine.get("git_changed")
    if not revision:
        return Check(name, False, "no git revision: nobody can build the same server again.")
    if changed is None:
        return Check(name, False, f"git revision {revision}, but git could not say whether there "
                                  "were changes that are not committed.")
    if changed:
        return Check(name, False, f"git revision {revision}, with changes that are not committed.")
    return Check(name, True, f"git revision {revision}.")
