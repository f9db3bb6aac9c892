"""Latencies as a result keeps them: [value, count] pairs, values of seven bits (error < 0.8 %)."""

from collections import Counter

BITS = 7


def rounded(value_us: float) -> int:
    """The middle of the bucket that the value falls in."""
    value = round(value_us)
    shift = max(0, value.bit_length() - BITS)
    return (value >> shift << shift) + ((1 << shift) >> 1)


def compact(*histograms: list) -> list[list[int]]:
    """All of them in one, ascending."""
    counts: Counter = Counter()
    for histogram in histograms:
        for value, count in histogram:
            counts[rounded(value)] += count
    return [[value, counts[value]] for value in sorted(counts)]
