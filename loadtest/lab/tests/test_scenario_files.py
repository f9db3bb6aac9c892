import tempfile
import unittest
from pathlib import Path

from lab.failures import Invalid
from lab.scenario import files, variants
from lab.scenario.scenario import Request

GOOD = """
group = "Mine"
[variant.mine]
command = ["./server", "--port", "{port}"]
environment = { LEVEL = 3 }
[[scenario]]
name = "one"
variants = ["mine", "heap+jemalloc"]
request = { target = "/x", fields = { Accept = "text/plain" } }
""" + ('predictions = [{ of = "mine", to = "heap+jemalloc", figure = "cpu_us", '
       'expect = "worse", because = "why" }]\n')


class ScenarioFilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "mine.toml"

    def read(self, text: str) -> files.ScenarioFile:
        self.path.write_text(text)
        return files.read(self.path)

    def refused(self, text: str, *words: str) -> None:
        with self.assertRaises(Invalid) as caught:
            self.read(text)
        for word in (str(self.path), *words):
            self.assertIn(word, str(caught.exception))

    def test_a_file_of_ones_own_server(self):
        found = self.read(GOOD)
        (scenario,) = found.scenarios
        self.assertEqual((scenario.group, scenario.kind, scenario.title),
                         ("Mine", "closed", "GET /x"))
        self.assertEqual(scenario.first.fields, (("Accept", "text/plain"),))
        self.assertEqual(found.own["mine"].environment, (("LEVEL", "3"),))
        self.assertFalse(found.own["mine"].is_ours)

    def test_what_is_wrong_is_named_with_its_place(self):
        self.refused(GOOD.replace("target", "traget"), "one.request", "'traget'", "target")
        self.refused(GOOD.replace("/x", "/x y"), "one.request", "target")
        self.refused(GOOD.replace("{port}", "{prot}"), "variant.mine", "{prot}", "{port}")
        self.refused(GOOD.replace('"heap+jemalloc"]', '"hepa"]'), "'hepa'", "baseline")
        self.refused(GOOD.replace("cpu_us", "cpu"), "predictions", "'cpu'", "p99_us")
        self.refused(GOOD.replace('of = "mine"', 'of = "arena"'), "'arena'")
        self.refused(GOOD.replace('name = "one"', "name = 1"), "name must be of type str")
        self.refused(GOOD.replace("name = \"one\"\n", ""), "name is missing")
        self.refused(GOOD + "connections = true\n", "connections must be of type int")
        self.refused("group = ", "not TOML")

    def test_a_load_must_fit_its_kind(self):
        self.refused(GOOD + 'kind = "open"\n', "needs one of rate and shares")
        self.refused(GOOD + "rate = 5\n", "rate does nothing with kind closed", "kind open or")
        self.refused(GOOD + 'kind = "open"\nrate = -5\n', "must be above 0")
        self.refused(GOOD + 'kind = "pipelined"\n', "depth")
        self.refused(GOOD + "connections = 0\n", "at least 1")
        self.refused(GOOD + 'kind = "open"\nshares = [0.5]\n', "capacity_of 'heap'")
        self.refused(GOOD + "mix = []\n", "mix is empty")
        self.refused(GOOD + 'mix = [{ target = "/" }]\n', "one of request and mix")

    def test_what_a_kind_would_pass_over_is_refused(self):
        """With `raw` wrk would ask for / instead, and call that measured."""
        raw = GOOD.replace('target = "/x", fields = { Accept = "text/plain" }', 'raw = "x"')
        self.refused(raw, "mine.toml", "one.request", "raw does nothing with kind closed",
                     "open or slow or soak or cold")
        for key, kinds in (("write_bytes_per_s = 5", "closed pipelined cold"),
                           ("read_bytes_per_s = 5", "closed pipelined cold"),
                           ("closes = true", "closed pipelined cold"),
                           ("status = 404", "closed pipelined")):
            for kind in kinds.split():
                text = GOOD.replace('target = "/x"', f'target = "/x", {key}')
                self.refused(f'{text}kind = "{kind}"\n', "one.request", f"kind {kind}",
                             key.split()[0], "open")
        for key, kinds in (("requests_per_connection = 1", "closed pipelined cold"),
                           ("shares = [0.5]", "closed pipelined cold slow soak"),
                           ('capacity_of = "mine"', "closed pipelined cold slow soak"),
                           ("depth = 4", "closed open slow soak cold"),
                           ("rate = 4", "closed pipelined cold"),
                           ("stretch = 4", "open slow soak cold"),
                           ("counted = 4", "open slow soak cold"),
                           ("connections = 4", "cold")):
            for kind in kinds.split():
                self.refused(f'{GOOD}kind = "{kind}"\n{key}\n', "scenario.one",
                             f"{key.split()[0]} does nothing with kind {kind}")
        self.refused(GOOD + 'kind = "open"\nrate = 5\ncapacity_of = "mine"\n', "without shares")
        self.refused(GOOD.replace('target = "/x"', 'target = "/x", weight = 2'), "of a mix")

    def test_raw_takes_an_open_loop_and_is_the_whole_request(self):
        raw = GOOD.replace('target = "/x", fields = { Accept = "text/plain" }', 'raw = "GÉT /"')
        raw += 'kind = "open"\nrate = 5\n'
        (scenario,) = self.read(raw).scenarios
        self.assertEqual(scenario.first.wire(), b"G\xc9T /")
        self.refused(raw.replace("GÉT", "G€T"), "one.request", "'€'")
        self.refused(raw.replace("raw =", 'target = "/x", raw ='), "one.request",
                     "target beside it")

    def test_a_value_of_another_shape_is_an_error_with_its_place(self):
        for wrong, words in (
                ("mix = []", ("scenario.one", "mix is empty")),
                ('mix = ["/x"]', ("scenario.one.mix", "'/x'", "a table")),
                ('predictions = ["x"]', ("scenario.one.predictions", "'x'", "a table")),
                ("flags = [1]", ("scenario.one", "flags", "nothing but str")),
                ('shares = ["a"]', ("scenario.one", "shares", "int or float")),
                ('server = "my-server"', ("scenario.one", "'my-server'", "lab-server")),
                ("connections = -1", ("scenario.one", "connections must be at least 1"))):
            key = wrong.split()[0]
            text = GOOD.replace("request = {", "other = {") if key == "mix" else GOOD
            text = "\n".join(line for line in text.splitlines()
                             if not line.startswith((f"{key} ", "other ")))
            kind = 'kind = "open"\n' if key in ("mix", "shares") else ""
            self.refused(f"{text}\n{kind}{wrong}\n", *words)
        self.refused("scenario = [1]", "scenario", "1 stands")
        self.refused("scenario = []", "scenario is empty")
        self.refused("variant = {mine = 3}\n" + GOOD[GOOD.index("[[scenario]]"):], "variant.mine")
        self.refused(GOOD.replace('["mine", "heap+jemalloc"]', "[1]"), "one", "variants", "str")
        self.refused(GOOD.replace('["mine", "heap+jemalloc"]', "[]"), "one", "variants is empty")
        self.refused(GOOD.replace('"heap+jemalloc"]', '"mine"]'), "one", "'mine' is named twice")
        self.refused(GOOD.replace('["./server", "--port", "{port}"]', "[]"), "variant.mine",
                     "command is empty")
        mixed = GOOD.replace('request = { target = "/x", fields = { Accept = "text/plain" } }',
                             'kind = "open"\nrate = 5\nmix = [{ target = "/x", weight = -1 }]')
        self.refused(mixed, "one.mix", "weight must be at least 1")
        self.refused(GOOD.replace("text/plain", "a\\nb"), "one.request", "no header field")

    def test_what_is_said_of_the_answer(self):
        said = GOOD.replace('target = "/x"', 'target = "/x", body = "[1]", echoes = true')
        self.assertTrue(self.read(said).scenarios[0].first.echoes)
        self.assertTrue(self.read(said.replace("echoes", "varies")).scenarios[0].first.varies)
        self.refused(said.replace('body = "[1]", ', ""), "one.request", "echoes needs a body")
        self.refused(said.replace("echoes", "varies = true, echoes"), "exclude each other")

    def test_bodies_come_from_one_place(self):
        body = GOOD.replace('target = "/x"', 'target = "/x", body_file = "body.json"')
        self.refused(body, "body.json", "No such file")
        (self.path.parent / "body.json").write_text("[1]")
        (scenario,) = self.read(body).scenarios
        self.assertEqual((scenario.first.method, scenario.first.body), ("POST", b"[1]"))
        self.refused(body.replace("body_file", 'body = "x", body_file'), "one is enough")

    def test_two_of_one_name_are_refused(self):
        self.refused(GOOD + GOOD[GOOD.index("[[scenario]]"):], "two scenarios are named 'one'")

    def test_a_file_that_is_not_there(self):
        with self.assertRaisesRegex(Invalid, "nowhere.toml: No such file"):
            files.read(self.path.with_name("nowhere.toml"))


