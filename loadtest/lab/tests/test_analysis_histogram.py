import unittest
from collections import Counter

from lab.analysis import histogram


class HistogramTest(unittest.TestCase):
    def test_merged(self):
        merged = histogram.merged([[[10, 2], [30, 1]], [[10, 1], [20, 5]]])
        self.assertEqual(merged, Counter({10: 3, 20: 5, 30: 1}))

    def test_percentile_is_the_nearest_rank(self):
        samples = Counter({value: 1 for value in range(1, 1001)})
        self.assertEqual(histogram.percentile(samples, 0.50), 500)
        self.assertEqual(histogram.percentile(samples, 0.99), 990)

    def test_percentile_needs_ten_samples_beyond(self):
        self.assertIsNone(histogram.percentile(Counter({5: 999}), 0.99))
        self.assertEqual(histogram.percentile(Counter({5: 1000}), 0.99), 5)
        self.assertIsNone(histogram.percentile(Counter({5: 9_999}), 0.999))
        self.assertEqual(histogram.percentile(Counter({5: 10_000}), 0.999), 5)
        self.assertIsNone(histogram.percentile(Counter(), 0.5))

    def test_percentile_of_merged_is_not_the_mean_of_percentiles(self):
        merged = histogram.merged([[[100, 990], [900, 10]], [[100, 500], [900, 500]]])
        self.assertEqual(histogram.percentile(merged, 0.90), 900)
        self.assertEqual(histogram.percentile(merged, 0.50), 100)

    def test_curve_by_hand(self):
        """1,000 samples: nine tenths at 1, then 90 at 2, the last ten at 3."""
        self.assertEqual(histogram.curve(Counter({1: 900, 2: 90, 3: 10})),
                         [(1.0, 1), (10.0, 2), (100.0, 3)])

    def test_curve_ends_where_fewer_than_ten_samples_lie_beyond(self):
        self.assertEqual(histogram.curve(Counter({1: 900, 2: 91, 3: 9})), [(1.0, 1), (10.0, 2)])
        self.assertEqual(histogram.curve(Counter()), [])

    def test_curve_has_at_most_ten_points_a_decade(self):
        samples = Counter({value: 1 for value in range(1, 100_001)})
        points = histogram.curve(samples)
        self.assertLessEqual(len(points), 41)
        self.assertGreaterEqual(len(points), 38)


if __name__ == "__main__":
    unittest.main()
