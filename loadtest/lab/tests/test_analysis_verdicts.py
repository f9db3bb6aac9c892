import unittest

from lab.analysis.figures import CPU, HEAP_CALLS, P99, RSS, THROUGHPUT
from lab.analysis.measured import Ratio
from lab.analysis.verdicts import Verdict, shown, sure, told, verdict


class VerdictTest(unittest.TestCase):
    def test_words_by_band(self):
        for figure, between, expected in (
            (CPU, (0.60, 0.70), Verdict.BETTER),
            (CPU, (1.05, 1.20), Verdict.WORSE),
            (CPU, (0.98, 1.02), Verdict.SAME),
            (CPU, (0.97, 0.985), Verdict.INCONCLUSIVE),
            (THROUGHPUT, (1.04, 1.20), Verdict.BETTER),
            (THROUGHPUT, (0.60, 0.96), Verdict.WORSE),
            (THROUGHPUT, (0.975, 1.025), Verdict.SAME),
            (P99, (0.91, 1.09), Verdict.SAME),
            (P99, (1.11, 1.30), Verdict.WORSE),
            (RSS, (0.96, 1.04), Verdict.SAME),
            (RSS, (1.06, 1.08), Verdict.WORSE),
        ):
            found = verdict(figure, Ratio(sum(between) / 2, between, 7))
            self.assertEqual(found, expected, (figure.name, between))

    def test_no_ratio_no_interval_and_no_trust(self):
        self.assertEqual(verdict(CPU, Ratio(None)), Verdict.MISSING)
        self.assertEqual(verdict(CPU, Ratio(0.5, None, 2)), Verdict.TOO_FEW)
        self.assertEqual(verdict(CPU, Ratio(0.5, (0.4, 0.6), 7), "noise"), Verdict.WITHHELD)

    def test_counts_need_no_interval(self):
        self.assertEqual(verdict(HEAP_CALLS, Ratio(0.0, exact=True)), Verdict.BETTER)
        self.assertEqual(verdict(HEAP_CALLS, Ratio(1.0, exact=True)), Verdict.SAME)

    def test_ratios_as_text(self):
        self.assertEqual(told(0.4512, (0.441, 0.467)), "0.45 [0.44,\u00a00.47]")
        self.assertEqual(told(1.004, (0.991, 1.022)), "1.004 [0.991,\u00a01.022]")
        self.assertEqual(told(None), "–")


class SureTest(unittest.TestCase):
    def test_the_end_nearer_to_one(self):
        for interval, end in (((0.3, 0.46), 0.46), ((1.2, 3.0), 1.2), ((0.9, 1.1), 1.0)):
            self.assertEqual(sure(Ratio(0.5, interval)), end)
        self.assertEqual(sure(Ratio(0.5, exact=True)), 0.5)
        self.assertIsNone(sure(Ratio(0.5)))

    def test_no_number_where_it_is_withheld(self):
        ratio = Ratio(0.456, (0.4, 0.5))
        self.assertEqual(shown(Verdict.WITHHELD, ratio), "withheld")
        self.assertEqual(shown(Verdict.BETTER, ratio), "0.46 [0.40,\u00a00.50]")


if __name__ == "__main__":
    unittest.main()
