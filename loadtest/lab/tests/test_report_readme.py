import json
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from lab.report import plot, readme
from lab.report.readme import BEGIN, END, Unfit
from lab.tests import synthetic


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.readme = self.folder / "README.md"
        self.plot = self.folder / "docs" / "cpu.svg"
        self.result = self.folder / "loadtest" / "results" / "full.json"
        self.result.parent.mkdir(parents=True)
        self.readme.write_text(f"# Before\n\n{BEGIN}\nold figures\n{END}\n\nAfter\n")
        self._write(synthetic.result(seed=2))

    def _write(self, result: dict) -> None:
        self.result.write_text(json.dumps(result))

    def test_update_replaces_what_stands_between_the_markers(self):
        self.assertFalse(readme.matches(self.result, self.readme, self.plot))
        readme.update(self.result, self.readme, self.plot)
        text = self.readme.read_text()
        self.assertTrue(text.startswith(f"# Before\n\n{BEGIN}\n"))
        self.assertTrue(text.endswith(f"\n{END}\n\nAfter\n"))
        self.assertNotIn("old figures", text)
        self.assertIn("(loadtest/results/full.json)", text)
        self.assertIn("(loadtest/results/full.html)", text)
        self.assertIn("(docs/cpu.svg)", text)
        self.assertTrue(readme.matches(self.result, self.readme, self.plot))
        readme.update(self.result, self.readme, self.plot)
        self.assertEqual(self.readme.read_text(), text)

    def test_any_change_is_a_mismatch(self):
        readme.update(self.result, self.readme, self.plot)
        self.plot.write_text(self.plot.read_text().replace("CPU", "GPU"))
        self.assertFalse(readme.matches(self.result, self.readme, self.plot))
        readme.update(self.result, self.readme, self.plot)
        self._write(synthetic.result(seed=3))
        self.assertFalse(readme.matches(self.result, self.readme, self.plot))

    def test_table_has_rows_of_the_named_scenarios(self):
        made = readme.section(synthetic.result(seed=2), "r.json", "p.svg", ("items-1000", "none"))
        rows = [line for line in made.splitlines() if line.startswith("|")]
        self.assertEqual(len(rows), 2 + 5)
        self.assertEqual(len({row.count("|") for row in rows}), 1)
        self.assertIn("| GET /items?count=1000 | baseline |", rows[2])
        self.assertIn("| arena |", rows[5])
        self.assertIn("12,013", rows[3])

    def test_it_fits_githubs_width(self):
        """Seven figures; a fixed answer has no ratio, and a ratio breaks before its interval."""
        made = readme.section(synthetic.result(seed=2), "r.json", "p.svg", ("items-1000",))
        rows = {row.split("|")[2].strip(): [cell.strip() for cell in row.split("|")[3:-1]]
                for row in made.splitlines() if row.startswith("|")}
        self.assertEqual({len(cells) for cells in rows.values()}, {7})
        self.assertEqual(rows["floor"][4:6], ["–", "–"])
        self.assertRegex(rows["arena"][5], r"^×.0\.45.better \\\[0\.4\d,.0\.4\d\\\]$")
        self.assertEqual(rows["arena"][5].count(" "), 1)

    def test_only_checks_that_touch_its_rows_are_told(self):
        result = synthetic.result(seed=2, scenarios=("plaintext", "items-1000", "cpu-bound"))
        for run in result["runs"]:
            if run["scenario"] == "cpu-bound":
                run |= {"generator_busy_share": 0.9, "server_busy_share": 0.5}
        def told() -> str:
            return readme.section(result, "", "", ("plaintext", "items-1000"))

        self.assertNotIn("generator's reserve", told())
        for run in result["runs"]:
            if run["scenario"] == "plaintext" and run["variant"] == "heap":
                run |= {"generator_busy_share": 0.9, "server_busy_share": 0.5}
        self.assertIn("Where the generator was the limit: GET /plaintext (heap). ", told())
        self.assertNotIn("cpu-bound", told())
        self.assertIn("The run is whole: it was stopped",
                      readme.section(result | {"partial": True}, "", "", ("plaintext",)))

    def test_figures_that_are_not_judged_are_marked(self):
        result = synthetic.result(seed=2, scenarios=("plaintext",))
        self.assertNotIn("† |", readme.section(result, "", ""))
        for run in result["runs"]:
            run |= {"generator_busy_share": 0.9, "server_busy_share": 0.5}
        self.assertIn("† |", readme.section(result, "", ""))

    def test_no_ratio_stands_where_it_is_withheld(self):
        result = synthetic.result(seed=2, scenarios=("plaintext",))
        result["invalid"] = ["plaintext, arena: broken"]
        made = readme.section(result, "", "")
        row = next(line for line in made.splitlines() if "| arena |" in line).split("|")
        self.assertEqual([cell.strip() for cell in row[7:9]], ["withheld", "withheld"])

    def test_unfit(self):
        self.readme.write_text("no markers\n")
        with self.assertRaisesRegex(Unfit, "needs one line"):
            readme.update(self.result, self.readme, self.plot)
        self.readme.write_text(f"{END}\n{BEGIN}\n")
        with self.assertRaisesRegex(Unfit, "needs one line"):
            readme.matches(self.result, self.readme, self.plot)
        with self.assertRaisesRegex(Unfit, "it has: soak"):
            readme.section(synthetic.result(scenarios=("soak",)), "", "")

    def test_plot_is_a_file_of_its_own(self):
        text = plot.svg(synthetic.result(seed=2))
        drawing = ElementTree.fromstring(text)
        self.assertEqual(drawing.tag, "{http://www.w3.org/2000/svg}svg")
        labels = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("GET /items?count=1000", labels)
        self.assertIn("GET /lab/grow?bytes=8388608", labels)
        self.assertIn("4,000 slow clients", labels)  # peak RSS alone
        self.assertIn("← arena takes less", labels)
        self.assertTrue(any("Shaded: where a difference does not matter" in one for one in labels))
        self.assertNotRegex(text, "<style|var\\(|<script")

    def test_plot_of_nothing(self):
        self.assertIn("nothing that could be judged", plot.svg({}))


if __name__ == "__main__":
    unittest.main()
