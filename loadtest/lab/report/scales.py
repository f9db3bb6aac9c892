"""Axes: where a value stands between 0 and 1, and which ticks an axis has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor, log, log10


@dataclass(frozen=True)
class Scale:
    low: float
    high: float
    log: bool
    ticks: tuple[float, ...]
    label: str
    format: Callable[[float], str]

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high; what lies outside is put at the end."""
        value = min(max(value, self.low), self.high)
        if self.log:
            return log(value / self.low) / log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def log_scale(values: Iterable[float], label: str, form: Callable[[float], str]) -> Scale:
    """From the 1, 2 or 5 below the least to the one above the greatest."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = _step_below(min(positive)), _step_above(max(positive))
    if high <= low:
        high = low * 10
    ticks = [lead * 10.0**power for power in range(floor(log10(low)), ceil(log10(high)) + 1)
             for lead in (1, 2, 5)]
    ticks = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    if len(ticks) > 9:
        ticks = [tick for tick in ticks if _is_decade(tick)]
    return Scale(low, high, True, tuple(ticks), label, form)


def decades(high: float, label: str, form: Callable[[float], str]) -> Scale:
    """From 1 to the decade above: of 1 / (1 - p)."""
    powers = max(1, ceil(log10(max(high, 1.0)) - 1e-9))
    return Scale(1.0, 10.0**powers, True, tuple(10.0**k for k in range(powers + 1)), label, form)


def linear_scale(values: Iterable[float], label: str, form: Callable[[float], str]) -> Scale:
    """From zero, in four to eight steps of 1, 2 or 5."""
    high = max([*values, 0.0]) or 1.0
    step = 10.0 ** floor(log10(high / 4))
    step *= next(lead for lead in (1, 2, 5, 10) if high / (step * lead) <= 8)
    count = ceil(high / step - 1e-9)
    return Scale(0.0, count * step, False, tuple(k * step for k in range(count + 1)), label, form)


def _is_decade(value: float) -> bool:
    return abs(log10(value) - round(log10(value))) < 1e-9


def _step_below(value: float) -> float:
    decade = 10.0 ** floor(log10(value))
    return max(lead for lead in (1, 2, 5) if lead * decade <= value * (1 + 1e-9)) * decade


def _step_above(value: float) -> float:
    decade = 10.0 ** floor(log10(value))
    return min(lead for lead in (1, 2, 5, 10) if lead * decade >= value * (1 - 1e-9)) * decade
