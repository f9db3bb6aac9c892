"""The statistics: medians, paired ratios and their bootstrap intervals, merged percentiles."""

import random
from collections import Counter
from statistics import median

RESAMPLES = 10_000
RESAMPLE_SEED = 1


def paired(values: list[float], base: list[float]) -> list[float] | None:
    """Each pass's ratio; None where there is nothing to divide by."""
    if not values or len(values) != len(base) or min(base) <= 0:
        return None
    return [value / below for value, below in zip(values, base)]


def interval(ratios: list[float]) -> tuple[float, float] | None:
    """The 95 % bootstrap interval of the median; None for fewer than three ratios."""
    if len(ratios) < 3:
        return None
    generator = random.Random(RESAMPLE_SEED)
    count = len(ratios)
    medians = sorted(median(generator.choices(ratios, k=count)) for _ in range(RESAMPLES))
    return medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975) - 1]


def merged(histograms: list[list[list[int]]]) -> Counter:
    """One histogram of all the samples: percentiles are never averaged."""
    result: Counter = Counter()
    for histogram in histograms:
        for value, count in histogram:
            result[value] += count
    return result


def percentile(histogram: Counter, share: float) -> int | None:
    """The smallest value with that share at or below it; None when under ten samples lie beyond."""
    total = histogram.total()
    per_million = round(share * 1_000_000)
    if total * (1_000_000 - per_million) < 10 * 1_000_000:
        return None
    wanted = -(-total * per_million // 1_000_000)
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    return None
