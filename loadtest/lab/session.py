"""A session of interleaved rounds: every arm meets every scenario in each, freshly started.

Machines change their speed by the second (neighbours, turbo), so what is to be compared must run
close together: within a round the servers of one scenario are all up, and short passes go over
them in random order, the idle ones costing nothing.
"""

import math
import random
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from lab import equivalence, heap_calls, proc_figures, wrk_run
from lab.cores import Cores
from lab.failures import Invalid
from lab.progress import Progress
from lab.scenarios import Scenario
from lab.server_process import ServerProcess
from lab.variants import SHOWN, Variant


@dataclass(frozen=True)
class Plan:
    kept_rounds: int
    dropped_rounds: int
    passes: int  # over the arms, for each scenario of a round
    seconds: float  # of load for each arm in a pass
    warm_seconds: float
    connections: int
    seed: int
    counted_share: float  # of the scenarios' counted_requests

    def settings(self) -> dict:
        return asdict(self)


class Session:
    """Fills `runs` and `heap_calls` as it goes, so that a partial result can be kept."""

    def __init__(self, plan: Plan, variants: dict[str, Variant], scenarios: list[Scenario],
                 cores: Cores, library: Path, folder: Path):
        self.plan = plan
        self.runs: list[dict] = []
        self.heap_calls: dict[str, dict[str, float]] = {}
        self._variants = variants
        self._scenarios = scenarios
        self._cores = cores
        self._library = library
        self._folder = folder

    def run(self) -> None:
        """Raises Invalid at the first thing that makes the comparison worthless."""
        rounds = self.plan.dropped_rounds + self.plan.kept_rounds
        progress = Progress(1 + len(SHOWN) + rounds * len(self._scenarios))
        try:
            progress.step("do all answer the same?")
            equivalence.check(self._variants, self._scenarios, self._cores.server, self._folder)
            for name in SHOWN:
                progress.step(f"counting heap calls of {name}")
                self.heap_calls[name] = heap_calls.per_request(
                    self._variants[name], self._scenarios, self._library, self._cores.server,
                    self._folder, self.plan.counted_share,
                )
            self._run_rounds(rounds, progress)
        finally:
            progress.clear()

    def _run_rounds(self, rounds: int, progress: Progress) -> None:
        shuffled = random.Random(self.plan.seed)
        for number in range(rounds):
            kept = number >= self.plan.dropped_rounds
            label = f"round {number + 1} of {rounds}" + ("" if kept else " (not kept)")
            for scenario in shuffled.sample(self._scenarios, len(self._scenarios)):
                progress.step(f"{label}  {scenario.name}")
                head = {"round": number, "kept": kept, "scenario": scenario.name}
                passes = math.ceil(self.plan.passes / scenario.stretch) if kept else 1
                self.runs += [{**head, **run} for run in self._block(scenario, passes, shuffled)]

    def _block(self, scenario: Scenario, passes: int, shuffled: random.Random) -> list[dict]:
        """One scenario of one round: all arms up and warm, then the passes over them."""
        runs: list[dict] = []
        peaks: dict[str, int] = {}
        with ExitStack() as stack:
            servers = {
                arm: stack.enter_context(ServerProcess(variant, self._cores.server, self._folder))
                for arm, variant in self._variants.items()
            }
            for server in servers.values():
                self._load(server, scenario, self.plan.warm_seconds)
            for number in range(passes):
                for arm in shuffled.sample(list(servers), len(servers)):
                    head = {"pass": number, "arm": arm}
                    runs.append({**head, **self._measure(servers[arm], scenario)})
            for arm, server in servers.items():
                peaks[arm] = proc_figures.peak_rss_bytes(server.pid)
        return [{**run, "peak_rss_bytes": peaks[run["arm"]]} for run in runs]

    def _measure(self, server: ServerProcess, scenario: Scenario) -> dict:
        before = proc_figures.read(server.pid)
        report = self._load(server, scenario, self.plan.seconds * scenario.stretch)
        used = proc_figures.read(server.pid) - before
        return figures(report, used, self.plan.connections)

    def _load(self, server: ServerProcess, scenario: Scenario, seconds: float) -> dict:
        try:
            report = wrk_run.run(server.port, scenario, seconds, self.plan.connections,
                                 self._cores.generator, self._folder)
            if found := wrk_run.complaint(report):
                raise Invalid(found)
            server.wait_until_drained()
        except Invalid as error:
            raise Invalid(f"{scenario.name}, {server.variant.name}: {error}") from error
        return report


def figures(report: dict, used: proc_figures.ProcessFigures, connections: int) -> dict:
    """The figures of one run.

    When wrk stops, each connection has one more request under way, which the server answers to
    nobody: its CPU was spent and is divided over these too, or slow variants would look slower.
    """
    served = report["requests"] + connections
    seconds = report["duration_us"] / 1e6
    return {
        "requests_per_s": report["requests"] / seconds,
        "cpu_us": used.cpu_ns / 1e3 / served,
        "user_ticks": used.user_ticks,
        "system_ticks": used.system_ticks,
        "faults": used.faults / served,
        "server_busy_share": used.cpu_ns / 1e9 / seconds,
        "server_waited_share": used.waited_ns / 1e9 / seconds,
        **report,
    }
