import unittest
from math import exp
from random import Random

from lab.analysis import remainder, trust
from lab.analysis.check import found_in
from lab.analysis.figures import CPU, P99, RSS, THROUGHPUT
from lab.analysis.measured import Measured
from lab.analysis.trust import Overall
from lab.tests import synthetic

SMALL = ("plaintext", "items-1000", "mixed")


def small() -> dict:
    return synthetic.result(scenarios=SMALL, seed=2)


def failed(result: dict) -> list[str]:
    return [check.name for check in trust.checks(result) if check.ok is False]


def reason(result: dict, scenario: str, variant: str, figure) -> str | None:
    return trust.judge(Measured(result)).reason(scenario, (variant, "heap"), figure)


def places(result: dict, check) -> list:
    found = found_in(Measured(result), check.withheld)
    return [place for by_reason in found.values() for place in by_reason]


class TrustTest(unittest.TestCase):
    def test_a_good_run_passes_all(self):
        result = small()
        self.assertEqual(failed(result), [])
        self.assertEqual(trust.overall(result), Overall.TRUSTED)
        self.assertIsNone(reason(result, "plaintext", "arena", CPU))

    def test_an_arm_that_differs_from_itself_withholds_all_timing_but_not_memory(self):
        for factor in (1.02, 0.9):
            result = small()
            for run in result["runs"]:
                if run["variant"] == "arena again":
                    run["cpu_us"] *= factor
            self.assertEqual(trust.overall(result), Overall.NOT)
            self.assertIn("excludes 1", trust.checks(result)[0].detail)
            for figure in (CPU, THROUGHPUT, P99):
                self.assertIsNotNone(reason(result, "plaintext", "arena", figure))
            self.assertIsNone(reason(result, "plaintext", "arena", RSS))

    def test_a_difference_in_one_scenario_withholds_that_figure_there(self):
        """A third dearer in one of three scenarios: the pooled interval holds it, or is wide."""
        for name, figure, spared in (("cpu_us", CPU, THROUGHPUT),
                                     ("requests_per_s", THROUGHPUT, CPU),
                                     ("peak_rss_bytes", RSS, CPU)):
            result = synthetic.result(seed=2, scenarios=("plaintext", "items-1000", "echo-1k",
                                                         "headers-40", "items-10", "cpu-bound"))
            for run in result["runs"]:
                if run["variant"] == "arena again" and run["scenario"] == "items-1000":
                    run[name] *= 1.3
            self.assertEqual(failed(result), ["The same server against itself, in each scenario"])
            check = trust.checks(result)[1]
            self.assertEqual([place.scenario for place in places(result, check)], ["items-1000"])
            self.assertIn("itself", reason(result, "items-1000", "arena", figure))
            self.assertIsNone(reason(result, "items-1000", "arena", spared))
            self.assertIsNone(reason(result, "plaintext", "arena", figure))

    def test_p99_that_differs_from_itself_is_withheld_there(self):
        result = small()
        for run in result["runs"]:
            if run["variant"] == "arena again" and run["scenario"] == "plaintext":
                run["histogram_us"] = [[2 * value, count] for value, count in run["histogram_us"]]
        self.assertIn("p99", reason(result, "plaintext", "arena", P99))
        self.assertIsNone(reason(result, "plaintext", "arena", CPU))

    def test_a_wide_interval_that_reaches_the_band_withholds_nothing(self):
        result = small()
        for run in result["runs"]:
            if run["variant"] == "arena again" and run["scenario"] == "items-1000":
                run["cpu_us"] *= 1.3 if run["round"] % 2 else 0.8
        self.assertIsNone(reason(result, "items-1000", "arena", CPU))

    def test_a_noisy_arm_withholds_too(self):
        result = small()
        generator = Random(2)
        for run in result["runs"]:
            run["cpu_us"] *= exp(generator.gauss(0, 0.4))
        self.assertIn("wider", trust.checks(result)[0].detail)

    def test_without_the_arm_no_timing_is_judged(self):
        result = small()
        result["runs"] = [run for run in result["runs"] if run["variant"] != "arena again"]
        self.assertEqual(trust.overall(result), Overall.PARTLY)
        self.assertIsNotNone(reason(result, "plaintext", "arena", CPU))

    def test_at_one_rate_only(self):
        for variant, change in (("arena", {"server_waited_share": 0.2}),
                                ("arena again", {"cpu_us": 1e6})):
            result = small()
            for run in result["runs"]:
                if run.get("rate_share") == 0.9 and run["variant"] == variant:
                    run |= change
            judged = trust.judge(Measured(result))
            figure = CPU if "cpu_us" in change else P99
            for share, withheld in ((0.9, True), (0.7, False), (None, False)):
                found = judged.reason("mixed", ("arena", "heap"), figure, share)
                self.assertEqual(found is not None, withheld, (variant, share))

    def test_another_program_on_the_core_withholds_speed_there(self):
        result = small()
        for run in result["runs"]:
            if run["scenario"] == "items-1000":
                run["server_waited_share"] = 0.2
        self.assertIn("20%", reason(result, "items-1000", "arena", THROUGHPUT))
        self.assertIsNone(reason(result, "items-1000", "arena", CPU))
        self.assertIsNone(reason(result, "plaintext", "arena", THROUGHPUT))

    def test_steal_withholds_speed_everywhere(self):
        result = small()
        for probe in result["probes"]:
            probe["steal_share"] = 0.04
        self.assertEqual(trust.overall(result), Overall.PARTLY)
        self.assertIsNotNone(reason(result, "plaintext", "arena", THROUGHPUT))
        self.assertIsNone(reason(result, "plaintext", "arena", CPU))
        result["probes"] = []
        self.assertIn("not probed", next(check.detail for check in trust.checks(result)
                                         if "steal" in check.name))

    def test_pauses_and_steal_withhold_speed_by_the_share_of_bad_blocks(self):
        for name, value in (("hiccup_share", 0.06), ("steal_share", 0.021)):
            for bad, withheld in ((25, False), (26, True)):
                result = small()
                for probe in result["probes"]:
                    probe["steal_share"] = 0.0
                for probe in result["probes"][:bad]:
                    probe[name] = value
                found = reason(result, "plaintext", "arena", P99)
                self.assertEqual(found is not None, withheld, (name, bad))
                self.assertIsNone(reason(result, "plaintext", "arena", CPU))
                self.assertEqual(any("was ours" in name for name in failed(result)), withheld)

    def test_failures_withhold_all_of_that_variant_there(self):
        result = small()
        run = next(run for run in result["runs"] if run["variant"] == "arena")
        run["failures"] = 3
        self.assertEqual(failed(result), ["Every run valid"])
        self.assertIn("3 requests", reason(result, run["scenario"], "arena", RSS))
        self.assertIsNone(reason(result, run["scenario"], "heap", RSS))

    def test_too_few_rounds_are_told_but_not_of_a_soak(self):
        result = synthetic.result(rounds=2, scenarios=("plaintext",))
        self.assertIn("At least 3 rounds", failed(result))
        result["scenarios"][0]["kind"] = "soak"
        self.assertNotIn("At least 3 rounds", failed(result))

    def test_cores_partial_and_revision(self):
        result = small()
        result["machine"] |= {"cores_apart": False, "git_revision": None}
        result["partial"] = True
        self.assertEqual(len(failed(result)), 3)
        self.assertIn("shared", reason(result, "plaintext", "arena", THROUGHPUT))

    def test_changes_that_are_not_committed(self):
        """`git_changed` is None where git could not tell."""
        for changed, known in ((False, True), (True, False), (None, False)):
            result = small()
            result["machine"]["git_changed"] = changed
            self.assertEqual("The code is known" not in failed(result), known, changed)
        del result["machine"]["git_changed"]
        self.assertIn("The code is known", failed(result))

    def test_cores_that_a_scenario_shares_by_design_fail_no_check(self):
        """Nor is it another program that holds the server's core there."""
        result = small()
        result["scenarios"][0]["cores_apart"] = False
        for run in result["runs"]:
            if run["scenario"] == "plaintext":
                run["server_waited_share"] = 0.2
        self.assertEqual(failed(result), [])
        self.assertTrue(any("by design not in" in check.detail for check in trust.checks(result)))
        self.assertIn("by design", reason(result, "plaintext", "arena", P99))
        self.assertIn("by design", reason(result, "plaintext", "arena", THROUGHPUT))
        self.assertIsNone(reason(result, "plaintext", "arena", CPU))
        self.assertIsNone(reason(result, "items-1000", "arena", P99))

    def test_what_is_invalid_withholds_what_it_names(self):
        result = small()
        result["invalid"] = ["plaintext, arena: 3 errors of kind timeout"]
        self.assertEqual(failed(result), ["Every run valid"])
        self.assertFalse(any("every answer came" in check.detail for check in trust.checks(result)))
        self.assertIn("timeout", reason(result, "plaintext", "arena", RSS))
        self.assertIsNone(reason(result, "items-1000", "arena", RSS))
        self.assertEqual(trust.overall(result), Overall.PARTLY)
        result["invalid"] = ["the servers do not answer the same"]
        self.assertIn("the same", reason(result, "items-1000", "arena", RSS))
        self.assertEqual(trust.overall(result), Overall.NOT)

    def test_what_remains_is_told(self):
        def told(result: dict) -> str:
            measured = Measured(result)
            return remainder.sentence(measured, trust.judge(measured))

        result = small()
        self.assertEqual(told(result), "This run can be trusted.")
        self.assertIn("see what fails", told(result | {"partial": True}))
        for run in result["runs"]:
            if run["scenario"] == "plaintext" and run["variant"] == "arena":
                run |= {"generator_busy_share": 0.9, "server_busy_share": 0.7}
        self.assertEqual(told(result), "Most of it can be trusted: CPU and memory everywhere; "
                                       "throughput and latency not in 1 of 2 scenarios.")
        result["runs"] = [run for run in result["runs"] if run["variant"] != "arena again"]
        self.assertEqual(told(result), "It can be trusted in part: memory everywhere; CPU, "
                                       "throughput and latency nowhere.")

    def test_the_widest_of_the_same_server_is_told(self):
        check = trust.checks(small())[1]
        self.assertRegex(check.detail, r"none surely differs; the widest was .+ × .+ \[.+\] in ")

    def test_nothing_measured_is_not_trusted(self):
        self.assertEqual(trust.overall({}), Overall.NOT)

    def test_what_nothing_was_measured_for_is_not_checked(self):
        """Only the revision is known of a run without measurements."""
        result = small() | {"runs": [], "counts": {}, "series": {}}
        checks = {check.name: check for check in trust.checks(result)}
        self.assertEqual([name for name, check in checks.items() if check.ok],
                         ["The code is known"])
        for part in ("Every run valid", "The generator", "Requests", "The server's core",
                     "The machine", "Server and", "The run is whole"):
            check = next(check for name, check in checks.items() if name.startswith(part))
            self.assertIsNone(check.ok, part)
            self.assertIn("not checked", check.detail)
            self.assertEqual(check.withheld, ())

    def test_a_check_that_had_nothing_to_check_speaks_neither_for_nor_against(self):
        result = synthetic.result(scenarios=("plaintext", "items-1000"), seed=2)
        check = next(one for one in trust.checks(result) if one.name.startswith("Requests"))
        self.assertIsNone(check.ok)
        self.assertEqual(trust.overall(result), Overall.TRUSTED)

    def test_what_failed_before_anything_was_measured_fails(self):
        result = small() | {"runs": [], "counts": {}, "invalid": ["no wrk"], "partial": True}
        self.assertIn("Every run valid", failed(result))
        self.assertIn("The run is whole", failed(result))


if __name__ == "__main__":
    unittest.main()
