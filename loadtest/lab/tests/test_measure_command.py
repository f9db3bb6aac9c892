import unittest
from pathlib import Path

from lab.commands import measure
from lab.scenario import files
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant

BUILD = Path("/home/somebody/build/release")


def scenario(name: str, **more) -> Scenario:
    return Scenario(name, "g", "t", "w", "closed", (Request(target="/x"),),
                    ("heap", "arena", "mine"), **more)


class DescribedTest(unittest.TestCase):
    MINE = {"mine": Variant("mine", "mine", (f"{BUILD}/lab-server", "--spin", "1"))}

    def test_a_variant_is_without_what_a_scenario_adds(self):
        """Whatever the last scenario is: its flags are its own."""
        aged = scenario("aged", server="lab-server", flags=("--age-heap",), threads=2)
        plain = scenario("plain")
        found = measure.described([plain, aged], self.MINE, BUILD)
        self.assertEqual(found, measure.described([aged, plain], self.MINE, BUILD))
        self.assertEqual(found["heap"]["command"],
                         ["arena-server", "--address", "127.0.0.1", "--port", "0", "--threads",
                          "1", "--memory=heap", "--drain-delay", "0s"])

    def test_programs_are_named_within_the_build_folder(self):
        found = measure.described([scenario("plain")], self.MINE, BUILD)
        self.assertEqual(found["mine"]["command"], ["lab-server", "--spin", "1"])
        self.assertNotIn("somebody", str(found))

    def test_what_scenarios_add_is_in_their_settings(self):
        """The report shows it from there, and a result is resumed only where it is the same."""
        for each in files.suite("full"):
            self.assertEqual(tuple(each.settings.get("flags", ())), each.flags, each.name)
            self.assertEqual(each.settings.get("server", "arena-server"), each.server, each.name)


if __name__ == "__main__":
    unittest.main()
