"""CPU a request of arena to heap over all scenarios, as an SVG file for the README.

It has a background of its own, so that it reads on light and dark pages alike, and is shown by an
<img>: colours stand in it, and it has neither scripts nor tooltips.
"""

from html import escape

from lab.analysis import trust as trusts
from lab.analysis.figures import CPU
from lab.analysis.findings import Judged, judge_figure
from lab.analysis.measured import ARENA, HEAP, Measured
from lab.analysis.verdicts import Verdict, told
from lab.report.forest import SIGN
from lab.report.scales import Scale

WIDTH, ROW, HEAD, FOOT = 760, 24, 64, 34
LEFT, RIGHT = 270, 560  # of the axis
_COLOUR = {Verdict.BETTER: "#0067a8", Verdict.WORSE: "#b8470a", Verdict.SAME: "#5c6066"}
_OPEN = "#74777d"
_TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


def svg(result: dict) -> str:
    """The best ratio first; scenarios whose CPU is not to be judged are only counted."""
    measured = Measured(result)
    trust = trusts.judge(measured)
    rows = [(scenario, judge_figure(measured, trust, scenario["name"], (ARENA, HEAP), CPU))
            for scenario in measured.scenarios]
    withheld = sum(one.verdict is Verdict.WITHHELD for _, one in rows)
    rows = [row for row in rows if row[1].verdict not in (Verdict.MISSING, Verdict.WITHHELD)]
    rows.sort(key=lambda row: row[1].ratio.value)
    height = HEAD + ROW * len(rows) + FOOT
    scale = _scale([one for _, one in rows])
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONT}" font-size="13">',
             "<title>CPU time a request: arena divided by heap, with 95 % intervals</title>",
             f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#fcfcfb"/>',
             '<text x="20" y="28" font-size="15" font-weight="600" fill="#1c1d1f">CPU a request: '
             "arena ÷ the same code on the heap</text>",
             *_axis(scale, height)]
    for number, (scenario, one) in enumerate(rows):
        parts.append(_row(scenario.get("title", scenario["name"]), one, HEAD + ROW * number, scale))
    if not rows:
        parts.append('<text x="20" y="56" fill="#5a5d63">nothing that could be judged</text>')
    about = f"{result.get('started', '')} · {result.get('machine', {}).get('cpu', '')}".strip(" ·")
    about += f" · {withheld} not judged" if withheld else ""
    parts.append(f'<text x="20" y="{height - 12}" font-size="11" fill="#5a5d63">{escape(about)} · '
                 "+ better, − worse, = no difference that matters, ? undecided</text></svg>\n")
    return "".join(parts)


def _scale(ones: list[Judged]) -> Scale:
    ends = [end for one in ones for end in (*(one.ratio.interval or ()), one.ratio.value)]
    low, high = min([0.7, *ends]) / 1.08, max([1.4, *ends]) * 1.08
    return Scale(low, high, True, tuple(tick for tick in _TICKS if low <= tick <= high), "", str)


def _x(scale: Scale, value: float) -> float:
    return LEFT + scale.place(value) * (RIGHT - LEFT)


def _axis(scale: Scale, height: int) -> list[str]:
    left, right = _x(scale, CPU.low()), _x(scale, CPU.high())
    foot = height - FOOT
    parts = [f'<rect x="{left:.1f}" y="{HEAD - 6}" width="{right - left:.1f}" '
             f'height="{foot - HEAD + 6}" fill="#e3e5e8"/>']
    for tick in scale.ticks:
        at = _x(scale, tick)
        colour = "#9a9ea5" if tick == 1 else "#dcdcd7"
        parts.append(f'<path d="M{at:.1f} {HEAD - 6}V{foot}" stroke="{colour}"/>'
                     f'<text x="{at:.1f}" y="{HEAD - 12}" font-size="11" fill="#5a5d63" '
                     f'text-anchor="middle">{tick:g}</text>')
    return parts


def _row(title: str, one: Judged, top: int, scale: Scale) -> str:
    colour = _COLOUR.get(one.verdict, _OPEN)
    y = top + ROW / 2
    fill = colour if one.verdict in _COLOUR else "#fcfcfb"
    title = title if len(title) <= 36 else title[:35] + "…"
    bar = ""
    if one.ratio.interval:
        low, high = (_x(scale, end) for end in one.ratio.interval)
        bar = f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{colour}" stroke-width="3"/>'
    return (f'<text x="{LEFT - 14}" y="{y + 4}" text-anchor="end" fill="#1c1d1f">{escape(title)}'
            f'</text>{bar}<circle cx="{_x(scale, one.ratio.value):.1f}" cy="{y}" r="4.5" '
            f'fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'
            f'<text x="{RIGHT + 16}" y="{y + 4}" fill="{colour}">{SIGN[one.verdict]} '
            f'{told(one.ratio.value, one.ratio.interval)}</text>')
