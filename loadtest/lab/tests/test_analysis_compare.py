import unittest

from lab.analysis import compare
from lab.analysis.figures import CPU, HEAP_CALLS, THROUGHPUT
from lab.analysis.measured import Measured
from lab.tests import synthetic

SMALL = ("plaintext", "items-1000", "mixed")


class CompareTest(unittest.TestCase):
    def setUp(self):
        self.a = synthetic.result(scenarios=SMALL, seed=2)
        self.b = synthetic.result(scenarios=SMALL, seed=3, machine=1.3)

    def test_ratios_of_values(self):
        a, b = Measured(self.a), Measured(self.b)
        self.assertAlmostEqual(compare.ratio(a, b, "items-1000", "heap", CPU), 1.3, delta=0.03)
        self.assertAlmostEqual(compare.ratio(a, b, "items-1000", "heap", THROUGHPUT), 1 / 1.3,
                               delta=0.03)
        self.assertEqual(compare.ratio(a, b, "items-1000", "heap", HEAP_CALLS), 1.0)
        self.assertEqual(compare.ratio(a, b, "items-1000", "arena", HEAP_CALLS), 1.0)
        self.assertIsNone(compare.ratio(a, b, "mixed", "heap", THROUGHPUT))

    def test_text_fits_and_names_all(self):
        text = compare.text(self.a, self.b)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        for name in (*SMALL, *synthetic.VARIANTS):
            self.assertIn(name, text)
        self.assertIn("Same machine", text)
        words = [line.split()[-1] for line in text.splitlines() if "] " in line]
        self.assertEqual(len(words), 6)
        self.assertLessEqual(set(words), {"same", "open", "differs"})

    def test_a_slower_machine_leaves_the_ratio_of_ratios(self):
        line = next(line for line in compare.text(self.a, self.b).splitlines()
                    if line.startswith("  items-1000") and line.split()[-1] in ("same", "open"))
        self.assertAlmostEqual(float(line.split()[-2]), 1.0, delta=0.03)

    def test_an_arena_that_became_slower_is_seen(self):
        for run in self.b["runs"]:
            if run["variant"] in ("arena", "arena again") and run["scenario"] == "items-1000":
                run["cpu_us"] *= 1.10
        self.assertRegex(compare.text(self.a, self.b), r"  items-1000 .* differs")

    def test_intervals_that_overlap_are_no_agreement(self):
        for run in self.b["runs"]:
            if run["variant"] in ("arena", "arena again"):
                run["cpu_us"] *= 1.3 * (1.4 if run["round"] % 2 else 0.7)
        line = next(line for line in compare.text(self.a, self.b).splitlines()
                    if line.startswith("  items-1000") and "[" in line)
        self.assertEqual(line.split()[-1], "open")

    def test_machines_and_settings_that_differ_are_told(self):
        self.b["machine"]["kernel"] = "5.10"
        self.b["settings"]["seconds"] = 9
        text = compare.text(self.a, self.b)
        self.assertIn("kernel: 6.18.5 | 5.10", text)
        self.assertIn("seconds: 0.25 | 9", text)

    def test_what_is_withheld_in_a_or_in_b_is_marked(self):
        self.assertNotIn("†", compare.text(self.a, self.b))
        for run in self.b["runs"]:
            if run["variant"] == "heap" and run["scenario"] == "plaintext":
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.5}
        for text in (compare.text(self.a, self.b), compare.text(self.b, self.a)):
            marked = [line.split() for line in text.splitlines() if "†" in line]
            self.assertIn("not judged in A or in B", " ".join(marked[0]))
            self.assertEqual([cells[0] for cells in marked[1:]], ["heap"])
            self.assertEqual(["†" in cell for cell in marked[1]],
                             [False, False, True, True] + [False] * 5)

    def test_no_ratio_of_arena_to_heap_stands_where_one_is_withheld(self):
        self.b["invalid"] = ["items-1000, arena: broken"]
        lines = [line for line in compare.text(self.a, self.b).splitlines()
                 if line.startswith("  items-1000")]
        self.assertEqual(len(lines), 2)
        for line in lines:
            self.assertEqual(line.split()[3:], ["withheld", "–", "–"])

    def test_nothing_in_common(self):
        other = synthetic.result(scenarios=("echo-1k",))
        self.assertIn("no scenario in common", compare.text(self.a, other))
        self.assertIn("no scenario in common", compare.text({}, {}))


if __name__ == "__main__":
    unittest.main()
