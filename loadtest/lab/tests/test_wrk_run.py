import json
import os
import tempfile
import unittest
from pathlib import Path

from lab import wrk_run
from lab.failures import Invalid
from lab.scenarios import Scenario, orders_document
from lab.server_process import ServerProcess
from lab.tests import binaries
from lab.variants import FLOOR, all_variants

PLAINTEXT = Scenario("plaintext", "GET", "/plaintext", None, 1)
ECHO = Scenario("echo", "POST", "/echo", orders_document(1_000), 1)
MISSING = Scenario("missing", "GET", "/missing", None, 1)


@binaries.needed
@binaries.wrk_needed
class WrkRunTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.core = min(os.sched_getaffinity(0))

    def run_once(self, scenario: Scenario, connections: int) -> dict:
        variant = all_variants(binaries.FOLDER)[FLOOR]
        with ServerProcess(variant, self.core, self.folder) as server:
            generator_core = max(os.sched_getaffinity(0))
            report = wrk_run.run(server.port, scenario, 0.4, connections, generator_core,
                                 self.folder)
            server.wait_until_drained()
        return report

    def test_reconstructed_samples_are_the_requests(self):
        for connections in (1, 16, 64):
            with self.subTest(connections=connections):
                report = self.run_once(PLAINTEXT, connections)
                self.assertGreater(report["requests"], 100)
                self.assertEqual(report["reconstructed"], report["requests"])
                self.assertEqual(sum(n for _, n in report["histogram_us"]), report["requests"])
                self.assertTrue(all(n > 0 for _, n in report["histogram_us"]))
                self.assertIsNone(wrk_run.complaint(report))

    def test_a_body_is_posted(self):
        report = self.run_once(ECHO, 4)
        self.assertIsNone(wrk_run.complaint(report))
        self.assertGreater(report["bytes"], report["requests"] * len(ECHO.body))

    def test_a_wrong_status_makes_the_run_invalid(self):
        report = self.run_once(MISSING, 4)
        self.assertIn("status", wrk_run.complaint(report))

    def test_no_server_is_invalid(self):
        with self.assertRaises(Invalid):
            report = wrk_run.run(1, PLAINTEXT, 0.2, 1, self.core, self.folder)
            raise Invalid(wrk_run.complaint(report))

    def test_too_small_samples_have_no_percentile(self):
        report = self.run_once(Scenario("large", "GET", "/items?count=100000", None, 1), 1)
        self.assertLess(report["requests"], 1_000)
        self.assertIsNone(report["p99_us"])
        self.assertIsNone(report["p99.9_us"])
        json.dumps(report)


if __name__ == "__main__":
    unittest.main()
