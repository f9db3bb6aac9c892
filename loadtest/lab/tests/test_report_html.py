import json
import re
import unittest
from html.parser import HTMLParser
from xml.etree import ElementTree

from lab.report import html
from lab.tests import synthetic

VOID = {"meta", "br", "link", "img", "hr", "input"}
HOSTILE = "</script><b>\"'&<!--<script>"


class Page(HTMLParser):
    """Tags must close in order; keeps ids, links, texts and the embedded data."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.data = ""
        self.errors: list[str] = []
        self._in_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self._in_data = found.get("id") == "result"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}> at {self.getpos()}")
        self._in_data = False

    def handle_data(self, data):
        if self._in_data:
            self.data += data
        elif not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    def text(self) -> str:
        return " ".join(self.texts)


def drawings(text: str) -> list[str]:
    """The outermost svg elements."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"<svg[ >]|</svg>", text):
        if match.group().startswith("</"):
            depth -= 1
            if depth == 0:
                found.append(text[start:match.end()])
        else:
            start = match.start() if depth == 0 else start
            depth += 1
    return found


class HtmlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = synthetic.result(noise=0.02)
        cls.text = html.page(cls.result)
        cls.page = Page(cls.text)

    def test_is_well_formed(self):
        self.assertEqual(self.page.errors, [])
        self.assertEqual(self.page.open, [])
        self.assertEqual(len(self.page.ids), len(set(self.page.ids)))

    def test_every_drawing_is_xml(self):
        found = drawings(self.text)
        self.assertGreater(len(found), 60)
        for drawing in found:
            ElementTree.fromstring(drawing)

    def test_links_lead_somewhere_on_the_page_and_nowhere_else(self):
        self.assertGreater(len(self.page.links), 20)
        for link in self.page.links:
            self.assertTrue(link.startswith("#") and link[1:] in self.page.ids, link)
        self.assertNotRegex(self.text, r"(src|href)=\"https?:|@import|url\(")

    def test_holds_each_scenario_and_variant(self):
        shown = self.page.text()
        for scenario in self.result["scenarios"]:
            self.assertIn(scenario["title"], shown)
            self.assertIn(f"s-{scenario['name']}", self.page.ids)
        for name, variant in self.result["variants"].items():
            self.assertIn(name, shown)
            self.assertIn(variant["what"], shown)

    def test_has_its_sections_in_order(self):
        sections = ["trust", "verdict", "overview", "scenarios", "method", "data"]
        self.assertEqual([name for name in self.page.ids if name in sections], sections)
        for words in ("This run can be trusted.", "Would preloading jemalloc do the same?",
                      "not as predicted", "MiB an hour", "Latency by percentile",
                      "p99 against the rate", "Memory over time", "./run loadtest full",
                      "LD_PRELOAD"):
            self.assertIn(words, self.page.text())

    def test_raw_data_loads_back_equal(self):
        self.assertEqual(json.loads(self.page.data), self.result)

    def test_throughput_is_never_shown_without_memory(self):
        for head in re.findall(r"<thead>.*?</thead>", self.text):
            if "requests/s" in head and "of capacity" not in head:
                self.assertIn("peak RSS", head)

    def test_method_says_where_cores_are_shared(self):
        result = synthetic.result(scenarios=("plaintext", "mixed"), seed=2)
        self.assertIn("for each thread, and the generator others.", Page(html.page(result)).text())
        result["scenarios"][1]["cores_apart"] = False
        self.assertIn("others, but in 90/9/1 traffic, where only CPU is compared.",
                      Page(html.page(result)).text())

    def test_where_another_way_is_better_is_said_in_the_verdict(self):
        verdict = self.text[self.text.index('class="sentences"'):self.text.index('class="terms"')]
        self.assertIn("takes less CPU than the arena in 1 of", verdict)
        self.assertIn("where the arena is", verdict)

    def test_terms_and_heads_are_explained(self):
        front = self.text[:self.text.index('class="lists"')]
        for term in ("arena", "heap", "baseline", "arena again", "floor", "p99", "peak RSS",
                     "heap calls"):
            self.assertIn(f"<dt>{term}</dt>", front)
        for head in re.findall(r"<th scope=\"col\"([^>]*)>(?:CPU a request|heap calls|p99|arena bytes"
                               r"|user \+ system, µs)</th>", self.text):
            self.assertIn("title=", head)

    def test_scenarios_have_a_list_of_contents(self):
        contents = self.text[self.text.index('class="contents"'):]
        contents = contents[:contents.index("</ul>")]
        for scenario in self.result["scenarios"]:
            self.assertIn(f'href="#s-{scenario["name"]}"', contents)
        self.assertIn('href="#group-0"', contents)

    def test_how_to_repeat_it_overwrites_nothing_that_is_kept(self):
        result = synthetic.result(scenarios=("plaintext", "mixed"), seed=2)
        result["command"] = "./run loadtest full --output loadtest/results/x.json"
        repeat = html.page(result)
        repeat = repeat[repeat.index("To repeat it"):repeat.index('id="data"')]
        self.assertNotIn("loadtest/results", repeat)
        self.assertIn("./run loadtest full --only plaintext --output build/loadtest/one.json", repeat)
        self.assertIn("git checkout 61e91f1", repeat)

    def test_what_is_not_trusted_at_a_rate_is_marked_there(self):
        result = synthetic.result(scenarios=("mixed",), seed=2)
        self.assertNotIn("†", html.page(result))
        for run in result["runs"]:
            if run["rate_share"] == 0.9:
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.8}
        text = html.page(result)
        by_rate = text[text.index("At each rate"):]
        self.assertNotIn("†", text[:text.index("At each rate")])
        self.assertNotIn("†", by_rate[:by_rate.index(">90%<")])
        self.assertIn("†", by_rate[by_rate.index(">90%<"):])

    def test_a_result_of_ones_own_variants_says_nothing_of_arenas(self):
        text = html.page({**synthetic.own(), "title": "mine"})
        page = Page(text)
        self.assertEqual((page.errors, page.open), ([], []))
        shown = page.text()
        front = text[text.index('<section id="verdict">'):text.index('<section id="scenarios">')]
        for words in ("mine-jemalloc against mine", "mine-jemalloc takes less CPU", "Ratios of"):
            self.assertIn(words, shown)
        self.assertNotRegex(front.lower(), "the arena|jemalloc do the same|baseline")
        self.assertIn("CPU to mine", shown)

    def test_leads_with_trust_in_a_line_then_the_sentences_then_who_is_compared(self):
        text = html.page(synthetic.result(seed=2))
        self.assertRegex(text, '<details class="overall t-trusted"><summary>')
        self.assertIn("all 12 checks passed", text)
        places = [text.index(part) for part in ("This run can be trusted", 'class="sentences"',
                                                "<dt>arena</dt>", "<dt>heap</dt>",
                                                "<dt>baseline</dt>", 'class="lists"')]
        self.assertEqual(places, sorted(places))

    def test_the_checks_are_open_when_one_fails_and_it_comes_first(self):
        text = html.page({**self.result, "partial": True})
        self.assertRegex(text, '<details class="overall t-partly" open>')
        self.assertIn("<b>The run is whole</b>", re.search("<li.*?</li>", text[text.index(
            'class="checks"'):]).group())

    def test_no_ratio_stands_where_it_is_withheld(self):
        """In lists, predictions, the jemalloc table, the forest and the scenario's own table."""
        text = html.page({**self.result, "invalid": ["everything broke"]})
        text = text[text.index('id="verdict"'):text.index('id="method"')]
        self.assertNotRegex(text, r"\[\d\.\d+, \d")
        self.assertNotRegex(text, "×\u202f\\d")
        self.assertIn("what was found is withheld", text)
        self.assertIn("\u202f†", text)

    def test_footnotes_are_few(self):
        result = synthetic.result(seed=2)
        for at, run in enumerate(result["runs"]):
            run["server_waited_share"] = 0.2 + at % 7 / 100
        notes = re.findall('<p class="note">† .*?</p>', html.page(result))
        tables = len(result["scenarios"]) + 1  # one has a table by rate
        self.assertLessEqual(len(notes), tables)
        self.assertIn("of all variants. Reason: another program held", notes[0])

    def test_hostile_text_is_escaped(self):
        """In every string of the document that people write."""
        result = synthetic.result(scenarios=("plaintext", "mixed", "soak"))
        result |= {"title": HOSTILE, "command": HOSTILE, "started": HOSTILE, "invalid": [HOSTILE]}
        result["machine"] = {key: HOSTILE if isinstance(value, str) else value
                             for key, value in result["machine"].items()}
        result["variants"][HOSTILE] = {"title": HOSTILE, "what": HOSTILE, "command": [HOSTILE],
                                       "environment": {HOSTILE: HOSTILE}}
        for scenario in result["scenarios"]:
            scenario |= {"group": HOSTILE, "title": HOSTILE, "what": HOSTILE, "note": HOSTILE}
            for prediction in scenario["predictions"]:
                prediction |= {"because": HOSTILE, "expect": HOSTILE}
        for run in result["runs"]:
            if run["variant"] == "heap+mimalloc":
                run["variant"] = HOSTILE
        result["series"]["soak"][HOSTILE] = result["series"]["soak"]["heap"]
        _rename(result, "plaintext", HOSTILE)
        text = html.page(result)
        page = Page(text)
        self.assertEqual((page.errors, page.open), ([], []))
        self.assertEqual(json.loads(page.data), result)
        self.assertEqual(page.tags.count("script"), 2)
        self.assertIn(HOSTILE, page.text())
        self.assertNotIn("<!--", text)
        for drawing in drawings(text):
            ElementTree.fromstring(drawing)

    def test_partial_and_empty_results(self):
        whole = self.result
        few = synthetic.result(rounds=1, passes=1)
        unmeasured = {**whole, "runs": [], "series": {}, "counts": {}, "probes": []}
        for result in ({}, {"format": 2}, unmeasured, {**few, "partial": True},
                       {**whole, "runs": whole["runs"][:7], "partial": True}):
            page = Page(html.page(result))
            self.assertEqual((page.errors, page.open), ([], []))
            self.assertEqual(json.loads(page.data), result)

    def test_says_what_it_does_not_trust(self):
        result = synthetic.result(scenarios=("plaintext", "items-1000"), seed=2)
        for run in result["runs"]:
            if run["variant"] == "arena again":
                run["cpu_us"] *= 1.2
        shown = Page(html.page(result)).text()
        self.assertIn("cannot be trusted", shown)
        self.assertIn("cannot say", shown)
        self.assertIn("withheld", shown)


def _rename(result: dict, name: str, new: str) -> None:
    for one in (*result["scenarios"], *result["runs"]):
        for key in ("name", "scenario"):
            if one.get(key) == name:
                one[key] = new
    result["counts"][new] = result["counts"].pop(name)


if __name__ == "__main__":
    unittest.main()
