"""Two results side by side, B to A: another day, another machine, another version of the server.

Absolute figures differ between machines and days; the ratio of arena to heap, which both runs
measured in interleaved passes, is what can be compared.
"""

from math import exp, hypot, log

from lab.analysis import trust as trusts
from lab.analysis.figures import COUNTS, CPU, MAIN, Figure
from lab.analysis.measured import Measured, Ratio
from lab.analysis.pairs import Pair, compared
from lab.analysis.trust import Trust

MACHINE = ("cpu", "cores_allowed", "server_cores", "generator_cores", "kernel", "glibc",
           "compiler", "wrk")
SETTINGS = ("rounds", "passes", "closer", "seconds", "warm_seconds")
SHOWN = (*MAIN, *COUNTS)
MARK = "†"
Trusts = tuple[Trust, Trust]
HEADINGS = ("CPU", "req/s", "p99", "RSS", "heap", "syscalls", "instr", "arena B")


def text(a: dict, b: dict) -> str:
    """Within 100 columns, for a terminal."""
    one, other = Measured(a), Measured(b)
    common = [name for name in one.names() if name in other.names()]
    lines = [f"A: {_head(a)}", f"B: {_head(b)}", "", *_comparable(a, b), ""]
    if not common:
        return "\n".join([*lines, "They have no scenario in common."])
    trust = trusts.judge(one), trusts.judge(other)
    lines += _figures(one, other, common, trust)
    for pair in compared(one):
        lines += _ratios(one, other, common, pair, trust)
    return "\n".join(lines).rstrip()


def ratio(a: Measured, b: Measured, scenario: str, variant: str, figure: Figure) -> float | None:
    """B's value divided by A's; not paired, so it has no interval."""
    if not (a.compares(scenario, figure) and b.compares(scenario, figure)):
        return None
    before = a.value(scenario, variant, figure)
    after = b.value(scenario, variant, figure)
    if before is None or after is None:
        return None
    if before == 0:
        return 1.0 if after == 0 else None
    return after / before


def _head(result: dict) -> str:
    revision = result.get("machine", {}).get("git_revision") or "unknown revision"
    return (f"{result.get('kind', 'run')}, {result.get('started', 'at an unknown time')}, "
            f"{revision[:12]}, {trusts.overall(result).value}")


def _comparable(a: dict, b: dict) -> list[str]:
    machine = _differences(a.get("machine", {}), b.get("machine", {}), MACHINE)
    settings = _differences(a.get("settings", {}), b.get("settings", {}), SETTINGS)
    lines = []
    if machine:
        lines += ["The machines differ: read only the ratios of ratios below.", *machine]
    else:
        lines.append("Same machine, by its description.")
    if settings:
        lines += ["The settings differ, which moves latencies and peak memory.", *settings]
    return lines


def _differences(a: dict, b: dict, names: tuple[str, ...]) -> list[str]:
    return [f"  {name}: {a.get(name)} | {b.get(name)}"[:100] for name in names
            if a.get(name) != b.get(name)]


def _cell(value: float | None, mark: str) -> str:
    if value is None:
        return "–"
    return (f"{value:.3f}" if value < 100 else f"{value:.0f}") + mark


def _mark(trust: Trusts, scenario: str, variant: str, figure: Figure) -> str:
    return MARK if any(one.rule(scenario, (variant,), figure) for one in trust) else ""


def _figures(a: Measured, b: Measured, common: list[str], trust: Trusts) -> list[str]:
    width = max(len(name) for name in (*a.variants, "variant"))
    width = min(width, 26)
    lines = ["B / A of each figure (not paired; expect some noise in all but the counts)"]
    lines.append(f"  {'':{width}}" + "".join(f"{head:>9}" for head in HEADINGS))
    for scenario in common:
        rows = []
        for variant in a.variants_of(scenario):
            if variant in b.variants_of(scenario):
                cells = [_cell(ratio(a, b, scenario, variant, figure),
                               _mark(trust, scenario, variant, figure)) for figure in SHOWN]
                rows.append(f"  {variant[:width]:{width}}"
                            + "".join(f"{cell:>9}" for cell in cells))
        if rows:
            lines += [f"{scenario}: {a.scenario(scenario).get('title', '')}"[:100], *rows]
    if len(lines) == 2:
        return ["They have no variant in common."]
    if any(MARK in line for line in lines):
        lines.insert(1, f"  {MARK} not judged in A or in B: their reports say why")
    return lines


def _ratios(a: Measured, b: Measured, common: list[str], pair: Pair,
            trust: Trusts) -> list[str]:
    """Where A or B withholds its ratio, no number stands for it, and nothing is said of both."""
    rows = []
    for scenario in common:
        before = a.ratio(scenario, *pair, CPU)
        after = b.ratio(scenario, *pair, CPU)
        if before.value is None or after.value is None:
            continue
        kept = [one.rule(scenario, pair, CPU) is None for one in trust]
        told = [_bounds(found) if whole else "withheld"
                for found, whole in zip((before, after), kept)]
        quotient = f"{after.value / before.value:.3f}" if all(kept) else "–"
        word = _word(before, after) if all(kept) else "–"
        rows.append(f"  {scenario[:30]:30} {told[0]:>21} {told[1]:>21}"
                    f" {quotient:>8}  {word}")
    if not rows:
        return []
    head = f"  {'':30} {'in A':>21} {'in B':>21} {'B / A':>8}"
    return ["", f"CPU a request, {pair[0]} to {pair[1]}, and the ratio of the ratios", head, *rows]


def _word(before: Ratio, after: Ratio) -> str:
    """What the interval of B / A says, whose halves are, in logarithms, those of both together."""
    if not before.interval or not after.interval:
        return "–"
    (a_low, a_high), (b_low, b_high) = before.interval, after.interval
    quotient = after.value / before.value
    low = quotient * exp(-hypot(log(after.value / b_low), log(a_high / before.value)))
    high = quotient * exp(hypot(log(b_high / after.value), log(before.value / a_low)))
    if CPU.low() <= low and high <= CPU.high():
        return "same"
    return "differs" if low > 1 or high < 1 else "open"


def _bounds(found) -> str:
    if not found.interval:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} [{found.interval[0]:.3f},{found.interval[1]:.3f}]"
