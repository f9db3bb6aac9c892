"""What remains judged of a run, in a sentence: derived from what its checks withhold."""

from lab.analysis.figures import CPU, P99, RSS, THROUGHPUT, Figure
from lab.analysis.measured import Measured
from lab.analysis.pairs import compared
from lab.analysis.trust import Overall, Trust

_NAMES = {CPU: "CPU", RSS: "memory", THROUGHPUT: "throughput", P99: "latency"}


def sentence(measured: Measured, trust: Trust) -> str:
    """One of three openings; where a run can be trusted in part, in which part."""
    if trust.overall() is Overall.TRUSTED:
        return "This run can be trusted."
    if trust.overall() is Overall.NOT:
        return "This run cannot be trusted: no timing is judged."
    withheld = {figure: found for figure in _NAMES
                if (found := _withheld(measured, trust, figure)) is not None}
    if not any(lost for lost, _ in withheld.values()):
        return "Its figures can be trusted, but not all is as it should be: see what fails."
    lost, total = withheld.get(CPU, ([], 0))
    most = len(lost) * 2 < total
    opening = "Most of it can be trusted" if most else "It can be trusted in part"
    return f"{opening}: {'; '.join(_parts(withheld))}."


def _withheld(measured: Measured, trust: Trust,
              figure: Figure) -> tuple[list[str], int] | None:
    """The scenarios in which a pair's ratio is withheld, and how many have one at all."""
    lost, total = [], 0
    for scenario in measured.names():
        pairs = [pair for pair in compared(measured)
                 if measured.ratio(scenario, *pair, figure).value is not None]
        total += bool(pairs)
        if any(trust.rule(scenario, pair, figure) for pair in pairs):
            lost.append(scenario)
    return (lost, total) if total else None


def _parts(withheld: dict[Figure, tuple[list[str], int]]) -> list[str]:
    """Figures that are withheld in the same scenarios are told together."""
    alike: dict[str, list[str]] = {}
    for figure, (lost, total) in withheld.items():
        alike.setdefault(_extent(len(lost), total), []).append(_NAMES[figure])
    order = sorted(alike, key=lambda extent: extent != "everywhere")
    return [f"{_listed(alike[extent])} {extent}" for extent in order]


def _extent(lost: int, total: int) -> str:
    if not lost:
        return "everywhere"
    return "nowhere" if lost == total else f"not in {lost} of {total} scenarios"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
