"""How finely a run sees: how wide the intervals of what it compares most closely are."""

from statistics import median

from lab.analysis.figures import CPU
from lab.analysis.measured import Measured
from lab.analysis.sentences import scenarios


def half_widths(measured: Measured) -> list[float]:
    """Of CPU, of what each scenario's first prediction compares: neighbours in every pass."""
    found = []
    for scenario in measured.scenarios:
        for first in scenario.get("predictions", [])[:1]:
            ratio = measured.ratio(scenario["name"], first["of"], first["to"], CPU)
            if ratio.interval and ratio.value:
                low, high = ratio.interval
                found.append((high - low) / 2 / ratio.value)
    return found


def sentence(measured: Measured) -> str:
    """Empty where nothing was compared."""
    widths = half_widths(measured)
    if not widths:
        return ""
    return ("How finely this run sees: a ratio of CPU between neighbours is known to "
            f"±\u202f{median(widths):.1%} in the median of {scenarios(len(widths))}.")
