"""The tables of a scenario's part: all figures of every variant, and of an open loop at each rate."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from lab.analysis.figures import (ARENA_BYTES, CPU, FAULTS, FIRST, HEAP_CALLS, INSTRUCTIONS, P50,
                                  P99, P999, READY, RSS, SYSCALLS, SYSTEM, THROUGHPUT, USER, Figure)
from lab.analysis.findings import judge_figure
from lab.analysis.measured import Measured
from lab.analysis.pairs import compared
from lab.analysis.trust import Trust
from lab.report import cells, charts, marks, numbers
from lab.report.footnotes import Footnotes

_TIPS = {  # by the beginning of a column's title
    "requests/s": "requests answered in a second; at a set rate it is that rate",
    "peak RSS": "the most memory that the server's process held at a time",
    "ready": "from exec until the server listens", "first answer": "of the first request",
    "p50": "half of all requests were faster", "p99.9": "999 of 1,000 requests were faster",
    "p99": "99 of 100 requests were faster",
    "CPU a request": "the process's CPU time divided by the requests",
    "user + system": "CPU a request in the server's own code and in the kernel",
    "CPU to": "the median ratio of CPU a request, with its 95 % interval",
    "page faults": "a request, mean", "heap calls": "of malloc, free and their kind, a request",
    "syscalls": "system calls a request", "instructions": "a request, in user space",
    "arena bytes": "what a request takes of its arena",
    "of capacity": "the rate, as a share of what the heap variant can serve",
}


@dataclass(frozen=True)
class Column:
    title: str
    cell: Callable[[str], str]  # of a variant; MISSING where there is nothing


def figures(measured: Measured, trust: Trust, name: str) -> str:
    variants = measured.variants_of(name)
    if not variants:
        return '<p class="none">Nothing was measured.</p>'
    notes = Footnotes(variants)
    columns = [column for column in _columns(measured, trust, name, notes)
               if any(column.cell(variant) != numbers.MISSING for variant in variants)]
    heads = "".join(f'<th scope="col"{_tip(column.title)}>{column.title}</th>'
                    for column in columns)
    styles = list(measured.variants)
    rows = "".join(
        f'<tr><th scope="row">{marks.key(charts.style_of(styles, variant))}'
        f"{escape(variant)}</th>{_cells(columns, variant)}</tr>"
        for variant in variants)
    share = measured.reference_share(name)
    caption = f"<caption>At {share:.0%} of capacity</caption>" if share else ""
    return ('<div class="scroll" tabindex="0" role="region" '
            f'aria-label="figures of {escape(name)}"><table class="figures">{caption}<thead><tr>'
            f'<th scope="col">variant</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
            f"{notes.html()}")


def _tip(title: str) -> str:
    words = next((words for start, words in _TIPS.items() if title.startswith(start)), "")
    return f' title="{escape(words)}"' if words else ""


def _cells(columns: list[Column], variant: str) -> str:
    return "".join(f"<td>{column.cell(variant)}</td>" for column in columns)


def _columns(measured: Measured, trust: Trust, name: str, notes: Footnotes) -> list[Column]:
    kind = measured.scenario(name).get("kind")

    def plain(figure: Figure) -> Callable[[str], str]:
        def cell(variant: str) -> str:
            value = measured.value(name, variant, figure)
            if value is None or (figure is THROUGHPUT and kind == "slow"):
                return numbers.MISSING  # slow clients set the pace: it says nothing of a server
            rule = trust.rule(name, (variant,), figure)
            return numbers.shown(figure, value) + notes.mark(rule, figure, variant)
        return cell

    main = {"cold": READY, "slow": RSS}.get(kind, CPU)
    short = {READY: "ready", RSS: "peak RSS", CPU: "CPU"}[main]
    rss = "peak RSS over all rates" if len(measured.shares(name)) > 1 else "peak RSS"

    def against(base: str) -> Callable[[str], str]:
        return lambda variant: _ratio(measured, trust, name, variant, base, main)

    def split(variant: str) -> str:
        user, system = (measured.value(name, variant, figure) for figure in (USER, SYSTEM))
        if user is None or system is None:
            return numbers.MISSING
        return f"{numbers.number(user)}\u00a0+\u00a0{numbers.number(system)}"

    return [
        Column("requests/s", plain(THROUGHPUT)), Column(rss, plain(RSS)),
        Column("ready", plain(READY)), Column("first answer", plain(FIRST)),
        Column("p50", plain(P50)), Column("p99", plain(P99)), Column("p99.9", plain(P999)),
        Column("CPU a request", plain(CPU)), Column("user + system, µs", split),
        *(Column(f"{short} to {escape(base)}", against(base)) for base in _bases(measured)),
        Column("page faults", plain(FAULTS)), Column("heap calls", plain(HEAP_CALLS)),
        Column("syscalls", plain(SYSCALLS)),
        Column("instructions", plain(INSTRUCTIONS)), Column("arena bytes", plain(ARENA_BYTES)),
    ]


def _bases(measured: Measured) -> list[str]:
    """What variants are compared to."""
    return list(dict.fromkeys(to for _, to in compared(measured)))


def _ratio(measured: Measured, trust: Trust, name: str, variant: str, base: str, figure: Figure,
           share: float | None = None) -> str:
    if variant == base:
        return numbers.MISSING
    return cells.ratio(judge_figure(measured, trust, name, (variant, base), figure, share))


def by_rate(measured: Measured, trust: Trust, name: str) -> str:
    """An open loop at several rates: latency and CPU at each. Peak RSS is one figure of a process
    that served them all, and so stands above."""
    shares = measured.shares(name)
    if len(shares) < 2:
        return ""
    base = next(iter(_bases(measured)), "")
    rows, notes = [], Footnotes(measured.variants_of(name))
    for share in shares:
        variants = [variant for variant in measured.variants_of(name)
                    if measured.runs(name, variant, share)]
        for at, variant in enumerate(variants):
            head = (f'<th scope="rowgroup" rowspan="{len(variants)}">{share:.0%}</th>'
                    if at == 0 else "")
            shown = []
            for figure in (THROUGHPUT, P50, P99, P999, CPU):
                value = measured.value(name, variant, figure, share)
                rule = trust.rule(name, (variant,), figure, share) if value is not None else None
                shown.append(numbers.shown(figure, value)
                             + notes.mark(rule, figure, variant, share))
            shown += [_ratio(measured, trust, name, variant, base, figure, share)
                      for figure in (P99, CPU)]
            rows.append(f'<tr>{head}<th scope="row">{escape(variant)}</th>'
                        + "".join(f"<td>{cell}</td>" for cell in shown) + "</tr>")
    heads = ("of capacity", "variant", "requests/s", "p50", "p99", "p99.9", "CPU a request",
             f"p99 to {base}", f"CPU to {base}")
    head = "".join(f'<th scope="col"{_tip(title)}>{escape(title)}</th>' for title in heads)
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)} by rate">'
            '<table class="figures by-rate"><caption>At each rate</caption><thead>'
            f'<tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody>'
            f'</table></div>{notes.html()}')
