"""Histograms of latency, as [value, count] pairs: merged, never averaged."""

from collections import Counter
from collections.abc import Iterable, Sequence

SAMPLES_BEYOND = 10  # a percentile that rests on fewer is not told
PER_MILLION = 1_000_000


def merged(histograms: Iterable[Sequence[Sequence[int]]]) -> Counter:
    """One histogram of all the samples."""
    result: Counter = Counter()
    for histogram in histograms:
        for value, count in histogram:
            result[value] += count
    return result


def percentile(histogram: Counter, share: float) -> int | None:
    """The smallest value with that share (0 to 1, to the millionth) of the samples at or below.

    None when fewer than ten samples lie beyond: p99.9 needs 10,000 in all.
    """
    total = histogram.total()
    per_million = round(share * PER_MILLION)
    if total == 0 or total * (PER_MILLION - per_million) < SAMPLES_BEYOND * PER_MILLION:
        return None
    wanted = -(-total * per_million // PER_MILLION)
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    return None


def curve(histogram: Counter) -> list[tuple[float, int]]:
    """Points (1 / (1 - p), value), as long as ten samples lie beyond: 1, 10, 100 are the minimum,
    p90 and p99. Ten points a decade at most, so that a page of many curves stays small."""
    total = histogram.total()
    points: list[tuple[float, int]] = []
    seen = 0
    next_at = 1.0
    for value in sorted(histogram):
        place = total / (total - seen)
        if seen and total - seen < SAMPLES_BEYOND:
            break
        if place >= next_at:
            points.append((place, value))
            next_at = place * 10 ** 0.1
        seen += histogram[value]
    return points
