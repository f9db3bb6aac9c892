import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lab.failures import Invalid
from lab.measure import attached_server, listening, proc_figures
from lab.measure.attached_server import AttachedServer
from lab.measure.server_process import ServerProcess
from lab.scenario import files, variants
from lab.scenario.variants import Variant
from lab.tests import binaries

ROOT = Path(__file__).resolve().parents[3]


class CompareFileTest(unittest.TestCase):
    def test_the_containers_that_compose_starts_are_what_is_compared(self):
        found = files.read(ROOT / "docker/compare.toml")
        self.assertEqual({name: each.port for name, each in found.own.items()},
                         {"arena": 8080, "arena again": 8080, "heap": 8081, "baseline": 8082})


@binaries.needed
class AttachedServerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = self.enterContext(ServerProcess(
            variants.make("arena", binaries.FOLDER), os.sched_getaffinity(0), Path(folder.name)))
        self.variant = Variant("mine", "a server that runs already", (), port=self.server.port)

    def test_it_is_found_by_its_port_pinned_meanwhile_and_left_running(self):
        before = os.sched_getaffinity(self.server.pid)
        with AttachedServer(self.variant, binaries.CORES) as attached:
            self.assertEqual(attached.pid, self.server.pid)
            for thread in os.listdir(f"/proc/{attached.pid}/task"):
                self.assertEqual(os.sched_getaffinity(int(thread)), binaries.CORES)
            attached.wait_until_drained()
        self.assertEqual(os.sched_getaffinity(self.server.pid), before)
        self.assertGreater(proc_figures.rss_bytes(self.server.pid), 0)

    def test_several_processes_at_one_port_are_refused(self):
        with mock.patch.object(listening, "listeners", lambda port: [11, 12]), \
                self.assertRaisesRegex(Invalid, "mine: pid 11, 12 listen .* single process"), \
                AttachedServer(self.variant, binaries.CORES):
            self.fail("which of them?")

    def test_a_port_where_nobody_listens_is_an_error_that_names_it(self):
        nobody = Variant("nobody", "", (), port=1)
        with mock.patch.object(attached_server, "READY_SECONDS", 0.05), \
                self.assertRaisesRegex(Invalid, "nobody: .* on port 1 "), \
                AttachedServer(nobody, binaries.CORES):
            self.fail("there is no such server")


if __name__ == "__main__":
    unittest.main()
