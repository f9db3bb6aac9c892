import unittest

from lab import table, verdicts
from lab.summary import Figure
from lab.variants import ARENA, BASELINE


def figures(factor: float, interval=None) -> dict[str, Figure]:
    values = {
        "requests_per_s": 123456.7, "p50_us": 1234, "p99_us": 98765, "cpu_us": 1021.4,
        "user_us": 900.0, "system_us": 121.4, "peak_rss_bytes": 12 << 20, "faults": 0.001,
        "heap_calls": 18030.0,
    }
    result = {name: Figure(value * factor, factor) for name, value in values.items()}
    result["cpu_us"] = Figure(values["cpu_us"] * factor, factor, interval)
    result["faults"] = Figure(values["faults"])
    return result


class TableTest(unittest.TestCase):
    arms = {BASELINE: figures(1.0), ARENA: figures(0.5, (0.48, 0.53))}

    def test_numbers(self):
        shown = {None: "-", 0: "0.00", 0.001: "<0.01", 1.234: "1.23", 12.34: "12.3",
                 1234.5: "1,234", 123456.7: "123,457"}
        for value, text in shown.items():
            self.assertEqual(table.number(value), text)

    def test_terminal_block_fits_100_columns(self):
        lines = table.terminal_block("GET /items?count=1000", self.arms)
        self.assertLessEqual(max(map(len, lines)), 100)
        self.assertEqual(len({len(line) for line in lines[3:]}), 1, "rows end in one column")

    def test_terminal_block_shows_values_and_ratios(self):
        lines = table.terminal_block("GET /items?count=1000", self.arms)
        self.assertEqual(len(lines), 3 + 1 + 2)
        self.assertIn("123,457", lines[3])
        self.assertIn("18,030", lines[3])
        self.assertIn("12.0", lines[3])
        self.assertIn("0.50 [0.48-0.53]", lines[5])

    def test_markdown_rows_have_as_many_cells_as_the_heading(self):
        rows = [line for line in table.markdown_block("x", self.arms) if line.startswith("|")]
        self.assertEqual(len({row.count("|") for row in rows}), 1)
        self.assertIn("511 (× 0.50 [0.48-0.53])", rows[-1])

    def test_a_figure_that_is_missing(self):
        empty = {name: Figure(None) for name in figures(1.0)}
        self.assertIn("-", table.terminal_block("x", {ARENA: empty})[3])


class VerdictTest(unittest.TestCase):
    def test_words(self):
        for interval, words in (
            ((0.60, 0.70), "better"),
            ((1.05, 1.20), "worse"),
            ((0.98, 1.02), "no difference that matters"),
            ((0.90, 1.01), "inconclusive"),
            (None, "not judged (too few passes)"),
        ):
            self.assertEqual(verdicts.verdict(interval), words)

    def test_timing_is_trusted_only_when_arena_equals_itself(self):
        steady, noisy = Figure(None, 1.0, (0.99, 1.01)), Figure(None, 1.0, (0.9, 1.2))
        self.assertIsNone(verdicts.distrust(steady, 15, True))
        self.assertIn("one core", verdicts.distrust(steady, 15, False))
        self.assertIn("itself", verdicts.distrust(noisy, 15, True))
        self.assertIn("too few", verdicts.distrust(steady, 1, True))

    def test_other_programs_on_the_core_are_told(self):
        self.assertIsNone(verdicts.contention(0.01))
        self.assertIn("30%", verdicts.contention(0.30))

    def test_verdicts_are_withheld_when_timing_is_not_trusted(self):
        cpu = Figure(1.0, 0.5, (0.4, 0.6))
        self.assertIn("better", verdicts.line("heap", cpu, Figure(None), None))
        self.assertIn("withheld", verdicts.line("heap", cpu, Figure(None), "noise"))


if __name__ == "__main__":
    unittest.main()
