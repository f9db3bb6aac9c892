import unittest

from lab.analysis.check import SPEED, Withheld
from lab.analysis.figures import P50, P99
from lab.report.footnotes import Footnotes

HELD = "another program held the server's core"


class FootnotesTest(unittest.TestCase):
    def test_one_line_a_reason_with_the_variants_and_the_largest_share(self):
        notes = Footnotes(["floor", "heap", "arena"])
        for variant, amount in (("arena", 0.25), ("heap", 0.30)):
            for figure in (P50, P99):
                rule = Withheld(SPEED, HELD, "s", variant, None, amount)
                self.assertIn("†", notes.mark(rule, figure, variant))
        self.assertEqual(notes.mark(None, P50, "floor"), "")
        notes.mark(Withheld(SPEED, "the generator was the limit", "s"), P99, "floor")
        self.assertEqual(notes.lines(), [
            f"Not judged: p50, p99 of heap, arena. Reason: {HELD}, up to 30% of the time.",
            "Not judged: p99 of floor. Reason: the generator was the limit."])

    def test_all_variants_are_not_named_one_by_one(self):
        notes = Footnotes(["heap", "arena"])
        for variant in ("heap", "arena"):
            notes.mark(Withheld(SPEED, HELD), P99, variant)
        self.assertEqual(notes.lines(), [f"Not judged: p99 of all variants. Reason: {HELD}."])

    def test_rates_are_named(self):
        notes = Footnotes(["heap", "arena"])
        rule = Withheld(SPEED, HELD)
        for variant, share in (("heap", 0.9), ("arena", 0.9), ("arena", 0.5), ("arena", 0.7)):
            notes.mark(rule, P99, variant, share)
        self.assertEqual(notes.lines(), [f"Not judged: p99 of arena at 50%, 70%; all variants at "
                                         f"90%. Reason: {HELD}."])

    def test_nothing_withheld_has_no_lines(self):
        self.assertEqual(Footnotes(["heap"]).html(), "")

    def test_is_escaped(self):
        notes = Footnotes(["<b>"])
        notes.mark(Withheld(SPEED, "<i>"), P99, "<b>")
        notes.mark(Withheld(SPEED, "<i>"), P99, "x")
        self.assertNotRegex(notes.html(), "<[bi]>")


if __name__ == "__main__":
    unittest.main()
