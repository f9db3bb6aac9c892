import itertools
import unittest
from collections import Counter
from statistics import median

from lab import ratios


class RatiosTest(unittest.TestCase):
    def test_ratios_are_paired_round_by_round(self):
        self.assertEqual(ratios.paired([2.0, 9.0], [4.0, 3.0]), [0.5, 3.0])

    def test_no_ratio_to_nothing(self):
        self.assertIsNone(ratios.paired([1.0], [0.0]))
        self.assertIsNone(ratios.paired([], []))
        self.assertIsNone(ratios.paired([1.0, 2.0], [1.0]))

    def test_interval_is_that_of_all_possible_resamples(self):
        """Five ratios have 5^5 resamples: their exact quantiles are worked out by enumeration."""
        sample = [0.70, 0.72, 0.75, 0.71, 0.90]
        every = sorted(median(chosen) for chosen in itertools.product(sample, repeat=5))
        exact = every[int(len(every) * 0.025)], every[int(len(every) * 0.975)]
        self.assertEqual(ratios.interval(sample), exact)

    def test_interval_is_the_same_each_time(self):
        sample = [1.0, 1.1, 0.9, 1.05, 0.97, 1.02]
        self.assertEqual(ratios.interval(sample), ratios.interval(sample))

    def test_too_few_rounds_have_no_interval(self):
        self.assertIsNone(ratios.interval([1.0, 1.1]))

    def test_merged_histograms(self):
        merged = ratios.merged([[[10, 2], [30, 1]], [[10, 1], [20, 5]]])
        self.assertEqual(merged, Counter({10: 3, 20: 5, 30: 1}))

    def test_percentile_is_the_nearest_rank(self):
        histogram = Counter({value: 1 for value in range(1, 1001)})
        self.assertEqual(ratios.percentile(histogram, 0.50), 500)
        self.assertEqual(ratios.percentile(histogram, 0.99), 990)

    def test_percentile_needs_ten_samples_beyond(self):
        self.assertIsNone(ratios.percentile(Counter({5: 999}), 0.99))
        self.assertEqual(ratios.percentile(Counter({5: 1000}), 0.99), 5)
        self.assertIsNone(ratios.percentile(Counter({5: 9_999}), 0.999))
        self.assertEqual(ratios.percentile(Counter({5: 10_000}), 0.999), 5)
        self.assertIsNone(ratios.percentile(Counter(), 0.5))


if __name__ == "__main__":
    unittest.main()
