import unittest
from math import inf

from lab.analysis import predictions, trust
from lab.analysis.figures import CPU, THROUGHPUT
from lab.analysis.measured import Measured
from lab.analysis.predictions import Outcome
from lab.tests import synthetic


class PredictionTest(unittest.TestCase):
    def test_regions(self):
        def of(figure, **prediction):
            return predictions.region(figure, prediction)

        self.assertEqual(of(CPU, expect="better"), (0.0, 0.98))
        self.assertEqual(of(CPU, expect="better", at_most=0.6), (0.0, 0.6))
        self.assertEqual(of(CPU, expect="worse", at_least=1.5), (1.5, inf))
        self.assertEqual(of(CPU, expect="no difference"), (0.98, 1.02))
        self.assertEqual(of(THROUGHPUT, expect="better"), (1.03, inf))
        self.assertEqual(of(THROUGHPUT, expect="worse"), (0.0, 0.97))
        self.assertEqual(of(CPU, at_most=0.5), (0.0, 0.5))

    def test_outcomes(self):
        for expected, between, outcome in (
            ((0.0, 0.6), (0.45, 0.58), Outcome.AS_PREDICTED),
            ((0.0, 0.6), (0.55, 0.65), Outcome.UNDECIDED),
            ((0.0, 0.6), (0.61, 0.65), Outcome.NOT_AS_PREDICTED),
            ((0.98, 1.02), (0.99, 1.01), Outcome.AS_PREDICTED),
            ((0.98, 1.02), (0.90, 1.10), Outcome.UNDECIDED),
            ((1.02, inf), (0.50, 0.60), Outcome.NOT_AS_PREDICTED),
        ):
            self.assertEqual(predictions.outcome(expected, between), outcome, (expected, between))

    def test_of_the_made_up_result(self):
        measured = Measured(synthetic.result(seed=2))
        found = predictions.found(measured, trust.judge(measured))
        by = {(one.scenario, one.figure.name): one.outcome for one in found}
        self.assertEqual(by["items-1000", "cpu_us"], Outcome.AS_PREDICTED)
        self.assertEqual(by["growing-8m", "cpu_us"], Outcome.AS_PREDICTED)
        self.assertEqual(by["growing-8m", "peak_rss_bytes"], Outcome.NOT_AS_PREDICTED)
        self.assertIn("1 otherwise", predictions.summed_up(found))

    def test_withheld_figures_decide_nothing(self):
        result = synthetic.result(scenarios=("items-1000",), seed=2)
        result["runs"] = [run for run in result["runs"] if run["variant"] != "arena again"]
        measured = Measured(result)
        found = predictions.found(measured, trust.judge(measured))
        self.assertEqual([one.outcome for one in found], [Outcome.UNDECIDED])

    def test_what_is_not_compared_decides_nothing_and_says_why(self):
        result = synthetic.result(scenarios=("slow-clients", "items-1000"), seed=2)
        result["scenarios"][0]["predictions"][0] |= {"figure": "cpu_us"}
        measured = Measured(result)
        slow, other = predictions.found(measured, trust.judge(measured))
        self.assertEqual(slow.outcome, Outcome.UNDECIDED)
        self.assertIn("slow clients set the pace", slow.word)
        self.assertEqual(other.word, "better")

    def test_counts_and_short_names(self):
        result = synthetic.result(scenarios=("items-1000",), seed=2)
        result["scenarios"][0]["predictions"] = [
            {"of": "arena", "to": "heap", "figure": "heap_calls", "expect": "better",
             "at_most": 0.01, "at_least": None, "because": ""},
            {"of": "arena", "to": "heap", "figure": "rss", "expect": "no difference",
             "because": ""},
        ]
        measured = Measured(result)
        found = predictions.found(measured, trust.judge(measured))
        self.assertEqual([one.outcome for one in found], [Outcome.AS_PREDICTED] * 2)

    def test_an_unknown_figure_is_named(self):
        with self.assertRaisesRegex(ValueError, "'beauty'.*cpu_us"):
            predictions.figure_named("beauty")


if __name__ == "__main__":
    unittest.main()
