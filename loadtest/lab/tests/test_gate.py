import unittest

from lab.commands import gate



def counts(**what: float) -> gate.Counts:
    return {"s": {"arena": what}}


class JudgeTest(unittest.TestCase):
    def test_a_limit_is_met_exactly_and_exceeded(self):
        self.assertEqual(gate.judge(10_000, (10_100, 10_100), "instructions"), "same")
        self.assertEqual(gate.judge(10_000, (10_101, 10_101), "instructions"), "more")
        self.assertEqual(gate.judge(10_000, (9_900, 9_900), "instructions"), "same")
        self.assertEqual(gate.judge(10_000, (9_899, 9_899), "instructions"), "fewer")

    def test_one_heap_call_where_none_was_is_a_regression(self):
        self.assertEqual(gate.judge(0.0, (1.0, 1.0), "heap_calls"), "more")
        self.assertEqual(gate.judge(0.0, (0.01, 0.0), "heap_calls"), "same")

    def test_two_that_disagree_judge_nothing(self):
        self.assertEqual(gate.judge(10_000, (10_000, 10_500), "instructions"), "unsteady")

    def test_codes(self):
        def code(before: float, *now: float) -> int:
            again = [counts(instructions=each) for each in now]
            return gate.exit_code(gate.findings(counts(instructions=before), *again, set()))

        self.assertEqual(code(1e6, 1e6, 1e6), 0)
        self.assertEqual(code(1e6, 0.5e6, 0.5e6), 0)
        self.assertEqual(code(1e6, 1.05e6, 1.05e6), gate.REGRESSION)
        self.assertEqual(code(1e6, 1e6, 1.05e6), gate.TOO_NOISY)

    def test_nothing_to_compare_is_not_a_pass(self):
        found = gate.findings(counts(instructions=1.0), counts(), counts(), set())
        self.assertEqual(gate.exit_code(found), gate.TOO_NOISY)

    def test_a_count_that_the_baseline_has_and_now_is_missing_is_not_a_pass(self):
        found = gate.findings(counts(instructions=1.0, syscalls=2.0), *[counts(syscalls=2.0)] * 2,
                              set())
        self.assertEqual({each.what: each.verdict for each in found},
                         {"instructions": "missing", "syscalls": "same"})
        self.assertEqual(gate.exit_code(found), gate.TOO_NOISY)
        self.assertIn("not counted", found[0].line())

    def test_what_is_left_out_is_not_judged(self):
        found = gate.findings(counts(instructions=1.0, syscalls=2.0), *[
            counts(instructions=9e9, syscalls=2.0)] * 2, {"instructions"})
        self.assertEqual([each.what for each in found], ["syscalls"])

    def test_a_line_says_what_rose_by_how_much(self):
        (found,) = gate.findings(counts(syscalls=2.0), *[counts(syscalls=3.0)] * 2, set())
        self.assertIn("syscalls", found.line())
        self.assertIn("+50.0%", found.line())


if __name__ == "__main__":
    unittest.main()
