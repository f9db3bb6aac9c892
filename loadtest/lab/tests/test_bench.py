import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from lab.bench import __main__ as bench
from lab.bench import arena_bench
from lab.bench import claims as bench_claims
from lab.bench import program as bench_program
from lab.bench import table as bench_table
from lab.bench.arena_bench import Figure
from lab.failures import Invalid
from lab.scenario.variants import library


def run(name: str, cpu: float, items: float, **more) -> dict:
    return {"name": name, "run_type": "iteration", "cpu_time": cpu, "real_time": 9 * cpu,
            "items": items, **more}


def good() -> dict[str, dict[str, Figure]]:
    """What all claims hold of, at their very limits."""
    sizes = {"bump_arena": Figure(1.0, 0), "bump_arena_pmr": Figure(1.6, 0),
             "std_monotonic_buffer": Figure(2.0, 0)}
    result = {size: dict(sizes) for size in bench_claims.SIZES}
    for workload in ("grow_string_push_back", "grow_string_append"):
        result[workload] = {"arena_builder": Figure(5.0, bytes_copied=0),
                            "std_malloc": Figure(9.0, bytes_copied=15000)}
    result["reset"] = {"bump_arena": Figure(99.9)}
    result["steady"] = {"bump_arena": Figure(100.0, 0), "bump_arena_pmr": Figure(200.0, 0),
                        "std_monotonic_growing": Figure(600.0, 5)}
    return result


class FiguresTest(unittest.TestCase):
    def test_the_least_an_item(self):
        raw = {"benchmarks": [run("alloc_8/malloc", cpu, 1000, heap_calls=1000)
                              for cpu in (9000.0, 1000.0, 2000.0)]}
        figures = arena_bench.figures(raw)
        self.assertEqual(figures, {"alloc_8": {"malloc": Figure(1.0, 1000, disturbed=2.0)}})
        self.assertEqual(arena_bench.disturbance({"glibc": figures}), 1.0)

    def test_aggregates_are_not_runs(self):
        mean = {**run("alloc_8/malloc_mean", 1.0, 1), "run_type": "aggregate"}
        self.assertEqual(arena_bench.figures({"benchmarks": [mean]}), {})

    def test_what_is_timed_by_hand_is_in_real_time(self):
        raw = {"benchmarks": [run("reset/malloc/iterations:20/manual_time", 10.0, 2)]}
        self.assertEqual(arena_bench.figures(raw)["reset"]["malloc"].ns, 45.0)

    def test_a_benchmark_that_failed_is_no_figure(self):
        failed = run("x/y", 1.0, 1, error_occurred=True, error_message="no memory")
        with self.assertRaisesRegex(Invalid, "no memory"):
            arena_bench.figures({"benchmarks": [failed]})


class LibraryTest(unittest.TestCase):
    def test_found_by_name_or_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "x86_64-linux-gnu"
            place.mkdir()
            self.assertIsNone(library("mimalloc", Path(folder)))
            (place / "libmimalloc.so.2.0").touch()
            self.assertEqual(library("mimalloc", Path(folder)), place / "libmimalloc.so.2.0")
            self.assertIsNone(library("glibc", Path(folder)))


class RunProgramTest(unittest.TestCase):
    def script(self, folder: str, text: str) -> Path:
        program = Path(folder) / "program"
        program.write_text("#!/bin/sh\n" + text)
        program.chmod(0o755)
        return program

    def test_reads_what_the_program_wrote(self):
        write = "echo '{\"a\": 1}' > ${1#*=}\n"
        with tempfile.TemporaryDirectory() as folder:
            program = self.script(folder, write)
            self.assertEqual(bench_program.run_program(program, None, arena_bench.QUICK), {"a": 1})

    def test_a_crash_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            program = self.script(folder, "echo broken >&2; exit 3\n")
            with self.assertRaisesRegex(Invalid, "3: broken"):
                bench_program.run_program(program, None, arena_bench.QUICK)


class TableTest(unittest.TestCase):
    def test_ratios_are_to_ours_in_the_same_process(self):
        twice = good()
        twice["alloc_8"]["std_monotonic_buffer"] = Figure(4.0, 0)
        block = bench_table.block("alloc_8", {"glibc": good(), "jemalloc": twice})
        self.assertEqual(block[-1].split()[-5:], ["2.00", "2.00", "4.00", "4.00", "0"])

    def test_growth_is_relative_to_the_builder(self):
        contenders = good()["grow_string_append"]
        self.assertEqual(bench_table.ratio(contenders, "std_malloc"), 1.8)

    def test_what_was_not_measured_is_a_dash(self):
        jemalloc = good()
        del jemalloc["steady"]["std_monotonic_growing"]
        last = bench_table.block("steady", {"glibc": good(), "jemalloc": jemalloc})[-1]
        self.assertIn("-", last)
        self.assertTrue(last.endswith("5"), "the count of the first malloc")

    def test_headings_leave_the_columns_in_line(self):
        for heading, _ in bench_table.WORKLOADS.values():
            self.assertLess(len(heading), bench_table.NAME_WIDTH)

    def test_fits_100_columns(self):
        big = {"glibc": {name: {contender: Figure(1234567.0, 1e6, 1e6)
                                for contender in bench_table.CONTENDERS}
                         for name in bench_table.WORKLOADS}}
        by_malloc = {**big, "jemalloc": big["glibc"], "mimalloc": big["glibc"]}
        self.assertLessEqual(max(map(len, bench_table.lines(by_malloc))), 100)


class ClaimsTest(unittest.TestCase):
    def verdicts(self, figures: dict) -> list[bool]:
        return [claim.holds for claim in bench_claims.check(figures)]

    def test_hold_at_their_limits(self):
        self.assertEqual(self.verdicts(good()), [True] * 5)

    def test_each_can_fail_alone(self):
        worse = [
            ("alloc_100", "bump_arena", Figure(1.01, 0)),
            ("alloc_1000", "bump_arena_pmr", Figure(1.61, 0)),
            ("grow_string_append", "arena_builder", Figure(5.0, bytes_copied=16)),
            ("reset", "bump_arena", Figure(100.0)),
            ("steady", "bump_arena", Figure(100.0, 0.01)),
        ]
        for index, (workload, contender, figure) in enumerate(worse):
            figures = good()
            figures[workload][contender] = figure
            self.assertEqual(self.verdicts(figures), [i != index for i in range(5)], workload)

    def test_a_rival_that_calls_no_heap_refutes_the_comparison(self):
        figures = good()
        figures["steady"]["std_monotonic_growing"] = Figure(600.0, 4)
        self.assertFalse(self.verdicts(figures)[4])

    def test_what_was_not_measured_does_not_hold(self):
        claims = bench_claims.check({})
        self.assertEqual([claim.holds for claim in claims], [False] * 5)
        self.assertTrue(all("not measured" in claim.line() for claim in claims))

    def test_the_figures_are_told(self):
        line = bench_claims.check(good())[1].line()
        self.assertTrue(line.startswith("PASS  through std::pmr at most 0.80"), line)
        self.assertIn("0.80, 0.80, 0.80, 0.80", line)


class MainTest(unittest.TestCase):
    def test_without_the_program_it_fails(self):
        with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()) as told, \
                redirect_stdout(StringIO()):
            for what in ("arena", "json"):
                self.assertEqual(bench.main([what, "--build-dir", folder]), 1)
                self.assertIn(f"{what}-bench", told.getvalue())

    def test_wrong_use(self):
        with self.assertRaises(SystemExit) as raised, redirect_stderr(StringIO()):
            bench.main(["heap"])
        self.assertEqual(raised.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
