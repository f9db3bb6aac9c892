"""What JSON costs with and without arenas: /items by document and by writer, and /echo, beside the
floor, this server on the heap, and the baseline.

CPU a request. All servers are up at once; short runs go over them in random order, and ratios are
taken within a round.
"""

import argparse
import random
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lab import cores, proc_figures, wrk_run
from lab.bench_claims import Claim
from lab.failures import Invalid
from lab.progress import Progress
from lab.scenarios import Scenario, orders_document
from lab.server_process import ServerProcess
from lab.variants import ARENA, BASELINE, FLOOR, HEAP, all_variants

BUILD = Path(__file__).resolve().parents[2] / "build" / "release"
CONNECTIONS = 64
WRITER = "arena, writer"

ECHO = "POST /echo, 100 KB"


def _items(count: int) -> str:
    return f"GET /items?count={count}"


@dataclass(frozen=True)
class Bound:
    work: str
    of: str
    to: str
    most: float


# What is claimed of this server.
BOUNDS = (
    Bound(_items(1000), ARENA, HEAP, 0.6),
    Bound(_items(1000), ARENA, BASELINE, 0.45),
    Bound(_items(1000), WRITER, BASELINE, 0.2),
    Bound(ECHO, ARENA, BASELINE, 0.42),
    Bound(_items(10), ARENA, FLOOR, 1.9),
    Bound(_items(10), WRITER, FLOOR, 1.5),
)


def requests() -> dict[str, dict[str, tuple[str, Scenario]]]:
    """{work: {name: (variant, what it is asked)}}"""
    asked: dict[str, dict[str, tuple[str, Scenario]]] = {}
    for count in (10, 1000):
        target = f"/items?count={count}"
        document = Scenario(_items(count), "GET", target, None, 0)
        asked[_items(count)] = {name: (name, document) for name in (FLOOR, BASELINE, HEAP, ARENA)}
        asked[_items(count)][WRITER] = (
            ARENA, Scenario(_items(count), "GET", f"{target}&via=writer", None, 0))
    echo = Scenario(ECHO, "POST", "/echo", orders_document(100_000), 0)
    asked[ECHO] = {name: (name, echo) for name in (FLOOR, BASELINE, HEAP, ARENA)}
    return asked


def measure(build_folder: Path, rounds: int, seconds: float) -> dict[str, dict[str, list[float]]]:
    """{work: {name: CPU µs a request, by round}}"""
    chosen = cores.choose()
    variants = all_variants(build_folder)
    asked = requests()
    found = {work: {name: [] for name in each} for work, each in asked.items()}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {name: stack.enter_context(ServerProcess(variants[name], chosen.server, folder))
                   for name in (FLOOR, BASELINE, HEAP, ARENA)}
        progress = Progress(rounds * sum(len(each) for each in asked.values()))
        for work, each in asked.items():
            for number in range(rounds):
                for name in random.Random(number).sample(list(each), len(each)):
                    progress.step(f"{work}  {name}")
                    variant, scenario = each[name]
                    before = proc_figures.read(servers[variant].pid)
                    report = wrk_run.run(servers[variant].port, scenario, seconds, CONNECTIONS,
                                         chosen.generator, folder)
                    servers[variant].wait_until_drained()
                    if wrong := wrk_run.complaint(report):
                        raise Invalid(f"{work}, {name}: {wrong}")
                    used = proc_figures.read(servers[variant].pid) - before
                    found[work][name].append(used.cpu_ns / 1e3 / report["requests"])
        progress.clear()
    return found


def ratio(found: dict[str, dict[str, list[float]]], work: str, of: str, to: str) -> float:
    costs = found[work]
    return median(own / base for own, base in zip(costs[of], costs[to]))


def claims(found: dict[str, dict[str, list[float]]]) -> list[Claim]:
    result = []
    for bound in BOUNDS:
        measured = ratio(found, bound.work, bound.of, bound.to)
        result.append(Claim(f"{bound.work}: {bound.of} at most {bound.most} of {bound.to}",
                            f"{measured:.2f}", measured <= bound.most))
    return result


def lines(found: dict[str, dict[str, list[float]]]) -> list[str]:
    text = [f"CPU µs a request, {CONNECTIONS} connections: the median of the rounds, and of the ratios "
            "within them"]
    for work, servers in found.items():
        text += ["", f"{work:<24}{'µs':>9}" + "".join(f"{'× ' + to:>12}" for to in
                                                      (FLOOR, BASELINE, HEAP))]
        for name, costs in servers.items():
            ratios = "".join(f"{ratio(found, work, name, to):>12.2f}" if name != to else f"{'':>12}"
                             for to in (FLOOR, BASELINE, HEAP))
            text.append(f"  {name:<22}{median(costs):>9.1f}{ratios}".rstrip())
    return text


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=6, help="runs of each server (6)")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a run (1.5)")


def run(options: argparse.Namespace) -> int:
    try:
        wrk_run.require_wrk()
        found = measure(BUILD, options.rounds, options.seconds)
    except Invalid as error:
        print(f"loadtest: {error}", file=sys.stderr)
        return 1
    held = claims(found)
    print("\n".join([*lines(found), "", *(claim.line() for claim in held)]))
    return 0 if all(claim.holds for claim in held) else 1
