import re
import unittest
from pathlib import Path
from xml.etree import ElementTree

from lab.analysis import trust
from lab.analysis.measured import Measured
from lab.report import charts, forest, marks, numbers
from lab.report.scales import decades, linear_scale, log_scale
from lab.tests import synthetic


class ScaleTest(unittest.TestCase):
    def test_log_scale_ends_at_round_numbers(self):
        scale = log_scale([30.0, 700.0], "", str)
        self.assertEqual((scale.low, scale.high), (20.0, 1000.0))
        self.assertEqual([round(tick) for tick in scale.ticks], [20, 50, 100, 200, 500, 1000])
        self.assertEqual(scale.place(20.0), 0.0)
        self.assertAlmostEqual(scale.place(1000.0), 1.0)
        self.assertAlmostEqual(log_scale([10.0, 1000.0], "", str).place(100.0), 0.5)

    def test_a_wide_log_scale_has_decades_alone(self):
        self.assertEqual([round(tick) for tick in log_scale([1.0, 1e5], "", str).ticks],
                         [1, 10, 100, 1000, 10_000, 100_000])

    def test_one_value_still_has_an_axis(self):
        scale = log_scale([5.0], "", str)
        self.assertLess(scale.low, scale.high)
        self.assertEqual(linear_scale([], "", str).low, 0.0)

    def test_linear_scale_starts_at_zero(self):
        scale = linear_scale([3.0, 93.0], "", str)
        self.assertEqual((scale.low, scale.high, scale.ticks[1]), (0.0, 100.0, 20.0))

    def test_decades(self):
        self.assertEqual(decades(700.0, "", str).ticks, (1.0, 10.0, 100.0, 1000.0))


class ChartTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.measured = Measured(synthetic.result(seed=2))
        cls.trust = trust.judge(cls.measured)

    def test_percentiles_have_a_curve_for_each_variant(self):
        chart = charts.percentiles(self.measured, "items-10", self.trust)
        drawing = ElementTree.fromstring(re.search("<svg class=\"chart.*?</svg>", chart).group())
        tips = [one.text for one in drawing.iter("title")]
        self.assertEqual(tips, list(synthetic.VARIANTS))
        for label in ("min", "p90", "p99", "p99.9"):
            self.assertIn(f">{label}</text>", chart)

    def test_curves_rise(self):
        chart = charts.percentiles(self.measured, "items-10", self.trust)
        path = re.search(r'<path class="k-arena" d="M([^"]+)"/>', chart).group(1)
        points = [tuple(map(float, point.split())) for point in path.split("L")]
        self.assertGreater(len(points), 20)
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            self.assertTrue(x1 > x0 and y1 <= y0)

    def test_charts_only_where_there_is_something_to_draw(self):
        self.assertEqual(charts.percentiles(self.measured, "plaintext-pipelined", self.trust), "")
        self.assertEqual(charts.percentiles(self.measured, "slow-clients", self.trust), "")
        self.assertEqual(charts.rates(self.measured, "items-10", self.trust), "")
        self.assertEqual(charts.memory(self.measured, "items-10"), "")
        self.assertEqual(charts.rates(self.measured, "mixed", self.trust).count('class="m '),
                         (4 + 1) * len(synthetic.VARIANTS))
        self.assertIn("k-heap", charts.memory(self.measured, "soak"))

    def test_styles_are_one_a_variant(self):
        variants = ["floor", "arena", "arena again", "pool", "heap+jemalloc", "heap+mimalloc"]
        styles = [charts.style_of(variants, variant) for variant in variants]
        self.assertEqual(len(set(styles)), len(styles))

    def test_lines_differ_in_dash_and_in_marker(self):
        sheet = (Path(charts.__file__).parent / "style.css").read_text()
        variants = ["floor", "baseline", "heap", "arena", "arena again", "nginx",
                    *(f"own {number}" for number in range(20))]
        styles = [charts.style_of(variants, variant) for variant in variants]
        dashes = [re.search(rf"\.{style} {{([^}}]*)}}", sheet).group(1).partition("dasharray")[2]
                  for style in styles]
        shapes = [marks.marker(style, 0, 0).partition(' d="')[2] for style in styles]
        for found in (styles, dashes, shapes):
            self.assertEqual(len(set(found)), len(variants), found)

    def test_lines_have_their_names_at_their_ends(self):
        chart = charts.percentiles(self.measured, "items-10", self.trust)
        drawing = ElementTree.fromstring(re.search("<svg class=\"chart.*?</svg>", chart).group())
        names = [one for one in drawing.iter("text") if one.get("class") == "name"]
        self.assertEqual([one.text for one in names], list(synthetic.VARIANTS))
        heights = sorted(float(one.get("y")) for one in names)
        for one, other in zip(heights, heights[1:]):
            self.assertGreater(other - one, 12)

    def test_names_keep_apart_and_inside(self):
        self.assertEqual(marks.spread([50.0, 100.0], 0, 200), [50.0, 100.0])
        self.assertEqual(marks.spread([199.0, 198.0, 200.0], 0, 200), [187.0, 174.0, 200.0])
        placed = marks.spread([10.0] * 40, 0, 200)
        self.assertAlmostEqual(min(placed), 0)
        self.assertAlmostEqual(max(placed), 200)
        self.assertEqual(marks.cut("x" * 40), "x" * 17 + "…")

    def test_rates_that_are_not_judged_are_hollow(self):
        self.assertNotIn("hollow", charts.rates(self.measured, "mixed", self.trust).lower())
        result = synthetic.result(scenarios=("mixed",), seed=2)
        for run in result["runs"]:
            if run["rate_share"] == 0.9 and run["variant"] == "heap":
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.8}
        measured = Measured(result)
        chart = charts.rates(measured, "mixed", trust.judge(measured))
        self.assertEqual(chart.count('class="m k-heap hollow"'), 1)
        self.assertEqual(chart.count(' hollow"'), 1)
        self.assertIn("Hollow marks are not judged", chart)

    def test_percentiles_that_are_not_judged_are_hollow(self):
        self.assertNotIn("ollow", charts.percentiles(self.measured, "items-10", self.trust))
        result = synthetic.result(scenarios=("items-10",), seed=2)
        for run in result["runs"]:
            if run["variant"] == "arena":
                run |= {"generator_busy_share": 0.97, "server_busy_share": 0.8}
        measured = Measured(result)
        chart = charts.percentiles(measured, "items-10", trust.judge(measured))
        self.assertEqual(chart.count(' hollow"'), chart.count('k-arena hollow"'))
        self.assertIn("Hollow marks are not judged", chart)

    def test_few_samples_are_still_drawn(self):
        result = synthetic.result(scenarios=("items-10",), seed=2)
        for run in result["runs"]:
            if run["variant"] == "heap":
                run["histogram_us"] = [[70, 1]]
        measured = Measured(result)
        chart = charts.percentiles(measured, "items-10", trust.judge(measured))
        self.assertIn('class="m k-heap', chart)

    def test_of_many_variants_the_first_chart_has_those_that_are_asked_for_first(self):
        result = synthetic.result(scenarios=("items-10",), seed=2)
        for number in range(4):
            result["variants"][f"own {number}"] = result["variants"]["heap"]
            result["runs"] += [{**run, "variant": f"own {number}"} for run in result["runs"]
                               if run["variant"] == "heap"]
        measured = Measured(result)
        first, others = charts.percentiles(measured, "items-10",
                                           trust.judge(measured)).split("<details")
        self.assertEqual(re.findall(r"<g class=\"curve\"><title>(.*?)<", first),
                         ["floor", "baseline", "heap", "arena", "heap+jemalloc"])
        self.assertEqual(others.count('class="curve"'), 6)

    def test_rates_have_their_range_over_rounds(self):
        result = synthetic.result(scenarios=("mixed",), seed=2)
        for run in result["runs"]:
            if run["round"] == 0 and run["variant"] == "arena":
                run["histogram_us"] = [[3 * value, count] for value, count in run["histogram_us"]]
        measured = Measured(result)
        chart = charts.rates(measured, "mixed", trust.judge(measured))
        spans = {style: re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", path) for style, path in
                 re.findall(r'class="span k-(\w+)" d="([^"]+)"', chart)}
        self.assertEqual(len(spans["arena"]), 4)
        heights = {style: max(float(low) - float(high) for low, high in found)
                   for style, found in spans.items()}
        self.assertGreater(heights["arena"], 2 * heights["heap"])

    def test_charts_are_called_by_their_scenario(self):
        chart = charts.percentiles(self.measured, "items-10", self.trust)
        self.assertIn('aria-label="Latency by percentile: GET /items?count=10"', chart)

    def test_forest_marks_stand_where_the_ratio_is(self):
        text = forest.table(self.measured, trust.judge(self.measured))
        row = text[text.index('href="#s-echo-2m"'):]
        better = float(re.search(r'cx="([\d.]+)%"', row).group(1))
        row = text[text.index('href="#s-growing-8m"'):]
        worse = float(re.search(r'cx="([\d.]+)%"', row).group(1))
        one = float(re.search(r'<line class="one" x1="([\d.]+)%"', row).group(1))
        self.assertTrue(0 < better < one < worse < 100)
        self.assertIn('class="worse"', row)

    def test_ticks_of_the_forest_do_not_run_into_each_other(self):
        """An axis is about 230 px wide, a label up to 24."""
        for names in (("items-1000",), ("plaintext",), ("echo-1k", "growing-8m")):
            measured = Measured(synthetic.result(scenarios=names, seed=2))
            text = forest.table(measured, trust.judge(measured))
            for axis in re.findall(r'<svg class="ticks".*?</svg>', text):
                places = [float(x) for x in re.findall(r'x="([\d.]+)%"', axis)]
                self.assertGreater(len(places), 1)
                for one, other in zip(places, places[1:]):
                    self.assertGreater(other - one, 11, axis)

    def test_what_lies_beyond_the_axis_is_an_arrow_at_its_edge(self):
        text = forest.table(self.measured, trust.judge(self.measured))
        row = text[text.index('href="#s-aged-heap"'):]  # x 0.38 of the heap
        cell = row[row.index('data-figure="CPU a request"'):row.index("</td>")]
        self.assertIn('<svg x="0%" y="9" overflow="visible"><path class="arrow"', cell)
        self.assertNotIn("<circle", cell)

    def test_the_band_can_be_seen(self):
        """Of 230 px a band of ±2 % is 5 px at least."""
        text = forest.table(self.measured, trust.judge(self.measured))
        for width in re.findall(r'class="band" x="[\d.]+%" width="([\d.]+)%"', text):
            self.assertGreater(float(width), 2.0)

    def test_verdicts_are_words(self):
        text = forest.table(self.measured, trust.judge(self.measured))
        self.assertRegex(text, "● ×\u202f0\\.45 \\[0\\.4\\d,\u00a00\\.4\\d\\] better<")
        self.assertNotRegex(text, ">[+−=?]<|[+−] \\d")

    def test_all_groups_and_scenarios_are_in_the_forest(self):
        text = forest.table(self.measured, trust.judge(self.measured))
        for name, (group, *_) in synthetic.SCENARIOS.items():
            self.assertIn(f">{group}</th>", text)
            self.assertEqual(f'#{forest.anchor(name)}"' in text, name != "soak", name)


