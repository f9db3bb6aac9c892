"""The forest plot: every scenario by four figures, ratios with their intervals on a log axis.

It is a table whose cells hold a drawing and the same in text below it. Drawings place their marks
in per cent of their width, so that they fit a desk, a phone and paper without being scaled.
"""

import re
from html import escape

from lab.analysis.figures import MAIN, Figure, Kind
from lab.analysis.findings import Judged, judge_figure
from lab.analysis.measured import Measured
from lab.analysis.pairs import USUAL, Pair
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict, told
from lab.report import numbers
from lab.report.scales import Scale
from lab.report.verdict_marks import STYLE, WORDS, in_words

_LOW, _HIGH = 0.4, 2.5  # what lies beyond is an arrow: else nobody could see a band of ±2 %
_TICKS = (0.5, 0.7, 1, 1.4, 2)  # more would run into each other
_FINE_TICKS = (0.5, 0.7, 0.85, 1, 1.2, 1.4, 2)
_HEIGHT = 28
_ROWS = (9, 20)  # where the two marks stand, in pixels
_SIGNS = ("●", "◇")


def table(measured: Measured, trust: Trust, pairs: tuple[Pair, ...] = USUAL) -> str:
    """All scenarios in which one of the pairs, at most two, was measured; empty if there are none.
    """
    judged = {scenario["name"]: _judged(measured, trust, scenario["name"], pairs)
              for scenario in measured.scenarios}
    judged = {name: row for name, row in judged.items() if _has_any(row)}
    if not judged:
        return ""
    scales = {figure: _scale(judged, figure) for figure in MAIN}
    heads = "".join(f'<th scope="col">{escape(figure.title)}'
                    f'<small>{"lower" if figure.lower_is_better else "higher"} is better, band '
                    f'±\u202f{figure.band:.0%}</small></th>' for figure in MAIN)
    parts = ['<table class="forest"><caption>', _caption(pairs), "</caption><thead><tr>",
             f'<th scope="col">Scenario</th>{heads}</tr></thead>']
    for group in dict.fromkeys(scenario.get("group", "") for scenario in measured.scenarios):
        members = [scenario for scenario in measured.scenarios
                   if scenario.get("group", "") == group and scenario["name"] in judged]
        if members:
            parts.append(_group(measured, group, members, judged, scales, pairs))
    return "".join(parts) + "</table>"


def anchor(scenario: str) -> str:
    """The id of a scenario's part of the page."""
    return "s-" + re.sub(r"[^A-Za-z0-9_-]+", "-", scenario)


def _caption(pairs: tuple[Pair, ...]) -> str:
    if pairs is USUAL:
        what = ('the arena to <span class="mark">●</span> the same code on the heap and to '
                '<span class="mark">◇</span> the baseline')
        of = "the arena"
    else:
        of = escape(pairs[0][0])
        what = f'{of} to <span class="mark">●</span> {escape(pairs[0][1])}'
    return (f'Ratios of {what}, with 95\u202f% intervals on a logarithmic axis. Of CPU, p99 and peak '
            f'RSS a ratio below 1 is good for {of}, of throughput one above 1. The shaded band is '
            "where a difference does not matter; an arrow stands for what lies beyond the axis. "
            f"{WORDS}")


def _judged(measured: Measured, trust: Trust, name: str,
            pairs: tuple[Pair, ...]) -> dict[Figure, list[Judged]]:
    return {figure: [judge_figure(measured, trust, name, pair, figure) for pair in pairs]
            for figure in MAIN}


def _has_any(row: dict[Figure, list[Judged]]) -> bool:
    return any(_drawn(one) or one.verdict is Verdict.WITHHELD for ones in row.values()
               for one in ones)


def _drawn(one: Judged) -> bool:
    return one.verdict not in (Verdict.MISSING, Verdict.WITHHELD)


def _scale(judged: dict, figure: Figure) -> Scale:
    """One axis for a column: as wide as the first pair's intervals need it, within bounds."""
    ends = [end for row in judged.values() for one in row[figure][:1] if _drawn(one)
            for end in (*(one.ratio.interval or ()), one.ratio.value) if end > 0]
    low, high = max(_LOW, min([0.8, *ends]) / 1.05), min(_HIGH, max([1.25, *ends]) * 1.05)
    ticks = _TICKS if high / low > 2.2 else _FINE_TICKS
    return Scale(low, high, True, tuple(tick for tick in ticks if low < tick < high), "",
                 lambda value: f"{value:g}")


def _group(measured: Measured, group: str, members: list[dict], judged: dict,
           scales: dict[Figure, Scale], pairs: tuple[Pair, ...]) -> str:
    drawn = {figure for scenario in members for figure in MAIN
             if any(map(_drawn, judged[scenario["name"]][figure]))}
    heads = "".join(f"<td>{_group_head(figure, scales[figure]) if figure in drawn else ''}</td>"
                    for figure in MAIN)
    rows = [f'<tbody><tr class="group"><th scope="rowgroup">{escape(group)}</th>{heads}</tr>']
    for scenario in members:
        name = scenario["name"]
        cells = "".join(_cell(measured, name, figure, judged[name][figure], scales[figure], pairs)
                        for figure in MAIN)
        rows.append(f'<tr><th scope="row"><a href="#{anchor(name)}">'
                    f'{escape(scenario.get("title", name))}</a></th>{cells}</tr>')
    return "".join(rows) + "</tbody>"


