"""A result document, asked for values and ratios. Whatever is missing is None, never an error."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from lab.analysis import histogram, intervals
from lab.analysis.figures import RSS, THROUGHPUT, Figure, Kind, Source

REFERENCE_SHARE = 0.7  # of capacity: where an open-loop scenario at several rates is summed up
AGAIN = " again"  # ends the name of the A/A arm: the same server once more
AGE_HEAP = "--age-heap"  # of a scenario's servers: they fill and break up their heap at the start

ARENA, HEAP, BASELINE, FLOOR = "arena", "heap", "baseline", "floor"


@dataclass(frozen=True)
class Ratio:
    """The median of paired ratios; no interval where there are too few rounds."""

    value: float | None
    interval: intervals.Interval | None = None
    rounds: int = 0
    exact: bool = False  # of counts, which have no noise


class Measured:
    """An index over a result's kept runs. Ratios are worked out once and then remembered."""

    def __init__(self, result: dict):
        self.result = result
        self.scenarios: list[dict] = result.get("scenarios", [])
        self.variants: dict[str, dict] = result.get("variants", {})
        self._by_name = {scenario["name"]: scenario for scenario in self.scenarios}
        self._runs: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for run in result.get("runs", []):
            if run.get("kept", True):
                self._runs[run["scenario"], run["variant"]].append(run)
        self._histograms: dict[tuple, Counter] = {}
        self._values: dict[tuple, dict[tuple, float]] = {}
        self._ratios: dict[tuple, Ratio] = {}

    def scenario(self, name: str) -> dict:
        return self._by_name[name]

    def names(self) -> list[str]:
        return list(self._by_name)

    def anything(self) -> bool:
        """Whether any run was kept."""
        return any(self._runs.values())

    def variants_of(self, scenario: str) -> list[str]:
        """Those with kept runs or counts, in display order."""
        counted = self.result.get("counts", {}).get(scenario, {})
        return [name for name in self.variants
                if self._runs.get((scenario, name)) or counted.get(name)]

    def shares(self, scenario: str) -> list[float]:
        """The shares of capacity at which an open loop ran; empty for all others."""
        return sorted({run["rate_share"] for variant in self.variants
                       for run in self._runs.get((scenario, variant), [])
                       if run.get("rate_share") is not None})

    def reference_share(self, scenario: str) -> float | None:
        """The highest share up to 70 %, so that tables speak of one rate."""
        shares = self.shares(scenario)
        below = [share for share in shares if share <= REFERENCE_SHARE + 1e-9]
        return below[-1] if below else (shares[0] if shares else None)

    def runs(self, scenario: str, variant: str, share: float | None = None) -> list[dict]:
        """Kept runs at one share of capacity; None means the reference share, if there are any."""
        share = self.reference_share(scenario) if share is None else share
        return [run for run in self._runs.get((scenario, variant), [])
                if share is None or run.get("rate_share") == share]

    def all_runs(self, scenario: str, variant: str) -> list[dict]:
        return self._runs.get((scenario, variant), [])

    def rounds(self, scenario: str, variant: str) -> int:
        return len({run.get("round") for run in self._runs.get((scenario, variant), [])})

    def compares(self, scenario: str, figure: Figure) -> bool:
        return self.not_compared(scenario, figure) is None

    def not_compared(self, scenario: str, figure: Figure) -> str | None:
        """Why a figure, though it may have values, is not a result of this scenario."""
        kind = self.scenario(scenario).get("kind")
        if kind == "slow" and figure.kind is not Kind.COUNT and figure is not RSS:
            return "slow clients set the pace"
        if figure is RSS and AGE_HEAP in (self.scenario(scenario).get("settings") or {}).get(
                "flags", ()):
            return "it is the peak of the aging before the first request"
        if figure is THROUGHPUT and (kind not in ("closed", "pipelined") or self.shares(scenario)):
            return "one request only" if kind == "cold" else "the rate is set"
        return None

    def histogram(self, scenario: str, variant: str, share: float | None = None) -> Counter:
        """All the latencies of the kept runs, in microseconds."""
        key = (scenario, variant, share)
        if key not in self._histograms:
            self._histograms[key] = _merged(self.runs(scenario, variant, share))
        return self._histograms[key]

    def value(self, scenario: str, variant: str, figure: Figure,
              share: float | None = None) -> float | None:
        """The median over passes or rounds; of latencies the percentile of all of them."""
        if figure.source is Source.COUNTED:
            return self.result.get("counts", {}).get(scenario, {}).get(variant, {}).get(figure.name)
        if figure.source is Source.HISTOGRAM:
            return histogram.percentile(self.histogram(scenario, variant, share), figure.share)
        found = self._values_of(scenario, variant, figure, share)
        return median(found.values()) if found else None

    def by_round(self, scenario: str, variant: str, figure: Figure,
                 share: float | None = None) -> list[float]:
        """A figure's values, one a round where it belongs to a round; empty where it has none."""
        return list(self._values_of(scenario, variant, figure, share).values())

    def ratio(self, scenario: str, of: str, to: str, figure: Figure,
              share: float | None = None) -> Ratio:
        """`of` divided by `to`, paired by round and pass."""
        key = (scenario, of, to, figure.name, share)
        if key not in self._ratios:
            self._ratios[key] = self._worked_out(scenario, of, to, figure, share)
        return self._ratios[key]

    def paired(self, scenario: str, of: str, to: str, figure: Figure,
               share: float | None = None) -> list[list[float]]:
        """The ratios of each round in which both have the figure."""
        if figure.source is Source.HISTOGRAM:
            return self._paired_percentiles(scenario, of, to, figure, share)
        own = self._values_of(scenario, of, figure, share)
        base = self._values_of(scenario, to, figure, share)
        rounds: dict[int, list[float]] = defaultdict(list)
        for key, below in base.items():
            if key in own and below > 0:
                rounds[key[0]].append(own[key] / below)
        return [rounds[number] for number in sorted(rounds)]

    def _paired_percentiles(self, scenario: str, of: str, to: str, figure: Figure,
                            share: float | None) -> list[list[float]]:
        """Of passes alone whose latencies both have: who was asked in more of them has seen other
        moments, too. None where a round has too few of them for the percentile: these are the
        slow rounds."""
        own, base = (_by_pass(self.runs(scenario, name, share)) for name in (of, to))
        common: dict[int, list[tuple]] = defaultdict(list)
        for key in own:
            if key in base:
                common[key[0]].append(key)
        result = []
        for _, keys in sorted(common.items()):
            above, below = (histogram.percentile(_merged(run for key in keys for run in each[key]),
                                                 figure.share) for each in (own, base))
            if above is None or not below:
                return []
            result.append([above / below])
        return result

    def _values_of(self, scenario: str, variant: str, figure: Figure,
                   share: float | None) -> dict[tuple, float]:
        key = (scenario, variant, figure.name, share)
        if key not in self._values:
            self._values[key] = _values(self.runs(scenario, variant, share), figure)
        return self._values[key]

    def _worked_out(self, scenario: str, of: str, to: str, figure: Figure,
                    share: float | None) -> Ratio:
        if not self.compares(scenario, figure):
            return Ratio(None)
        if figure.source is Source.COUNTED:
            own = self.value(scenario, of, figure)
            return _exact(own, self.value(scenario, to, figure))
        rounds = self.paired(scenario, of, to, figure, share)
        return Ratio(intervals.middle(rounds), intervals.interval(rounds), len(rounds))


