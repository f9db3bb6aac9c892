"""Curves as inline SVG: axes, lines with their markers and ranges, names at their ends.

Colours and dashes come from the page's style sheet by class, so that both colour schemes and print
have their own. A line has its name at its end and in a legend, markers of its own, and a tooltip;
a hollow marker is of a value that is not judged.
"""

from dataclasses import dataclass
from html import escape

from lab.report import marks
from lab.report.scales import Scale

WIDTH, HEIGHT = 580, 320
LEFT, RIGHT, TOP, BOTTOM = 76, 132, 12, 46
_BESIDE = 4.0  # between the ranges of two lines at one place, in units of the drawing
_HEAD = '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'


@dataclass(frozen=True)
class Line:
    variant: str
    style: str
    points: list[tuple[float, float]]
    hollow: tuple[bool, ...] = ()  # by point; empty when all are judged
    ranges: tuple[tuple[float, float], ...] = ()  # by point: from the lowest to the highest


def figure(title: str, of: str, lines: list[Line], x: Scale, y: Scale, notes: list[str]) -> str:
    """One chart with its caption and legend; `of` is the scenario's title."""
    keys = "".join(f"<li>{marks.key(line.style)}{escape(line.variant)}</li>" for line in lines)
    said = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    return (f'<figure><figcaption>{escape(title)}</figcaption>'
            f'{drawing(f"{title}: {of}", lines, x, y)}<ul class="legend">{keys}</ul>{said}</figure>')


def drawing(title: str, lines: list[Line], x: Scale, y: Scale) -> str:
    parts = [_HEAD.format(WIDTH, HEIGHT, escape(title)), *_x_axis(x), *_y_axis(y)]
    ends = []
    for number, line in enumerate(lines):
        beside = _BESIDE * (number - (len(lines) - 1) / 2) if line.ranges else 0.0
        at = [(_x(x, px) + beside, _y(y, py)) for px, py in line.points]
        parts.append(_curve(line, at, y, number))
        ends.append((line.variant, *at[-1]))
    names = marks.names(ends, WIDTH - RIGHT + 10, TOP + 4, HEIGHT - BOTTOM)
    return f'{"".join(parts)}{names}</svg>'


def _curve(line: Line, at: list[tuple[float, float]], y: Scale, number: int) -> str:
    path = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in at)
    bars = "".join(f"M{px:.1f} {_y(y, low):.1f}V{_y(y, high):.1f}"
                   for (px, _), (low, high) in zip(at, line.ranges) if low < high)
    bars = f'<path class="span {line.style}" d="{bars}"/>' if bars else ""
    hollow = line.hollow or (False,) * len(at)
    shapes = "".join(marks.marker(line.style, *at[point], hollow[point])
                     for point in marks.marked(len(at), number))
    return (f'<g class="curve"><title>{escape(line.variant)}</title>{bars}'
            f'<path class="{line.style}" d="{path}"/>{shapes}</g>')


def _x(scale: Scale, value: float) -> float:
    return LEFT + scale.place(value) * (WIDTH - LEFT - RIGHT)


def _y(scale: Scale, value: float) -> float:
    return HEIGHT - BOTTOM - scale.place(value) * (HEIGHT - TOP - BOTTOM)


def _x_axis(scale: Scale) -> list[str]:
    foot = HEIGHT - BOTTOM
    parts = []
    for tick in scale.ticks:
        at = _x(scale, tick)
        parts.append(f'<path class="grid" d="M{at:.1f} {TOP}V{foot}"/>'
                     f'<text x="{at:.1f}" y="{foot + 18}" text-anchor="middle">'
                     f'{escape(scale.format(tick))}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    return [*parts, f'<text class="axis" x="{middle:.0f}" y="{HEIGHT - 6}" text-anchor="middle">'
                    f'{escape(scale.label)}</text>']


def _y_axis(scale: Scale) -> list[str]:
    parts = []
    for tick in scale.ticks:
        at = _y(scale, tick)
        parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>'
                     f'<text x="{LEFT - 7}" y="{at + 4:.1f}" text-anchor="end">'
                     f'{escape(scale.format(tick))}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return [*parts, f'<text class="axis" transform="translate(12 {middle:.0f}) rotate(-90)" '
                    f'text-anchor="middle">{escape(scale.label)}</text>']
