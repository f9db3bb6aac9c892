"""CPU a request and peak RSS of arena to heap over all scenarios, as an SVG file for the README.

It has a background of its own, so that it reads on light and dark pages alike, and is shown by an
<img> some 800 pixels wide: colours stand in it, and it has neither scripts nor tooltips.
"""

from html import escape

from lab.analysis import trust as trusts
from lab.analysis.figures import CPU, RSS, Figure
from lab.analysis.findings import Judged, judge_figure
from lab.analysis.measured import ARENA, HEAP, Measured
from lab.analysis.verdicts import Verdict
from lab.report.scales import Scale
from lab.report.verdict_marks import in_words

WIDTH, ROW, HEAD, FOOT = 900, 22, 156, 30
TITLES = 346  # where the titles end
AXES = {CPU: (360, 545), RSS: (640, 800)}  # from left to right; the ratio in words follows
_COLOUR = {Verdict.BETTER: "#0067a8", Verdict.WORSE: "#b8470a", Verdict.SAME: "#5c6066"}
_OPEN, _PAPER, _INK, _SOFT = "#62656b", "#fcfcfb", "#1c1d1f", "#5a5d63"
_TICKS = (0.5, 0.7, 1, 1.4, 2, 3)
_LOW, _HIGH = 0.33, 4  # what lies beyond is an arrow at the edge: the band must be seen
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_UNJUDGED = (Verdict.MISSING, Verdict.WITHHELD)


def svg(result: dict) -> str:
    """The best ratio of CPU first, then what has memory alone."""
    measured = Measured(result)
    rows = _rows(measured)
    scales = {figure: _scale([ones[figure] for _, ones in rows]) for figure in AXES}
    height = HEAD + ROW * len(rows) + FOOT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONT}" font-size="12.5">',
             "<title>CPU a request and peak RSS: arena divided by heap, with 95 % intervals</title>",
             f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{_PAPER}"/>', *_legend()]
    for figure in AXES:
        parts += _axis(figure, scales[figure], height)
    for number, (title, ones) in enumerate(rows):
        parts.append(_row(title, ones, HEAD + ROW * number + ROW / 2, scales))
    if not rows:
        parts.append(_text(20, HEAD, "nothing that could be judged", _SOFT))
    about = f"{result.get('started', '')} · {result.get('machine', {}).get('cpu', '')}".strip(" ·")
    return "".join([*parts, _text(20, height - 10, about, _SOFT, 'font-size="11"'), "</svg>\n"])


def _rows(measured: Measured) -> list[tuple[str, dict[Figure, Judged]]]:
    trust = trusts.judge(measured)
    rows = []
    for scenario in measured.scenarios:
        ones = {figure: judge_figure(measured, trust, scenario["name"], (ARENA, HEAP), figure)
                for figure in AXES}
        if any(one.verdict not in _UNJUDGED for one in ones.values()):
            rows.append((scenario.get("title", scenario["name"]), ones))

    def place(row: tuple) -> tuple:
        cpu, rss = (row[1][figure] for figure in AXES)
        return (cpu.ratio.value is None, cpu.ratio.value or rss.ratio.value or 0)

    return sorted(rows, key=place)


def _legend() -> list[str]:
    """Above the drawing: what stands for what."""
    parts = [_text(20, 28, "The arena against the same code on the heap", _INK,
                   'font-size="16" font-weight="600"')]
    at = 20
    for word, verdict, width in (("better", Verdict.BETTER, 70), ("worse", Verdict.WORSE, 66),
                                 ("same: no difference that matters", Verdict.SAME, 246),
                                 ("open: could not be decided", Verdict.INCONCLUSIVE, 200)):
        parts += [_dot(at + 5, 48, verdict), _text(at + 15, 52, word, _colour(verdict))]
        at += width
    for line, text in enumerate((
            "Dot: arena ÷ heap, the median of paired ratios. Bar: its 95 % interval. Arrow: beyond "
            "the axis.", "Shaded: where a difference does not matter, CPU ±2 %, peak RSS ±5 %.")):
        parts.append(_text(20, 73 + 17 * line, text, _SOFT, 'font-size="11.5"'))
    return parts


