"""Numbers as people read them."""

from lab.analysis.figures import ARENA_BYTES, FIRST, INSTRUCTIONS, READY, RSS, Figure, Kind

MISSING = "–"
_MIB = 1 << 20


def number(value: float | None) -> str:
    """Three digits that count, thousands parted."""
    if value is None:
        return MISSING
    if value == 0:
        return "0"
    if value < 0.01:
        return "<0.01"
    if value < 10:
        return f"{value:.2f}"
    if value < 100:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def signed(value: float) -> str:
    """A change: with its sign, a minus that is as wide as the plus."""
    if abs(value) < 0.01:
        return "0"
    return ("+" if value > 0 else "−") + number(abs(value))


def compact(value: float | None) -> str:
    """Of large counts, which only their first digits tell apart: 33.6k, 1.29M."""
    if value is None:
        return MISSING
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return number(value / (1000 if unit == "k" else size)) + unit
    return number(value)


def latency(us: float | None) -> str:
    if us is None:
        return MISSING
    if us < 1000:
        return f"{us:.0f}\u202fµs"
    if us < 1_000_000:
        return f"{number(us / 1000)}\u202fms"
    return f"{number(us / 1e6)}\u202fs"


def tick(value: float) -> str:
    """Round numbers, as axes have them."""
    return f"{value:,.10g}"


def latency_tick(us: float) -> str:
    for size, unit in ((1e6, "s"), (1000, "ms")):
        if us >= size:
            return f"{tick(us / size)}\u202f{unit}"
    return f"{tick(us)}\u202fµs"


def mib(value: float | None) -> str:
    return MISSING if value is None else f"{number(value / _MIB)}\u202fMiB"


def size(value: float | None) -> str:
    """Bytes in the unit that suits: arenas are of kilobytes, servers of megabytes."""
    if value is None:
        return MISSING
    if value < 1024:
        return f"{value:.0f}\u202fB"
    return f"{number(value / 1024)}\u202fKiB" if value < _MIB else mib(value)


def shown(figure: Figure, value: float | None) -> str:
    """A figure's value with its unit."""
    if value is None:
        return MISSING
    if figure.kind is Kind.LATENCY or figure is FIRST:
        return latency(value)
    if figure is RSS:
        return mib(value)
    if figure is INSTRUCTIONS:
        return compact(value)
    if figure is ARENA_BYTES:
        return size(value)
    if figure.kind is Kind.CPU:
        return f"{number(value)}\u202fµs"
    return f"{number(value)}\u202fms" if figure is READY else number(value)


def duration(seconds: float | None) -> str:
    if seconds is None:
        return MISSING
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes} min {left} s" if minutes else f"{left} s"
