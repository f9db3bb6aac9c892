import unittest
from statistics import median

from lab.analysis import best_other, findings, pairs, preload, resolution, sentences, slope, trust
from lab.analysis.figures import CPU, P99
from lab.analysis.measured import Measured, Ratio
from lab.analysis.verdicts import Verdict
from lab.tests import synthetic


def judged(**options):
    measured = Measured(synthetic.result(**{"seed": 2, **options}))
    return measured, trust.judge(measured)


def names(entries) -> list[str]:
    return [entry.scenario["name"] for entry in entries]


class FindingsTest(unittest.TestCase):
    def test_lists_are_those_that_were_made_up(self):
        found = findings.lists(*judged(noise=0.004), "heap")
        self.assertEqual(names(found.helps), ["aged-heap", "items-1000", "echo-2m", "items-10",
                                              "mixed", "echo-1k", "headers-40"])
        self.assertEqual(set(names(found.hurts)), {"growing-8m", "echo-2m", "slow-clients"})
        self.assertEqual(set(names(found.same)),
                         {"plaintext", "plaintext-pipelined", "cpu-bound", "cold-start"})

    def test_a_scenario_can_help_cpu_and_hurt_memory(self):
        found = findings.lists(*judged(), "heap")
        for entries, figure in ((found.helps, "CPU a request"), (found.hurts, "peak RSS")):
            entry = next(entry for entry in entries if entry.scenario["name"] == "echo-2m")
            self.assertEqual([one.figure.title for one in entry.figures], [figure])

    def test_undecided_cpu_is_not_called_no_difference(self):
        found = findings.lists(*judged(scenarios=("plaintext", "cpu-bound"), noise=0.06), "heap")
        self.assertEqual(names(found.same), [])
        self.assertEqual(set(names(found.undecided)), {"plaintext", "cpu-bound"})

    def test_small_but_undecided_is_not_among_the_undecided(self):
        for ratio, close in (((0.96, 1.04), True), ((0.94, 1.01), False), ((0.99, 1.051), False)):
            one = findings.Judged(CPU, Ratio(1.0, ratio), Verdict.INCONCLUSIVE, None)
            self.assertEqual(findings.is_close(one), close, ratio)
        self.assertFalse(findings.is_close(findings.Judged(P99, Ratio(1.0, (0.96, 1.04)),
                                                           Verdict.INCONCLUSIVE, None)))
        measured, trusted = judged(scenarios=("plaintext", "cpu-bound"), noise=0.02, seed=3)
        found = findings.lists(measured, trusted, "heap")
        self.assertEqual((names(found.close), found.undecided), (["plaintext", "cpu-bound"], []))
        self.assertIn("in 2 the difference is within 5\u202f% either way.",
                      sentences.verdict(measured, trusted)[0])

    def test_resolution_is_of_neighbours(self):
        """Twice the noise makes intervals twice as wide."""
        fine, coarse = (judged(noise=noise)[0] for noise in (0.01, 0.02))
        ratio = median(resolution.half_widths(coarse)) / median(resolution.half_widths(fine))
        self.assertTrue(1.6 < ratio < 2.4, ratio)
        self.assertRegex(resolution.sentence(fine), r"known to ±.\d\.\d% in the median of 11 ")
        self.assertEqual(resolution.sentence(Measured({})), "")

    def test_nothing_is_listed_of_variants_that_did_not_run(self):
        self.assertFalse(findings.lists(*judged(scenarios=("plaintext",)), "nginx").measured())

    def test_a_rate_is_judged_by_what_is_known_of_that_rate(self):
        result = synthetic.result(scenarios=("mixed",), seed=2)
        for run in result["runs"]:
            if run["rate_share"] == 0.9:
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.8}
        measured = Measured(result)
        trusted = trust.judge(measured)
        for share, withheld in ((0.9, True), (0.7, False), (None, False)):
            found = findings.judge_figure(measured, trusted, "mixed", ("arena", "heap"), P99, share)
            self.assertEqual(found.verdict is Verdict.WITHHELD, withheld, share)

    def test_tally(self):
        found = findings.tally(*judged(), ("arena", "heap"), CPU)
        self.assertEqual(found.count(Verdict.BETTER), 7)
        self.assertEqual(found.most(Verdict.BETTER)[0]["name"], "aged-heap")
        self.assertEqual(found.most(Verdict.WORSE)[0]["name"], "growing-8m")

    def test_the_greatest_is_what_is_surely_so(self):
        """0.3 with an interval up to 0.9 is no better headline than 0.6 that is at most 0.61."""
        wide, narrow = Ratio(0.3, (0.05, 0.9)), Ratio(0.6, (0.59, 0.61))
        found = findings.Tally(CPU, {Verdict.BETTER: [({"name": "wide"}, wide),
                                                      ({"name": "narrow"}, narrow)]})
        self.assertEqual(found.most(Verdict.BETTER)[0]["name"], "narrow")
        wide, narrow = Ratio(3.0, (1.03, 9.0)), Ratio(1.5, (1.4, 1.6))
        found = findings.Tally(CPU, {Verdict.WORSE: [({"name": "wide"}, wide),
                                                     ({"name": "narrow"}, narrow)]})
        self.assertEqual(found.most(Verdict.WORSE)[0]["name"], "narrow")

    def test_sentences_say_the_bound_that_is_nearer_to_one(self):
        measured, trusted = judged()
        told = sentences.verdict(measured, trusted)[0]
        for scenario, word, end in (("aged-heap", "at most", 1), ("growing-8m", "at least", 0)):
            between = measured.ratio(scenario, "arena", "heap", CPU).interval
            self.assertIn(f"{word} {between[end]:.2f})", told)
        self.assertNotRegex(told, "at best|at worst")

    def test_none_is_a_word(self):
        told = sentences.verdict(*judged(scenarios=("growing-8m", "items-1000")))[0]
        self.assertIn("makes no difference that matters in none", told)

    def test_memory_and_latency_that_were_not_measured(self):
        result = synthetic.result(scenarios=("plaintext",), seed=2)
        for run in result["runs"]:
            if run["variant"] == "heap":
                del run["peak_rss_bytes"], run["histogram_us"]
        measured = Measured(result)
        self.assertIn("did not measure them of both the arena and the heap",
                      sentences.verdict(measured, trust.judge(measured))[1])

    def test_three_sentences_of_a_good_run(self):
        told = sentences.verdict(*judged())
        self.assertEqual(len(told), 3)
        self.assertIn("takes less CPU a request in 7", told[0])
        self.assertIn("aged heap", told[0])
        self.assertIn("peak memory is higher in 3 (most in GET /lab/grow", told[1])
        self.assertIn("baseline", told[2])

    def test_sentences_of_a_run_that_says_nothing(self):
        measured, trusted = judged(rounds=2, scenarios=("plaintext",))
        told = sentences.verdict(measured, trusted)
        self.assertIn("cannot say", told[0])
        empty = Measured({})
        self.assertIn("compared", sentences.verdict(empty, trust.judge(empty))[0])

    def test_other_numbers_make_other_sentences(self):
        measured, trusted = judged(scenarios=("growing-8m",))
        told = sentences.verdict(measured, trusted)
        self.assertIn("takes less CPU a request in none", told[0])
        self.assertIn("takes more in 1", told[0])


