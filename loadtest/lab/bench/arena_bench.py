"""The arena against other allocators: arena-bench once under each malloc, each workload a table of
ratios to bump_arena in the same process, and what is claimed of the arena.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from lab.bench import table
from lab.bench.claims import check
from lab.bench.program import Comparison, Effort, built, iterations, run_program
from lab.measure.progress import Progress
from lab.scenario.variants import PRELOADED, library

MALLOCS = ("glibc", "jemalloc", "mimalloc")

# Many and short: a disturbance that lasts a second then meets all contenders alike.
FULL = Effort(repetitions=41, seconds=0.004)
QUICK = Effort(repetitions=9, seconds=0.004)


@dataclass(frozen=True)
class Figure:
    """One workload with one contender, all repetitions together."""

    ns: float  # of CPU time, an item, in the least disturbed repetition
    heap_calls: float | None = None  # an iteration
    bytes_copied: float | None = None
    disturbed: float | None = None  # the median repetition's time to the least


def figures(raw: dict) -> dict[str, dict[str, Figure]]:
    """Workload -> contender -> figure, of Google Benchmark's JSON."""
    result: dict[str, dict[str, Figure]] = {}
    for (workload, contender), repeated in iterations(raw).items():
        result.setdefault(workload, {})[contender] = _figure(repeated)
    return result


def _figure(repeated: list[dict]) -> Figure:
    def middle(name: str) -> float | None:
        values = [run[name] for run in repeated if name in run]
        return median(values) if values else None

    # Timed by hand, a benchmark's own time stands in real_time; cpu_time is that of all its loop.
    clock = "real_time" if "manual_time" in repeated[0]["name"] else "cpu_time"
    # Not the median: whoever shares the machine only ever adds time, often in half of all
    # repetitions; medians of the same two programs then had ratios from 0.73 to 0.83, minima 0.73
    # to 0.75.
    times = [run[clock] / run["items"] for run in repeated]
    return Figure(min(times), middle("heap_calls"), middle("bytes_copied"),
                  disturbed=median(times) / min(times))


def disturbance(by_malloc: dict[str, dict[str, dict[str, Figure]]]) -> float:
    """How much longer the usual repetition of the usual benchmark took than its least, less 1."""
    return median(figure.disturbed for by_workload in by_malloc.values()
                  for contenders in by_workload.values() for figure in contenders.values()) - 1


def measure(program: Path, effort: Effort) -> dict[str, dict]:
    """Malloc -> raw JSON. A malloc that is not installed is left out, and said to be."""
    raw = {}
    progress = Progress(len(MALLOCS))
    for malloc in MALLOCS:
        progress.step(malloc)
        preloaded = library(malloc)
        if malloc in PRELOADED and preloaded is None:
            print(f"{malloc} is left out: {PRELOADED[malloc][1]} is not installed", file=sys.stderr)
            continue
        raw[malloc] = run_program(program, preloaded, effort)
    progress.clear()
    return raw


def compare(build_folder: Path, quick: bool) -> Comparison:
    raw = measure(built(build_folder / "arena-bench"), QUICK if quick else FULL)
    by_malloc = {malloc: figures(each) for malloc, each in raw.items()}
    report = [f"trace: {raw['glibc']['context']['trace']}",
              f"half of all repetitions took over {disturbance(by_malloc):.0%} more than the least",
              "", *table.lines(by_malloc)]
    kept = {malloc: {workload: {name: asdict(figure) for name, figure in contenders.items()}
                     for workload, contenders in by_workload.items()}
            for malloc, by_workload in by_malloc.items()}
    return Comparison(report, check(by_malloc["glibc"]), raw,
                      {"disturbed": disturbance(by_malloc), "by_malloc": kept})