def _scale(ones: list[Judged]) -> Scale:
    ends = [end for one in ones if one.verdict not in _UNJUDGED
            for end in (*(one.ratio.interval or ()), one.ratio.value)]
    low, high = max(_LOW, min([0.7, *ends]) / 1.1), min(_HIGH, max([1.4, *ends]) * 1.1)
    return Scale(low, high, True, tuple(tick for tick in _TICKS if low <= tick <= high), "", str)


def _x(figure: Figure, scale: Scale, value: float) -> float:
    left, right = AXES[figure]
    return left + scale.place(value) * (right - left)


def _axis(figure: Figure, scale: Scale, height: int) -> list[str]:
    top, foot = HEAD - 4, height - FOOT
    one = _x(figure, scale, 1)
    low, high = (_x(figure, scale, end) for end in (figure.low(), figure.high()))
    title = figure.title[0].upper() + figure.title[1:]
    parts = [f'<rect x="{low:.1f}" y="{top}" width="{high - low:.1f}" height="{foot - top}" '
             'fill="#dfe2e6"/>',
             _text(AXES[figure][0], HEAD - 40, title, _INK, 'font-weight="600"'),
             _text(one - 6, HEAD - 22, "← arena takes less", _SOFT,
                   'font-size="11" text-anchor="end"'),
             _text(one + 6, HEAD - 22, "more →", _SOFT, 'font-size="11"')]
    for tick in scale.ticks:
        at = _x(figure, scale, tick)
        colour = "#8a8e95" if tick == 1 else "#dcdcd7"
        parts += [f'<path d="M{at:.1f} {top}V{foot}" stroke="{colour}"/>',
                  _text(at, HEAD - 8, f"{tick:g}", _SOFT, 'font-size="11" text-anchor="middle"')]
    return parts


def _row(title: str, ones: dict[Figure, Judged], y: float, scales: dict[Figure, Scale]) -> str:
    parts = [_text(TITLES, y + 4, title, _INK, 'text-anchor="end"' + _squeezed(title))]
    for figure, one in ones.items():
        right = AXES[figure][1] + 8
        parts.append(_text(right, y + 4, in_words(one, with_interval=False), _colour(one.verdict),
                           'font-size="11.5"'))
        if one.verdict in _UNJUDGED:
            continue
        if one.ratio.interval:
            low, high = (_x(figure, scales[figure], end) for end in one.ratio.interval)
            parts.append(f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{_colour(one.verdict)}" '
                         'stroke-width="3"/>')
        parts.append(_mark(figure, scales[figure], one, y))
    return "".join(parts)


def _mark(figure: Figure, scale: Scale, one: Judged, y: float) -> str:
    at = _x(figure, scale, one.ratio.value)
    if scale.low <= one.ratio.value <= scale.high:
        return _dot(at, y, one.verdict)
    inward = 9 if one.ratio.value < scale.low else -9
    return (f'<path d="M{at:.1f} {y}l{inward} -4.5v9z" fill="{_colour(one.verdict)}"/>')


def _squeezed(title: str) -> str:
    """Whole titles, the longest a little narrower."""
    return f' textLength="{TITLES - 16}" lengthAdjust="spacingAndGlyphs"' if len(title) > 52 else ""


def _colour(verdict: Verdict) -> str:
    return _COLOUR.get(verdict, _OPEN)


def _dot(x: float, y: float, verdict: Verdict) -> str:
    fill = _colour(verdict) if verdict in _COLOUR else _PAPER
    return (f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{fill}" stroke="{_colour(verdict)}" '
            'stroke-width="1.5"/>')


def _text(x: float, y: float, text: str, colour: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" {more}>{escape(text)}</text>'
