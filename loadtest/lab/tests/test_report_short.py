import unittest

from lab.analysis.figures import CPU, P99
from lab.analysis.findings import Entry, Judged
from lab.analysis.measured import Ratio
from lab.analysis.verdicts import Verdict
from lab.report import markdown, text
from lab.report.brief import listed
from lab.tests import synthetic


class ShortTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = synthetic.result(seed=2)
        cls.markdown = markdown.summary(cls.result)
        cls.text = text.summary(cls.result)

    def test_text_fits_100_columns_and_is_plain(self):
        self.assertLessEqual(max(map(len, self.text.splitlines())), 100)
        self.assertNotIn("\x1b", self.text)

    def test_both_say_the_same(self):
        flat = " ".join(self.text.split())
        for words in ("This run can be trusted.", "takes less CPU a request in 7",
                      "Would preloading jemalloc do the same?",
                      "takes less CPU than the arena in 1 of", "predictions written before"):
            self.assertIn(words, self.markdown)
            self.assertIn(words, flat)
        for scenario in self.result["scenarios"]:
            if scenario["name"] != "soak":
                self.assertIn(scenario["title"], self.markdown)
                self.assertIn(scenario["title"], flat)

    def test_rows_of_the_table_have_as_many_cells_as_its_heading(self):
        rows = [line for line in self.markdown.splitlines() if line.startswith("|")]
        self.assertGreater(len(rows), 10)
        self.assertEqual({row.count("|") for row in rows}, {7})

    def test_failed_checks_are_named(self):
        result = {**self.result, "partial": True}
        self.assertIn("- The run is whole: fails", markdown.summary(result))
        self.assertIn("FAIL The run is whole", text.summary(result))

    def test_no_ratio_stands_where_it_is_withheld(self):
        result = {**self.result, "invalid": ["everything broke"]}
        lists = text.summary(result)
        lists = lists[lists.index("Arena against"):lists.index("Would preloading")]
        self.assertIn("withheld: CPU, p99", lists)
        self.assertNotRegex(lists, r"×|\d\.\d\d")

    def test_lists_name_what_is_withheld_after_the_figures(self):
        ratio = Ratio(0.62, (0.6, 0.64))
        entry = Entry({"name": "x"}, [Judged(P99, ratio, Verdict.WITHHELD, "noise"),
                                      Judged(CPU, ratio, Verdict.BETTER, None)])
        self.assertEqual(listed(entry), "CPU ×\u202f0.62 [0.60,\u00a00.64]; withheld: p99")

    def test_checks_of_nothing_are_neither_ok_nor_failed(self):
        told = text.summary({**self.result, "runs": [], "counts": {}, "series": {}})
        self.assertIn("–    Every run valid: not checked: nothing was measured.", told)

    def test_hostile_titles(self):
        result = synthetic.result(scenarios=("plaintext",))
        result["scenarios"][0]["title"] = "<b>|\x1b[31m\nx"
        self.assertNotIn("<b>", markdown.summary(result))
        rows = [line for line in markdown.summary(result).splitlines() if line.startswith("|")]
        self.assertEqual({row.replace("\\|", "").count("|") for row in rows}, {7})
        self.assertNotIn("\x1b", text.summary(result))

    def test_ones_own_variants(self):
        result = {**synthetic.own(), "title": "mine"}
        for told in (markdown.summary(result), text.summary(result)):
            self.assertIn("mine-jemalloc against mine", told)
            self.assertIn("Ratios of mine-jemalloc to mine", told)
            self.assertNotRegex(told.lower(), "arena|baseline|do the same")
        rows = [line for line in markdown.summary(result).splitlines() if line.startswith("|")]
        self.assertEqual({row.count("|") for row in rows}, {6})

    def test_rows_say_of_which_pair_they_are_where_there_are_several(self):
        result = synthetic.own()
        result["scenarios"][0]["predictions"].append(
            {"of": "mine again", "to": "mine", "figure": "cpu_us", "expect": "no difference"})
        rows = [line for line in markdown.summary(result).splitlines() if line.startswith("| GET")]
        self.assertEqual(len(rows), 2)
        self.assertIn("count=1000, mine-jemalloc to mine |", rows[0])
        self.assertIn("count=1000, mine again to mine |", rows[1])

    def test_empty_and_partial(self):
        for result in ({}, synthetic.result(rounds=1, scenarios=("mixed", "cold-start"))):
            self.assertIn("run", markdown.summary(result))
            self.assertIn("run", text.summary(result))


if __name__ == "__main__":
    unittest.main()
