"""A server that is told what it may use stays near that under the worst of requests."""

import re
import unittest
from pathlib import Path

from deployment.flood import flood, status
from deployment.programs import Replica

BUDGET_MIB = 48  # three quarters of a container of 64
OTHERS_MIB = 14  # the program, its stacks, its heap


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


if __name__ == "__main__":
    unittest.main()
