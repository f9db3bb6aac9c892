"""What a session does before its rounds, with made-up servers."""

import io
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

from lab.measure import equivalence
from lab.measure.blocks import Tools
from lab.measure.cores import Cores
from lab.measure.counting import Counted, Missed, Passes
from lab.measure.plan import Plan
from lab.measure.progress import Progress
from lab.measure.record import Record
from lab.measure.session import Session
from lab.measure.wire import Response
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant

VARIANTS = {
    "tuned": Variant("tuned", "", ("a",), (("GOGC", "200"),), is_ours=False),
    "tuned again": Variant("tuned again", "", ("a",), (("GOGC", "200"),), is_ours=False),
    "preloading": Variant("preloading", "", ("a",), (("LD_PRELOAD", "x.so"),), is_ours=False),
    "running": Variant("running", "", (), port=80, is_ours=False),
    "heap+jemalloc": Variant("heap+jemalloc", "", ("b",), (("LD_PRELOAD", "j.so"),)),
}
ORDERS = Scenario("orders", "", "", "", "closed", (Request(target="/x"),), tuple(VARIANTS))


class PreparedTest(unittest.TestCase):
    def setUp(self):
        plan = Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.1, warm_seconds=0.1,
                    seed=1)
        cores = Cores((0, 1), frozenset({0}), frozenset({1}))
        self.record = Record.begin(Path("/nowhere/x.json"), {})
        self.session = Session(plan, [ORDERS], {"orders": VARIANTS},
                               Tools(cores, Path(), Path(), Path()), self.record)

    def test_what_no_tool_can_count_is_told_and_kept_with_its_reason(self):
        missed = Missed("tuned", "strace", ("orders",), "no ptrace")
        with mock.patch.object(Passes, "of", return_value=Counted({"orders": {"faults": 1.0}},
                                                                  [missed])) as of, \
                redirect_stderr(io.StringIO()) as said:
            self.session._count(Progress(1))
            self.session._count(Progress(1))  # gone on with: nothing stands there twice
        self.assertEqual([call.args[0].name for call in of.call_args_list], ["tuned"] * 2)
        kept = {each["variant"]: each["reason"] for each in self.record.document["not_counted"]}
        self.assertEqual(len(self.record.document["not_counted"]), 3)
        self.assertEqual(sorted(kept), ["preloading", "running", "tuned"])
        self.assertEqual(kept["tuned"], "no ptrace")
        self.assertEqual(self.record.document["counts"], {"orders": {"tuned": {"faults": 1.0}}})
        self.assertIn("not counted: running, by any tool: it runs already",
                      said.getvalue())

    def test_all_that_are_started_alike_are_expected_to_answer_as_long(self):
        answer = Response(200, {"content-type": "text/plain"}, b"ok", 90)
        with mock.patch.object(equivalence, "answers_of", return_value={"orders": [answer]}), \
                mock.patch.object(equivalence, "REQUIRED_FIELDS", ()):
            self.session._check_answers(Progress(1))
        wire = self.record.document["wire_bytes"]["orders"]
        self.assertEqual(wire["tuned"], {"bytes": 90, "slack": 16})
        self.assertEqual(wire["tuned again"], wire["tuned"])
        self.assertEqual(wire["heap+jemalloc"], {"bytes": 90, "slack": 0})
        self.assertEqual(set(wire), set(VARIANTS))


if __name__ == "__main__":
    unittest.main()
