"""The lab from its command line, tiny: whole runs, broken ones, interrupted ones."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from lab.tests import binaries

LOADTEST = Path(__file__).resolve().parents[2]
SECONDS = 100

SCENARIOS = """
group = "Tiny"
[variant.mine]
what = "a server of its own"
command = ["{build}/floor-server", "--address", "127.0.0.1", "--port", "{port}"]
baked = true
[[scenario]]
name = "plaintext"
what = "thirteen bytes"
connections = 8
variants = ["mine", "heap", "arena", "arena again"]
request = { target = "/plaintext" }
[[scenario.predictions]]
of = "arena"
to = "heap"
figure = "cpu_us"
expect = "no difference"
because = "small"
[[scenario]]
name = "batches"
what = "sixteen at a time"
kind = "pipelined"
depth = 16
connections = 8
variants = ["heap", "arena"]
request = { target = "/plaintext" }
[[scenario]]
name = "at-a-rate"
what = "an open loop"
kind = "open"
shares = [0.05, 0.1]
seconds = 0.3
connections = 8
variants = ["heap", "arena"]
mix = [{ weight = 9, target = "/json" }, { weight = 1, target = "/items?count=10" }]
[[scenario]]
name = "slow"
what = "clients that take their time"
kind = "slow"
rate = 50
seconds = 0.5
connections = 50
variants = ["heap", "arena"]
request = { target = "/echo", orders_bytes = 2000, write_bytes_per_s = 10000 }
[[scenario]]
name = "cold"
what = "from exec on"
kind = "cold"
variants = ["heap", "arena"]
request = { target = "/json" }
[[scenario]]
name = "soak"
what = "slices in turn"
kind = "soak"
rate = 200
seconds = 0.3
connections = 8
variants = ["heap", "arena"]
request = { target = "/json" }
"""
ALL = re.findall(r'name = "([a-z-]+)"', SCENARIOS)


@binaries.needed
@binaries.wrk_needed
@unittest.skipUnless((binaries.FOLDER / "loadgen").exists(), "no loadgen (a sanitizer build)")
class LabRunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.result = self.folder / "result.json"

    def command(self, *words: str, text: str = SCENARIOS) -> list[str]:
        scenarios = self.folder / "tiny.toml"
        scenarios.write_text(text)
        return [sys.executable, "-m", "lab", "run", str(scenarios), "--rounds", "1", "--passes",
                "1", "--closer", "1", "--seconds", "0.1", "--build-dir", str(binaries.FOLDER),
                *words]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(LOADTEST)}

    def run_lab(self, command: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False,
                              env=self.environment())

    def test_a_whole_run_is_valid_and_reported(self):
        done = self.run_lab(self.command("--output", str(self.result), "--no-counts"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = json.loads(self.result.read_text())
        self.assertEqual((result["invalid"], result["partial"]), ([], False))
        self.assertEqual({run["scenario"] for run in result["runs"]}, set(ALL))
        for run in result["runs"]:
            self.assertEqual(run["failures"], 0)
            self.assertGreater(run["peak_rss_bytes"], 1 << 20)
        rates = {run["rate_share"] for run in result["runs"] if run["scenario"] == "at-a-rate"}
        self.assertEqual(rates, {0.05, 0.1})
        self.assertGreater(len(result["series"]["slow"]["arena"]["rss_bytes"]), 3)
        self.assertGreater(len(result["series"]["soak"]["arena"]["rss_bytes"]), 1)
        page = self.result.with_suffix(".html").read_text()
        self.assertIn("Can this run be trusted?", page)
        self.assertIn("Arena against", done.stdout)

    def test_counts_are_kept_and_hold_against_themselves(self):
        done = self.run_lab(self.command("--output", str(self.result), "--only", "plaintext"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        counts = json.loads(self.result.read_text())["counts"]["plaintext"]
        self.assertEqual(counts["arena"]["heap_calls"], 0)
        self.assertGreater(counts["heap"]["heap_calls"], 0)
        gate = [sys.executable, "-m", "lab", "gate", "--against", str(self.result), "--scenarios",
                str(self.folder / "tiny.toml"), "--build-dir", str(binaries.FOLDER)]
        held = self.run_lab(gate)
        self.assertEqual(held.returncode, 0, held.stdout + held.stderr)

    def test_a_wrong_status_makes_it_invalid_and_the_others_go_on(self):
        broken = SCENARIOS.replace(
            'variants = ["heap", "arena"]\nrequest = { target = "/plaintext" }',
            'variants = ["floor"]\nrequest = { target = "/nothing" }')
        done = self.run_lab(self.command("--output", str(self.result), "--no-counts", "--only",
                                         "plaintext,batches", text=broken))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        result = json.loads(self.result.read_text())
        self.assertIn("status", result["invalid"][0])
        self.assertEqual({run["scenario"] for run in result["runs"]}, {"plaintext"})

    def test_variants_that_do_not_answer_alike_are_not_timed(self):
        text = SCENARIOS.replace("baked = true", "").replace("/plaintext", "/fortunes")
        done = self.run_lab(self.command("--output", str(self.result), "--no-counts", "--only",
                                         "plaintext", text=text))
        self.assertEqual(done.returncode, 1)
        result = json.loads(self.result.read_text())
        self.assertIn("mine answers status 404", result["invalid"][0])
        self.assertEqual(result["runs"], [])

    def test_an_interrupted_run_is_kept_and_gone_on_with(self):
        words = ("--no-counts", "--only", "plaintext,cold", "--passes", "2")
        process = subprocess.Popen(self.command("--output", str(self.result), *words),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment())
        process.stdout.readline()
        process.stdout.readline()  # the heading: from here on it measures
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("--resume", said)
        self.assertTrue(json.loads(self.result.read_text())["partial"])
        self.assertTrue(self.result.with_suffix(".html").exists())
        done = self.run_lab(self.command("--resume", str(self.result), *words))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = json.loads(self.result.read_text())
        self.assertFalse(result["partial"])
        kept = {(run["scenario"], run["variant"], run["pass"])
                for run in result["runs"] if run["kept"]}
        self.assertEqual(len(kept), 2 * 4 + 2 * 2)

    def test_wrong_use_says_what_is_right(self):
        done = self.run_lab(self.command("--only", "nothing"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("no scenario is named 'nothing'; there are plaintext", done.stderr)
        done = self.run_lab([sys.executable, "-m", "lab", "report", str(self.folder / "none.json")])
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.json: No such file", done.stderr)


if __name__ == "__main__":
    unittest.main()
