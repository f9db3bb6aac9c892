import csv
import tempfile
import unittest
from contextlib import closing
from pathlib import Path
from unittest import mock

from lab.bench import queries_bench
from lab.bench.queries_bench import QUESTIONS, Question
from lab.failures import Invalid
from lab.tests import binaries

ROWS = 2000


def good() -> dict:
    """What all claims hold of, at their very limits."""
    return {"rows": 10, "file_bytes": 100, "resident_bytes": 200,
            "questions": {question.name: {"server_ms": [15.0], "sqlite_ms": [10.0]}
                          for question in QUESTIONS}}


class WithCsv(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "rows.csv"
        queries_bench.write_csv(self.path, ROWS)


class CsvTest(WithCsv):
    def test_has_ten_columns_and_as_many_rows_as_asked_for(self):
        with self.path.open(newline="") as file:
            header, *rows = csv.reader(file)
        self.assertEqual(header, list(queries_bench.TYPES))
        self.assertEqual(len(rows), ROWS)
        self.assertEqual({len(row) for row in rows}, {10})

    def test_is_the_same_each_time(self):
        first = self.path.read_bytes()
        queries_bench.write_csv(self.path, ROWS)
        self.assertEqual(self.path.read_bytes(), first)

    def test_each_question_has_an_answer_in_it(self):
        with closing(queries_bench.load(self.path)) as table:
            for question in QUESTIONS:
                first = table.execute(question.sql).fetchone()
                self.assertTrue(any(first), question.name)


@binaries.needed
class MeasureTest(WithCsv):
    def test_asks_both_the_same_and_gets_the_same(self):
        found = queries_bench.measure(binaries.FOLDER, self.path, rounds=2)
        self.assertEqual(found["rows"], ROWS)
        self.assertEqual(found["file_bytes"], self.path.stat().st_size)
        self.assertGreater(found["resident_bytes"], 0)
        self.assertEqual(list(found["questions"]), [question.name for question in QUESTIONS])
        for costs in found["questions"].values():
            self.assertEqual((len(costs["server_ms"]), len(costs["sqlite_ms"])), (2, 2))

    def test_says_where_the_answers_differ(self):
        other = Question("other", "select=id&limit=1", "SELECT id FROM rows LIMIT 2")
        with mock.patch.object(queries_bench, "QUESTIONS", (other,)):
            with self.assertRaisesRegex(Invalid, "other: the answers differ"):
                queries_bench.measure(binaries.FOLDER, self.path, rounds=1)

    def test_says_what_the_server_refused(self):
        wrong = Question("wrong", "select=colour", "SELECT 1")
        with mock.patch.object(queries_bench, "QUESTIONS", (wrong,)):
            with self.assertRaisesRegex(Invalid, "400 .*colour"):
                queries_bench.measure(binaries.FOLDER, self.path, rounds=1)


class ClaimsTest(unittest.TestCase):
    def verdicts(self, found: dict) -> list[bool]:
        return [claim.holds for claim in queries_bench.claims(found)]

    def test_hold_at_their_limits(self):
        self.assertEqual(self.verdicts(good()), [True, True, True])

    def test_a_question_that_takes_longer_fails(self):
        for i in (0, 1):
            found = good()
            found["questions"][QUESTIONS[i].name]["server_ms"] = [15.1]
            self.assertEqual(self.verdicts(found), [i != 0, i != 1, True])

    def test_the_ratio_is_the_median_of_those_of_the_rounds(self):
        found = good()
        found["questions"][QUESTIONS[0].name] = {"server_ms": [9.0, 15.0, 900.0],
                                                 "sqlite_ms": [10.0, 10.0, 10.0]}
        self.assertEqual(self.verdicts(found), [True, True, True])

    def test_a_store_of_over_twice_the_file_fails(self):
        self.assertEqual(self.verdicts({**good(), "resident_bytes": 201}), [True, True, False])


class LinesTest(unittest.TestCase):
    def test_fit_100_columns_and_name_each_question(self):
        lines = queries_bench.lines(good())
        self.assertLessEqual(max(map(len, lines)), 100)
        for question in QUESTIONS:
            self.assertTrue(any(line.startswith(question.name + "  ") for line in lines))


if __name__ == "__main__":
    unittest.main()
