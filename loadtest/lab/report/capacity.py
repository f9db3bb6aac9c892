"""The tables of docs/scaling.md, made of a kept result: what a core can do, and latency at a rate."""

import json
from pathlib import Path
from statistics import median

from lab.analysis import trust as trusts
from lab.analysis.figures import CPU, P99, RSS
from lab.analysis.findings import judge_figure
from lab.analysis.measured import AGAIN, ARENA, BASELINE, HEAP, Measured
from lab.report import numbers
from lab.report.markdown import plain
from lab.report.readme import Unfit
from lab.report.verdict_marks import in_words

BEGIN, END = "<!-- capacity:begin -->", "<!-- capacity:end -->"
MIXED = "mixed"
REQUESTS = ("json", "query-one", "items-10", "mixed", "echo-10k", "connection-per-request",
            "query-page", "items-1000", "query-filter")
_COLUMNS = (ARENA, ARENA + AGAIN, HEAP, BASELINE)


def update(result_path: Path, page: Path) -> None:
    """Raises Unfit where the page has not exactly one of each marker, in order."""
    page.write_text(_made(result_path, page))


def matches(result_path: Path, page: Path) -> bool:
    """Whether update() would change nothing; raises Unfit as it does."""
    return page.read_text() == _made(result_path, page)


def section(result: dict) -> str:
    """What stands between the markers."""
    measured = Measured(result)
    lines = _capacity(measured)
    if MIXED in measured.names():
        lines += ["", *_latency(measured)]
    return "\n".join(lines)


def _made(result_path: Path, page: Path) -> str:
    text = page.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Unfit(f"{page} needs one line {BEGIN} and one line {END} below it")
    made = section(json.loads(result_path.read_text()))
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n{made}\n{END}{text.partition(END)[2]}"


def _capacity(measured: Measured) -> list[str]:
    lines = ["| `--memory=arena`, one thread | CPU a request | requests/s a core | arena bytes | "
             "peak RSS |", "|---|--:|--:|--:|--:|"]
    for name in REQUESTS:
        if name not in measured.names():
            continue
        cpu = measured.value(name, ARENA, CPU)
        counts = measured.result.get("counts", {}).get(name, {}).get(ARENA, {})
        share = measured.reference_share(name)
        at = f", at {share:.0%} of the heap's capacity" if share else ""
        lines.append(
            f"| {plain(measured.scenario(name).get('title', name))}{at} | {numbers.shown(CPU, cpu)} | "
            f"{_three_digits(1e6 / cpu)} | {numbers.compact(counts.get('arena_bytes'))} | "
            f"{numbers.shown(RSS, measured.value(name, ARENA, RSS))} |")
    return lines


def _three_digits(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.0f}"


def _latency(measured: Measured) -> list[str]:
    """Of each round, since one in which the host was away says nothing of the others."""
    trust = trusts.judge(measured)
    lines = ["| share | " + " | ".join(_COLUMNS) + " | arena to heap |", "|--:|" + "--:|" * 5]
    for share in measured.shares(MIXED):
        cells = [_range(measured.by_round(MIXED, variant, P99, share)) for variant in _COLUMNS]
        one = judge_figure(measured, trust, MIXED, (ARENA, HEAP), P99, share)
        lines.append(f"| {share:.0%} | {' | '.join(cells)} | {plain(in_words(one))} |")
    return lines


def _range(values: list[float]) -> str:
    if not values:
        return numbers.MISSING
    return (f"{numbers.latency(median(values))} ({numbers.latency(min(values))} to "
            f"{numbers.latency(max(values))})")
