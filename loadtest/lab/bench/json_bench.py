"""JSON in the arena against other libraries: json-bench timed, then counted, and its table."""

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from lab.bench.claims import Claim
from lab.bench.program import Comparison, Effort, built, iterations, run_program
from lab.bench.table import number
from lab.measure.progress import Progress

FULL = Effort(repetitions=31, seconds=0.02)
QUICK = Effort(repetitions=9, seconds=0.01)
COUNTED = Effort(repetitions=1, seconds=0.001)

# As they stand in benchmarks' names -> heading of their columns.
TEXTS = {"items_10": "items 10", "items_1000": "items 1000", "text": "text", "numbers": "numbers"}

OPERATIONS = {
    "write": ("data to text", {
        "writer": "json::writer",
        "structs": "json::writer, described structs",
        "arena": "document in the arena",
        "heap": "document on the heap",
        "boost": "Boost.JSON",
        "boost_monotonic": "Boost.JSON, monotonic_resource",
        "rapidjson": "RapidJSON document and Writer",
        "rapidjson_writer": "RapidJSON Writer",
    }),
    "parse": ("text to document", {
        "arena": "json::parse into the arena",
        "heap": "json::parse into the heap",
        "boost": "Boost.JSON",
        "boost_monotonic": "Boost.JSON, monotonic_resource",
        "rapidjson": "RapidJSON",
        "rapidjson_strict": "RapidJSON, exact, UTF-8 checked",
    }),
}

NAME_WIDTH, SPEED_WIDTH, CALLS_WIDTH = 36, 7, 9

LEGEND = (
    "MB/s of CPU time, of the shortest form of the text for all, in the least disturbed repetition;",
    "calls: of malloc an iteration, counted in a run of their own. RapidJSON has its pool in a buffer",
    "that is kept, and by default reads doubles inexactly and takes UTF-8 unseen.",
)


@dataclass(frozen=True)
class Figure:
    megabytes_per_s: float  # in the least disturbed repetition
    disturbed: float = 1.0  # the least time to the median repetition's
    calls: float | None = None  # of malloc, an iteration


def figures(timed: dict, counted: dict) -> dict[str, dict[str, Figure]]:
    """Workload ("parse_text") -> contender -> figure."""
    calls = {key: median(run["allocations"] for run in runs if "allocations" in run)
             for key, runs in iterations(counted).items() if "allocations" in runs[0]}
    result: dict[str, dict[str, Figure]] = {}
    for (workload, contender), runs in iterations(timed).items():
        speeds = [run["bytes_per_second"] / 1e6 for run in runs]
        result.setdefault(workload, {})[contender] = Figure(
            max(speeds), max(speeds) / median(speeds), calls.get((workload, contender)))
    return result


def _heading(title: str) -> list[str]:
    width = SPEED_WIDTH + CALLS_WIDTH
    names = "".join(f"{name:>{width}}" for name in TEXTS.values())
    units = "".join(f"{'MB/s':>{SPEED_WIDTH}}{'calls':>{CALLS_WIDTH}}" for _ in TEXTS)
    return [f"{title:<{NAME_WIDTH}}{names}", f"{'':<{NAME_WIDTH}}{units}"]


def _row(label: str, cells: list[Figure | None]) -> str:
    row = f"  {label:<{NAME_WIDTH - 2}}"
    for cell in cells:
        row += f"{f'{cell.megabytes_per_s:,.0f}' if cell else '-':>{SPEED_WIDTH}}"
        calls = cell.calls if cell else None
        row += f"{'-' if calls is None else f'{calls:,.0f}':>{CALLS_WIDTH}}"
    return row


def lines(found: dict[str, dict[str, Figure]]) -> list[str]:
    result: list[str] = []
    for operation, (title, contenders) in OPERATIONS.items():
        result += _heading(title)
        for contender, label in contenders.items():
            result.append(_row(label, [found.get(f"{operation}_{text}", {}).get(contender)
                                       for text in TEXTS]))
        result.append("")
    return [*result, *LEGEND, ""]


def _fast_writer(found: dict[str, dict[str, Figure]]) -> Claim:
    text = "the writer makes 800 MB/s of items, or 4 times RapidJSON's document and Writer"
    items = found.get("write_items_1000", {})
    if "writer" not in items or "rapidjson" not in items:
        return Claim(text, "not measured", False)
    ours, theirs = items["writer"].megabytes_per_s, items["rapidjson"].megabytes_per_s
    return Claim(text, f"{number(ours)} MB/s, {ours / theirs:.1f} times",
                 ours >= 800 or ours >= 4 * theirs)


def _no_calls(found: dict[str, dict[str, Figure]]) -> Claim:
    text = "no heap call in the arena, of writer, structs, document or parser, on any text"
    ours = [("write", "writer"), ("write", "structs"), ("write", "arena"), ("parse", "arena")]
    calls = [found.get(f"{operation}_{name}", {}).get(contender)
             for operation, contender in ours for name in TEXTS]
    if any(each is None or each.calls is None for each in calls):
        return Claim(text, "not measured", False)
    most = max(each.calls for each in calls)
    return Claim(text, f"{most:g} at most", most == 0)


def check(found: dict[str, dict[str, Figure]]) -> list[Claim]:
    return [_fast_writer(found), _no_calls(found)]


def disturbance(found: dict[str, dict[str, Figure]]) -> float:
    """How much longer the usual repetition of the usual benchmark took than its least, less 1."""
    return median(figure.disturbed for contenders in found.values()
                  for figure in contenders.values()) - 1


def compare(build_folder: Path, quick: bool) -> Comparison:
    program = built(build_folder / "json-bench")
    counter = built(build_folder / "libheap_counter.so")
    progress = Progress(2)
    progress.step("timing")
    timed = run_program(program, None, QUICK if quick else FULL)
    progress.step("counting")
    counted = run_program(program, counter, COUNTED)
    progress.clear()
    found = figures(timed, counted)
    report = [f"bytes of the texts: {timed['context']['text_bytes']}",
              f"half of all repetitions took over {disturbance(found):.0%} more than the least", "",
              *lines(found)]
    kept = {workload: {name: asdict(figure) for name, figure in contenders.items()}
            for workload, contenders in found.items()}
    return Comparison(report, check(found), {"timed": timed, "counted": counted},
                      {"disturbed": disturbance(found), "workloads": kept})
