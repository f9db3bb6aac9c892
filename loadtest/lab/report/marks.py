"""What tells the lines of a chart apart besides their colour: a marker of its own for each style,
and the variant's name at the line's end."""

from html import escape

NAME_LENGTH = 18  # longer names are cut at the line's end; the legend has them whole
_GAP = 13  # between two names, in units of the drawing
_MARKS = 5  # on a curve of many points
_SHAPES = {  # round the origin, of about the same area
    "k-arena": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
    "k-heap": "M-3.6 -3.6H3.6V3.6H-3.6Z",
    "k-baseline": "M0 -4.8L4.4 3.4H-4.4Z",
    "k-floor": "M0 -5L5 0L0 5L-5 0Z",
    "k-nginx": "M0 4.8L4.4 -3.4H-4.4Z",
    "k-again": "M-4.4 0H4.4M0 -4.4V4.4",
    "k-0": "M-4.8 0L3.4 -4.4V4.4Z",
    "k-1": "M-3.6 -3.6L3.6 3.6M-3.6 3.6L3.6 -3.6",
    "k-2": "M-2 -5H2V5H-2Z",
    "k-3": "M-4.2 -4.2H4.2L-4.2 4.2H4.2Z",
    "k-4": "M4.8 0L-3.4 -4.4V4.4Z",
    "k-5": "M-5 -2H5V2H-5Z",
    "k-6": "M0 -5.4L1.5 -1.5L5.4 0L1.5 1.5L0 5.4L-1.5 1.5L-5.4 0L-1.5 -1.5Z",
    "k-7": "M-4.2 -4.2L4.2 4.2V-4.2L-4.2 4.2Z",
    "k-8": "M-4.6 2.4a4.6 4.6 0 0 1 9.2 0Z",
    "k-9": "M-4.4 -4L0 0L4.4 -4V1L0 5L-4.4 1Z",
    "k-10": "M0 -5.6L4.8 1.8H-4.8ZM-4.8 3.4H4.8",
    "k-11": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0ZM-5.6 0H5.6",
    "k-12": "M-3.6 -3.6H3.6V3.6H-3.6ZM-5.4 5.4L5.4 -5.4",
    "k-13": "M0 -5L5 0L0 5L-5 0ZM0 -6.4V6.4",
    "k-14": "M-4.6 -2.4a4.6 4.6 0 0 0 9.2 0Z",
    "k-15": "M-5 -3L5 3M-5 3L5 -3M0 -5.4V5.4",
    "k-16": "M-4.4 4L0 0L4.4 4V-1L0 -5L-4.4 -1Z",
    "k-17": "M-5 -1.4H-1.4V-5H1.4V-1.4H5V1.4H1.4V5H-1.4V1.4H-5Z",
    "k-18": "M-4.8 -3.2H4.8L2.4 3.2H-2.4Z",
    "k-19": "M-2.4 -4.4H2.4L4.8 0L2.4 4.4H-2.4L-4.8 0Z",
}


def marker(style: str, x: float, y: float, hollow: bool = False) -> str:
    return (f'<path class="m {style}{" hollow" if hollow else ""}" '
            f'transform="translate({x:.1f} {y:.1f})" d="{_SHAPES[style]}"/>')


def key(style: str) -> str:
    """A line and its marker, for legends and tables."""
    return ('<svg class="key" viewBox="0 0 34 12" aria-hidden="true">'
            f'<path class="{style}" d="M1 6H33"/>{marker(style, 17, 6)}</svg>')


def marked(count: int, line: int) -> list[int]:
    """Which points of a curve have a marker: a few, at other places for each line, so that lines
    that lie on each other can still be told apart."""
    if count <= _MARKS:
        return list(range(count))
    step = count / _MARKS
    return sorted({int((k + (line % 4 + 1) / 5) * step) for k in range(_MARKS)})


def spread(wanted: list[float], low: float, high: float) -> list[float]:
    """Where names stand: as near to the ends of their lines as they can without touching, between
    `low` and `high`; evenly when there is no room for all."""
    gap = min(_GAP, (high - low) / max(1, len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed = [0.0] * len(wanted)
    below = low - gap
    for at in order:
        below = placed[at] = max(min(wanted[at], high), below + gap)
    above = high + gap
    for at in reversed(order):
        above = placed[at] = min(placed[at], above - gap)
    return placed


def cut(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[:NAME_LENGTH - 1] + "…"


def names(ends: list[tuple[str, float, float]], right: float, low: float,
          high: float) -> str:
    """`ends` are of (variant, x, y); names stand from `right` on, led to by a thin line."""
    parts = []
    placed = spread([y for *_, y in ends], low, high)
    for (variant, x, y), at in zip(ends, placed):
        parts.append(f'<path class="lead-to" d="M{x:.1f} {y:.1f}L{right:.1f} {at:.1f}"/>'
                     f'<text class="name" x="{right + 3:.1f}" y="{at + 4:.1f}">'
                     f"{escape(cut(variant))}</text>")
    return "".join(parts)
