import argparse
import io
import json
import subprocess
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from lab.commands import counts as gate, gate as command
from lab.failures import Invalid, WrongUse
from lab.measure.counting import Counted, Missed, Passes
from lab.measure.record import Record
from lab.scenario import files


def counts(**what: float) -> gate.Counts:
    return {"s": {"arena": what}}


class JudgeTest(unittest.TestCase):
    def test_a_limit_is_met_exactly_and_exceeded(self):
        self.assertEqual(gate.judge(10_000, (10_100, 10_100), "instructions"), "same")
        self.assertEqual(gate.judge(10_000, (10_101, 10_101), "instructions"), "more")
        self.assertEqual(gate.judge(10_000, (9_900, 9_900), "instructions"), "same")
        self.assertEqual(gate.judge(10_000, (9_899, 9_899), "instructions"), "fewer")

    def test_one_heap_call_where_none_was_is_a_regression(self):
        self.assertEqual(gate.judge(0.0, (1.0, 1.0), "heap_calls"), "more")
        self.assertEqual(gate.judge(0.0, (0.01, 0.0), "heap_calls"), "same")

    def test_two_that_disagree_judge_nothing(self):
        self.assertEqual(gate.judge(10_000, (10_000, 10_500), "instructions"), "unsteady")

    def test_codes(self):
        def code(before: float, *now: float) -> int:
            again = [counts(instructions=each) for each in now]
            return gate.exit_code(gate.findings(counts(instructions=before), *again, set()))

        self.assertEqual(code(1e6, 1e6, 1e6), 0)
        self.assertEqual(code(1e6, 0.5e6, 0.5e6), 0)
        self.assertEqual(code(1e6, 1.05e6, 1.05e6), gate.REGRESSION)
        self.assertEqual(code(1e6, 1e6, 1.05e6), gate.NOT_JUDGED)

    def test_nothing_to_compare_is_not_a_pass(self):
        found = gate.findings(counts(instructions=1.0), counts(), counts(), set())
        self.assertEqual(gate.exit_code(found), gate.NOT_JUDGED)

    def test_a_count_that_the_baseline_has_and_now_is_missing_is_not_a_pass(self):
        found = gate.findings(counts(instructions=1.0, syscalls=2.0), *[counts(syscalls=2.0)] * 2,
                              set())
        self.assertEqual({each.what: each.verdict for each in found},
                         {"instructions": "missing", "syscalls": "same"})
        self.assertEqual(gate.exit_code(found), gate.NOT_JUDGED)
        self.assertIn("not counted", found[0].line())

    def test_what_is_left_out_is_not_judged(self):
        found = gate.findings(counts(instructions=1.0, syscalls=2.0), *[
            counts(instructions=9e9, syscalls=2.0)] * 2, {"instructions"})
        self.assertEqual([each.what for each in found], ["syscalls"])

    def test_a_line_says_what_rose_by_how_much(self):
        (found,) = gate.findings(counts(syscalls=2.0), *[counts(syscalls=3.0)] * 2, set())
        self.assertIn("syscalls", found.line())
        self.assertIn("+50.0%", found.line())


def baseline(**counted: dict[str, dict]) -> dict:
    """Of these of our scenarios: {variant: {what: a request}}, with their settings of today."""
    now = {each.name: each.settings for each in files.all_scenarios()}
    names = {name.replace("_", "-"): each for name, each in counted.items()}
    return {"counts": names, "machine": {},
            "scenarios": [{"name": name, "settings": now.get(name, {})} for name in names]}


