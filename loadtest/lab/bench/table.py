"""The benchmark's tables: one a workload, with each malloc's figures side by side."""

# The contender that all ratios are to; in the growth workloads, where it is no contender, ours.
REFERENCES = ("bump_arena", "arena_builder")

# workload -> (heading, what is counted in the last column)
WORKLOADS = {
    "alloc_8": ("8 bytes: ns each, 1,000 a cycle", "heap_calls"),
    "alloc_24": ("24 bytes: ns each, 1,000 a cycle", "heap_calls"),
    "alloc_100": ("100 bytes: ns each, 1,000 a cycle", "heap_calls"),
    "alloc_1000": ("1,000 bytes: ns each, 1,000 a cycle", "heap_calls"),
    "alloc_24_aligned_16": ("24 bytes aligned to 16: ns each", "heap_calls"),
    "trace": ("trace of /items and /echo: ns each", "heap_calls"),
    "steady": ("steady requests of 16 KiB: ns a request", "heap_calls"),
    "reset": ("end after 10,007 allocations: ns", None),
    "grow_string_push_back": ("string to 8,000 by push_back: ns", "bytes_copied"),
    "grow_string_append": ("string to 8,000 by append of 16: ns", "bytes_copied"),
    "grow_vector_push_back": ("vector<int> to 8,000 by push_back: ns", "bytes_copied"),
}

CONTENDERS = {
    "bump_arena": "bump_arena, inline",
    "bump_arena_pmr": "bump_arena through std::pmr",
    "fixed_arena": "fixed_arena, inline",
    "std_monotonic_buffer": "std::pmr monotonic, caller's buffer",
    "std_monotonic_growing": "std::pmr monotonic, growing",
    "std_pool": "std::pmr unsynchronized pool",
    "boost_monotonic_buffer": "boost pmr monotonic, caller's buffer",
    "json_monotonic_buffer": "boost::json monotonic, caller's buffer",
    "malloc": "malloc and free",
    "nothing": "(the loop alone)",
    "arena_builder": "arena_string / arena_vector",
    "std_pmr_on_arena": "std::pmr container on bump_arena",
    "std_malloc": "std container on malloc",
}

NAME_WIDTH, NS_WIDTH, RATIO_WIDTH, COUNT_WIDTH = 40, 9, 8, 8


def number(value: float | None) -> str:
    """Three figures or all the digits before the point, whichever is more; '-' for nothing."""
    if value is None:
        return "-"
    if 0 < value < 0.005:
        return "<0.01"
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{decimals}f}"


def reference(contenders: dict) -> str | None:
    return next((name for name in REFERENCES if name in contenders), None)


def ratio(contenders: dict, name: str) -> float | None:
    """To ours in the same process."""
    base = reference(contenders)
    if base is None or name not in contenders or contenders[base].ns <= 0:
        return None
    return contenders[name].ns / contenders[base].ns


def _heading(title: str, mallocs: list[str], counted: str | None) -> list[str]:
    names = "".join(f"{malloc:>{NS_WIDTH + RATIO_WIDTH}}" for malloc in mallocs)
    units = "".join(f"{'ns':>{NS_WIDTH}}{'×':>{RATIO_WIDTH}}" for _ in mallocs)
    first, second = counted.split("_") if counted else ("", "")
    return [f"{title:<{NAME_WIDTH}}{names}{first:>{COUNT_WIDTH}}".rstrip(),
            f"{'':<{NAME_WIDTH}}{units}{second:>{COUNT_WIDTH}}".rstrip()]


def _row(name: str, cells: list[dict], counted: str | None) -> str:
    row = f"  {CONTENDERS.get(name, name):<{NAME_WIDTH - 2}}"
    for contenders in cells:
        figure = contenders.get(name)
        row += f"{number(figure.ns if figure else None):>{NS_WIDTH}}"
        row += f"{number(ratio(contenders, name)):>{RATIO_WIDTH}}"
    figure = cells[0].get(name)
    count = getattr(figure, counted) if figure and counted else None
    if count is not None:
        row += f"{count:>{COUNT_WIDTH},.0f}"
    return row


def block(workload: str, by_malloc: dict) -> list[str]:
    """One workload. The counts are the first malloc's: they depend on none."""
    title, counted = WORKLOADS.get(workload, (workload, None))
    cells = [figures.get(workload, {}) for figures in by_malloc.values()]
    known = [name for name in CONTENDERS if any(name in each for each in cells)]
    return [*_heading(title, list(by_malloc), counted),
            *(_row(name, cells, counted) for name in known)]


LEGEND = (
    "ns: CPU time, least of all repetitions; ×: ratio to the first row, same process. Cycles end in",
    "the contender's own way: arenas and monotonic resources release as a whole; pool and malloc free",
    "one by one, but for the table of ends, where the pool releases. heap calls: of upstream's",
    "allocate, a cycle. A caller's buffer holds all of a cycle: the best case of its contender.",
)


def lines(by_malloc: dict) -> list[str]:
    """`by_malloc`: malloc -> workload -> contender -> figure."""
    result: list[str] = []
    for workload in WORKLOADS:
        if any(workload in figures for figures in by_malloc.values()):
            result += [*block(workload, by_malloc), ""]
    return [*result, *LEGEND, ""]
