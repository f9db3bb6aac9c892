"""What was written down before the run, set beside what came out."""

from dataclasses import dataclass
from enum import Enum
from math import inf

from lab.analysis.figures import BY_NAME, Figure
from lab.analysis.intervals import Interval
from lab.analysis.measured import Measured, Ratio
from lab.analysis.trust import Trust
from lab.analysis.verdicts import Verdict, bounds, verdict


class Outcome(Enum):
    AS_PREDICTED = "as predicted"
    NOT_AS_PREDICTED = "not as predicted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Found:
    scenario: str
    of: str
    to: str
    figure: Figure
    expected: str
    because: str
    ratio: Ratio
    verdict: Verdict
    word: str  # the verdict's, or why the figure is not compared at all
    outcome: Outcome


def found(measured: Measured, trust: Trust) -> list[Found]:
    """Every prediction of every scenario; ValueError for one about an unknown figure."""
    return [_one(measured, trust, scenario["name"], prediction)
            for scenario in measured.scenarios
            for prediction in scenario.get("predictions", [])]


def figure_named(name: str) -> Figure:
    """ValueError, with the names there are, for any other."""
    if name not in BY_NAME:
        raise ValueError(f"a prediction is about {name!r}; it can be about {', '.join(BY_NAME)}")
    return BY_NAME[name]


def region(figure: Figure, prediction: dict) -> Interval:
    """Where the ratio is expected to be."""
    low, high = 0.0, inf
    expect = prediction.get("expect")
    if expect == "no difference":
        low, high = figure.low(), figure.high()
    elif expect in ("better", "worse"):
        if (expect == "better") == figure.lower_is_better:
            high = figure.low()
        else:
            low = figure.high()
    at_least, at_most = prediction.get("at_least"), prediction.get("at_most")
    return (low if at_least is None else max(low, at_least),
            high if at_most is None else min(high, at_most))


def outcome(expected: Interval, between: Interval) -> Outcome:
    """As predicted when the whole interval is where the ratio was expected, not when none is."""
    if expected[0] <= between[0] and between[1] <= expected[1]:
        return Outcome.AS_PREDICTED
    if between[1] < expected[0] or between[0] > expected[1]:
        return Outcome.NOT_AS_PREDICTED
    return Outcome.UNDECIDED


def summed_up(every: list[Found]) -> str:
    """How many came out how, in a sentence."""
    def count(wanted: Outcome) -> str:
        return str(sum(one.outcome is wanted for one in every) or "none")

    noun = "prediction" if len(every) == 1 else "predictions"
    return (f"Of {len(every)} {noun} written before the run, {count(Outcome.AS_PREDICTED)} came "
            f"out as predicted, {count(Outcome.NOT_AS_PREDICTED)} otherwise, and "
            f"{count(Outcome.UNDECIDED)} could not be decided.")


def _one(measured: Measured, trust: Trust, scenario: str, prediction: dict) -> Found:
    of, to = prediction["of"], prediction["to"]
    figure = figure_named(prediction["figure"])
    ratio = measured.ratio(scenario, of, to, figure)
    judged = verdict(figure, ratio, trust.reason(scenario, (of, to), figure))
    between = bounds(ratio)
    why = measured.not_compared(scenario, figure)
    result = Outcome.UNDECIDED
    if between and judged not in (Verdict.WITHHELD, Verdict.MISSING):
        result = outcome(region(figure, prediction), between)
    return Found(scenario, of, to, figure, _expected(prediction), prediction.get("because", ""),
                 ratio, judged, f"not compared: {why}" if why else judged.value, result)


def _expected(prediction: dict) -> str:
    words = [prediction.get("expect") or "a ratio"]
    for key, sign in (("at_most", "×\u202f≤"), ("at_least", "×\u202f≥")):
        if prediction.get(key) is not None:
            words.append(f"{sign}\u202f{prediction[key]:g}")
    return ", ".join(words)
