"""The README's tables of the benchmarks, made of results that are kept."""

import json
from pathlib import Path
from statistics import median

from lab.bench.json_bench import OPERATIONS, TEXTS
from lab.bench.table import number

ROOT = Path(__file__).resolve().parents[3]
README, RESULTS = ROOT / "README.md", ROOT / "loadtest" / "results"

WORKLOADS = {
    "alloc_24": "24 bytes", "alloc_24_aligned_16": "24 bytes aligned to 16",
    "trace": "trace of `/items` and `/echo`", "steady": "16 KiB request",
    "reset": "end of 10,007 allocations",
}
CONTENDERS = {
    "bump_arena": "`bump_arena`, inline",
    "bump_arena_pmr": "`bump_arena` through `std::pmr`",
    "fixed_arena": "`fixed_arena`, inline",
    "std_monotonic_buffer": "`std::pmr` monotonic, caller's buffer",
    "std_monotonic_growing": "`std::pmr` monotonic, growing",
    "std_pool": "`std::pmr` unsynchronized pool",
    "boost_monotonic_buffer": "Boost.Container monotonic, caller's buffer",
    "json_monotonic_buffer": "Boost.JSON monotonic, caller's buffer",
    "malloc": "malloc and free (glibc)",
}
QUESTIONS = {
    "filter, sort, limit": "filter two columns, sort by two, the first 20",
    "group by average": "average of ten groups",
    "group, 1000 groups": "count and sum of 1000 groups, the first ten",
    "text search": "count of texts that hold a text",
}


def _ns(figures: dict, workload: str, contender: str) -> str:
    contenders = figures.get(workload, {})
    if contender not in contenders:
        return ""
    ns = contenders[contender]["ns"]
    if contender == "bump_arena" or workload == "reset":
        return number(ns)
    return f"{number(ns)} (× {number(ns / contenders['bump_arena']['ns'])})"


def arena_table(figures: dict) -> list[str]:
    """Under glibc: nanoseconds, and the ratio to the first row but where ends are timed."""
    by_workload = figures["by_malloc"]["glibc"]
    lines = ["| | " + " | ".join(WORKLOADS.values()) + " |", "|---|" + "--:|" * len(WORKLOADS)]
    for contender, label in CONTENDERS.items():
        cells = [_ns(by_workload, workload, contender) for workload in WORKLOADS]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return lines


def json_table(figures: dict) -> list[str]:
    """MB/s of each text, and malloc's calls on a thousand items."""
    lines: list[str] = []
    for operation, (title, contenders) in OPERATIONS.items():
        heads = [title, *TEXTS.values(), "heap calls, items 1000"]
        lines += ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
        for contender, label in contenders.items():
            cells = [figures["workloads"].get(f"{operation}_{text}", {}).get(contender)
                     for text in TEXTS]
            speeds = [f"{cell['megabytes_per_s']:,.0f}" if cell else "" for cell in cells]
            calls = figures["workloads"].get(f"{operation}_items_1000", {}).get(contender, {})
            count = calls.get("calls")
            speeds.append("" if count is None else f"{count:,.0f}")
            lines.append(f"| {label} | " + " | ".join(speeds) + " |")
        lines.append("")
    return lines[:-1]


def queries_table(figures: dict) -> list[str]:
    lines = ["| | arena-server ms | SQLite ms | ratio |", "|---|--:|--:|--:|"]
    for name, costs in figures["questions"].items():
        ours, theirs = costs["server_ms"], costs["sqlite_ms"]
        ratio = median(own / its for own, its in zip(ours, theirs))
        lines.append(f"| {QUESTIONS.get(name, name)} | {number(median(ours))} | "
                     f"{number(median(theirs))} | {ratio:.2f} |")
    file, held = (figures[name] / 1e6 for name in ("file_bytes", "resident_bytes"))
    return [*lines, "", f"The file is {file:.0f} MB, and the server holds {held:.0f} MB in all."]


TABLES = {"arena": arena_table, "json": json_table, "queries": queries_table}


def section(kept: dict) -> str:
    where = kept["machine"]
    about = (f"{where['cpu']}, Linux {where['kernel']}, {kept['started']}, "
             f"`./run bench {kept['what']} --keep`")
    if "disturbed" in kept["figures"]:
        about += (f"; half of all repetitions took over {kept['figures']['disturbed']:.0%} more than "
                  "the least, so the best are shown")
    return "\n".join([f"{about}:", "", *TABLES[kept["what"]](kept["figures"])])


def made(path: Path, text: str) -> str:
    """`text`, the README's, with that kept result's table between its markers."""
    kept = json.loads(path.read_text())
    begin, end = (f"<!-- bench-{kept['what']}:{edge} -->" for edge in ("begin", "end"))
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"README.md has no {begin} with {end} below it")
    return f"{before}{begin}\n{section(kept)}\n{end}{after}"


def put(path: Path) -> None:
    README.write_text(made(path, README.read_text()))