class ComparedTest(unittest.TestCase):
    def figures_of(self, name: str) -> set[str]:
        found = findings.lists(*judged(noise=0.004), "heap")
        return {one.figure.name for entries in (found.helps, found.same, found.hurts,
                                                found.undecided)
                for entry in entries if entry.scenario["name"] == name for one in entry.figures}

    def test_of_slow_clients_only_peak_memory_is_listed(self):
        self.assertEqual(self.figures_of("slow-clients"), {"peak_rss_bytes"})

    def test_of_an_aged_heap_no_peak_memory_is_listed(self):
        self.assertIn("cpu_us", self.figures_of("aged-heap"))
        self.assertNotIn("peak_rss_bytes", self.figures_of("aged-heap"))

    def test_sentences_do_not_count_them(self):
        found = findings.tally(*judged(scenarios=("slow-clients", "items-1000")), ("arena", "heap"),
                               CPU)
        self.assertEqual(found.total(), 1)


class OwnVariantsTest(unittest.TestCase):
    def test_pairs_are_those_that_predictions_name(self):
        self.assertEqual(pairs.compared(Measured(synthetic.own())), (("mine-jemalloc", "mine"),))
        self.assertEqual(pairs.compared(Measured(synthetic.result(scenarios=("plaintext",)))),
                         (("arena", "heap"), ("arena", "baseline")))

    def test_a_pair_is_of_variants_of_the_run(self):
        result = synthetic.own()
        result["scenarios"][0]["predictions"][0]["of"] = "elsewhere"
        result["scenarios"][1]["predictions"] = []
        measured = Measured(result)
        self.assertEqual(pairs.compared(measured), ())
        self.assertIn("Nothing is compared", sentences.verdict(measured, trust.judge(measured))[0])

    def test_sentences_are_of_the_pair(self):
        measured = Measured(synthetic.own())
        told = sentences.verdict(measured, trust.judge(measured))
        self.assertEqual(len(told), 2)
        self.assertTrue(told[0].startswith("Against mine, over 1 scenario, mine-jemalloc takes "
                                           "less CPU a request in 1 "), told[0])
        self.assertTrue(told[1].startswith("Compared with mine, mine-jemalloc's peak memory"),
                        told[1])


