"""How sure a median of paired ratios is: its 95 % interval.

The ratios of one round share their server processes, and so a part of their noise. Hence rounds are
resampled, each with all its passes (the cluster bootstrap); a round with one ratio is a cluster of
one.

No random numbers are drawn. How often the median of a resample is at most x follows exactly from
the count of ratios at most x in each round: a resample is a sum of as many independent draws as
there are rounds, so its distribution is a convolution. The result is that of infinitely many
resamples, the same each time.

Two plainer ways were simulated and left. To draw passes anew within each drawn round counts the
noise between passes twice: such intervals hold the true median in 99 to 100 % of cases, and are up
to half as wide again. The plain percentiles 2.5 and 97.5 are too narrow for few rounds: with seven
of one ratio they are [second, sixth], which holds the true median in 87.5 %. So the levels are
moved out as Student's t is from the normal (Hesterberg's expanded percentile interval). What is
left holds it in 91 to 98 %; test_analysis_intervals.py measures that.

With fewer than five rounds nothing made of the values' order alone can reach 95 % (the whole range
of three covers 75 %): there the interval is Student's, of the mean over rounds of log ratios.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import NormalDist, mean, median, stdev

ROUNDS_MIN = 3
ROUNDS_BY_ORDER = 5  # from here on the interval is made of the values' order
ROUNDS_EXACT = 40  # above, the sum over rounds is as good as normal

# Student's t, 97.5 %, for 1, 2, ... degrees of freedom.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
      2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
      2.052, 2.048, 2.045)

Rounds = Sequence[Sequence[float]]
Interval = tuple[float, float]


def middle(rounds: Rounds) -> float | None:
    """The median of all the ratios."""
    every = [ratio for passes in rounds for ratio in passes]
    return median(every) if every else None


def interval(rounds: Rounds) -> Interval | None:
    """The 95 % interval of the median ratio; None for fewer than three rounds.

    `rounds` holds the ratios of each round's passes, which need not be equally many.
    """
    rounds = [passes for passes in rounds if passes]
    if len(rounds) < ROUNDS_MIN or min(min(passes) for passes in rounds) <= 0:
        return None
    if len(rounds) < ROUNDS_BY_ORDER:
        return _students(rounds)
    level = _level(len(rounds))
    negated = [[-ratio for ratio in passes] for passes in rounds]
    return _low(rounds, level), -_low(negated, level)


def _t(degrees: int) -> float:
    return _T[degrees - 1] if degrees <= len(_T) else 1.96 + 2.4 / degrees


def _level(count: int) -> float:
    """The share of resamples to be left out at each end; 2.5 % for very many rounds."""
    return NormalDist().cdf(-sqrt(count / (count - 1)) * _t(count - 1))


def _students(rounds: Rounds) -> Interval:
    logs = [log(median(passes)) for passes in rounds]
    half = _t(len(logs) - 1) * stdev(logs) / sqrt(len(logs))
    centre = middle(rounds)
    return min(centre, exp(mean(logs) - half)), max(centre, exp(mean(logs) + half))


def _low(rounds: Rounds, level: float) -> float:
    """The smallest ratio that more than `level` of all resamples have their lower median at."""
    values = sorted({ratio for passes in rounds for ratio in passes})
    by_size = [sorted(passes) for passes in rounds]
    first, last = 0, len(values) - 1
    while first < last:
        at = (first + last) // 2
        if _share_at_most(by_size, values[at]) > level:
            last = at
        else:
            first = at + 1
    return values[first]


def _share_at_most(rounds: Rounds, bound: float) -> float:
    """The share of all resamples whose lower median is at most `bound`: those in which at least as
    many ratios are at most `bound` as are above."""
    size = max(map(len, rounds))
    draw = [0.0] * (2 * size + 1)  # of one round: how many more are at most `bound` than above
    for passes in rounds:
        draw[2 * bisect_right(passes, bound) - len(passes) + size] += 1 / len(rounds)
    if len(rounds) > ROUNDS_EXACT:
        return _normal_share(draw, size, len(rounds))
    total = _power(draw, len(rounds))
    return sum(total[size * len(rounds):])


def _normal_share(draw: list[float], size: int, times: int) -> float:
    mu = sum((place - size) * chance for place, chance in enumerate(draw))
    variance = sum((place - size - mu) ** 2 * chance for place, chance in enumerate(draw))
    if variance == 0:
        return float(mu >= 0)
    return 1 - NormalDist(times * mu, sqrt(times * variance)).cdf(-0.5)


def _product(one: list[float], other: list[float]) -> list[float]:
    result = [0.0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        if a:
            for j, b in enumerate(other):
                result[i + j] += a * b
    return result


def _power(draw: list[float], times: int) -> list[float]:
    """The distribution of the sum of so many independent draws."""
    result = [1.0]
    while times:
        if times & 1:
            result = _product(result, draw)
        times >>= 1
        if times:
            draw = _product(draw, draw)
    return result
