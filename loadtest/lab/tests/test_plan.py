import argparse
import unittest
from dataclasses import replace

from lab.commands import measure
from lab.measure.plan import Plan
from lab.scenario.scenario import Prediction, Request, Scenario


def scenario(kind: str, **more) -> Scenario:
    return Scenario("s", "g", "t", "w", kind, (Request(target="/x"),), ("heap", "arena"), **more)


class PlanTest(unittest.TestCase):
    PLAN = Plan(kept_rounds=3, dropped_rounds=1, passes=4, seconds=0.2, warm_seconds=0.1, seed=1)

    def test_a_round_that_is_dropped_has_one_pass_of_the_short_kinds(self):
        self.assertTrue(self.PLAN.is_in_round(scenario("closed"), 0))
        self.assertFalse(self.PLAN.is_in_round(scenario("slow", rate=1.0), 0))
        self.assertEqual(self.PLAN.passes_of(scenario("closed"), 0), 1)
        self.assertEqual(self.PLAN.passes_of(scenario("closed"), 1), 4)

    def test_a_soak_is_made_once(self):
        soak = scenario("soak", rate=1.0)
        self.assertEqual([self.PLAN.is_in_round(soak, n) for n in range(4)],
                         [False, True, False, False])

    def test_stretched_passes_are_longer_and_fewer(self):
        stretched = scenario("closed", stretch=3)
        self.assertEqual(self.PLAN.passes_of(stretched, 1), 2)
        self.assertAlmostEqual(self.PLAN.seconds_of(stretched), 0.6)

    def test_what_is_expected_not_to_differ_gets_more_passes(self):
        same = (Prediction("arena", "heap", "cpu_us", "no difference", "it is"),)
        plan, close = replace(self.PLAN, closer=3), scenario("closed", predictions=same)
        self.assertEqual(close.close_calls, {"arena", "heap"})
        armed = replace(close, variants=("floor", "heap", "arena", "arena again"))
        self.assertEqual(armed.close_calls, {"arena", "heap", "arena again"})
        self.assertEqual(plan.close_passes_of(close, 1), 8)
        self.assertEqual(plan.close_passes_of(close, 0), 0)
        self.assertEqual(plan.close_passes_of(scenario("closed"), 1), 4)  # once more of neighbours
        self.assertEqual(self.PLAN.close_passes_of(scenario("closed"), 1), 0)
        self.assertGreater(plan.estimate(close, 1), plan.estimate(scenario("closed"), 1))

    def test_close_passes_have_a_length_of_their_own(self):
        """Many short ones tell more than few long ones."""
        short, close = replace(self.PLAN, closer=5, close_seconds=0.05), scenario("closed")
        self.assertAlmostEqual(short.close_seconds_of(close), 0.05)
        self.assertAlmostEqual(short.close_seconds_of(replace(close, stretch=3)), 0.15)
        self.assertAlmostEqual(short.seconds_of(close), 0.2)
        self.assertAlmostEqual(self.PLAN.close_seconds_of(close), 0.2)
        runs = short.close_passes_of(close, 1) * 2
        alike = replace(short, close_seconds=None)
        self.assertAlmostEqual(alike.estimate(close, 1) - short.estimate(close, 1), runs * 0.15)

    def test_seconds_are_of_all_passes_unless_the_close_ones_have_their_own(self):
        def plan(*words: str) -> Plan:
            parser = argparse.ArgumentParser()
            measure.add_options(parser)
            return measure.plan_of("full", parser.parse_args(words))

        self.assertEqual((plan().seconds, plan().close_seconds), (0.2, 0.1))
        longer = plan("--seconds", "0.5")
        self.assertEqual((longer.seconds, longer.close_seconds), (0.5, 0.5))
        both = plan("--seconds", "0.5", "--close-seconds", "0.05")
        self.assertEqual((both.seconds, both.close_seconds), (0.5, 0.05))

    def test_each_variant_takes_its_time(self):
        two = scenario("closed")
        four = replace(two, variants=("heap", "arena", "floor", "baseline"))
        self.assertAlmostEqual(self.PLAN.estimate(four, 1), 2 * self.PLAN.estimate(two, 1),
                               delta=0.1)


if __name__ == "__main__":
    unittest.main()
