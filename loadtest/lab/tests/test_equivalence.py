import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lab.failures import Invalid
from lab.measure import equivalence
from lab.measure.wire import Response
from lab.scenario import variants
from lab.scenario.documents import orders_document
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant
from lab.tests import binaries

REQUEST = Request(target="/x")
TARGETS = ("/plaintext", "/json", "/items?count=0", "/items?count=10&via=document",
           "/items?count=1000&via=writer", "/fortunes", "/fortunes?rows=0", "/fortunes?rows=1000")


def answer(body: str, status: int = 200, without: str = "", kind: str = "application/json"):
    fields = {"server": "s", "date": "d", "content-type": kind, "content-length": str(len(body))}
    fields.pop(without, None)
    return Response(status, fields, body.encode())


def problem(left: Response, right: Response) -> str | None:
    return equivalence.problem("GET /x", REQUEST, {"baseline": left, "arena": right},
                               {"baseline", "arena"})


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

    def test_a_member_named_twice_is_another_document(self):
        self.assertIn("bodies differ", problem(answer('{"a":1,"a":1}'), answer('{"a":1}')))

    def test_what_only_calls_itself_json_is_compared_as_bytes(self):
        self.assertIsNone(problem(answer("oops"), answer("oops")))
        self.assertIn("bodies differ", problem(answer("oops"), answer("{}")))
        self.assertIsNone(problem(answer("[1]", kind="application/hal+json"),
                                  answer("[1.0]", kind="application/hal+json")))

    def test_of_an_answer_that_varies_the_status_alone_is_compared(self):
        varying = Request(target="/now", varies=True)
        answers = {"a": answer('{"at":1}'), "b": answer('{"at":22}', kind="text/plain")}
        self.assertIsNone(equivalence.problem("now", varying, answers, set()))
        self.assertIn("status 500, not 200", equivalence.problem(
            "now", varying, {**answers, "b": answer("", status=500)}, set()))
        asked = Scenario("now", "", "", "", "closed", (varying, REQUEST), ("a", "b"))
        self.assertEqual(equivalence.lengths(asked, {"a": [answer("1"), answer("2")],
                                                     "b": [answer("1"), answer("2")]}), [None, 1])

    def test_an_echo_must_be_what_was_sent(self):
        echo = Request("POST", "/mirror", body=b"[1,2]", echoes=True)
        self.assertIsNone(equivalence.problem("echo", echo, {"a": answer("[1, 2.0]")}, {"a"}))
        for wrong in ("[1, 3]", "oops"):
            self.assertIn("echo: a does not answer the document",
                          equivalence.problem("echo", echo, {"a": answer(wrong)}, {"a"}))

    def test_another_servers_echo_may_answer_what_it_likes(self):
        echo = Request("POST", "/echo", body=b"[1,2]")
        self.assertIsNone(equivalence.problem("echo", echo, {"a": answer("saved")}, set()))

    def test_a_server_that_breaks_off_is_named_with_the_scenario(self):
        asked = Scenario("orders", "", "", "", "closed", (REQUEST,), ("mine",))
        with mock.patch.object(equivalence, "Connection", side_effect=ValueError("garbage")), \
                mock.patch.object(equivalence.servers, "of"), \
                self.assertRaisesRegex(Invalid, "orders, mine: .*garbage"):
            equivalence.answers_of(Variant("mine", "", ("x",)), [asked], set(), Path())

    def test_fields_are_asked_of_our_servers_alone(self):
        without = answer("1", without="date")
        self.assertIsNone(equivalence.problem("x", REQUEST, {"theirs": without}, set()))

    def test_an_error_that_is_expected_may_be_worded_as_each_likes(self):
        bad = Request(raw=b"nonsense", status=400)
        answers = {"a": answer("one", status=400), "b": answer("two", status=400)}
        self.assertIsNone(equivalence.problem("bad", bad, answers, set()))
        self.assertIn("status 200, not 400",
                      equivalence.problem("bad", bad, {"a": answer("1")}, set()))

    def test_documents_are_always_the_same_and_about_as_large_as_asked(self):
        for size in (1_000, 100_000):
            document = orders_document(size)
            self.assertEqual(document, orders_document(size))
            self.assertAlmostEqual(len(document) / size, 1, delta=0.2)
            json.loads(document)


@binaries.needed
class ServersTest(unittest.TestCase):
    def test_the_servers_answer_alike(self):
        echoes = [Request("POST", "/echo", body=orders_document(size), echoes=True)
                  for size in (1_000, 100_000)]
        asked = Scenario("all", "", "all", "", "closed",
                         (*(Request(target=each) for each in TARGETS), *echoes), ("baseline",))
        names = ("baseline", *variants.STRATEGIES)
        with tempfile.TemporaryDirectory() as folder:
            answers = {name: equivalence.answers_of(variants.make(name, binaries.FOLDER), [asked],
                                                    binaries.CORES, Path(folder))["all"]
                       for name in names}
        equivalence.check(asked, answers, set(names))
        answers["arena"][1] = answer("{}")
        with self.assertRaisesRegex(Invalid, "baseline and arena differ"):
            equivalence.check(asked, answers, set(names))


if __name__ == "__main__":
    unittest.main()
