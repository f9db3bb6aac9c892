"""Plain words for ratios."""

from enum import Enum

from lab.analysis.figures import Figure
from lab.analysis.intervals import Interval
from lab.analysis.measured import Ratio


class Verdict(Enum):
    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference that matters"
    INCONCLUSIVE = "open"
    WITHHELD = "withheld"
    TOO_FEW = "too few rounds"
    MISSING = "not measured"


DECIDED = frozenset({Verdict.BETTER, Verdict.WORSE, Verdict.SAME})


def bounds(ratio: Ratio) -> Interval | None:
    """Between what the true ratio lies; of a count, the ratio itself."""
    if ratio.exact and ratio.value is not None:
        return ratio.value, ratio.value
    return ratio.interval


def verdict(figure: Figure, ratio: Ratio, withheld: str | None = None) -> Verdict:
    """What the whole interval says; `withheld` is why this figure is not to be judged."""
    if ratio.value is None:
        return Verdict.MISSING
    if withheld is not None:
        return Verdict.WITHHELD
    between = bounds(ratio)
    if between is None:
        return Verdict.TOO_FEW
    low, high = between
    if figure.low() <= low and high <= figure.high():
        return Verdict.SAME
    if high < figure.low():
        return Verdict.BETTER if figure.lower_is_better else Verdict.WORSE
    if low > figure.high():
        return Verdict.WORSE if figure.lower_is_better else Verdict.BETTER
    return Verdict.INCONCLUSIVE


def sure(ratio: Ratio) -> float | None:
    """The end of the interval that is nearer to 1: what a difference is at the least. 1 when the
    interval holds 1."""
    between = bounds(ratio)
    if between is None:
        return None
    low, high = between
    return high if high < 1 else low if low > 1 else 1.0


def shown(word: Verdict, ratio: Ratio) -> str:
    """A ratio and its interval; where it is withheld, that and no number."""
    return Verdict.WITHHELD.value if word is Verdict.WITHHELD else told(ratio.value, ratio.interval)


def told(value: float | None, between: Interval | None = None) -> str:
    """A ratio and its interval as people read them: 0.45 [0.44, 0.47], which is not broken in two.

    Near 1 the third digit tells; far from it the second is enough.
    """
    if value is None:
        return "–"
    digits = 3 if 0.9 < value < 1.1 else 2
    text = f"{value:.{digits}f}"
    if between:
        text += f" [{between[0]:.{digits}f},\u00a0{between[1]:.{digits}f}]"
    return text
