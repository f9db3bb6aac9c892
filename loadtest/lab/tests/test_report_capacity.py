import json
import tempfile
import unittest
from pathlib import Path

from lab.report import capacity
from lab.report.capacity import BEGIN, END
from lab.report.readme import Unfit
from lab.tests import synthetic


class CapacityTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = Path(folder.name) / "scaling.md"
        self.result = Path(folder.name) / "full.json"
        self.result.write_text(json.dumps(synthetic.result(seed=2)))
        self.page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")

    def rows(self) -> list[list[str]]:
        return [[cell.strip() for cell in line.split("|")[1:-1]]
                for line in self.page.read_text().splitlines() if line.startswith("|")]

    def test_what_stands_between_the_markers_is_of_the_result(self):
        self.assertFalse(capacity.matches(self.result, self.page))
        capacity.update(self.result, self.page)
        self.assertTrue(capacity.matches(self.result, self.page))
        text = self.page.read_text()
        self.assertTrue(text.startswith(f"Before\n{BEGIN}\n|") and text.endswith(f"{END}\nAfter\n"))
        self.assertNotIn("old", text)

    def test_a_core_does_as_many_requests_as_their_cpu_time_allows(self):
        capacity.update(self.result, self.page)
        row, = (row for row in self.rows() if row[0] == "GET /items?count=10")
        cpu_us = float(row[1].split()[0])
        self.assertAlmostEqual(float(row[2].replace(",", "")), 1e6 / cpu_us, delta=1e4 / cpu_us)

    def test_latency_is_told_at_each_rate_with_what_can_be_said_of_it(self):
        capacity.update(self.result, self.page)
        shares = [row for row in self.rows() if row[0].endswith("%")]
        self.assertEqual([row[0] for row in shares], ["30%", "50%", "70%", "90%"])
        for row in shares:
            self.assertEqual(len(row), 6)
            for cell in row[1:5]:
                self.assertRegex(cell, r"^[\d.,]+.(µs|ms) \([\d.,]+.(µs|ms) to [\d.,]+.(µs|ms)\)$")
            self.assertRegex(row[5], r"(better|worse|same|open|withheld)$")

    def test_a_page_without_markers_is_refused(self):
        self.page.write_text("nothing")
        with self.assertRaises(Unfit):
            capacity.update(self.result, self.page)


if __name__ == "__main__":
    unittest.main()