class PreloadTest(unittest.TestCase):
    def test_says_how_the_arena_stands_to_jemalloc(self):
        for names, told in ((("items-1000", "echo-1k"), "ahead in 2, is equal in none and behind"),
                            (("aged-heap", "items-1000"), "ahead in 1, is equal in 1 and behind"),
                            (("aged-heap", "plaintext"), "ahead in none, is equal in 1 and")):
            found = preload.answer(*judged(scenarios=names, noise=0.002), "jemalloc")
            self.assertIn(told, found.sentence)
        self.assertTrue(found.sentence.startswith("The arena takes less CPU than glibc's heap in 1 "
                                                  "scenario. There jemalloc"), found.sentence)

    def test_says_where_jemalloc_was_not_measured(self):
        result = synthetic.result(scenarios=("items-1000", "echo-1k", "items-10"), seed=2)
        result["runs"] = [run for run in result["runs"]
                          if (run["scenario"], run["variant"]) != ("echo-1k", "heap+jemalloc")]
        del result["counts"]["echo-1k"]["heap+jemalloc"]
        measured = Measured(result)
        sentence = preload.answer(measured, trust.judge(measured)).sentence
        self.assertIn("in 3 scenarios; jemalloc was measured in 2 of them.", sentence)

    def test_says_how_jemalloc_stands_where_the_arena_loses(self):
        found = preload.answer(*judged(scenarios=("growing-8m", "items-1000"), noise=0.002))
        self.assertRegex(found.sentence, r"Where the arena loses CPU to the heap: GET /lab/grow.*: "
                                         r"arena ×.1\.\d+ \[.*\], jemalloc ×.\d\.\d+ \[.*\] \(no difference")

    def test_share_of_the_gap(self):
        """ln 0.58 / ln 0.45 = 0.682: what jemalloc alone saves of what the arena saves."""
        found = preload.answer(*judged(scenarios=("items-1000",), noise=0.001), "jemalloc")
        self.assertRegex(found.sentence, "closes 6[789]% of the gap, in the median")

    def test_a_gain_that_is_withheld_is_not_told(self):
        result = synthetic.result(scenarios=("items-1000",), seed=2)
        result["invalid"] = ["items-1000, heap+jemalloc: broken"]
        measured = Measured(result)
        sentence = preload.answer(measured, trust.judge(measured)).sentence
        self.assertNotIn("of the gap", sentence)

    def test_without_the_allocator_or_a_gain(self):
        self.assertIn("did not measure", preload.answer(*judged(), "tcmalloc").sentence)
        self.assertEqual(preload.answer(*judged(), "tcmalloc").rows, [])
        self.assertIn("no gain to compare", preload.answer(*judged(scenarios=("growing-8m",)),
                                                      "jemalloc").sentence)


class BestOtherTest(unittest.TestCase):
    def test_the_best_of_all_others_is_set_beside_the_arena(self):
        measured, trusted = judged(scenarios=("items-1000", "growing-8m", "plaintext"), noise=0.002)
        found = {row.scenario["name"]: row for row in best_other.rows(measured, trusted)}
        self.assertEqual(found["items-1000"].other, "heap+mimalloc")
        told = best_other.sentence(list(found.values()))
        self.assertIn("the arena in 1 of 3 scenarios in which several were measured: GET /lab/grow",
                      told)
        self.assertIn("where the arena is ×\u202f1.2", told)
        self.assertIn("The arena takes less in 1, the same in 1; none", told)

    def test_the_heap_alone_is_no_other_way(self):
        result = synthetic.result(scenarios=("items-1000",), seed=2)
        result["runs"] = [run for run in result["runs"] if "+" not in run["variant"]]
        result["counts"] = {}
        measured = Measured(result)
        self.assertEqual(best_other.rows(measured, trust.judge(measured)), [])
        self.assertEqual(best_other.sentence([]), "")


class SlopeTest(unittest.TestCase):
    def test_a_straight_line_in_the_second_half(self):
        seconds = [40.0 * at for at in range(40)]
        sizes = [1e6 + (5000 if at < 20 else 0) + 100 * at for at in range(40)]
        found = slope.growth(seconds, sizes)
        self.assertAlmostEqual(found.bytes_per_hour, 9_000)
        self.assertEqual(found.seen_seconds, 760.0)

    def test_six_points_are_enough(self):
        self.assertIsNotNone(slope.growth([200.0 * at for at in range(12)], [2.0] * 12))
        self.assertIsNone(slope.growth([200.0 * at for at in range(10)], [2.0] * 10))

    def test_under_ten_minutes_there_is_no_slope(self):
        """250,000 MiB an hour was once told of two seconds."""
        for step, told in ((10.0, False), (40.0, True)):
            found = slope.growth([step * at for at in range(40)], [2.0] * 40)
            self.assertEqual(found.bytes_per_hour is not None, told)
            self.assertEqual(found.seen_seconds, 19 * step)

    def test_too_little_of_it(self):
        self.assertIsNone(slope.growth([0.0, 1.0], [1.0, 2.0]))
        self.assertIsNone(slope.growth([], []))
        self.assertIsNone(slope.growth([1.0] * 40, [2.0] * 40))


if __name__ == "__main__":
    unittest.main()
