"""A server that is started must be the process that is measured."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

from lab.failures import Invalid
from lab.measure import listening
from lab.measure.server_process import ServerProcess
from lab.scenario.variants import Variant
from lab.tests import binaries

SERVER = """
import os, socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
"""
FORKING = SERVER + """
parent = os.getpid()
if os.fork() == 0:
    while os.getppid() == parent:
        time.sleep(0.02)
    sys.exit()
"""
WAITING = """
while True:
    time.sleep(1)
"""


class ListeningTest(unittest.TestCase):
    REST = "00000000:00000000 00:00000000 00000000 0 0"
    TABLE = ("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
             "timeout inode\n"
             f"   0: 0100007F:1F90 00000000:0000 0A {REST} 111 1\n"
             f"   1: 0100007F:1F90 0100007F:D431 01 {REST} 222 1\n"
             f"   2: 00000000:1F91 00000000:0000 0A {REST} 333 1\n")

    def test_the_one_that_listens_is_told_from_its_connections(self):
        self.assertEqual(listening.listening_inodes(self.TABLE, 8080), {"111"})
        self.assertEqual(listening.listening_inodes(self.TABLE, 8082), set())


class ServerProcessTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def server(self, *command: str) -> ServerProcess:
        return ServerProcess(Variant("mine", "", command, is_ours=False), binaries.CORES,
                             self.folder)

    def test_one_process_is_taken(self):
        with self.server(sys.executable, "-c", SERVER + WAITING, "{port}") as server:
            self.assertEqual(listening.listeners(server.port), [server.pid])
            self.assertIsNone(listening.complaint(server.pid, server.port))

    def test_a_master_with_workers_is_refused(self):
        with self.assertRaisesRegex(Invalid, "mine: beside pid .* listen .* single process"):
            with self.server(sys.executable, "-c", FORKING + WAITING, "{port}"):
                time.sleep(0.3)  # where the worker came later, it is seen at the end

    def test_a_server_behind_a_shell_is_refused_and_ended(self):
        script = f"'{sys.executable}' -c '{SERVER + WAITING}' {{port}} & wait"
        server = self.server("sh", "-c", script)
        with self.assertRaisesRegex(Invalid, "mine: port .* not .* process that was started"):
            with server:
                self.fail("the shell does not serve")
        time.sleep(0.1)
        self.assertEqual(listening.listeners(server.port), [])

    def test_names_that_look_alike_have_folders_of_their_own(self):
        folders = {ServerProcess(Variant(name, "", ("x",)), set(), self.folder)._folder
                   for name in ("a again", "a-again", "a/again", "a+again")}
        self.assertEqual(len(folders), 4)
        self.assertEqual({each.parent for each in folders}, {self.folder})


if __name__ == "__main__":
    unittest.main()
