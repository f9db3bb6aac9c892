"""The small parts that measuring is made of."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from lab.failures import Invalid
from lab.measure import cores, histogram, loadgen_run, machine, proc_figures, wrk_run
from lab.measure.blocks import Block, Tools, figures
from lab.measure.expected import Expected
from lab.measure.plan import Plan
from lab.measure.proc_figures import ProcessFigures
from lab.measure.strace import parse_strace
from lab.scenario.scenario import Prediction, Request, Scenario

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

    def runs(self, *requests: int, wire: dict | None = None,
             received: int = 0) -> tuple[dict, list[float]]:
        """A pass whose attempts have so many answers; and how long each was."""
        left, asked = list(requests), []

        def report(port, scenario, seconds, cores, folder):
            asked.append(seconds)
            return {"requests": left.pop(0), "duration_us": seconds * 1e6, "errors": {},
                    "bytes": received, "exact": True, "generator_busy_share": 0.1}

        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.1, warm_seconds=0.1,
                    seed=1)
        chosen, server = cores.choose(), mock.Mock()
        server.variant.name = "mine"
        expects = Expected([], {"mine": wire} if wire else {})
        tools = Tools(chosen, Path(), Path(), Path())
        block = Block(plan, tools, scenario("closed"), {}, 0, {}, expects)
        with mock.patch.object(wrk_run, "run", report), \
                mock.patch.object(proc_figures, "read", lambda pid: ProcessFigures(*[0] * 6)):
            run, _ = block._with_wrk(server, 0.1)
        return run, asked

    def test_one_that_the_machine_slept_through_is_made_again_and_longer(self):
        run, asked = self.runs(0, 0, 7)
        self.assertEqual((run["requests"], asked), (7, [0.1, 0.2, 0.4]))
        self.assertEqual(run["attempts"], 3)

    def test_one_with_answers_is_made_once(self):
        run, asked = self.runs(7, 8)
        self.assertEqual((asked, run["attempts"]), ([0.1], 1))

    def test_answers_of_another_length_than_the_one_that_was_compared_are_noticed(self):
        wire = {"bytes": 150, "slack": 0}
        for received in (150_000, 150_000 + 64 * 150):  # 64 more may be under way
            self.assertEqual(self.runs(1000, wire=wire, received=received)[0]["requests"], 1000)
        for received in (149_999, 150_000 + 64 * 150 + 1, 137_000):
            with self.assertRaisesRegex(Invalid, "mine: 1,000 answers had"):
                self.runs(1000, wire=wire, received=received)
        self.runs(1000, wire={"bytes": 150, "slack": 16}, received=140_000)
        self.runs(1000, wire={"why_not": "each is another"}, received=3)

    def test_what_the_first_prediction_compares_runs_in_a_row_with_its_arm(self):
        asked = replace(
            scenario("closed"),
            variants=("floor", "heap", "nginx", "arena", "baseline", "arena again"),
            predictions=(Prediction("arena", "heap", "cpu_us", "better", "it is"),
                         Prediction("arena", "floor", "cpu_us", "worse", "it is")))
        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.1, warm_seconds=0.1,
                    seed=1)
        block = Block(plan, Tools(cores.choose(), Path(), Path(), Path()), asked, {}, 0, {},
                      Expected([]))
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


class ClosePassesTest(unittest.TestCase):
    """Those that are closely compared run more, which must not show in what all are compared by."""

    def setUp(self):
        asked = replace(scenario("closed"), variants=("baseline", "heap", "arena"),
                        predictions=(Prediction("arena", "heap", "cpu_us", "better", "it is"),))
        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=2, seconds=0.2, warm_seconds=0.1,
                    seed=1, closer=2, close_seconds=0.1)
        tools = Tools(cores.choose(), Path(), Path(), Path())
        block = Block(plan, tools, asked, {}, 0, {}, Expected([]))
        self.asked = []
        self.servers = {name: mock.Mock(pid=name) for name in asked.variants}

        def with_wrk(server, seconds):
            self.asked.append((server.pid, seconds))
            return {"seconds": seconds}, [[100, len(self.asked)]]

        def grown(pid):
            return sum(each == pid for each, _ in self.asked)

        with mock.patch.object(block, "_with_wrk", with_wrk), \
                mock.patch.multiple(proc_figures, peak_rss_bytes=grown, rss_bytes=grown):
            self.runs, _ = block._closed(self.servers)

    def of(self, name: str) -> list[dict]:
        return [run for run in self.runs if run["variant"] == name]

    def test_memory_is_weighed_when_all_have_run_as_long(self):
        for name in self.servers:
            self.assertEqual([run.get("peak_rss_bytes") for run in self.of(name)[:2]], [2, 2])
        self.assertEqual([run.get("peak_rss_bytes") for run in self.of("arena")[2:]], [None] * 2)

    def test_there_are_latencies_of_the_common_passes_and_of_the_others(self):
        places = {name: [run["pass"] for run in self.of(name) if "histogram_us" in run]
                  for name in self.servers}
        self.assertEqual(places, {"baseline": [1], "heap": [1, 3], "arena": [1, 3]})
        samples = sum(count for run in self.runs for _, count in run.get("histogram_us", ()))
        self.assertEqual(samples, sum(range(1, len(self.asked) + 1)))

    def test_close_passes_have_their_own_length(self):
        self.assertEqual([run["seconds"] for run in self.of("heap")], [0.2, 0.2, 0.1, 0.1])


class LoadgenPlanTest(unittest.TestCase):
    def test_what_is_told(self):
        asked = (Request(target="/a", weight=9),
                 Request(raw=b"bad\r\n\r\n", status=400, closes=True))
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


if __name__ == "__main__":
    unittest.main()
