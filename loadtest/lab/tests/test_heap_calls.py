import os
import tempfile
import unittest
from pathlib import Path

from lab import heap_calls
from lab.scenarios import Scenario
from lab.tests import binaries
from lab.variants import BASELINE, FLOOR, all_variants

SCENARIOS = [
    Scenario("plaintext", "GET", "/plaintext", None, 320),
    Scenario("items", "GET", "/items?count=100", None, 320),
]


@binaries.needed
@binaries.preloading_needed
class HeapCallsTest(unittest.TestCase):
    def count(self, name: str) -> dict[str, float]:
        variant = all_variants(binaries.FOLDER)[name]
        with tempfile.TemporaryDirectory() as folder:
            return heap_calls.per_request(
                variant, SCENARIOS, binaries.FOLDER / "libheap_counter.so",
                min(os.sched_getaffinity(0)), Path(folder),
            )

    def test_the_floor_calls_nothing(self):
        self.assertEqual(self.count(FLOOR), {"plaintext": 0.0, "items": 0.0})

    def test_the_baseline_calls_for_each_item(self):
        counts = self.count(BASELINE)
        self.assertGreater(counts["plaintext"], 1)
        self.assertGreater(counts["items"], 100 * 5)


if __name__ == "__main__":
    unittest.main()