def _group_head(figure: Figure, scale: Scale) -> str:
    """Of a long table, nobody sees the head of all of it."""
    return (f'{escape(figure.title)}<svg class="ticks" aria-hidden="true">{_labels(scale, 12)}'
            "</svg>")


def _labels(scale: Scale, y: int) -> str:
    return "".join(f'<text x="{_at(scale, tick)}" y="{y}" text-anchor="middle">'
                   f'{scale.format(tick)}</text>' for tick in scale.ticks)


def _at(scale: Scale, value: float) -> str:
    return f"{100 * scale.place(value):.2f}%"


def _cell(measured: Measured, name: str, figure: Figure, ones: list[Judged],
          scale: Scale, pairs: tuple[Pair, ...]) -> str:
    if not any(_drawn(one) for one in ones):
        return (f'<td data-figure="{escape(figure.title)}" class="none">'
                f'<span class="words">{_why_not(measured, name, figure, ones, pairs)}</span></td>')
    signs = _SIGNS if len(pairs) > 1 else ("",)
    texts = "".join(f'<span class="{STYLE[one.verdict]}">{sign} {in_words(one)}</span>'
                    for sign, one in zip(signs, ones) if one.verdict is not Verdict.MISSING)
    return (f'<td data-figure="{escape(figure.title)}">{_drawing(figure, ones, scale, pairs)}'
            f'<span class="values">{texts}</span></td>')


def _why_not(measured: Measured, scenario: str, figure: Figure, ones: list[Judged],
             pairs: tuple[Pair, ...]) -> str:
    if why := measured.not_compared(scenario, figure):
        return f"not compared: {escape(why)}"
    reasons = [one.reason for one in ones if one.verdict is Verdict.WITHHELD and one.reason]
    if reasons:
        return f"withheld: {escape(reasons[0])}"
    timed = any(measured.histogram(scenario, pairs[0][0]).values())
    return "too few samples" if figure.kind is Kind.LATENCY and timed else numbers.MISSING


def _drawing(figure: Figure, ones: list[Judged], scale: Scale, pairs: tuple[Pair, ...]) -> str:
    tips = "; ".join(f"{figure.title}, {of} to {to}: "
                     f"{told(one.ratio.value, one.ratio.interval)}, {one.verdict.value}"
                     for (of, to), one in zip(pairs, ones) if _drawn(one))
    left, right = scale.place(figure.low()), scale.place(figure.high())
    grid = "".join(f'<line class="{"one" if tick == 1 else "grid"}" x1="{_at(scale, tick)}" '
                   f'x2="{_at(scale, tick)}" y1="0" y2="{_HEIGHT}"/>' for tick in scale.ticks)
    marks = "".join(_mark(one, y, scale, main) for one, y, main in zip(ones, _ROWS, (True, False))
                    if _drawn(one))
    return (f'<svg class="cell" role="img"><title>{escape(tips)}</title>'
            f'<rect class="band" x="{100 * left:.2f}%" width="{100 * (right - left):.2f}%" y="0" '
            f'height="{_HEIGHT}"/>{grid}{marks}<g class="labels">{_labels(scale, _HEIGHT + 12)}</g>'
            "</svg>")


def _mark(one: Judged, y: int, scale: Scale, main: bool) -> str:
    """The ratio with its interval; arrows at the edges where these lie beyond."""
    low, high = one.ratio.interval or (one.ratio.value, one.ratio.value)
    bar = (f'<line class="bar" x1="{_at(scale, low)}" x2="{_at(scale, high)}" y1="{y}" y2="{y}"/>'
           if low < scale.high and high > scale.low else "")
    arrows = _arrow("0%", y, 1) * (low < scale.low) + _arrow("100%", y, -1) * (high > scale.high)
    mark = ""
    if scale.low <= one.ratio.value <= scale.high:
        at, shape = _at(scale, one.ratio.value), "M-3.6 0L0 -3.6L3.6 0L0 3.6Z"
        mark = (f'<circle class="dot" cx="{at}" cy="{y}" r="3"/>' if main else
                f'<svg x="{at}" y="{y}" overflow="visible"><path class="diamond" d="{shape}"/></svg>')
    return f'<g class="{STYLE[one.verdict]}{"" if main else " second"}">{bar}{arrows}{mark}</g>'


def _arrow(x: str, y: int, inward: int) -> str:
    return (f'<svg x="{x}" y="{y}" overflow="visible"><path class="arrow" '
            f'd="M{inward} 0L{7 * inward} -3.6V3.6Z"/></svg>')
