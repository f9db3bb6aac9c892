"""The small parts that measuring is made of."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from lab.failures import Invalid
from lab.measure import cores, histogram, loadgen_run, machine, probe, proc_figures, wrk_run
from lab.measure.blocks import Block, Tools, figures
from lab.measure.strace import parse_strace
from lab.measure.plan import Plan
from lab.measure.proc_figures import ProcessFigures
from lab.measure.record import Record, read
from lab.scenario.scenario import Prediction, Request, Scenario

HEAD = {"kind": "run", "title": "t", "started": "s", "command": "c", "settings": {"rounds": 1}, "scenarios": [], "variants": {},
        "machine": {"cpu": "x", "git_revision": "y", "git_changed": False}}


def scenario(kind: str, **more) -> Scenario:
    return Scenario("s", "g", "t", "w", kind, (Request(target="/x"),), ("heap", "arena"), **more)


class RevisionOfAnImageTest(unittest.TestCase):
    def described(self, built_from: str) -> tuple:
        with mock.patch.dict("os.environ", {"LAB_REVISION": built_from}):
            found = machine.describe(cores.Cores((0,), frozenset({0}), frozenset({0})))
        return found["git_revision"], found["git_changed"]

    def test_is_what_it_was_built_from(self):
        self.assertEqual(self.described("61e91f1"), ("61e91f1", False))

    def test_says_whether_there_were_changes(self):
        self.assertEqual(self.described("61e91f1-dirty"), ("61e91f1", True))

    def test_is_the_checkouts_where_it_is_not_known(self):
        self.assertEqual(self.described("unknown"), self.described(""))


class HistogramTest(unittest.TestCase):
    def test_the_error_is_below_one_percent(self):
        for value in (0, 1, 63, 127, 128, 129, 1_000, 123_456, 10**9):
            self.assertLessEqual(abs(histogram.rounded(value) - value), value * 0.008, value)

    def test_what_falls_together_is_added(self):
        self.assertEqual(histogram.compact([[5, 1], [1000, 2]], [[5, 3], [1001, 4]]),
                         [[5, 4], [histogram.rounded(1000), 6]])


class ProbeTest(unittest.TestCase):
    STAT = "cpu  100 5 50 800 10 0 3 32 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n"

    def test_steal_is_the_eighth_figure_and_guests_are_not_counted_twice(self):
        self.assertEqual(probe.parse_cpu(self.STAT), probe.CpuTimes(steal=32, total=1000))

    def test_a_reading_of_this_machine(self):
        found = probe.Probe(min(cores.choose().server)).reading()
        self.assertGreater(found["hiccup_max_us"], 0)
        self.assertTrue(0 <= found["steal_share"] <= 1 and 0 <= found["hiccup_share"] <= 1)


class CoresTest(unittest.TestCase):
    def test_threads_get_the_first_cores_and_the_generator_the_last(self):
        chosen = cores.choose(2, (0, 1, 2, 3))
        self.assertEqual(chosen.server, {0, 1})
        self.assertTrue(chosen.apart)
        self.assertEqual(len(chosen.generator), 1)

    def test_where_there_are_too_few_they_share(self):
        chosen = cores.choose(2, (0, 1))
        self.assertFalse(chosen.apart)
        self.assertEqual(cores.choose(1, (0,)).generator, {0})


class StraceTest(unittest.TestCase):
    def test_with_and_without_errors(self):
        table = "% time\n 47.26    0.004999          24       200           sendto\n"
        self.assertEqual(parse_strace(table + "100.00  0.01  10  999  total\n"), 999)
        self.assertEqual(parse_strace(table + "100.00  0.01  10  999  7 total\n"), 999)

    def test_an_empty_table_is_no_count(self):
        with self.assertRaises(Invalid):
            parse_strace("")


class FiguresTest(unittest.TestCase):
    def test_a_request(self):
        used = ProcessFigures(cpu_ns=4_000_000, waited_ns=50_000_000, user_ticks=3, system_ticks=1,
                              faults=10, switches=20)
        found = figures(used, served=100, seconds=0.5)
        self.assertEqual((found["cpu_us"], found["user_us"], found["system_us"]), (40, 30, 10))
        self.assertEqual((found["faults"], found["context_switches"]), (0.1, 0.2))
        self.assertEqual(found["server_busy_share"], 0.008)
        self.assertEqual(found["server_waited_share"], 0.1)

    def test_work_after_the_generator_has_stopped_is_not_of_its_time(self):
        used = ProcessFigures(1_000_000_000, 0, 0, 0, 0, 0)
        self.assertEqual(figures(used, 100, 1.0, 0.8)["server_busy_share"], 0.8)
        self.assertEqual(figures(used, 100, 1.0, 0.8)["cpu_us"], 10_000)

    def test_too_short_for_a_tick_has_no_split(self):
        used = ProcessFigures(1000, 0, 0, 0, 0, 0)
        self.assertIsNone(figures(used, 1, 1.0)["user_us"])


class PassTest(unittest.TestCase):
    """Of a closed loop, with what wrk reports made up."""

    def runs(self, *requests: int) -> tuple[dict, list[float]]:
        """A pass whose attempts have so many answers; and how long each was."""
        left, asked = list(requests), []

        def report(port, scenario, seconds, cores, folder):
            asked.append(seconds)
            return {"requests": left.pop(0), "duration_us": seconds * 1e6, "errors": {},
                    "exact": True, "generator_busy_share": 0.1}

        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.1, warm_seconds=0.1, seed=1)
        chosen = cores.choose()
        block = Block(plan, Tools(chosen, Path(), Path(), Path()), scenario("closed"), {}, 0, {}, [])
        with mock.patch.object(wrk_run, "run", report), \
                mock.patch.object(proc_figures, "read", lambda pid: ProcessFigures(0, 0, 0, 0, 0, 0)):
            run, _ = block._with_wrk(mock.Mock(), 0.1)
        return run, asked

    def test_one_that_the_machine_slept_through_is_made_again_and_longer(self):
        run, asked = self.runs(0, 0, 7)
        self.assertEqual((run["requests"], asked), (7, [0.1, 0.2, 0.4]))

    def test_one_with_answers_is_made_once(self):
        self.assertEqual(self.runs(7, 8)[1], [0.1])

    def test_what_the_first_prediction_compares_runs_in_a_row_with_its_arm(self):
        asked = replace(
            scenario("closed"), variants=("floor", "heap", "nginx", "arena", "baseline", "arena again"),
            predictions=(Prediction("arena", "heap", "cpu_us", "better", "it is"),
                         Prediction("arena", "floor", "cpu_us", "worse", "it is")))
        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.1, warm_seconds=0.1, seed=1)
        block = Block(plan, Tools(cores.choose(), Path(), Path(), Path()), asked, {}, 0, {}, [])
        seen = {place: set() for place in range(6)}
        for _ in range(500):
            order = block._in_random_order(dict.fromkeys(asked.variants))
            self.assertEqual(sorted(order), sorted(asked.variants))
            near = sorted(order.index(name) for name in ("arena", "heap", "arena again"))
            self.assertEqual(near, list(range(near[0], near[0] + 3)))
            for place, name in enumerate(order):
                seen[place].add(name)
        self.assertTrue(all(len(names) == 6 for names in seen.values()), seen)

    def test_a_server_that_never_answers_is_told(self):
        with self.assertRaisesRegex(Invalid, "not one request was answered"):
            self.runs(0, 0, 0)


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

    def test_each_variant_takes_its_time(self):
        two = scenario("closed")
        four = replace(two, variants=("heap", "arena", "floor", "baseline"))
        self.assertAlmostEqual(self.PLAN.estimate(four, 1), 2 * self.PLAN.estimate(two, 1), delta=0.1)


class LoadgenPlanTest(unittest.TestCase):
    def test_what_is_told(self):
        asked = (Request(target="/a", weight=9), Request(raw=b"bad\r\n\r\n", status=400, closes=True))
        mixed = Scenario("s", "g", "t", "w", "open", asked, ("arena",), rate=5.0, connections=7)
        with tempfile.TemporaryDirectory() as folder:
            told = loadgen_run.plan(mixed, 8080, 123.0, 2.0, 1, Path(folder), [27, None])
        self.assertEqual(told["schedule"], [{"kind": "poisson", "rate": 123.0, "seconds": 2.0}])
        self.assertEqual(told["connections"], 7)
        self.assertEqual([each["weight"] for each in told["mix"]], [9, 1])
        self.assertEqual(told["mix"][0]["expect"], {"status": 200, "close": False, "length": 27})
        self.assertEqual(told["mix"][1]["raw"], "bad\r\n\r\n")
        self.assertEqual(told["mix"][1]["expect"], {"status": 400, "close": True})

    def test_failures_are_named(self):
        report = {"failures": {"timeout": 2, "status": 0, "closed": 1}, "answered": 9}
        self.assertEqual(loadgen_run.failures(report), "requests failed: 2 timeout, 1 closed")
        self.assertIsNone(loadgen_run.failures({"failures": {"timeout": 0}, "answered": 1}))
        self.assertIn("not one", loadgen_run.failures({"failures": {}, "answered": 0}))


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deep" / "result.json"

    def test_blocks_are_kept_and_gone_on_with(self):
        record = Record.begin(self.path, HEAD)
        record.add(0, "a", [{"scenario": "a"}], {})
        record.drop(0, "b", "b: failed")
        record.write()
        again = Record.resume(self.path, HEAD)
        self.assertTrue(record.is_done(0, "a") and record.is_done(0, "b"))
        self.assertTrue(again.is_done(0, "a"))
        self.assertFalse(again.is_done(1, "a"))
        self.assertFalse(again.is_done(0, "b"))  # it failed: it is tried again
        self.assertEqual((record.document["invalid"], again.document["invalid"]), (["b: failed"], []))
        self.assertTrue(again.document["partial"])

    def test_another_machine_or_plan_is_not_gone_on_with(self):
        Record.begin(self.path, HEAD).write()
        with self.assertRaisesRegex(Invalid, "its settings are not the same"):
            Record.resume(self.path, {**HEAD, "settings": {"rounds": 2}})
        with self.assertRaisesRegex(Invalid, "its git_revision was y, now it is z"):
            Record.resume(self.path, {**HEAD, "machine": {**HEAD["machine"], "git_revision": "z"}})

    def test_what_is_no_result_is_refused(self):
        self.path.parent.mkdir()
        for text, word in (("{", "not JSON"), ("[]", "not a result"), ('{"format":1}', "format 2")):
            self.path.write_text(text)
            with self.assertRaisesRegex(Invalid, word):
                read(self.path)
        self.path.write_text(json.dumps({"format": 2, "kind": "run"}))
        with self.assertRaisesRegex(Invalid, "lacks title, started"):
            read(self.path)

    def test_a_result_that_cannot_be_written_leaves_nothing_behind(self):
        self.path.mkdir(parents=True)
        with self.assertRaisesRegex(Invalid, "cannot be written to .*: Is a directory"):
            Record.begin(self.path, HEAD).write()
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])


if __name__ == "__main__":
    unittest.main()
