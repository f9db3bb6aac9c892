"""A scenario's charts: percentiles, latency against rate, memory over time."""

from statistics import median

from lab.analysis import histogram
from lab.analysis.figures import P99
from lab.analysis.measured import AGAIN, ARENA, BASELINE, FLOOR, HEAP, Measured
from lab.analysis.trust import Trust
from lab.report import numbers
from lab.report.curves import Line, figure
from lab.report.scales import decades, linear_scale, log_scale

_NAMED = ("floor", "baseline", "heap", "arena", "nginx")
_OTHERS = 20  # styles that the sheet has for all other variants
_MANY = 8  # curves in a chart; of more the first chart has those that are asked for first
_FIRST = (FLOOR, BASELINE, HEAP, "heap+jemalloc", ARENA)
_HOLLOW = "Hollow marks are not judged: "


def style_of(variants: list[str], variant: str) -> str:
    """The class that colours a variant, the same in every chart of a page."""
    base = variant.removesuffix(AGAIN)
    if base != variant:
        return "k-again"
    if variant in _NAMED:
        return f"k-{variant}"
    others = [name for name in variants if name not in _NAMED and not name.endswith(AGAIN)]
    return f"k-{others.index(variant) % _OTHERS}"


def percentiles(measured: Measured, scenario: str, trust: Trust) -> str:
    """Latency at each percentile, as long as ten samples lie beyond; of many variants in two
    charts, the second folded away. None where clients set the pace."""
    if not measured.compares(scenario, P99):
        return ""
    lines = _percentile_lines(measured, scenario, trust)
    first = [line for line in lines if line.variant in _FIRST]
    others = [line for line in lines if line not in first]
    if len(lines) <= _MANY or len(first) < 2:
        return _percentiles(measured, scenario, lines)
    return (_percentiles(measured, scenario, first)
            + f'<details class="more"><summary>Latency of {len(others)} more variants</summary>'
            + _percentiles(measured, scenario, others) + "</details>")


def rates(measured: Measured, scenario: str, trust: Trust) -> str:
    """p99 at each rate that was asked for, with its range over rounds; hollow where it is not
    judged."""
    shares = measured.shares(scenario)
    lines = [line for variant in measured.variants_of(scenario)
             if (line := _rate_line(measured, scenario, variant, shares, trust)).points
             ] if len(shares) > 1 else []
    if not lines:
        return ""
    x = linear_scale([rate for line in lines for rate, _ in line.points], "requests/s asked for",
                     numbers.tick)
    y = log_scale([value for line in lines for ends in line.ranges for value in ends], "p99",
                  numbers.latency_tick)
    notes = ["A mark is the median over rounds, its bar goes from the lowest round to the highest."]
    if any(any(line.hollow) for line in lines):
        notes.append(f"{_HOLLOW}the table by rate says why.")
    return figure("p99 against the rate of requests", _title(measured, scenario), lines, x, y, notes)


def memory(measured: Measured, scenario: str) -> str:
    """RSS over time."""
    series = measured.result.get("series", {}).get(scenario, {})
    lines = [
        _line(measured, variant, [(at, size / (1 << 20)) for at, size in
                                  zip(found["seconds"], found["rss_bytes"])])
        for variant, found in series.items()
        if variant in measured.variants and found.get("seconds") and found.get("rss_bytes")
    ]
    if not lines:
        return ""
    x = linear_scale([at for line in lines for at, _ in line.points], "seconds", numbers.tick)
    y = linear_scale([size for line in lines for _, size in line.points], "RSS, MiB", numbers.tick)
    return figure("Memory over time (RSS)", _title(measured, scenario), lines, x, y, [])


def _percentile_lines(measured: Measured, scenario: str, trust: Trust) -> list[Line]:
    lines = []
    for variant in measured.variants_of(scenario):
        latencies = measured.histogram(scenario, variant)
        if latencies:
            points = histogram.curve(latencies)
            hollow = trust.rule(scenario, (variant,), P99) is not None
            lines.append(_line(measured, variant, points, (hollow,) * len(points)))
    return lines


def _percentiles(measured: Measured, scenario: str, lines: list[Line]) -> str:
    if not lines:
        return ""
    x = decades(max(line.points[-1][0] for line in lines), "percentile", _percentile)
    y = log_scale([value for line in lines for _, value in line.points], "latency",
                  numbers.latency_tick)
    share = measured.reference_share(scenario)
    at = f" at {share:.0%} of capacity" if share else ""
    notes = ([f"{_HOLLOW}the notes below the table say why."]
             if any(any(line.hollow) for line in lines) else [])
    return figure(f"Latency by percentile{at}", _title(measured, scenario), lines, x, y, notes)


def _rate_line(measured: Measured, scenario: str, variant: str, shares: list[float],
               trust: Trust) -> Line:
    """Where a round has too few samples for a p99 of its own, all rounds together have one."""
    points, hollow, ranges = [], [], []
    for share in shares:
        runs = measured.runs(scenario, variant, share)
        asked = [run.get("rate") or run.get("requests_per_s") for run in runs]
        rounds = measured.by_round(scenario, variant, P99, share) or \
            [value for value in [measured.value(scenario, variant, P99, share)] if value]
        if rounds and asked and None not in asked:
            points.append((sum(asked) / len(asked), median(rounds)))
            ranges.append((min(rounds), max(rounds)))
            hollow.append(trust.rule(scenario, (variant,), P99, share) is not None)
    return _line(measured, variant, points, tuple(hollow), tuple(ranges))


def _line(measured: Measured, variant: str, points: list[tuple[float, float]],
          hollow: tuple[bool, ...] = (), ranges: tuple[tuple[float, float], ...] = ()) -> Line:
    return Line(variant, style_of(list(measured.variants), variant), points, hollow, ranges)


def _title(measured: Measured, scenario: str) -> str:
    return measured.scenario(scenario).get("title", scenario)


def _percentile(place: float) -> str:
    """1 is the minimum, 10 is p90, 100 is p99, 1,000 is p99.9."""
    return "min" if place == 1 else f"p{100 - 100 / place:g}"
