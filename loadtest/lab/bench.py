"""PYTHONPATH=loadtest python3 -m lab.bench [arena|json] [options]: the arena against other
allocators, or JSON in it against other libraries (see bench_json).

Runs arena-bench once under each malloc, prints each workload as a table of ratios to bump_arena in
the same process, and checks what is claimed of the arena. Exit codes: 0 all claims hold, 1 one does
not or nothing could be measured, 2 wrong use.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from lab import bench_json, bench_queries, bench_table, cores, machine
from lab.bench_claims import check
from lab.bench_program import Comparison, Effort, built, iterations, run_program
from lab.failures import Invalid
from lab.progress import Progress

# What is preloaded for each malloc, and the Debian package that has it.
PRELOADED = {
    "glibc": None,
    "jemalloc": ("libjemalloc.so.2", "libjemalloc2"),
    "mimalloc": ("libmimalloc.so.2*", "libmimalloc2.0"),
}


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


def library(malloc: str, folders: Path = Path("/usr/lib")) -> Path | None:
    """The file to preload; None where it is not installed, or nothing is to be."""
    if PRELOADED[malloc] is None:
        return None
    found = sorted(folders.glob(f"*-linux-gnu/{PRELOADED[malloc][0]}"))
    return found[0] if found else None


def measure(program: Path, effort: Effort) -> dict[str, dict]:
    """Malloc -> raw JSON. A malloc that is not installed is left out, and said to be."""
    raw = {}
    progress = Progress(len(PRELOADED))
    for malloc, wanted in PRELOADED.items():
        progress.step(malloc)
        preloaded = library(malloc)
        if wanted is not None and preloaded is None:
            print(f"{malloc} is left out: {wanted[1]} is not installed", file=sys.stderr)
            continue
        raw[malloc] = run_program(program, preloaded, effort)
    progress.clear()
    return raw


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Compares the arena with other allocators, JSON in it with other libraries, or "
                    "queries with SQLite's, on this machine, in two minutes.",
        epilog="Exit codes: 0 all claims hold, 1 one does not or nothing could be measured, "
               "2 wrong use.")
    parser.add_argument("what", nargs="?", choices=["arena", "json", "queries"], default="arena",
                        help="what is compared (default arena)")
    parser.add_argument("--quick", action="store_true",
                        help="fewer and shorter repetitions: half a minute, noisier")
    parser.add_argument("--out", type=Path, metavar="FILE.json",
                        help="where all raw figures go (default build/loadtest/bench-<what>-<time>.json)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER",
                        help="where the programs are (default build/release)")
    return parser


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


def compare(build_folder: Path, quick: bool) -> Comparison:
    raw = measure(built(build_folder / "arena-bench"), QUICK if quick else FULL)
    by_malloc = {malloc: figures(each) for malloc, each in raw.items()}
    report = [f"trace: {raw['glibc']['context']['trace']}",
              f"half of all repetitions took over {disturbance(by_malloc):.0%} more than the least",
              "", *bench_table.lines(by_malloc)]
    return Comparison(report, check(by_malloc["glibc"]), raw)


def _run(options: argparse.Namespace) -> int:
    start, now = time.monotonic(), datetime.now(timezone.utc)
    where = machine.describe(cores.choose())
    print(f"{now:%Y-%m-%d %H:%M} UTC  {where['cpu']}, {len(where['cores_allowed'])} cores, "
          f"Linux {where['kernel']}")
    of = {"arena": compare, "json": bench_json.compare, "queries": bench_queries.compare}[options.what]
    found = of(options.build_dir, options.quick)
    print("\n".join(found.report))
    print("\n".join(claim.line() for claim in found.claims))
    out = options.out or Path(f"build/loadtest/bench-{options.what}-{now:%Y%m%dT%H%M%SZ}.json")
    _write(out, {"kind": "bench", "format": 1, "started": f"{now:%Y-%m-%d %H:%M} UTC",
                 "machine": where, "claims": [vars(claim) for claim in found.claims],
                 "raw": found.raw})
    print(f"\nall repetitions: {out}  (took {time.monotonic() - start:.0f} s)")
    return 0 if all(claim.holds for claim in found.claims) else 1


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Invalid as error:
        print(f"INVALID: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
