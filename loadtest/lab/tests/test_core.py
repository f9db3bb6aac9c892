import shutil
import unittest

from lab import core
from lab.tests import binaries


@binaries.needed
@binaries.wrk_needed
@unittest.skipUnless(shutil.which("nginx"), "nginx is not installed")
class CoreTest(unittest.TestCase):
    def test_measures_each_server_at_each_depth(self):
        found = core.measure(binaries.FOLDER, rounds=1, seconds=1)
        self.assertEqual(set(found), set(core.DEPTHS))
        for servers in found.values():
            self.assertEqual(list(servers), ["floor", "arena", "nginx"])
            for costs in servers.values():
                self.assertEqual(len(costs), 1)
                self.assertGreater(costs[0], 0)

    def test_a_batch_costs_less_a_request_than_requests_one_at_a_time(self):
        found = core.measure(binaries.FOLDER, rounds=1, seconds=1)
        self.assertLess(found[16]["floor"][0], found[1]["floor"][0])


if __name__ == "__main__":
    unittest.main()
