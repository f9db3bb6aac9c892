"""The README's comparison, made of a committed result, so that it cannot say anything else."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from lab.analysis import remainder
from lab.analysis import trust as trusts
from lab.analysis.figures import CPU, HEAP_CALLS, P99, RSS, THROUGHPUT
from lab.analysis.findings import judge_figure
from lab.analysis.measured import ARENA, BASELINE, FLOOR, HEAP, Measured
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict, told
from lab.report import numbers, places, plot
from lab.report.markdown import plain
from lab.report.verdict_marks import WORD, WORDS

BEGIN = "<!-- loadtest:begin -->"
END = "<!-- loadtest:end -->"
SCENARIOS = ("plaintext", "items-10", "items-1000", "echo-1k", "echo-100k")
_VARIANTS = (BASELINE, HEAP, "heap+jemalloc", ARENA, FLOOR)
_FIGURES = (THROUGHPUT, RSS, P99, CPU)
_HEADS = ("requests/s", "peak RSS", "p99", "CPU a request", "CPU to baseline", "CPU to heap",
          "heap calls")


class Unfit(Exception):
    """The README or the result is not such that one can be put into the other."""


def update(result_path: Path, readme: Path, plot_path: Path,
           names: Sequence[str] = SCENARIOS) -> None:
    """Writes the plot, and the text between the markers of the README.

    Raises Unfit when the README has not exactly one of each marker, in order, or the result none of
    the scenarios named.
    """
    text, drawing = _made(result_path, readme, plot_path, names)
    readme.write_text(text)
    plot_path.parent.mkdir(parents=True, exist_ok=True)
    plot_path.write_text(drawing)


def matches(result_path: Path, readme: Path, plot_path: Path,
            names: Sequence[str] = SCENARIOS) -> bool:
    """Whether update() would change nothing; raises Unfit as it does."""
    text, drawing = _made(result_path, readme, plot_path, names)
    return (readme.read_text() == text and plot_path.exists()
            and plot_path.read_text() == drawing)


def section(result: dict, result_link: str, plot_link: str,
            names: Sequence[str] = SCENARIOS) -> str:
    """What stands between the markers."""
    measured = Measured(result)
    trust = trusts.judge(measured)
    chosen = [name for name in names if name in measured.names()]
    if not chosen:
        raise Unfit(f"the result has none of the scenarios {', '.join(names)}; it has: "
                    + ", ".join(measured.names()))
    lines = [_about(result), "", *_table(measured, trust, chosen), "",
             _legend(measured, trust, chosen, result_link), "",
             f"![CPU a request and peak RSS, arena to heap, over all scenarios]({plot_link})"]
    return "\n".join(lines)


def _made(result_path: Path, readme: Path, plot_path: Path,
          names: Sequence[str]) -> tuple[str, str]:
    result = json.loads(result_path.read_text())
    text = readme.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Unfit(f"{readme} needs one line {BEGIN} and one line {END} below it")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    made = section(result, _link(result_path, readme), _link(plot_path, readme), names)
    return f"{before}{BEGIN}\n{made}\n{END}{after}", plot.svg(result)


def _link(path: Path, readme: Path) -> str:
    return Path(os.path.relpath(path.resolve(), readme.resolve().parent)).as_posix()


def _about(result: dict) -> str:
    machine = result.get("machine", {})
    words = [machine.get("cpu"), f"Linux {machine['kernel']}" if machine.get("kernel") else None,
             f"glibc {machine['glibc']}" if machine.get("glibc") else None, result.get("started"),
             f"revision {machine['git_revision'][:12]}" if machine.get("git_revision") else None]
    told_of = ", ".join(plain(str(word)) for word in words if word)
    return f"{told_of}, `{result.get('command', './run loadtest')}`:"


def _table(measured: Measured, trust: Trust, names: list[str]) -> list[str]:
    lines = ["| | | " + " | ".join(_HEADS) + " |", "|---|---|" + "--:|" * len(_HEADS)]
    for name in names:
        title = plain(measured.scenario(name).get("title", name))
        for variant in _VARIANTS:
            if variant in measured.variants_of(name):
                cells = _cells(measured, trust, name, variant)
                lines.append(f"| {title} | {variant} | " + " | ".join(cells) + " |")
                title = ""
    return lines


def _cells(measured: Measured, trust: Trust, name: str, variant: str) -> list[str]:
    cells = []
    for figure in _FIGURES:
        value = measured.value(name, variant, figure)
        mark = " †" if value is not None and trust.reason(name, (variant,), figure) else ""
        cells.append(numbers.shown(figure, value) + mark)
    for base in (BASELINE, HEAP):
        is_beside = variant not in (base, FLOOR)  # a fixed answer is no other way to do the same
        cells.append(_ratio(measured, trust, name, (variant, base)) if is_beside
                     else numbers.MISSING)
    cells.append(numbers.number(measured.value(name, variant, HEAP_CALLS)))
    return cells


def _ratio(measured: Measured, trust: Trust, name: str, pair: tuple[str, str]) -> str:
    """It may be broken before the interval, and nowhere else."""
    one = judge_figure(measured, trust, name, pair, CPU)
    if one.verdict in (Verdict.MISSING, Verdict.WITHHELD):
        return numbers.MISSING if one.verdict is Verdict.MISSING else one.verdict.value
    value, _, between = told(one.ratio.value, one.ratio.interval).partition(" ")
    return f"×\u202f{value}\u00a0{WORD[one.verdict]} {plain(between)}".rstrip()


def _legend(measured: Measured, trust: Trust, names: list[str], result_link: str) -> str:
    page = result_link.removesuffix(".json") + ".html"
    return ("CPU, p99 and heap calls are of one request. Ratios are medians of paired ratios with "
            f"95 % intervals; {WORDS} † is not judged.{_failed(measured, trust, names)} [The whole "
            f"report]({page}) is one file to download and open, [every run]({result_link}) is in "
            "the other.")


def _failed(measured: Measured, trust: Trust, names: list[str]) -> str:
    """Only what concerns these rows: of a check that names scenarios, those of the table."""
    parts = [f" {remainder.sentence(measured, trust)}"] \
        if trust.overall() is trusts.Overall.NOT else []
    for check in trust.checks:
        here = tuple(rule for rule in check.withheld if rule.scenario in names
                     and rule.kinds and rule.variant in (None, *_VARIANTS))
        if here:
            parts.append(" " + plain(places.by_reason(measured, here)))
        elif check.ok is False and all(rule.scenario is None for rule in check.withheld):
            parts.append(f" {plain(check.name)}: {plain(check.detail)}")
    return "".join(parts)
