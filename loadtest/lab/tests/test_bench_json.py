import unittest

from lab.bench import json_bench
from lab.bench.json_bench import Figure
from lab.failures import Invalid


def run(name: str, speed: float, **more) -> dict:
    return {"name": name, "run_type": "iteration", "bytes_per_second": speed, **more}


def good() -> dict[str, dict[str, Figure]]:
    """What all claims hold of, at their very limits."""
    return {f"{operation}_{text}": {name: Figure(800.0, calls=0.0) for name in contenders}
            for operation, (_, contenders) in json_bench.OPERATIONS.items()
            for text in json_bench.TEXTS}


class FiguresTest(unittest.TestCase):
    def test_the_fastest_repetition_in_megabytes(self):
        timed = {"benchmarks": [run("parse_text/arena", speed) for speed in (1e6, 9e6, 3e6)]}
        counted = {"benchmarks": [run("parse_text/arena", 1e3, allocations=2.0)]}
        self.assertEqual(json_bench.figures(timed, counted),
                         {"parse_text": {"arena": Figure(9.0, 3.0, 2.0)}})

    def test_what_was_not_counted_is_not_none_at_all(self):
        raw = {"benchmarks": [run("parse_text/arena", 1e6)]}
        self.assertIsNone(json_bench.figures(raw, raw)["parse_text"]["arena"].calls)

    def test_a_benchmark_that_failed_is_no_figure(self):
        failed = {"benchmarks": [run("x/y", 0, error_occurred=True, error_message="no memory")]}
        with self.assertRaisesRegex(Invalid, "no memory"):
            json_bench.figures(failed, {"benchmarks": []})


class TableTest(unittest.TestCase):
    def test_fits_100_columns(self):
        found = {workload: {name: Figure(12345.0, calls=1234567.0) for name in contenders}
                 for workload, contenders in good().items()}
        self.assertLessEqual(max(map(len, json_bench.lines(found))), 100)

    def test_each_contender_has_a_row_in_its_block(self):
        rows = [line.strip() for line in json_bench.lines(good())]
        for _, contenders in json_bench.OPERATIONS.values():
            for label in contenders.values():
                self.assertLess(len(label), json_bench.NAME_WIDTH - 2)
                self.assertTrue(any(row.startswith(label + "  ") for row in rows), label)

    def test_what_was_not_measured_is_a_dash(self):
        found = good()
        del found["write_numbers"]["writer"]
        row = next(line for line in json_bench.lines(found) if "json::writer  " in line)
        self.assertEqual(row.split()[-2:], ["-", "-"])


class ClaimsTest(unittest.TestCase):
    def verdicts(self, found: dict) -> list[bool]:
        return [claim.holds for claim in json_bench.check(found)]

    def test_hold_at_their_limits(self):
        self.assertEqual(self.verdicts(good()), [True, True])

    def test_a_slower_writer_must_be_four_times_rapidjsons_document(self):
        found = good()
        found["write_items_1000"]["writer"] = Figure(799.0, calls=0.0)
        found["write_items_1000"]["rapidjson"] = Figure(799.0 / 4)
        self.assertEqual(self.verdicts(found), [True, True])
        found["write_items_1000"]["rapidjson"] = Figure(200.0)
        self.assertEqual(self.verdicts(found), [False, True])

    def test_one_heap_call_is_one_too_many(self):
        found = good()
        found["parse_numbers"]["arena"] = Figure(800.0, calls=0.01)
        self.assertEqual(self.verdicts(found), [True, False])

    def test_what_was_not_measured_does_not_hold(self):
        self.assertEqual(self.verdicts({}), [False, False])


if __name__ == "__main__":
    unittest.main()