class AgainTest(unittest.TestCase):
    """What of a baseline is counted again."""

    BUILD = Path("/build")

    def again(self, document: dict, names: str = "arena") -> command.Again:
        return command.again(document, names.split(","), files.all_scenarios(), {}, self.BUILD)

    def test_nothing_but_the_variants_that_are_wanted_is_made(self):
        """One whose allocator is not installed is no reason to count nothing."""
        made = []

        def only_arena(name, *more):
            made.append(name)
            return mock.Mock(command=(name,), environment=())

        with mock.patch("lab.scenario.variants.make", only_arena):
            self.again(baseline(echo_100k={"arena": {}, "heap": {}}))
        self.assertEqual(made, ["arena"])

    def test_a_scenario_or_variant_that_is_gone_is_missing(self):
        one = {"arena": {"heap_calls": 0.0}}
        for document in (baseline(json=one, vanished=one),
                         baseline(json=one, threads_1={"arena": {"heap_calls": 0.0},
                                                       "floor": {"heap_calls": 0.0}})):
            found = self.again(document, "arena,floor" if "threads-1" in document["counts"]
                               else "arena")
            self.assertEqual(len(found.gone), 1, found.gone)
            self.assertIn("any more", found.gone[0])
            now = {"json": one, "threads-1": one}
            judged = gate.findings(found.baseline, now, now, set())
            self.assertEqual(gate.exit_code(judged), gate.NOT_JUDGED)

    def test_another_request_under_the_same_name_is_told_and_not_judged(self):
        document = baseline(json={"arena": {"heap_calls": 0.0}}, plaintext={"arena": {}})
        document["scenarios"][0]["settings"] = {"request": {"target": "/items?count=1"}}
        found = self.again(document)
        self.assertEqual(found.gone,
                         ["json: it is another request or server than the baseline's, by target"])
        self.assertEqual([each.name for _, asked in found.servers.values() for each in asked],
                         ["plaintext"])

    def test_a_variant_that_the_baseline_never_counted_is_wrong_use(self):
        with self.assertRaisesRegex(WrongUse, "nothing of 'arenas'; it counted arena"):
            self.again(baseline(json={"arena": {}}), "arenas")

    def test_another_processor_is_other_code(self):
        here = command.machine.describe(command.cores.choose())
        with redirect_stderr(io.StringIO()) as said:
            self.assertEqual(command._left_out({"machine": here}), set())
            self.assertEqual(command._left_out({"machine": {**here, "cpu": "another"}}),
                             {"instructions"})
        self.assertIn("cpu (another, now", said.getvalue())


class ToolFailureTest(unittest.TestCase):
    """Is no regression: exit code 3, with the reason."""

    def run_gate(self, failure=None, counted: Counted | None = None) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for program in ("arena-server", "libheap_counter.so"):
                (folder / program).touch()
            head = {"kind": "run", "title": "", "started": "", "command": "", "settings": {},
                    "variants": {}, **baseline(json={"arena": {"heap_calls": 0.0}})}
            record = Record.begin(folder / "baseline.json", head)
            record.document["counts"] = head["counts"]
            record.write()
            options = argparse.Namespace(against=record.path, scenarios=None, variants="arena",
                                         all=False, build_dir=folder)
            if failure == "not built":
                (folder / "arena-server").unlink()
            with mock.patch.object(Passes, "of", side_effect=failure, return_value=counted), \
                    redirect_stderr(io.StringIO()) as said, redirect_stdout(said):
                return command.run(options), said.getvalue()

    def test_of_any_kind(self):
        for failure in (Invalid("strace cannot look at the server"), OSError(1, "not permitted"),
                        subprocess.TimeoutExpired("vgdb", 60), json.JSONDecodeError("x", "", 0)):
            code, said = self.run_gate(failure)
            self.assertEqual(code, gate.NOT_JUDGED, said)
            self.assertIn("NOT JUDGED", said)
        code, said = self.run_gate("not built")
        self.assertEqual(code, gate.NOT_JUDGED)
        self.assertIn("./run build", said)

    def test_of_one_tool_is_told_by_its_reason(self):
        missed = Missed("arena", "strace", ("json",), "operation not permitted")
        code, said = self.run_gate(counted=Counted({"json": {}}, [missed]))
        self.assertEqual(code, gate.NOT_JUDGED)
        self.assertIn("arena, by strace: operation not permitted (json)", said)


if __name__ == "__main__":
    unittest.main()