def _exact(own: float | None, base: float | None) -> Ratio:
    if own is None or base is None:
        return Ratio(None)
    if base == 0:
        return Ratio(1.0 if own == 0 else None, exact=True)
    return Ratio(own / base, exact=True)


def _by_pass(runs: list[dict]) -> dict[tuple, list[dict]]:
    """The runs that have latencies, by (round, pass)."""
    found: dict[tuple, list[dict]] = defaultdict(list)
    for run in runs:
        if run.get("histogram_us"):
            found[run.get("round", 0), run.get("pass", 0)].append(run)
    return found


def _merged(runs: Iterable[dict]) -> Counter:
    return histogram.merged(run["histogram_us"] for run in runs if run.get("histogram_us"))


def _values(runs: list[dict], figure: Figure) -> dict[tuple, float]:
    """Each value by (round, pass), or by (round,) where one belongs to a whole round."""
    if figure.source is Source.HISTOGRAM:
        return _percentiles(runs, figure.share)
    found: dict[tuple, float] = {}
    for run in runs:
        value = run.get(figure.name)
        if value is None:
            continue
        if figure.source is Source.ROUND:
            key = (run.get("round", 0),)
            value = max(value, found.get(key, value))
        else:
            key = (run.get("round", 0), run.get("pass", 0))
        found[key] = value
    return found


def _percentiles(runs: list[dict], share: float) -> dict[tuple, float]:
    rounds: dict[int, list[dict]] = defaultdict(list)
    for run in runs:
        rounds[run.get("round", 0)].append(run)
    found = {(number,): histogram.percentile(_merged(members), share)
             for number, members in rounds.items()}
    return {key: value for key, value in found.items() if value is not None}