class NumberTest(unittest.TestCase):
    def test_numbers(self):
        for value, text in {None: "–", 0: "0", 0.001: "<0.01", 1.234: "1.23", 12.34: "12.3",
                            1234.5: "1,234", 123456.7: "123,457"}.items():
            self.assertEqual(numbers.number(value), text)

    def test_changes_have_a_true_minus(self):
        for value, text in {-2.5: "−2.50", 1234.5: "+1,234", 0.001: "0"}.items():
            self.assertEqual(numbers.signed(value), text)

    def test_units(self):
        self.assertEqual(numbers.latency(612), "612\u202fµs")
        self.assertEqual(numbers.latency(1640), "1.64\u202fms")
        self.assertEqual(numbers.latency(2_100_000), "2.10\u202fs")
        self.assertEqual(numbers.mib(12 << 20), "12.0\u202fMiB")
        self.assertEqual(numbers.size(4096), "4.00\u202fKiB")
        self.assertEqual(numbers.compact(33_600), "33.6k")
        self.assertEqual(numbers.compact(1_290_000), "1.29M")
        self.assertEqual(numbers.latency_tick(10_000), "10\u202fms")
        self.assertEqual(numbers.duration(3127), "52 min 7 s")


if __name__ == "__main__":
    unittest.main()
