"""Curves as inline SVG: percentiles, latency against rate, memory over time.

Colours and dashes come from the page's style sheet by class, so that both colour schemes and print
have their own. A line has its name at its end and in a legend, markers of its own, and a tooltip;
a hollow marker is of a value that is not judged.
"""

from dataclasses import dataclass
from html import escape

from lab.analysis import histogram
from lab.analysis.figures import P99
from lab.analysis.measured import AGAIN, Measured
from lab.analysis.trust import Trust
from lab.report import marks, numbers
from lab.report.scales import Scale, decades, linear_scale, log_scale

WIDTH, HEIGHT = 580, 320
LEFT, RIGHT, TOP, BOTTOM = 76, 132, 12, 46
_NAMED = ("floor", "baseline", "heap", "arena", "nginx")
_OTHERS = 10  # styles that the sheet has for all other variants
_HEAD = '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'


@dataclass(frozen=True)
class Line:
    variant: str
    style: str
    points: list[tuple[float, float]]
    hollow: tuple[bool, ...] = ()  # by point; empty when all are judged


def style_of(variants: list[str], variant: str) -> str:
    """The class that colours a variant, the same in every chart of a page."""
    base = variant.removesuffix(AGAIN)
    if base != variant:
        return "k-again"
    if variant in _NAMED:
        return f"k-{variant}"
    others = [name for name in variants if name not in _NAMED and not name.endswith(AGAIN)]
    return f"k-{others.index(variant) % _OTHERS}"


def percentiles(measured: Measured, scenario: str) -> str:
    """Latency at each percentile, as long as ten samples lie beyond."""
    lines = []
    for variant in measured.variants_of(scenario):
        points = histogram.curve(measured.histogram(scenario, variant))
        if len(points) > 1:
            lines.append(_line(measured, variant, points))
    if not lines:
        return ""
    x = decades(max(line.points[-1][0] for line in lines), "percentile", _percentile)
    y = log_scale([value for line in lines for _, value in line.points], "latency",
                  numbers.latency_tick)
    share = measured.reference_share(scenario)
    at = f" at {share:.0%} of capacity" if share else ""
    return figure(f"Latency by percentile{at}", lines, x, y)


def rates(measured: Measured, scenario: str, trust: Trust) -> str:
    """p99 at each rate that was asked for; hollow where it is not judged."""
    shares = measured.shares(scenario)
    lines = []
    for variant in measured.variants_of(scenario) if len(shares) > 1 else ():
        points, hollow = [], []
        for share in shares:
            runs = measured.runs(scenario, variant, share)
            value = measured.value(scenario, variant, P99, share)
            asked = [run.get("rate") or run.get("requests_per_s") for run in runs]
            if value and asked and None not in asked:
                points.append((sum(asked) / len(asked), value))
                hollow.append(trust.rule(scenario, (variant,), P99, share) is not None)
        if points:
            lines.append(_line(measured, variant, points, tuple(hollow)))
    if not lines:
        return ""
    x = linear_scale([rate for line in lines for rate, _ in line.points], "requests/s asked for",
                     numbers.tick)
    y = log_scale([value for line in lines for _, value in line.points], "p99",
                  numbers.latency_tick)
    note = ("Hollow marks are not judged: the table by rate says why."
            if any(any(line.hollow) for line in lines) else "")
    return figure("p99 against the rate of requests", lines, x, y, note)


def memory(measured: Measured, scenario: str) -> str:
    """RSS over time."""
    series = measured.result.get("series", {}).get(scenario, {})
    lines = [
        _line(measured, variant, list(zip(found["seconds"], found["rss_bytes"])))
        for variant, found in series.items()
        if variant in measured.variants and found.get("seconds") and found.get("rss_bytes")
    ]
    if not lines:
        return ""
    x = linear_scale([at for line in lines for at, _ in line.points], "seconds", numbers.tick)
    y = linear_scale([size / (1 << 20) for line in lines for _, size in line.points], "RSS, MiB",
                     numbers.tick)
    lines = [Line(line.variant, line.style, [(at, size / (1 << 20)) for at, size in line.points])
             for line in lines]
    return figure("Memory over time (RSS)", lines, x, y)


def figure(title: str, lines: list[Line], x: Scale, y: Scale, note: str = "") -> str:
    """One chart with its caption and legend."""
    keys = "".join(f"<li>{marks.key(line.style)}{escape(line.variant)}</li>" for line in lines)
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return (f'<figure><figcaption>{escape(title)}</figcaption>{drawing(title, lines, x, y)}'
            f'<ul class="legend">{keys}</ul>{said}</figure>')


def drawing(title: str, lines: list[Line], x: Scale, y: Scale) -> str:
    parts = [_HEAD.format(WIDTH, HEIGHT, escape(title)), *_x_axis(x), *_y_axis(y)]
    ends = []
    for number, line in enumerate(lines):
        at = [(_x(x, px), _y(y, py)) for px, py in line.points]
        path = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in at)
        hollow = line.hollow or (False,) * len(at)
        shapes = "".join(marks.marker(line.style, *at[point], hollow[point])
                         for point in marks.marked(len(at), number))
        parts.append(f'<g class="curve"><title>{escape(line.variant)}</title>'
                     f'<path class="{line.style}" d="{path}"/>{shapes}</g>')
        ends.append((line.variant, *at[-1]))
    names = marks.names(ends, WIDTH - RIGHT + 10, TOP + 4, HEIGHT - BOTTOM)
    return f'{"".join(parts)}{names}</svg>'


def _line(measured: Measured, variant: str, points: list[tuple[float, float]],
          hollow: tuple[bool, ...] = ()) -> Line:
    return Line(variant, style_of(list(measured.variants), variant), points, hollow)


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


def _percentile(place: float) -> str:
    """1 is the minimum, 10 is p90, 100 is p99, 1,000 is p99.9."""
    return "min" if place == 1 else f"p{100 - 100 / place:g}"
