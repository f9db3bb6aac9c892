"""Checks of the load: whether the generator could give it, and in time."""

import unittest

from lab.analysis import trust
from lab.analysis.figures import CPU, P99, THROUGHPUT
from lab.analysis.measured import Measured
from lab.analysis.trust import Overall
from lab.tests import synthetic
from lab.tests.test_analysis_trust import failed, places, reason, small


class LoadTest(unittest.TestCase):
    def test_a_generator_at_its_limit_withholds_speed_unless_the_server_is_saturated(self):
        result = small()
        for run in result["runs"]:
            if run["scenario"] == "plaintext" and run["variant"] == "arena":
                run |= {"generator_busy_share": 0.9, "server_busy_share": 0.7}
            if run["scenario"] == "items-1000":
                run |= {"generator_busy_share": 0.9, "server_busy_share": 0.99}
        self.assertEqual(len(failed(result)), 1)
        self.assertIn("limit", reason(result, "plaintext", "arena", THROUGHPUT))
        self.assertIn("limit", reason(result, "plaintext", "arena", P99))
        self.assertIsNone(reason(result, "plaintext", "arena", CPU))
        self.assertIsNone(reason(result, "plaintext", "floor", THROUGHPUT))
        self.assertIsNone(reason(result, "items-1000", "arena", THROUGHPUT))

    def test_each_rate_is_judged_by_itself(self):
        """The generator's median over all rates would be 50 %; a server that waits, the same."""
        result = small()
        for run in result["runs"]:
            if run.get("rate_share") == 0.9:
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.8}
        judged = trust.judge(Measured(result))
        (place,) = places(result, judged.failed()[0])
        self.assertEqual((place.scenario, place.within()), ("mixed", " at 90%"))
        for share, withheld in ((0.9, True), (0.7, False), (0.3, False), (None, False)):
            found = judged.reason("mixed", ("arena", "heap"), P99, share)
            self.assertEqual(found is not None, withheld, share)

    def test_servers_of_fixed_answers_may_outrun_the_generator(self):
        result = small()
        for run in result["runs"]:
            if run["variant"] == "floor":
                run |= {"generator_busy_share": 0.99, "server_busy_share": 0.7}
        self.assertEqual(trust.overall(result), Overall.TRUSTED)
        check = next(check for check in trust.checks(result) if "generator" in check.name)
        self.assertIn("fixed answers", check.detail)
        self.assertEqual({place.variants for place in places(result, check)}, {("floor",)})
        self.assertIsNotNone(reason(result, "plaintext", "floor", THROUGHPUT))
        self.assertIsNone(reason(result, "plaintext", "arena", THROUGHPUT))

    def test_every_place_is_told(self):
        result = synthetic.result(seed=2)
        for run in result["runs"]:
            run |= {"generator_busy_share": 0.9, "server_busy_share": 0.7}
        check = next(one for one in trust.checks(result) if one.name.startswith("The generator"))
        closed = {run["scenario"] for run in result["runs"]}
        self.assertEqual({place.scenario for place in places(result, check)}, closed)
        self.assertIn(f"in {len(closed)} scenarios", check.detail)

    def test_passes_too_short_for_their_latencies_withhold_these(self):
        """Half the mean latency that Little's law wants: the slow ones were cut off."""
        result = small()
        for run in result["runs"]:
            if run["scenario"] == "items-1000" and run["variant"] == "heap":
                run["histogram_us"] = [[value // 2, count] for value, count in run["histogram_us"]]
        self.assertEqual([name[:15] for name in failed(result)], ["A closed loop's"])
        self.assertIn("too short", reason(result, "items-1000", "arena", P99))
        self.assertIsNone(reason(result, "items-1000", "arena", CPU))
        self.assertIsNone(reason(result, "items-1000", "arena", THROUGHPUT))
        self.assertIsNone(reason(result, "plaintext", "arena", P99))
        for run in result["runs"]:
            run |= {"generator_busy_share": 0.99, "server_busy_share": 0.99}
        self.assertIn("too busy", reason(result, "items-1000", "arena", P99))

    def test_late_requests_withhold_that_scenarios_latency(self):
        result = small()
        for run in result["runs"]:
            if run.get("rate_share") == 0.9 and run["variant"] == "heap":
                run["lateness_p99_us"] = 1500
        self.assertIn("late", reason(result, "mixed", "arena", P99))
        self.assertIsNone(reason(result, "mixed", "arena", CPU))
        self.assertIsNone(reason(result, "plaintext", "arena", P99))


if __name__ == "__main__":
    unittest.main()
