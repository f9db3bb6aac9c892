"""Which variants a report sets beside each other."""

from lab.analysis.measured import ARENA, BASELINE, HEAP, Measured

Pair = tuple[str, str]  # (of, to): the ratio of the first to the second
USUAL: tuple[Pair, ...] = ((ARENA, HEAP), (ARENA, BASELINE))


def compared(measured: Measured) -> tuple[Pair, ...]:
    """The arena beside the heap and the baseline; in a result without these, as of a user's own
    scenarios, the pairs that its predictions name."""
    variants = measured.variants
    if not variants or (ARENA in variants and (HEAP in variants or BASELINE in variants)):
        return USUAL
    named = dict.fromkeys((one["of"], one["to"]) for scenario in measured.scenarios
                          for one in scenario.get("predictions", []))
    return tuple(pair for pair in named if pair[0] in variants and pair[1] in variants)


def is_usual(measured: Measured) -> bool:
    return compared(measured) is USUAL
