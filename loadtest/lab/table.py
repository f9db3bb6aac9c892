"""The table, for a terminal of 100 columns or as Markdown."""

from lab.summary import Figure
from lab.variants import BASELINE

NAME_WIDTH = 10


def number(value: float | None) -> str:
    """Three figures or all the digits before the point, whichever is more; '-' for nothing."""
    if value is None:
        return "-"
    if 0 < value < 0.005:
        return "<0.01"
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{decimals}f}"


def ratio(figure: Figure) -> str:
    if figure.ratio is None:
        return "-"
    text = f"{figure.ratio:.2f}"
    if figure.interval is not None:
        text += f" [{figure.interval[0]:.2f}-{figure.interval[1]:.2f}]"
    return text


def _scaled(name: str, factor: float):
    def cell(figures: dict[str, Figure]) -> tuple[str, str]:
        figure = figures[name]
        value = None if figure.value is None else figure.value * factor
        return number(value), ratio(figure)

    return cell


def _split(figures: dict[str, Figure]) -> tuple[str, str]:
    user, system = figures["user_us"], figures["system_us"]
    if user.value is None or system.value is None:
        return "-", "-"
    ratios = f"{ratio(user)} + {ratio(system)}"
    return f"{number(user.value)} + {number(system.value)}", ratios


# (heading, its second line, width in the terminal, figures -> (value, ratio))
COLUMNS = (
    ("requests", "/s", 8, _scaled("requests_per_s", 1)),
    ("p50", "ms", 6, _scaled("p50_us", 1e-3)),
    ("p99", "ms", 6, _scaled("p99_us", 1e-3)),
    ("CPU", "µs/request", 16, _scaled("cpu_us", 1)),
    ("user + system", "µs/request", 15, _split),
    ("peak RSS", "MiB", 8, _scaled("peak_rss_bytes", 1 / (1 << 20))),
    ("faults", "/request", 8, _scaled("faults", 1)),
    ("heap calls", "/request", 10, _scaled("heap_calls", 1)),
)


def _terminal_row(name: str, cells: list[str]) -> str:
    row = f"  {name:<{NAME_WIDTH}}"
    return row + " ".join(f"{cell:>{column[2]}}" for cell, column in zip(cells, COLUMNS))


def terminal_block(scenario: str, arms: dict[str, dict[str, Figure]]) -> list[str]:
    """One scenario: two heading lines, then each arm's values and below them its ratios."""
    lines = [
        scenario,
        _terminal_row("", [column[0] for column in COLUMNS]),
        _terminal_row("", [column[1] for column in COLUMNS]),
    ]
    for arm, figures in arms.items():
        cells = [column[3](figures) for column in COLUMNS]
        lines.append(_terminal_row(arm, [value for value, _ in cells]))
        if arm != BASELINE:
            lines.append(_terminal_row("  ×", [below for _, below in cells]))
    return [line.rstrip() for line in lines]


def markdown_block(scenario: str, arms: dict[str, dict[str, Figure]]) -> list[str]:
    headings = [f"{heading} {unit}".replace(" /", "/") for heading, unit, _, _ in COLUMNS]
    lines = [
        f"**{scenario}**",
        "",
        "| | " + " | ".join(headings) + " |",
        "|---|" + "--:|" * len(COLUMNS),
    ]
    for arm, figures in arms.items():
        cells = []
        for *_, cell in COLUMNS:
            value, below = cell(figures)
            cells.append(value if arm == BASELINE or below == "-" else f"{value} (× {below})")
        lines.append(f"| {arm} | " + " | ".join(cells) + " |")
    return lines


LEGEND = (
    "× is the ratio to baseline: the median of the passes' paired ratios, for CPU with its 95 %",
    "bootstrap interval; p50 and p99 come from all kept samples merged, wrk's correction undone;",
    "heap calls are counted in a run of their own; floor is a raw epoll loop with baked answers.",
)
