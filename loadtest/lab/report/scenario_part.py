"""One scenario's part of the page: what, predicted and found, all figures, curves."""

import shlex
from html import escape

from lab.analysis import slope
from lab.analysis.figures import MAIN, THROUGHPUT
from lab.analysis.measured import AGE_HEAP, Measured
from lab.analysis.predictions import Found
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict
from lab.analysis.verdicts import shown as ratio_shown
from lab.report import charts, figures_table, numbers
from lab.report.forest import anchor

_KINDS = {
    "closed": "closed loop: each connection sends its next request when the last is answered",
    "pipelined": "pipelined: throughput only, the latency of one request cannot be told",
    "open": "open loop: requests fall due at a set rate, latency counts from when they were due",
    "slow": "slow clients", "cold": "cold start", "soak": "a long run",
}


def part(measured: Measured, trust: Trust, scenario: dict, predicted: list[Found]) -> str:
    name = scenario["name"]
    drawn = "".join([charts.percentiles(measured, name, trust), charts.rates(measured, name, trust),
                     charts.memory(measured, name)])
    drawn = f'<div class="charts">{drawn}</div>' if drawn else ""
    note = f'<p class="note">{escape(scenario["note"])}</p>' if scenario.get("note") else ""
    tables = (figures_table.figures(measured, trust, name)
              + figures_table.by_rate(measured, trust, name))
    return (f'<article class="scenario" id="{anchor(name)}">'
            f'<h4>{escape(scenario.get("title", name))}</h4>{_about(measured, scenario)}{note}'
            f'{_started(scenario)}{_not_compared(measured, name)}{_not_counted(measured, scenario)}'
            f'{_predictions(predicted)}<div class="beside"><div>{tables}</div>{drawn}</div>'
            f'{_growth(measured, name)}</article>')


def _about(measured: Measured, scenario: dict) -> str:
    kind = scenario.get("kind", "")
    words = [escape(scenario.get("what", "")), escape(_KINDS.get(kind, kind))]
    if scenario.get("connections"):
        most = "at most " if kind == "slow" else ""
        words.append(f'{most}{scenario["connections"]:,} connections')
    if scenario.get("rate"):
        words.append(f'{scenario["rate"]:,g} requests/s asked for')
    rounds = max([measured.rounds(scenario["name"], variant)
                  for variant in measured.variants_of(scenario["name"])] or [0])
    words.append(f"{rounds} round{'' if rounds == 1 else 's'} kept")
    return (f'<p class="about"><code>{escape(scenario["name"])}</code> · '
            f'{" · ".join(word for word in words if word)}</p>')


def _started(scenario: dict) -> str:
    """What this scenario adds to the commands of Method; nothing is said where it is nothing."""
    settings = scenario.get("settings") or {}
    words = [settings["server"]] if settings.get("server") else []
    words += [str(flag).replace("{data}/", "") for flag in settings.get("flags", ())]
    words += ["--threads", str(settings["threads"])] if settings.get("threads", 1) > 1 else []
    if not words:
        return ""
    instead = " in place of arena-server" if settings.get("server") else ""
    others = [flag for flag in settings.get("flags", ()) if flag != "--age-heap"]
    only = ("; the baseline without these flags"
            if others and "baseline" in scenario.get("variants", ()) else "")
    return (f'<p class="note">Started with <code>{escape(shlex.join(words))}</code>'
            f"{escape(instead + only)}.</p>")


def _not_compared(measured: Measured, name: str) -> str:
    """Of the scenario's kind alone it is plain only that a set rate is no result."""
    reasons: dict[str, list[str]] = {}
    for figure in MAIN:
        why = measured.not_compared(name, figure)
        if why and any(measured.value(name, variant, figure) is not None
                       for variant in measured.variants_of(name)):
            reasons.setdefault(why, []).append(figure.title)
    return "".join(f'<p class="note">Not compared: {escape(", ".join(titles))}; {escape(why)}.</p>'
                   for why, titles in reasons.items() if titles != [THROUGHPUT.title])


def _not_counted(measured: Measured, scenario: dict) -> str:
    missed = "".join(
        f'<p class="note">Not counted of {escape(each["variant"])} by {escape(each["tool"])}: '
        f'{escape(each["reason"])}.</p>' for each in measured.result.get("not_counted", [])
        if scenario["name"] in each["scenarios"])
    if missed or measured.result.get("counts", {}).get(scenario["name"]):
        return missed
    settings = scenario.get("settings") or {}
    why = "only a closed loop of one request is counted"
    if measured.result.get("settings", {}).get("counts") is False:
        why = "this run was told to count nothing"
    elif AGE_HEAP in settings.get("flags", ()):
        why = "the aging of the heap would be too"
    elif settings.get("counted") == 0:
        why = "the scenario is set so"
    return ('<p class="note">Heap calls, system calls and instructions are not counted: '
            f"{escape(why)}.</p>")


def _predictions(predicted: list[Found]) -> str:
    if not predicted:
        return ""
    items = "".join(
        f'<li class="p-{one.outcome.name.lower()}"><b>{escape(one.outcome.value)}</b>: '
        f'{escape(one.figure.title)} of {escape(one.of)} to {escape(one.to)} was expected to be '
        f'{escape(one.expected)}; {_found(one)}. '
        f'<span class="because">{escape(one.because)}</span></li>'
        for one in predicted)
    return f'<ul class="predictions">{items}</ul>'


def _found(one: Found) -> str:
    if one.verdict is Verdict.WITHHELD:
        return "what was found is withheld"
    if one.verdict is Verdict.MISSING:
        return escape(one.word)
    return f"found {ratio_shown(one.verdict, one.ratio)} ({escape(one.word)})"


def _growth(measured: Measured, name: str) -> str:
    """Of a soak alone: other series last seconds, and their slope is that of a load that ends."""
    if measured.scenario(name).get("kind") != "soak":
        return ""
    told_of = []
    for variant, found in measured.result.get("series", {}).get(name, {}).items():
        grown = slope.growth(found.get("seconds", []), found.get("rss_bytes", []))
        if grown is not None:
            told_of.append(f"{escape(variant)} {_slope(grown)}")
    if not told_of:
        return ""
    return ('<p class="note">RSS, a straight line through the second half: '
            f'{"; ".join(told_of)}.</p>')


def _slope(grown: slope.Growth) -> str:
    if grown.bytes_per_hour is None:
        return f"too short for a slope: {numbers.duration(grown.seen_seconds)}"
    return (f"{numbers.signed(grown.bytes_per_hour / (1 << 20))}\u202fMiB an hour, seen over "
            f"{numbers.duration(grown.seen_seconds)}")
