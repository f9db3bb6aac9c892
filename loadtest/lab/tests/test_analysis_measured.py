import unittest

from lab.analysis.figures import (CPU, FAULTS, HEAP_CALLS, P99, RSS, THROUGHPUT)
from lab.analysis.measured import Measured
from lab.tests import synthetic


def run(variant, number, at, **figures):
    return {"scenario": "s", "variant": variant, "round": number, "pass": at, "kept": True,
            **figures}


def measured(runs, kind="closed", counts=None) -> Measured:
    return Measured({"variants": {"heap": {}, "arena": {}},
                     "scenarios": [{"name": "s", "kind": kind}], "runs": runs,
                     "counts": {"s": counts or {}}})


class MeasuredTest(unittest.TestCase):
    def test_ratios_are_paired_by_round_and_pass(self):
        runs = [run("heap", 0, 0, cpu_us=4.0), run("heap", 0, 1, cpu_us=3.0),
                run("arena", 0, 1, cpu_us=9.0), run("arena", 0, 0, cpu_us=2.0),
                run("arena", 1, 0, cpu_us=7.0)]
        self.assertEqual(measured(runs).paired("s", "arena", "heap", CPU), [[0.5, 3.0]])

    def test_runs_that_are_not_kept_do_not_count(self):
        runs = [run("heap", 0, 0, cpu_us=4.0), {**run("heap", 1, 0, cpu_us=400.0), "kept": False}]
        self.assertEqual(measured(runs).value("s", "heap", CPU), 4.0)
        self.assertEqual(measured(runs).rounds("s", "heap"), 1)

    def test_peak_memory_is_one_value_a_round(self):
        runs = [run(variant, number, at, peak_rss_bytes=size * (number + 1))
                for variant, size in (("heap", 100), ("arena", 150))
                for number in range(3) for at in range(2)]
        self.assertEqual(measured(runs).paired("s", "arena", "heap", RSS), [[1.5]] * 3)

    def test_peak_memory_of_a_round_is_the_greatest_of_its_passes(self):
        runs = [run("heap", 0, 0, peak_rss_bytes=100), run("heap", 0, 1, peak_rss_bytes=300),
                run("heap", 0, 2, peak_rss_bytes=200)]
        self.assertEqual(measured(runs).value("s", "heap", RSS), 300)

    def test_p99_merges_the_passes_of_a_round(self):
        """Each pass alone has too few samples; together a round has 1,000."""
        runs = [run(variant, number, at, histogram_us=[[value, 490], [10 * value, 10]])
                for variant, value in (("heap", 100), ("arena", 50))
                for number in range(3) for at in range(2)]
        found = measured(runs).ratio("s", "arena", "heap", P99)
        self.assertEqual((found.value, found.rounds), (0.5, 3))
        self.assertEqual(measured(runs).value("s", "heap", P99), 1000)

    def test_p99_is_of_passes_whose_latencies_both_have(self):
        """The heap has seen a second pass that the baseline has not, and it was slow."""
        runs = []
        for number in range(3):
            runs += [run(variant, number, 1, histogram_us=[[value, 1000]])
                     for variant, value in (("baseline", 400), ("heap", 200), ("arena", 100))]
            runs += [run(variant, number, 5, histogram_us=[[value, 4000]])
                     for variant, value in (("heap", 9000), ("arena", 900))]
        found = Measured({"variants": {"heap": {}, "arena": {}, "baseline": {}}, "runs": runs,
                          "scenarios": [{"name": "s", "kind": "closed"}]})
        self.assertEqual(found.paired("s", "heap", "baseline", P99), [[0.5]] * 3)
        self.assertEqual(found.paired("s", "arena", "heap", P99), [[0.1]] * 3)

    def test_p99_is_of_rounds_in_which_both_were_measured(self):
        runs = [run("heap", 0, 0, histogram_us=[[100, 1000]]),
                run("heap", 1, 0, histogram_us=[[100, 1000]]),
                run("arena", 1, 0, histogram_us=[[50, 1000]]),
                run("arena", 1, 1, histogram_us=[[70, 1000]])]
        self.assertEqual(measured(runs).paired("s", "arena", "heap", P99), [[0.5]])

    def test_peak_memory_is_of_passes_that_weighed_it(self):
        runs = [run("heap", 0, 0, peak_rss_bytes=100), run("arena", 0, 0, peak_rss_bytes=150),
                run("heap", 0, 1, cpu_us=1.0), run("arena", 0, 1, cpu_us=1.0)]
        self.assertEqual(measured(runs).paired("s", "arena", "heap", RSS), [[1.5]])

    def test_p99_of_too_few_samples_is_missing(self):
        runs = [run(variant, number, 0, histogram_us=[[100, 300]])
                for variant in ("heap", "arena") for number in range(3)]
        self.assertIsNone(measured(runs).ratio("s", "arena", "heap", P99).value)

    def test_nothing_is_divided_by_nothing(self):
        runs = [run("heap", 0, 0, faults=0.0), run("arena", 0, 0, faults=1.0)]
        self.assertIsNone(measured(runs).ratio("s", "arena", "heap", FAULTS).value)

    def test_counts_are_exact(self):
        counts = {"heap": {"heap_calls": 100.0}, "arena": {"heap_calls": 0.0}}
        found = measured([], counts=counts).ratio("s", "arena", "heap", HEAP_CALLS)
        self.assertEqual((found.value, found.exact), (0.0, True))

    def test_throughput_is_a_result_only_where_nothing_sets_the_rate(self):
        runs = [run(variant, number, 0, requests_per_s=5.0)
                for variant in ("heap", "arena") for number in range(3)]
        for kind, value in (("closed", 1.0), ("pipelined", 1.0), ("open", None), ("slow", None)):
            found = measured(runs, kind).ratio("s", "arena", "heap", THROUGHPUT)
            self.assertEqual(found.value, value, kind)

    def test_slow_clients_compare_peak_memory_alone(self):
        runs = [run(variant, number, 0, cpu_us=5.0, peak_rss_bytes=100,
                    histogram_us=[[10, 2000]])
                for variant in ("heap", "arena") for number in range(3)]
        for kind, value in (("closed", 1.0), ("slow", None)):
            for figure in (CPU, P99):
                found = measured(runs, kind).ratio("s", "arena", "heap", figure)
                self.assertEqual(found.value, value, (kind, figure.name))
            self.assertEqual(measured(runs, kind).ratio("s", "arena", "heap", RSS).value, 1.0)
        self.assertIn("set the pace", measured(runs, "slow").not_compared("s", CPU))
        self.assertEqual(measured(runs, "slow").value("s", "heap", CPU), 5.0)

    def test_an_aged_heap_compares_no_peak_memory(self):
        runs = [run(variant, number, 0, cpu_us=5.0, peak_rss_bytes=100)
                for variant in ("heap", "arena") for number in range(3)]
        found = measured(runs)
        found.scenario("s")["settings"] = {"flags": ["--age-heap"]}
        self.assertIsNone(found.ratio("s", "arena", "heap", RSS).value)
        self.assertEqual(found.value("s", "heap", RSS), 100)
        self.assertEqual(found.ratio("s", "arena", "heap", CPU).value, 1.0)

    def test_open_loops_are_summed_up_at_70_per_cent(self):
        runs = [run("arena", 0, 0, cpu_us=share * 100, rate_share=share)
                for share in (0.3, 0.5, 0.7, 0.9)]
        found = measured(runs, "open")
        self.assertEqual(found.shares("s"), [0.3, 0.5, 0.7, 0.9])
        self.assertAlmostEqual(found.value("s", "arena", CPU), 70.0)
        self.assertAlmostEqual(found.value("s", "arena", CPU, 0.9), 90.0)

    def test_true_ratios_of_the_made_up_result_are_found(self):
        found = Measured(synthetic.result())
        for name, true in synthetic.CPU["arena"].items():
            if name not in ("soak", "slow-clients"):
                low, high = found.ratio(name, "arena", "heap", CPU).interval
                self.assertTrue(low * 0.985 <= true <= high * 1.015, name)

    def test_a_result_with_nothing_in_it(self):
        empty = Measured({})
        self.assertEqual((empty.names(), empty.variants), ([], {}))


if __name__ == "__main__":
    unittest.main()
