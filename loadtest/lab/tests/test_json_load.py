import unittest

from lab import json_load
from lab.json_load import BOUNDS, ECHO, WRITER
from lab.tests import binaries
from lab.variants import ARENA, BASELINE, FLOOR, HEAP


def measured(**costs: list[float]) -> dict[str, dict[str, list[float]]]:
    """The same costs for each work."""
    return {work: {name: costs[name] for name in servers if name in costs}
            for work, servers in json_load.requests().items()}


def at_their_bounds() -> dict[str, dict[str, list[float]]]:
    found = {work: {name: [100.0] for name in servers}
             for work, servers in json_load.requests().items()}
    for bound in BOUNDS:
        found[bound.work][bound.of] = [100.0 * bound.most]
    # Two bounds are on one cost, which the tighter of them decides.
    found["GET /items?count=1000"][ARENA] = [45.0]
    return found


class RequestsTest(unittest.TestCase):
    def test_only_this_server_is_asked_by_writer(self):
        for work, servers in json_load.requests().items():
            for name, (variant, scenario) in servers.items():
                self.assertEqual("via=writer" in scenario.target, name == WRITER)
                self.assertEqual(variant, ARENA if name == WRITER else name)

    def test_the_echo_is_of_about_100_kilobytes(self):
        _, scenario = json_load.requests()[ECHO][ARENA]
        self.assertAlmostEqual(len(scenario.body), 100_000, delta=5_000)


class ClaimsTest(unittest.TestCase):
    def test_hold_at_their_bounds(self):
        self.assertEqual([claim.holds for claim in json_load.claims(at_their_bounds())],
                         [True] * len(BOUNDS))

    def test_each_fails_beyond_its_bound(self):
        for i, bound in enumerate(BOUNDS):
            found = at_their_bounds()
            found[bound.work][bound.of] = [100.0 * bound.most + 0.1]
            self.assertFalse(json_load.claims(found)[i].holds, bound)

    def test_ratios_are_taken_within_a_round(self):
        found = at_their_bounds()
        found[ECHO][ARENA], found[ECHO][BASELINE] = [4.0, 40.0, 400.0], [10.0, 100.0, 1000.0]
        self.assertEqual(json_load.ratio(found, ECHO, ARENA, BASELINE), 0.4)


class LinesTest(unittest.TestCase):
    def test_fit_100_columns_and_have_no_ratio_of_a_server_to_itself(self):
        lines = json_load.lines(measured(floor=[9.0], baseline=[99999.9], heap=[50.0], arena=[1.0]))
        self.assertLessEqual(max(map(len, lines)), 100)
        floor = next(line for line in lines if line.startswith("  floor"))
        self.assertEqual(len(floor.split()), 4)


@binaries.needed
@binaries.wrk_needed
class MeasureTest(unittest.TestCase):
    def test_measures_each_server_at_each_work(self):
        found = json_load.measure(binaries.FOLDER, rounds=1, seconds=1)
        self.assertEqual(list(found), list(json_load.requests()))
        self.assertEqual(list(found[ECHO]), [FLOOR, BASELINE, HEAP, ARENA])
        for servers in found.values():
            for costs in servers.values():
                self.assertEqual(len(costs), 1)
                self.assertGreater(costs[0], 0)


if __name__ == "__main__":
    unittest.main()
