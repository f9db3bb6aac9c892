"""A scenario's part of the page."""

import re
import unittest

from lab.report import html
from lab.tests import synthetic
from lab.tests.test_report_html import Page


class ScenarioPartTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = html.page(synthetic.result(noise=0.02))
        cls.page = Page(cls.text)

    def test_peak_memory_of_several_rates_is_told_once(self):
        """The process served them all, and has one peak."""
        mixed = self.text[self.text.index('id="s-mixed"'):]
        mixed = mixed[:mixed.index("</article>")]
        main, by_rate = re.findall(r"<thead>.*?</thead>", mixed)
        self.assertIn(">peak RSS over all rates<", main)
        self.assertIn("of capacity", by_rate)
        self.assertNotIn("RSS", by_rate)
        self.assertEqual(self.text.count("over all rates<"), 1)

    def test_what_is_not_compared_is_shown_with_the_reason(self):
        def of(name: str) -> str:
            text = self.text[self.text.index(f'id="s-{name}"'):]
            return text[:text.index("</article>")]

        aged, slow = of("aged-heap"), of("slow-clients")
        self.assertIn("Not compared: peak RSS; it is the peak of the aging", aged)
        self.assertIn(">peak RSS<", aged)
        self.assertIn("Not compared: CPU a request, throughput, p99; slow clients", slow)
        self.assertIn(">peak RSS to heap<", slow)
        self.assertNotIn(">CPU to heap<", slow)
        self.assertNotIn("Not compared", of("items-1000") + of("mixed"))

    def test_a_scenario_says_what_it_adds_to_the_commands(self):
        result = synthetic.result(scenarios=("aged-heap", "plaintext"), seed=2)
        result["scenarios"][0]["settings"] |= {"server": "lab-server", "threads": 2}
        text = html.page(result)
        self.assertIn("<code>lab-server --age-heap --threads 2</code> in place of arena-server",
                      text)
        self.assertEqual(text.count("Started with"), 1)

    def test_of_slow_clients_the_rate_asked_for_is_shown(self):
        result = synthetic.result(scenarios=("slow-clients",), seed=2)
        result["scenarios"][0]["rate"] = 350
        text = html.page(result)
        part = text[text.index('id="s-slow-clients"'):text.index("</article>")]
        self.assertIn("at most 4,000 connections · 350 requests/s asked for", part)
        self.assertNotIn(">requests/s<", part)

    def test_says_why_nothing_was_counted(self):
        names = ("aged-heap", "mixed", "plaintext")
        result = synthetic.result(scenarios=names, seed=2)
        result["counts"] = {"plaintext": result["counts"]["plaintext"]}
        text = html.page(result)
        self.assertIn("not counted: the aging of the heap", text)
        self.assertIn("not counted: only a closed loop of one request", text)
        self.assertEqual(text.count("not counted:"), 2)

    def test_growth_says_how_long_it_was_watched(self):
        self.assertIn("an hour, seen over 19 min 40 s", self.page.text())

    def test_only_a_long_soak_has_a_slope(self):
        """Slow clients are watched for seconds: no slope, and nothing said of one."""
        result = synthetic.result(scenarios=("slow-clients", "soak"), seed=2)
        for found in result["series"]["soak"].values():
            found["seconds"] = [at / 20 for at in found["seconds"]]
        shown = Page(html.page(result)).text()
        self.assertIn("too short for a slope: 59 s", shown)
        self.assertNotIn("an hour", shown)
        self.assertEqual(shown.count("straight line"), 1)


if __name__ == "__main__":
    unittest.main()
