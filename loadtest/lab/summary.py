"""From raw rounds to the figures of the table: each a value and its ratio to baseline."""

from dataclasses import dataclass
from statistics import median

from lab import ratios
from lab.variants import ARENA, ARENA_AGAIN, BASELINE, SHOWN

FAULTS_WORTH_A_RATIO = 0.01

# Shown as the median over the passes, its ratio as the median of the passes' paired ratios.
PER_PASS = ("requests_per_s", "cpu_us", "peak_rss_bytes", "faults")


@dataclass(frozen=True)
class Figure:
    value: float | None
    ratio: float | None = None
    interval: tuple[float, float] | None = None


def values(runs: list[dict], scenario: str, arm: str, name: str) -> list[float]:
    """One figure over the kept passes, in their order."""
    return [
        run[name]
        for run in runs
        if run["kept"] and run["scenario"] == scenario and run["arm"] == arm
    ]


def cpu_ratio(runs: list[dict], scenario: str, arm: str, base: str) -> Figure:
    """CPU a request of one arm against another; its interval is what a verdict rests on."""
    own = values(runs, scenario, arm, "cpu_us")
    found = ratios.paired(own, values(runs, scenario, base, "cpu_us"))
    if found is None:
        return Figure(None)
    return Figure(median(own), median(found), ratios.interval(found))


def aa_ratio(runs: list[dict], scenarios: list[str]) -> Figure:
    """The A/A arm: every pass of every scenario together, arena against itself."""
    pooled: list[float] = []
    for scenario in scenarios:
        own = values(runs, scenario, ARENA_AGAIN, "cpu_us")
        pooled += ratios.paired(own, values(runs, scenario, ARENA, "cpu_us")) or []
    if not pooled:
        return Figure(None)
    return Figure(None, median(pooled), ratios.interval(pooled))


def _per_pass(runs: list[dict], scenario: str, arm: str, name: str) -> Figure:
    own = values(runs, scenario, arm, name)
    base = values(runs, scenario, BASELINE, name)
    if not own:
        return Figure(None)
    if name == "cpu_us":
        return cpu_ratio(runs, scenario, arm, BASELINE)
    if name == "faults" and median(base) < FAULTS_WORTH_A_RATIO:
        return Figure(median(own))
    found = ratios.paired(own, base)
    return Figure(median(own), median(found) if found else None)


def _user_share(runs: list[dict], scenario: str, arm: str) -> float | None:
    user = sum(values(runs, scenario, arm, "user_ticks"))
    system = sum(values(runs, scenario, arm, "system_ticks"))
    return user / (user + system) if user + system else None


def _split(runs: list[dict], scenario: str, arm: str) -> dict[str, Figure]:
    """CPU time parted by the ticks of all passes together: those of one are too few."""
    parts: dict[str, list[float | None]] = {"user_us": [], "system_us": []}
    for name in (arm, BASELINE):
        share = _user_share(runs, scenario, name)
        cpu = median(values(runs, scenario, name, "cpu_us") or [0.0])
        parts["user_us"].append(None if share is None else cpu * share)
        parts["system_us"].append(None if share is None else cpu * (1 - share))
    return {name: Figure(own, own / base if own is not None and base else None)
            for name, (own, base) in parts.items()}


def _merged_percentile(runs: list[dict], scenario: str, arm: str, share: float) -> Figure:
    own, base = (
        ratios.percentile(ratios.merged(values(runs, scenario, name, "histogram_us")), share)
        for name in (arm, BASELINE)
    )
    return Figure(own, own / base if own and base else None)


def _heap_calls(counts: dict, scenario: str, arm: str) -> Figure:
    own, base = (counts.get(name, {}).get(scenario) for name in (arm, BASELINE))
    return Figure(own, own / base if own is not None and base else None)


def summarise(runs: list[dict], heap_calls: dict, scenarios: list[str]) -> dict:
    """{scenario: {arm: {figure name: Figure}}} over what was kept."""
    result: dict = {}
    for scenario in scenarios:
        result[scenario] = {}
        for arm in SHOWN:
            figures = {name: _per_pass(runs, scenario, arm, name) for name in PER_PASS}
            figures |= _split(runs, scenario, arm)
            figures["p50_us"] = _merged_percentile(runs, scenario, arm, 0.50)
            figures["p99_us"] = _merged_percentile(runs, scenario, arm, 0.99)
            figures["heap_calls"] = _heap_calls(heap_calls, scenario, arm)
            result[scenario][arm] = figures
    return result
