import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lab.commands import gate
from lab.failures import Invalid
from lab.measure import session
from lab.measure.counting import Passes
from lab.measure.progress import Progress
from lab.scenario import variants
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant
from lab.tests import binaries

PLAINTEXT = Scenario("plaintext", "", "", "", "closed", (Request(target="/plaintext"),), ())
ITEMS = Scenario("items", "", "", "", "closed", (Request(target="/items?count=100"),), (),
                 counted=160)
BAD = Scenario("bad", "", "", "", "closed",
               (Request(raw=b"GET / HTTP/1.1\r\nno colon\r\n\r\n", status=400, closes=True),), (),
               counted=32)


class FailingToolTest(unittest.TestCase):
    """Takes its own counts with it, and nothing else."""

    PASSES = Passes(Path("counter.so"), Path("/nowhere"), set())
    MINE = Variant("mine", "", ("/opt/mine",), is_ours=False)

    def counted(self, **tools):
        def tool(name, failure=None):
            def count(passes, variant, scenarios):
                yield "plaintext", {name: 1.0}
                if failure:
                    raise failure
                yield "items", {name: 2.0}
            return count

        with mock.patch.multiple(Passes, _heap=tool("heap_calls", tools.get("heap")),
                                 _syscalls=tool("syscalls", tools.get("strace")),
                                 _instructions=tool("instructions", tools.get("callgrind"))):
            return self.PASSES.of(self.MINE, [PLAINTEXT, ITEMS])

    def test_what_the_others_count_is_kept(self):
        found = self.counted(heap=Invalid("the library was not preloaded"))
        self.assertEqual(found.counts, {
            "plaintext": {"heap_calls": 1.0, "syscalls": 1.0, "instructions": 1.0},
            "items": {"syscalls": 2.0, "instructions": 2.0}})
        (missed,) = found.missed
        self.assertEqual(missed.kept(), {"variant": "mine", "tool": "the heap counter",
                                         "scenarios": ["items"],
                                         "reason": "the library was not preloaded"})

    def test_of_whatever_kind_the_failure_is(self):
        found = self.counted(strace=OSError(1, "not permitted"),
                             callgrind=subprocess.TimeoutExpired("vgdb", 60))
        self.assertEqual([each.tool for each in found.missed], ["strace", "callgrind"])
        self.assertIn("not permitted", found.missed[0].line())

    def test_a_tool_that_is_missing_is_told(self):
        with mock.patch("shutil.which", lambda name: None), \
                mock.patch.object(Passes, "_heap", lambda *_: iter(())):
            ours = self.PASSES.of(Variant("arena", "", ()), [PLAINTEXT])
        self.assertEqual([each.reason for each in ours.missed],
                         ["it is not installed (Debian package strace)",
                          "it is not installed (Debian package valgrind)"])

    def test_servers_that_no_tool_can_be_put_under(self):
        self.assertIn("runs already", session.not_countable(Variant("a", "", (), port=80)))
        preloading = Variant("a", "", ("a",), (("LD_PRELOAD", "x.so"),), is_ours=False)
        self.assertIn("preloads", session.not_countable(preloading))
        tuned = Variant("a", "", ("a",), (("GOGC", "200"),), is_ours=False)
        self.assertIsNone(session.not_countable(tuned))


@binaries.needed
@binaries.preloading_needed
@unittest.skipUnless(shutil.which("strace") and shutil.which("valgrind"), "no strace or valgrind")
class CountingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.passes = Passes(binaries.FOLDER / "libheap_counter.so", Path(folder.name),
                             binaries.CORES)

    def count(self, name: str, *scenarios: Scenario) -> dict[str, dict[str, float]]:
        found = self.passes.of(variants.make(name, binaries.FOLDER), list(scenarios))
        self.assertEqual(found.missed, [])
        return found.counts

    def test_an_arena_calls_no_heap_and_its_bytes_are_known(self):
        found = self.count("arena", PLAINTEXT, ITEMS)
        self.assertEqual([each["heap_calls"] for each in found.values()], [0, 0])
        self.assertGreater(found["items"]["arena_bytes"], 20 * found["plaintext"]["arena_bytes"])
        self.assertGreater(found["items"]["instructions"], found["plaintext"]["instructions"])

    def test_the_heap_is_called_for_each_item_and_has_no_arena(self):
        found = self.count("heap", ITEMS)["items"]
        self.assertGreater(found["heap_calls"], 100 * 5)
        self.assertNotIn("arena_bytes", found)

    def test_the_floor_asks_the_kernel_alone(self):
        found = self.count("floor", PLAINTEXT)["plaintext"]
        self.assertEqual(found["heap_calls"], 0)
        self.assertGreaterEqual(found["syscalls"], 2)
        self.assertLess(found["syscalls"], 4)

    def test_requests_that_end_their_connection(self):
        self.assertGreater(self.count("arena", BAD)["bad"]["syscalls"], 2)


@binaries.needed
@binaries.preloading_needed
@unittest.skipUnless((binaries.FOLDER / "lab-server").exists(), "no lab-server (a sanitizer build)")
@unittest.skipUnless(shutil.which("strace") and shutil.which("valgrind"), "no strace or valgrind")
class SeededRegressionTest(unittest.TestCase):
    """A server that spins for 5 % of a request's instructions is found; the same twice is not."""

    def test_is_found_by_its_instructions(self):
        plain = self.count()
        instructions = plain["items"]["lab"]["instructions"]
        spun = [self.count(round(0.05 * instructions / self.instructions_a_spin(instructions)))
                for _ in range(2)]
        found = gate.findings(plain, *spun, set())
        self.assertEqual(gate.exit_code(found), gate.REGRESSION)
        self.assertEqual([each.what for each in found if each.verdict == "more"], ["instructions"])
        again = gate.findings(plain, self.count(), self.count(), set())
        self.assertEqual({each.verdict for each in again}, {"same"})
        self.assertEqual(gate.exit_code(again), 0)

    def instructions_a_spin(self, plain: float) -> float:
        return (self.count(10_000)["items"]["lab"]["instructions"] - plain) / 10_000

    def count(self, spin: int = 0) -> gate.Counts:
        made = variants.make("arena", binaries.FOLDER, "lab-server", flags=("--spin", str(spin)))
        variant = Variant("lab", "", made.command)
        with tempfile.TemporaryDirectory() as folder:
            passes = Passes(binaries.FOLDER / "libheap_counter.so", Path(folder), binaries.CORES)
            return gate.count([(variant, [ITEMS])], passes, Progress(1))


if __name__ == "__main__":
    unittest.main()
