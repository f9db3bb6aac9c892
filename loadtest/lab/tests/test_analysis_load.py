"""Checks of the load: late requests, and a generator that is the limit."""

import unittest

from lab.analysis import load_checks, preload, trust
from lab.analysis.figures import P99
from lab.analysis.measured import Measured
from lab.tests import synthetic


def of(scenario: str) -> dict:
    return synthetic.result(scenarios=(scenario,), seed=2)


class LatenessTest(unittest.TestCase):
    def late(self, rounds: int, variant: str = "arena") -> dict:
        result = of("mixed")
        for run in result["runs"]:
            run["lateness_p99_us"] = 20_000 if run["variant"] == variant and \
                run["round"] < rounds else 50
        return result

    def withheld(self, result: dict) -> bool:
        rule = trust.judge(Measured(result)).rule("mixed", ("arena", "heap"), P99)
        return rule is not None and rule.reason == "requests were sent late"

    def test_a_run_in_four_may_be_late(self):
        result = self.late(0)
        rounds = len({run["round"] for run in result["runs"] if run.get("kept", True)})
        self.assertGreaterEqual(rounds, 4)
        self.assertFalse(self.withheld(self.late(rounds // 4)))
        self.assertTrue(self.withheld(self.late(rounds // 4 + 1)))

    def test_how_many_were_late_is_told_though_they_are_few(self):
        check = load_checks.on_time(Measured(self.late(1)))
        self.assertTrue(check.ok)
        self.assertRegex(check.detail, r"^\d+ of \d+ runs at a set rate were late, nowhere more")
        self.assertFalse(check.detail.startswith("0 "))

    def test_lateness_that_is_half_of_the_latency_leaves_nothing_to_judge(self):
        result = self.late(0)
        p99 = Measured(result).value("mixed", "arena", P99)
        for lateness, wanted in ((0.49 * p99, False), (0.51 * p99, True)):
            for run in result["runs"]:
                run["lateness_p99_us"] = min(lateness, load_checks.LATENESS_P99_US - 1)
            self.assertEqual(self.withheld(result), wanted and
                             lateness < load_checks.LATENESS_P99_US)


class GeneratorTest(unittest.TestCase):
    def limit(self, threads: int) -> bool:
        result = of("items-1000")
        result["scenarios"][0]["settings"] = {"threads": threads}
        for run in result["runs"]:
            run["generator_busy_share"], run["server_busy_share"] = 0.99, 1.3
        return bool(load_checks.generator(Measured(result)).withheld)

    def test_a_server_of_four_threads_is_not_busy_at_one_and_a_third(self):
        self.assertTrue(self.limit(4))
        self.assertFalse(self.limit(1))


class DroppedRoundTest(unittest.TestCase):
    def test_a_round_without_enough_samples_leaves_no_percentile_to_compare(self):
        result = of("items-10")
        self.assertIsNotNone(Measured(result).ratio("items-10", "arena", "heap", P99).value)
        for run in result["runs"]:
            if run["variant"] == "heap" and run["round"] == result["runs"][-1]["round"]:
                run["histogram_us"] = [[1000, 3]]
        self.assertIsNone(Measured(result).ratio("items-10", "arena", "heap", P99).value)


class GapTest(unittest.TestCase):
    def test_a_gap_is_told_by_what_was_decided_alone(self):
        result = of("items-1000")
        seen = preload.answer(Measured(result), trust.judge(Measured(result)))
        self.assertIn("of the gap", seen.sentence)
        for run in result["runs"]:
            if run["variant"] == "heap+jemalloc":
                run["cpu_us"] *= 0.5 if run["round"] % 2 else 2.0
        unsure = preload.answer(Measured(result), trust.judge(Measured(result)))
        self.assertNotIn("of the gap", unsure.sentence)


if __name__ == "__main__":
    unittest.main()
