"""The verdict in three sentences, made of what was found: CPU against the same code on the heap,
then memory and latency against it, then the ordinary server. In a result of other variants there
are two of each pair that is compared."""

from lab.analysis.figures import CPU, P99, RSS
from lab.analysis.findings import Tally, no_timing, tally
from lab.analysis.measured import ARENA, BASELINE, HEAP, Measured
from lab.analysis.pairs import Pair, compared, is_usual
from lab.analysis.trust import Overall, Trust
from lab.analysis.verdicts import Verdict, sure, told

OPEN = (Verdict.INCONCLUSIVE, Verdict.WITHHELD, Verdict.TOO_FEW)


def verdict(measured: Measured, trust: Trust) -> list[str]:
    """They say so where nothing can be told."""
    if not is_usual(measured):
        return _own(measured, trust)
    against_heap = tally(measured, trust, (ARENA, HEAP), CPU)
    against_baseline = tally(measured, trust, (ARENA, BASELINE), CPU)
    return [
        _cpu("Against the same code on the heap, ", against_heap, trust),
        _cost(measured, trust, (ARENA, HEAP), "the arena", "the heap"),
        _cpu("Against the baseline, the server as one would write it without arenas, ",
             against_baseline, trust),
    ]


def _own(measured: Measured, trust: Trust) -> list[str]:
    found = []
    for of, to in compared(measured):
        found.append(_cpu(f"Against {to}, ", tally(measured, trust, (of, to), CPU), trust, of))
        found.append(_cost(measured, trust, (of, to), of, to))
    return found or ["Nothing is compared here: what a scenario's predictions set beside each "
                     "other is (of, to), and none names two variants of this run."]


def scenarios(count: int, total: int | None = None) -> str:
    noun = "scenario" if (total or count) == 1 else "scenarios"
    return f"{count} {noun}" if total is None else f"{count} of {total} {noun}"


def _cpu(opening: str, found: Tally, trust: Trust, of: str = "the arena") -> str:
    if found.total() == 0:
        return f"{opening}no CPU time of {of} was compared in this run."
    if found.count(*OPEN) - found.close() == found.total():
        why = _why(found, trust)
        return f"{opening}this run cannot say what {of} does to CPU time: {why}."
    parts = [
        _part(found, Verdict.BETTER, "takes less CPU a request in"),
        f"makes no difference that matters in {_count(found.count(Verdict.SAME))}",
        _part(found, Verdict.WORSE, "takes more in"),
    ]
    close = found.close()
    left = found.count(*OPEN) - close
    tail = (f"; in {close} the difference is within 5\u202f% either way" if close else "") + \
        (f"; {left} could not be decided" if left else "")
    over = scenarios(found.total())
    return f"{opening}over {over}, {of} {parts[0]}, {parts[1]} and {parts[2]}{tail}."


def _count(number: int) -> str:
    return str(number) if number else "none"


def _part(found: Tally, wanted: Verdict, words: str) -> str:
    """With the greatest such difference, and the end of its interval that is nearer to 1."""
    most = found.most(wanted)
    if most is None:
        return f"{words} none"
    scenario, ratio = most
    title = scenario.get("title", scenario["name"])
    end = sure(ratio)
    least = "" if ratio.exact else f", {'at most' if end < 1 else 'at least'} {told(end)}"
    return f"{words} {found.count(wanted)} (most in {title}: ×\u202f{told(ratio.value)}{least})"


def _cost(measured: Measured, trust: Trust, pair: Pair, of: str, to: str) -> str:
    """Peak memory and p99: what is won or lost besides CPU."""
    rss = tally(measured, trust, pair, RSS)
    p99 = tally(measured, trust, pair, P99)
    both = [(found, what) for found, what in ((rss, "peak memory"), (p99, "p99 latency"))
            if found.total()]
    if not both:
        return (f"Peak memory and p99 latency were not compared: this run did not measure them of "
                f"both {of} and {to}.")
    if all(found.count(*OPEN) == found.total() for found, _ in both):
        return f"This run cannot say what {of} does to {' or '.join(what for _, what in both)}."
    return f"Compared with {to}, {of}'s {'; '.join(_levels(*one) for one in both)}."


def _levels(found: Tally, what: str) -> str:
    if found.count(*OPEN) == found.total():
        return f"{what} cannot be told from this run"
    parts = [_part(found, wanted, words)
             for wanted, words in ((Verdict.WORSE, "higher in"), (Verdict.BETTER, "lower in"))
             if found.count(wanted)]
    same, left = found.count(Verdict.SAME), found.count(*OPEN)
    parts += [f"the same in {same}"] * bool(same) + [f"undecided in {left}"] * bool(left)
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
    return f"{what} is {listed} of {scenarios(found.total())}"


def _why(found: Tally, trust: Trust) -> str:
    if trust.overall() is Overall.NOT or no_timing(trust):
        failed = trust.failed()
        return "it failed the check “" + failed[0].name.lower() + "”" if failed else "see above"
    if found.count(Verdict.WITHHELD) == found.total():
        return "it is withheld in every scenario"
    if found.count(Verdict.TOO_FEW) == found.total():
        return "there were too few rounds"
    return "the intervals are too wide"
