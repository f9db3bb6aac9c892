"""A server that is told what it may use stays within that under the worst of requests."""

import re
import socket
import unittest
from pathlib import Path

from deployment.flood import flood, status
from deployment.memory_cgroup import MemoryCgroup, Unavailable
from deployment.programs import Replica

BUDGET_MIB = 48
OTHERS_MIB = 14  # the program, its stacks, its heap
CONTAINER_BYTES = 64 << 20
IDLE, FLOODING = 1000, 96


class MemoryBoundTest(unittest.TestCase):
    def test_a_flood_of_large_requests_takes_little_more_than_their_budget(self):
        replica = Replica("--memory-max", f"{BUDGET_MIB}MiB", "--threads", "2")
        self.addCleanup(replica.close)
        seen, lives = flood(replica.port, 5)
        self.assertEqual(set(lives), {200}, lives)
        self.assertLessEqual(set(seen), {200, 413, 503}, seen)
        self.assertGreater(seen[413] + seen[503], 0, seen)
        said = Path(f"/proc/{replica.process.pid}/status").read_text()
        peak_mib = int(re.search(r"VmHWM:\s+(\d+)", said)[1]) / 1024
        self.assertLessEqual(peak_mib, BUDGET_MIB + OTHERS_MIB, seen)
        self.assertEqual(status(replica.port, "/items?count=10"), 200)

    def test_in_64_mebibytes_a_flood_beside_idle_connections_fits_with_its_socket_buffers(self):
        try:
            group = MemoryCgroup(CONTAINER_BYTES)
        except Unavailable as reason:
            self.skipTest(str(reason))
        self.addCleanup(group.close)
        replica = Replica("--threads", "2", preexec_fn=group.enter)
        self.addCleanup(replica.close)
        idle = [self.kept_alive(replica.port) for _ in range(IDLE)]
        seen, lives = flood(replica.port, 5, FLOODING, replica.admin_port)
        self.assertEqual(group.kills(), 0, seen)
        self.assertLessEqual(group.peak_bytes(), CONTAINER_BYTES, seen)
        self.assertEqual(set(lives), {200}, lives)
        # None: the connection ended while the client still sent a body that was refused.
        self.assertLessEqual(set(seen), {200, 413, 503, None}, seen)
        self.assertGreater(seen[413] + seen[503], 0, seen)
        self.assertEqual(status(replica.port, "/items?count=10"), 200)
        for client in idle:
            self.assertTrue(self.is_answered(client), "idle connections live on")

    def kept_alive(self, port: int) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", port))
        self.addCleanup(client.close)
        self.assertTrue(self.is_answered(client))
        return client

    @staticmethod
    def is_answered(client: socket.socket) -> bool:
        client.sendall(b"GET /plaintext HTTP/1.1\r\nHost: h\r\n\r\n")
        return b" 200 " in client.recv(4096)


if __name__ == "__main__":
    unittest.main()
