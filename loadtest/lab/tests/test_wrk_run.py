import os
import re
import tempfile
import unittest
from pathlib import Path

from lab.failures import Invalid
from lab.measure import wrk_run
from lab.measure.server_process import ServerProcess
from lab.measure.wire import Connection
from lab.scenario import variants
from lab.scenario.documents import orders_document
from lab.scenario.scenario import Request, Scenario
from lab.tests import binaries

PLAINTEXT = Request(target="/plaintext")
ECHO = Request("POST", "/echo", body=orders_document(1_000))
MISSING = Request(target="/missing")


def closed(request: Request, connections: int, **more) -> Scenario:
    return Scenario("x", "", "x", "", more.pop("kind", "closed"), (request,), ("floor",),
                    connections=connections, **more)


@binaries.needed
@binaries.wrk_needed
class WrkRunTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_once(self, request: Request, connections: int, variant: str = "floor", **more) -> dict:
        with ServerProcess(variants.make(variant, binaries.FOLDER), binaries.CORES,
                           self.folder) as server:
            generator = {max(os.sched_getaffinity(0))}
            report = wrk_run.run(server.port, closed(request, connections, **more), 0.4, generator,
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
        """wrk says so and writes no report, or writes one of failed connects."""
        try:
            report = wrk_run.run(1, closed(PLAINTEXT, 1), 0.2, binaries.CORES, self.folder)
        except Invalid as error:
            self.assertIn("unable to connect", str(error))
        else:
            self.assertIsNotNone(wrk_run.complaint(report))

    def test_fields_are_sent(self):
        many = Request(target="/plaintext",
                       fields=tuple((f"X-Field-{i}", "a: b") for i in range(99)))
        self.assertIsNone(wrk_run.complaint(self.run_once(many, 4, "arena")))
        too_many = Request(target="/plaintext", fields=(*many.fields, ("X-More", "1")))
        self.assertIn("status", wrk_run.complaint(self.run_once(too_many, 4, "arena")))

    def test_each_connection_leaves_one_request_behind_which_the_server_answers_to_nobody(self):
        """So a run's CPU is divided by requests + connections (blocks.py)."""
        items = closed(Request(target="/items?count=100"), 64)
        with ServerProcess(variants.make("arena", binaries.FOLDER), binaries.CORES,
                           self.folder) as server:
            report = wrk_run.run(server.port, items, 0.4, {max(os.sched_getaffinity(0))},
                                 self.folder)
            server.wait_until_drained()
            with Connection(server.port) as connection:
                told = connection.exchange(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        found = re.search(r'requests_total\{endpoint="GET /items".*\} (\d+)', told.body.decode())
        served = int(found[1])
        self.assertLessEqual(served, report["requests"] + 64)
        self.assertGreater(served, (report["requests"] + 64) * 0.96)

    def test_batches_have_no_latencies(self):
        report = self.run_once(PLAINTEXT, 4, kind="pipelined", depth=16)
        self.assertIsNone(wrk_run.complaint(report))
        self.assertGreater(report["requests"], 100)
        self.assertNotIn("histogram_us", report)


if __name__ == "__main__":
    unittest.main()
