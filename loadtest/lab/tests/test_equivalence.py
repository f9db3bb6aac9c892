import json
import tempfile
import unittest
from pathlib import Path

from lab import cores, equivalence
from lab.scenarios import Scenario, all_scenarios, orders_document
from lab.tests import binaries
from lab.variants import all_variants
from lab.wire import Response

SCENARIO = Scenario("GET /x", "GET", "/x", None, 1)


def answer(body: str, status: int = 200, without: str = "", kind: str = "application/json"):
    fields = {"server": "s", "date": "d", "content-type": kind, "content-length": str(len(body))}
    fields.pop(without, None)
    return Response(status, fields, body.encode())


def problem(left: Response, right: Response) -> str | None:
    return equivalence.problem(SCENARIO, {"baseline": left, "arena": right})


class EquivalenceTest(unittest.TestCase):
    def test_the_same_number_written_differently(self):
        self.assertIsNone(problem(answer('{"a":[1.25E0,1]}'), answer('{ "a": [1.25, 1.0] }')))

    def test_members_in_another_order(self):
        self.assertIsNone(problem(answer('{"a":1,"b":2}'), answer('{"b":2,"a":1}')))

    def test_an_unequal_number_is_found_with_its_place(self):
        found = problem(answer('{"a":[{"b":1.25}]}'), answer('{"a":[{"b":1.5}]}'))
        self.assertIn("$.a[0].b: 1.25 and 1.5", found)

    def test_a_missing_member(self):
        self.assertIn("$.b", problem(answer('{"a":1,"b":2}'), answer('{"a":1}')))

    def test_true_is_not_one(self):
        self.assertIsNotNone(problem(answer("[true]"), answer("[1]")))
        self.assertIsNotNone(problem(answer('["1"]'), answer("[1]")))

    def test_lengths_of_arrays(self):
        self.assertIn("1 and 2 elements", problem(answer("[1]"), answer("[1,2]")))

    def test_a_missing_field(self):
        self.assertIn("date", problem(answer("1"), answer("1", without="date")))

    def test_status_and_content_type(self):
        self.assertIn("status 404", problem(answer("1"), answer("1", status=404)))
        self.assertIn("Content-Type", problem(answer("1"), answer("1", kind="text/plain")))
        self.assertIsNone(problem(answer("1"), answer("1", kind="Application/JSON; charset=utf-8")))

    def test_plain_bodies_are_compared_as_bytes(self):
        left = answer("Hello", kind="text/plain")
        self.assertIsNone(problem(left, answer("Hello", kind="text/plain")))
        self.assertIsNotNone(problem(left, answer("hello", kind="text/plain")))

    def test_a_member_named_twice_is_refused(self):
        with self.assertRaises(ValueError):
            problem(answer('{"a":1,"a":1}'), answer('{"a":1}'))

    def test_an_echo_must_be_what_was_sent(self):
        echo = Scenario("POST /echo", "POST", "/echo", b"[1,2]", 1)
        self.assertIsNone(equivalence.problem(echo, {"baseline": answer("[1, 2.0]")}))
        self.assertIn("not the document",
                      equivalence.problem(echo, {"baseline": answer("[1, 3]")}))

    def test_documents_are_always_the_same_and_about_as_large_as_asked(self):
        for size in (1_000, 100_000):
            document = orders_document(size)
            self.assertEqual(document, orders_document(size))
            self.assertAlmostEqual(len(document) / size, 1, delta=0.2)
            json.loads(document)
        self.assertEqual(len({scenario.name for scenario in all_scenarios()}), 5)


@binaries.needed
class ServersTest(unittest.TestCase):
    def test_the_servers_answer_every_scenario_alike(self):
        with tempfile.TemporaryDirectory() as folder:
            equivalence.check(all_variants(binaries.FOLDER), all_scenarios(),
                              cores.choose().server, Path(folder))


if __name__ == "__main__":
    unittest.main()
