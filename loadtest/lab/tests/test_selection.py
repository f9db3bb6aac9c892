import argparse
import unittest
from pathlib import Path
from unittest import mock

from lab.commands import selection
from lab.failures import Invalid
from lab.scenario import files, variants
from lab.scenario.scenario import Prediction, Request, Scenario

OPEN = Scenario("rates", "g", "t", "w", "open", (Request(target="/x"),), ("heap", "arena"),
                predictions=(Prediction("arena", "heap", "cpu_us", "better", "it is"),),
                shares=(0.5,))


def options(**given) -> argparse.Namespace:
    return argparse.Namespace(**{"only": None, "variants": None, **given})


class InstalledTest(unittest.TestCase):
    def test_a_suite_leaves_out_what_is_not_here_and_says_why(self):
        with mock.patch.object(variants, "library", lambda allocator: None), \
                mock.patch("shutil.which", lambda program: None):
            left, why = selection.installed(files.suite("full"))
        self.assertEqual(len(left), len(files.suite("full")))
        self.assertEqual(why["heap+mimalloc"],
                         "mimalloc is not installed (Debian package libmimalloc2.0)")
        self.assertIn("nginx-light", why["nginx"])
        for scenario in left:
            self.assertTrue(scenario.variants)
            self.assertFalse(set(scenario.variants) & set(why), scenario.name)
            for each in scenario.predictions:
                self.assertLessEqual({each.of, each.to}, set(scenario.variants))

    def test_where_all_is_here_nothing_is_left_out(self):
        with mock.patch.object(variants, "library", lambda allocator: Path("/x.so")), \
                mock.patch("shutil.which", lambda program: "/bin/it"):
            self.assertEqual(selection.installed([OPEN]), ([OPEN], {}))

    def test_one_that_is_asked_for_by_name_is_an_error(self):
        with mock.patch.object(variants, "library", lambda allocator: None), \
                self.assertRaisesRegex(Invalid, "heap.jemalloc: .* package libjemalloc2"):
            variants.make("heap+jemalloc", Path("/build"))


class CapacityTest(unittest.TestCase):
    """Whose it is that rates are shares of must not change without a word."""

    def test_another_is_told(self):
        left = selection.chosen([OPEN], options(variants="arena"))
        self.assertEqual((left[0].capacity_of, left[0].predictions), ("arena", ()))
        self.assertEqual(selection.moved_capacities([OPEN], left),
                         ["rates: its rates are shares of what arena can serve, not heap, which "
                          "is left out"])

    def test_the_same_is_not(self):
        left = selection.chosen([OPEN], options(variants="heap"))
        self.assertEqual(selection.moved_capacities([OPEN], left), [])


if __name__ == "__main__":
    unittest.main()
