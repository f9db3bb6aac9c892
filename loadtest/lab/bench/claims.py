"""What is claimed of the arena, held against what was measured."""

from dataclasses import dataclass

SIZES = ("alloc_8", "alloc_24", "alloc_100", "alloc_1000")
STD = "std_monotonic_buffer"


@dataclass(frozen=True)
class Claim:
    text: str
    measured: str
    holds: bool

    def line(self) -> str:
        return f"{'PASS' if self.holds else 'FAIL'}  {self.text}: {self.measured}"


def _missing(text: str) -> Claim:
    return Claim(text, "not measured", False)


def _share_of_std(figures: dict, contender: str, most: float, text: str) -> Claim:
    """At every size with the usual alignment; the figures are those of all four, so that none is
    picked. Aligned to 16 the ratio is larger: that stands in the table."""
    text = f"{text} at most {most:.2f} of std::pmr monotonic on the caller's buffer"
    workloads = [figures.get(size, {}) for size in SIZES]
    if any(contender not in each or STD not in each for each in workloads):
        return _missing(text)
    shares = [each[contender].ns / each[STD].ns for each in workloads]
    measured = ", ".join(f"{share:.2f}" for share in shares) + " at 8, 24, 100, 1,000 bytes"
    return Claim(text, measured, max(shares) <= most)


def _copies_nothing(figures: dict) -> Claim:
    text = "arena_string grows to 8,000 inside a block without a copy while it is the last"
    copied = [figures.get(workload, {}).get("arena_builder")
              for workload in ("grow_string_push_back", "grow_string_append")]
    if any(each is None or each.bytes_copied is None for each in copied):
        return _missing(text)
    measured = " and ".join(f"{each.bytes_copied:,.0f}" for each in copied)
    return Claim(text, f"{measured} bytes by push_back and append",
                 all(each.bytes_copied == 0 for each in copied))


def _quick_reset(figures: dict) -> Claim:
    text = "bump_arena resets after 10,007 allocations in less than 100 ns"
    reset = figures.get("reset", {}).get("bump_arena")
    return Claim(text, f"{reset.ns:.1f} ns", reset.ns < 100) if reset else _missing(text)


def _no_heap_calls(figures: dict) -> Claim:
    text = "steady requests of 16 KiB: no upstream call, where std::pmr monotonic has 5 or more"
    steady = figures.get("steady", {})
    names = ("bump_arena", "bump_arena_pmr", "std_monotonic_growing")
    if any(name not in steady or steady[name].heap_calls is None for name in names):
        return _missing(text)
    inline, virtual, std = (steady[name].heap_calls for name in names)
    measured = f"{inline:g} inline, {virtual:g} through std::pmr, {std:g} of std::pmr monotonic"
    return Claim(text, measured, inline == 0 and virtual == 0 and std >= 5)


def check(figures: dict) -> list[Claim]:
    """`figures`: workload -> contender -> figure, of one process with the usual malloc."""
    return [
        _share_of_std(figures, "bump_arena", 0.50, "inline"),
        _share_of_std(figures, "bump_arena_pmr", 0.80, "through std::pmr"),
        _copies_nothing(figures),
        _quick_reset(figures),
        _no_heap_calls(figures),
    ]
