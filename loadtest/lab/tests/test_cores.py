"""Where server and generator run, and how quiet it is there."""

import unittest
from unittest import mock

from lab.commands import doctor
from lab.measure import cores, machine, probe


class ProbeTest(unittest.TestCase):
    STAT = ("cpu  100 5 50 800 10 0 3 32 7 7\ncpu0 50 5 25 400 10 0 3 2 7 7\n"
            "cpu1 50 0 25 400 0 0 0 30 0 0\nintr 1 2\n")
    START = "cpu 0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n"

    def test_steal_is_the_eighth_figure_and_guests_are_not_counted_twice(self):
        self.assertEqual(probe.parse_cpus(self.STAT)["cpu"],
                         probe.CpuTimes(steal=32, idle=800, total=1000))

    def test_what_one_core_lost_is_not_hidden_by_the_others(self):
        before, after = probe.parse_cpus(self.START), probe.parse_cpus(self.STAT)
        self.assertAlmostEqual(probe.worst_steal(before, after, {0, 1}), 30 / 505)
        self.assertAlmostEqual(probe.worst_steal(before, after, {0}), 2 / 495)
        self.assertAlmostEqual(probe.worst_steal(before, after, {7}), 32 / 1000)

    def test_a_reading_is_of_the_worst_core(self):
        gaps = {0: (50.0, 0.0), 1: (9000.0, 0.3)}
        with mock.patch.object(probe, "spin", gaps.get):
            found = probe.Probe().reading({0, 1})
        self.assertEqual((found["hiccup_max_us"], found["hiccup_share"]), (9000.0, 0.3))

    def test_a_reading_of_this_machine(self):
        chosen = cores.choose()
        found = probe.Probe().reading(chosen.server | chosen.generator)
        self.assertGreater(found["hiccup_max_us"], 0)
        self.assertTrue(0 <= found["steal_share"] <= 1 and 0 <= found["hiccup_share"] <= 1)


class CoresTest(unittest.TestCase):
    def chosen(self, threads: int, allowed: tuple, *pairs: set) -> cores.Cores:
        """On a machine whose hardware threads pair up so."""
        alike = {core: pair for pair in pairs for core in pair}
        self.enterContext(mock.patch.object(cores, "siblings",
                                            lambda core: alike.get(core, {core})))
        return cores.choose(threads, allowed)

    def test_threads_get_the_first_cores_and_the_generator_the_last(self):
        chosen = self.chosen(2, (0, 1, 2, 3))
        self.assertEqual(chosen.server, {0, 1})
        self.assertTrue(chosen.apart)
        self.assertEqual(len(chosen.generator), 1)

    def test_where_there_are_too_few_they_share(self):
        chosen = self.chosen(2, (0, 1))
        self.assertEqual((chosen.apart, chosen.shared), (False, "a core"))
        self.assertEqual(cores.choose(1, (0,)).generator, {0})

    def test_two_hardware_threads_of_one_core_are_not_apart(self):
        """Two vCPUs of a cloud machine are as a rule just that."""
        chosen = self.chosen(1, (0, 1), {0, 1})
        self.assertEqual((chosen.server, chosen.generator), ({0}, {1}))
        self.assertEqual((chosen.apart, chosen.shared), (False, "the hardware threads of a core"))
        described = machine.describe(chosen)
        self.assertEqual((described["cores_apart"], described["cores_shared"]),
                         (False, "the hardware threads of a core"))

    def test_with_two_cores_of_two_threads_each_the_generator_has_one_of_its_own(self):
        chosen = self.chosen(1, (0, 1, 2, 3), {0, 1}, {2, 3})
        self.assertEqual((chosen.generator, chosen.apart), ({3}, True))
        self.assertFalse(cores.choose(3, (0, 1, 2, 3)).apart)


class DoctorTest(unittest.TestCase):
    def told(self, shared: tuple) -> str:
        chosen = cores.Cores((0, 1), frozenset({0}), frozenset({1}))
        with mock.patch.object(cores, "siblings", lambda core: set(shared)), \
                mock.patch.object(cores, "choose", lambda: chosen):
            return "\n".join(each.line() for each in doctor._cores())

    def test_siblings_are_told(self):
        self.assertIn("share the hardware threads of a core, as CPUs 0, 1", self.told((0, 1)))
        self.assertIn("four vCPUs", self.told((0, 1)))
        self.assertIn("2 cores: one for the server", self.told(()))


if __name__ == "__main__":
    unittest.main()
