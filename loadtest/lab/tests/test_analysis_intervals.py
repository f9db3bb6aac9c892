import itertools
import random
import unittest
from functools import cache
from math import exp
from statistics import median, median_high, median_low

from lab.analysis import intervals

SHAPES = ((3, 2), (4, 2), (5, 1), (5, 2), (6, 2), (7, 1), (7, 2))  # rounds, passes
KINDS = ("passes", "heavy tails", "rounds", "rounds, heavy tails", "spikes", "rounds, spikes")
CLOSE_SHAPES = ((5, 9), (6, 10))  # of quick and full, over what is closely compared
CLOSE_KINDS = ("passes", "spikes", "rounds, spikes")
EXPERIMENTS, CLOSE_EXPERIMENTS = 600, 300
DRAWS = 20_000  # of the noise, to know its median
TRUE = 0.7


def enumerated(rounds, level):
    """The interval from every possible resample of whole rounds."""
    lows, highs = [], []
    for drawn in itertools.product(rounds, repeat=len(rounds)):
        every = [ratio for passes in drawn for ratio in passes]
        lows.append(median_low(every))
        highs.append(median_high(every))
    lows.sort()
    highs.sort(reverse=True)
    return lows[int(len(lows) * level)], highs[int(len(highs) * level)]


class IntervalTest(unittest.TestCase):
    def test_middle_is_the_median_of_all(self):
        self.assertEqual(intervals.middle([[3.0, 1.0], [2.0]]), 2.0)
        self.assertIsNone(intervals.middle([]))

    def test_fewer_than_three_rounds_have_none(self):
        self.assertIsNone(intervals.interval([[1.0, 1.1, 1.2, 1.3], [1.0, 0.9]]))
        self.assertIsNone(intervals.interval([[1.0], [1.1], []]))

    def test_three_rounds_by_hand(self):
        """Logs -ln 2, 0, ln 2: deviation 0.6931; 4.303 x 0.6931 / sqrt 3 = 1.7220."""
        low, high = intervals.interval([[0.5], [1.0], [2.0]])
        self.assertAlmostEqual(low, 0.1787, places=3)
        self.assertAlmostEqual(high, 5.596, places=2)

    def test_five_rounds_by_hand(self):
        """The least of five is the median of a resample when it is drawn three times or more:
        5.8 % of resamples, far more than is left out at each end. So it is the whole range."""
        self.assertEqual(intervals.interval([[0.71], [0.90], [0.70], [0.75], [0.72]]), (0.70, 0.90))

    def test_level_by_hand(self):
        """Seven rounds: t is 2.447, times sqrt(7/6) is 2.643, beyond which 0.41 % lie."""
        self.assertAlmostEqual(intervals._level(7), 0.0041, places=4)
        self.assertAlmostEqual(intervals._level(100_000), 0.025, places=4)

    def test_equals_the_enumeration_of_all_resamples(self):
        generator = random.Random(7)
        for sizes in ((2, 2, 2, 2, 2), (1, 1, 1, 1, 1, 1), (2, 1, 3, 2, 1), (3, 3, 3, 3, 3)):
            rounds = [[round(generator.uniform(0.5, 1.5), 6) for _ in range(size)]
                      for size in sizes]
            self.assertEqual(intervals.interval(rounds),
                             enumerated(rounds, intervals._level(len(rounds))), sizes)

    def test_share_equals_the_binomial_for_rounds_of_one(self):
        """Of seven rounds, two at most x: four or more draws of 2/7 by hand are 0.1082."""
        rounds = [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0]]
        self.assertAlmostEqual(intervals._share_at_most(rounds, 2.0), 0.1082, places=3)

    def test_many_rounds_agree_with_the_exact_sum(self):
        generator = random.Random(3)
        rounds = [sorted(generator.gauss(1, 0.1) for _ in range(2)) for _ in range(60)]
        for bound in (0.97, 0.99, 1.0, 1.01, 1.03):
            size = 2
            draw = [0.0] * 5
            for passes in rounds:
                draw[2 * sum(ratio <= bound for ratio in passes)] += 1 / 60
            exact = sum(intervals._power(draw, 60)[size * 60:])
            self.assertAlmostEqual(intervals._share_at_most(rounds, bound), exact, delta=0.02)

    def test_inverted_ratios_have_the_inverted_interval(self):
        rounds = [[0.8, 0.9], [0.7, 1.1], [0.85, 0.95], [1.0, 0.75], [0.9, 0.88]]
        low, high = intervals.interval(rounds)
        other = intervals.interval([[1 / ratio for ratio in passes] for passes in rounds])
        self.assertAlmostEqual(other[0], 1 / high)
        self.assertAlmostEqual(other[1], 1 / low)

    def test_covers_the_true_ratio_in_90_to_99_per_cent(self):
        """Noise of passes alone, with heavy tails, of rounds mostly, and skewed, as it is where one
        of the two is hit by pauses and the other is not."""
        for shape in SHAPES:
            for kind in KINDS:
                self._covers(*shape, kind, EXPERIMENTS)
        for shape in CLOSE_SHAPES:
            for kind in CLOSE_KINDS:
                self._covers(*shape, kind, CLOSE_EXPERIMENTS)

    def _covers(self, rounds: int, passes: int, kind: str, experiments: int) -> None:
        generator, true, held = random.Random(11), _true_median(kind), 0
        for _ in range(experiments):
            low, high = intervals.interval(_experiment(generator, rounds, passes, kind))
            held += low <= true <= high
        with self.subTest(rounds=rounds, passes=passes, kind=kind):
            self.assertTrue(0.90 <= held / experiments <= 0.99, held / experiments)


@cache
def _true_median(kind):
    """Of the ratios of very many rounds: skewed noise has another median than TRUE."""
    every = _experiment(random.Random(5), DRAWS, 1, kind)
    return median(each for passes in every for each in passes) if "spikes" in kind else TRUE


def _experiment(generator, rounds, passes, kind):
    def noise():
        if "spikes" in kind:
            return generator.expovariate(1)
        heavy = "heavy" in kind and generator.random() < 0.15
        return generator.gauss(0, 8 if heavy else 1)

    between, within = (0.03, 0.01) if "rounds" in kind else (0.0, 0.03)
    result = []
    for _ in range(rounds):
        shared = between * noise()
        result.append([TRUE * exp(shared + within * noise()) for _ in range(passes)])
    return result


if __name__ == "__main__":
    unittest.main()