class OurScenariosTest(unittest.TestCase):
    def test_all_are_read_and_have_names_of_their_own(self):
        names = [scenario.name for scenario in files.all_scenarios()]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreater(len(files.suite("full")), 30)

    def test_each_in_a_suite_says_what_it_is_and_is_predicted(self):
        for scenario in files.suite("full"):
            with self.subTest(scenario.name):
                self.assertTrue(scenario.what)
                self.assertTrue(scenario.predictions or scenario.kind == "soak")

    def test_what_our_echo_answers_is_held_against_what_was_sent(self):
        for scenario in files.all_scenarios():
            for request in scenario.requests:
                self.assertEqual(request.echoes, request.target == "/echo", scenario.name)

    def test_the_suite_of_five_minutes_is_a_part_of_the_whole(self):
        quick, full = ({each.name for each in files.suite(name)} for name in ("quick", "full"))
        self.assertLess(quick, full)


class RequestTest(unittest.TestCase):
    def test_the_wire(self):
        self.assertEqual(Request(target="/a").wire(), b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.assertEqual(Request("POST", "/a", body=b"[]").wire(),
                         b"POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         b"Content-Type: application/json\r\n"
                         b"Content-Length: 2\r\n\r\n[]")
        self.assertEqual(Request(raw=b"x").wire(), b"x")

    def test_a_given_content_type_stays(self):
        asked = Request("POST", "/", (("content-type", "text/csv"),), b"a")
        self.assertEqual(asked.all_fields(), (("content-type", "text/csv"),))


class VariantsTest(unittest.TestCase):
    BUILD = Path("/build")

    def test_names(self):
        for name in ("arena", "arena again", "heap+jemalloc", "baseline+tunables", "floor",
                     "nginx"):
            self.assertTrue(variants.is_known(name), name)
        for name in ("", "arenas", "heap+malloc", "heap+", "+jemalloc"):
            self.assertFalse(variants.is_known(name), name)

    def test_a_strategy_is_one_flag(self):
        heap, arena = (variants.make(name, self.BUILD) for name in ("heap", "arena"))
        self.assertEqual([word.replace("=heap", "=arena") for word in heap.command],
                         list(arena.command))
        self.assertEqual(variants.make("arena again", self.BUILD).command, arena.command)

    def test_the_baseline_takes_only_the_flag_that_it_knows(self):
        made = variants.make("baseline", self.BUILD,
                             flags=("--age-heap", "--body-bytes-max", "4MiB"))
        self.assertEqual(made.command[-1], "--age-heap")

    def test_tunables_are_glibcs(self):
        made = variants.make("heap+tunables", self.BUILD)
        self.assertEqual([name for name, _ in made.environment], ["GLIBC_TUNABLES"])


if __name__ == "__main__":
    unittest.main()
