"""The result that is kept, and what the README says of it."""

import json
import unittest
from pathlib import Path

from lab.bench import readme as bench_readme
from lab.commands.report import PLOT, README, SCALING
from lab.measure.record import read
from lab.report import capacity, html, readme

RESULTS = Path(__file__).resolve().parents[2] / "results"


class KeptResultTest(unittest.TestCase):
    def test_the_readme_says_what_the_newest_full_result_says(self):
        newest = sorted(RESULTS.glob("*-full.json"))[-1]
        self.assertTrue(readme.matches(newest, README, PLOT),
                        f"./run loadtest report {newest.relative_to(README.parent)} --readme")

    def test_docs_scaling_says_what_the_newest_full_result_says(self):
        newest = sorted(RESULTS.glob("*-full.json"))[-1]
        self.assertTrue(capacity.matches(newest, SCALING),
                        f"./run loadtest report {newest.relative_to(README.parent)} --readme")

    def test_the_readme_says_what_the_newest_benchmarks_say(self):
        for what in bench_readme.TABLES:
            newest = sorted(RESULTS.glob(f"*-bench-{what}.json"))[-1]
            text = README.read_text()
            self.assertEqual(bench_readme.made(newest, text), text, newest)
            for claim in json.loads(newest.read_text())["claims"]:
                self.assertTrue(claim["holds"], claim)

    def test_each_is_whole_valid_and_has_its_report(self):
        for path in RESULTS.glob("*-full.json"):
            result = read(path)
            self.assertEqual((result["invalid"], result["partial"]), ([], False), path)
            self.assertEqual(path.with_suffix(".html").read_text(), html.page(result), path)


if __name__ == "__main__":
    unittest.main()
