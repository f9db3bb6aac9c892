"""One scenario of one round: its servers freshly started, loaded in turn, and weighed."""

import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lab.failures import Invalid
from lab.measure import (cores, expected, histogram, loadgen_run, proc_figures,
                         servers as running, wrk_run)
from lab.measure.cores import Cores
from lab.measure.expected import Expected
from lab.measure.plan import Plan
from lab.measure.proc_figures import ProcessFigures
from lab.measure.servers import Server
from lab.measure.wire import Connection
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

CALIBRATION_SECONDS = 1.0
CALIBRATION_RATE = 2000.0
SOAK_SLICE_SECONDS = 1.0
ATTEMPTS = 3  # of a pass, each twice as long, until one request is answered


@dataclass(frozen=True)
class Tools:
    """What runs are made with."""

    cores: Cores  # where one server thread is enough
    loadgen: Path
    heap_counter: Path
    folder: Path  # for what lasts no longer than the session


class Block:
    def __init__(self, plan: Plan, tools: Tools, scenario: Scenario, variants: dict[str, Variant],
                 number: int, capacity: dict[str, float], expects: Expected):
        """`capacity` remembers requests/s by scenario, once found."""
        self._plan, self._tools, self._scenario = plan, tools, scenario
        self._variants, self._number, self._capacity = variants, number, capacity
        self._cores = tools.cores if scenario.threads == 1 else cores.choose(scenario.threads)
        self._shuffled = random.Random(f"{plan.seed} {number} {scenario.name}")
        self._passes = plan.passes_of(scenario, number)
        self._expected = expects

    @property
    def cores(self) -> frozenset[int]:
        """The server's and the generator's."""
        return self._cores.server | self._cores.generator

    def run(self) -> tuple[list[dict], dict]:
        """(runs, series of memory by variant). Raises Invalid for what makes the block
        worthless.
        """
        if self._scenario.kind == "cold":
            return self._cold(), {}
        with ExitStack() as stack:
            servers = {name: stack.enter_context(self._server(variant))
                       for name, variant in self._variants.items()}
            for server in servers.values():
                self._warm(server)
            measure = {"closed": self._closed, "pipelined": self._closed, "open": self._open,
                       "slow": self._slow, "soak": self._soak}[self._scenario.kind]
            return measure(servers)

    def _weighed(self, runs: list[dict], servers: dict[str, Server]) -> list[dict]:
        """The runs, with the memory that their servers have come to by now."""
        weights = {name: {"peak_rss_bytes": proc_figures.peak_rss_bytes(server.pid),
                          "rss_bytes": proc_figures.rss_bytes(server.pid)}
                   for name, server in servers.items()}
        return [{**run, **weights[run["variant"]]} for run in runs]

    def _server(self, variant: Variant) -> Server:
        return running.of(variant, set(self._cores.server), self._tools.folder)

    def _head(self, name: str, number: int) -> dict:
        return {"scenario": self._scenario.name, "variant": name, "round": self._number,
                "pass": number}

    def _in_random_order(self, servers: dict) -> list[str]:
        """But for neighbours, which are in random order among themselves."""
        near = [name for name in servers if name in self._scenario.neighbours]
        order = [name for name in servers if name not in near]
        self._shuffled.shuffle(near)
        self._shuffled.shuffle(order)
        at = self._shuffled.randint(0, len(order))
        order[at:at] = near
        return order

    def _warm(self, server: Server) -> None:
        if self._scenario.kind == "slow":
            return  # it is memory that is asked for, and slow requests would take their time twice
        if self._scenario.is_open:
            self._at_rate(server, min(self._scenario.rate or CALIBRATION_RATE, CALIBRATION_RATE),
                          self._plan.warm_seconds, self._seed())
        else:
            self._with_wrk(server, self._plan.warm_seconds)

    # A closed loop, by wrk.

    def _closed(self, servers: dict[str, Server]) -> tuple[list[dict], dict]:
        """Passes over all, then more over those that are closely compared. Memory is weighed
        between them: who ran longer has seen more, and would look larger.
        """
        close = {name: server for name, server in servers.items()
                 if name in self._scenario.closely_compared}
        more = self._plan.close_passes_of(self._scenario, self._number)
        common = self._wrk_passes(servers, range(self._passes),
                                  self._plan.seconds_of(self._scenario))
        common = self._weighed(common, servers)
        closer = self._wrk_passes(close, range(self._passes, self._passes + more),
                                  self._plan.close_seconds_of(self._scenario))
        return [*common, *closer], {}

    def _wrk_passes(self, servers: dict[str, Server], numbers: range,
                    seconds: float) -> list[dict]:
        """Their latencies are one histogram of each server, with its last pass."""
        runs: list[dict] = []
        samples: dict[str, list] = {name: [] for name in servers}
        for number in numbers:
            for name in self._in_random_order(servers):
                run, sample = self._with_wrk(servers[name], seconds)
                runs.append({**self._head(name, number), **run})
                samples[name].append(sample)
        if self._scenario.kind == "closed":
            for name, run in {run["variant"]: run for run in runs}.items():
                run["histogram_us"] = histogram.compact(*samples[name])
        return runs

    def _with_wrk(self, server: Server, seconds: float) -> tuple[dict, list]:
        for attempt in range(ATTEMPTS):  # a machine may be away for longer than a short pass
            before = proc_figures.read(server.pid)
            report = wrk_run.run(server.port, self._scenario, seconds * 2**attempt,
                                 set(self._cores.generator), self._tools.folder)
            server.wait_until_drained()
            if report["requests"] > 0:
                break
        used = proc_figures.read(server.pid) - before
        # When wrk stops, each connection has one more request under way (or a batch), which the
        # server answers to nobody: its CPU was spent, or slow variants would look slower.
        under_way = self._scenario.connections * self._scenario.depth
        if found := self._complaint(server, report, under_way):
            raise Invalid(f"{server.variant.name}: {found}")
        served = report["requests"] + under_way
        took = report["duration_us"] / 1e6
        run = figures(used, served, took, report["requests"] / served) | {
            "seconds": took, "requests": report["requests"],
            "requests_per_s": report["requests"] / took, "failures": 0, "attempts": attempt + 1,
            "generator_busy_share": report["generator_busy_share"]}
        return run, report.get("histogram_us", [])

    def _complaint(self, server: Server, report: dict, under_way: int) -> str | None:
        wire = self._expected.wire.get(server.variant.name, {})
        return wrk_run.complaint(report) or expected.complaint(
            report.get("bytes", 0), report["requests"], under_way, wire)

    # An open loop, by loadgen.

    def _open(self, servers: dict[str, Server]) -> tuple[list[dict], dict]:
        runs = []
        for number in range(self._passes):
            for share, rate in self._rates(servers):
                seed = self._seed()
                for name in self._in_random_order(servers):
                    run, _ = self._at_rate(servers[name], rate,
                                           self._plan.seconds_of(self._scenario), seed)
                    at = {"rate_share": share} if share else {}
                    runs.append({**self._head(name, number), **run, **at})
        return self._weighed(runs, servers), {}

    def _slow(self, servers: dict[str, Server]) -> tuple[list[dict], dict]:
        runs, series, seed = [], {}, self._seed()
        for name in self._in_random_order(servers):
            run, series[name] = self._at_rate(servers[name], self._scenario.rate,
                                              self._plan.seconds_of(self._scenario), seed)
            runs.append({**self._head(name, 0), **run})
        return self._weighed(runs, servers), series

    def _soak(self, servers: dict[str, Server]) -> tuple[list[dict], dict]:
        """Slices in turn until the time is over; memory is weighed after each."""
        runs: list[dict] = []
        series = {name: {"seconds": [], "rss_bytes": [], "requests_per_s": []} for name in servers}
        slice_seconds = self._scenario.seconds or SOAK_SLICE_SECONDS
        start, number = time.monotonic(), 0
        while number == 0 or time.monotonic() - start < self._plan.soak_seconds:
            seed = self._seed()
            for name in self._in_random_order(servers):
                run, _ = self._at_rate(servers[name], self._scenario.rate, slice_seconds, seed)
                runs.append({**self._head(name, number), **run})
                series[name]["seconds"].append(round(time.monotonic() - start, 1))
                series[name]["rss_bytes"].append(proc_figures.rss_bytes(servers[name].pid))
                series[name]["requests_per_s"].append(round(run["requests_per_s"]))
            number += 1
        return self._weighed(runs, servers), series

    def _rates(self, servers: dict[str, Server]) -> list[tuple[float | None, float]]:
        if self._scenario.rate is not None:
            return [(None, self._scenario.rate)]
        capacity = self._capacity.get(self._scenario.name)
        if capacity is None:
            capacity = self._find_capacity(servers[self._scenario.capacity_of])
            self._capacity[self._scenario.name] = capacity
        return [(share, share * capacity) for share in self._scenario.shares]

    def _find_capacity(self, server: Server) -> float:
        """Requests/s at which the server's threads would be busy all the time, by what a request
        costs: at a low rate first, then at half of what that promises, where waking up is cheaper.
        """
        run, _ = self._at_rate(server, CALIBRATION_RATE, CALIBRATION_SECONDS, self._seed())
        half = 0.5e6 * self._scenario.threads / max(run["cpu_us"], 1)
        run, _ = self._at_rate(server, half, CALIBRATION_SECONDS, self._seed())
        return round(1e6 * self._scenario.threads / max(run["cpu_us"], 1))

    def _seed(self) -> int:
        """Of arrivals and mix: one for all variants of a pass, which so are asked the same."""
        return self._shuffled.randrange(1 << 31)

    def _at_rate(self, server: Server, rate: float, seconds: float,
                 seed: int) -> tuple[dict, dict]:
        before = proc_figures.read(server.pid)
        report = loadgen_run.run(
            self._tools.loadgen, self._scenario, server.port, server.pid, rate, seconds,
            seed, set(self._cores.generator), self._tools.folder,
            self._expected.lengths)
        if found := loadgen_run.failures(report):
            raise Invalid(f"{server.variant.name} at {rate:,.0f}/s: {found}")
        server.wait_until_drained()
        used = proc_figures.read(server.pid) - before
        took = report["seconds"]
        times, sizes = report["rss"]
        run = figures(used, report["scheduled"], took) | {
            "seconds": took, "requests": report["answered"], "rate": round(rate),
            "requests_per_s": report["requests_per_s"], "failures": 0,
            "generator_busy_share": report["generator"]["busy_share"],
            "lateness_p99_us": report["lateness_us"]["p99"],
            "histogram_us": histogram.compact(report["histograms"]["latency_us"]),
            "service_histogram_us": histogram.compact(report["histograms"]["service_us"])}
        return run, {"seconds": times, "rss_bytes": sizes}

    # From nothing to the first answer.

    def _cold(self) -> list[dict]:
        runs = []
        for number in range(self._passes):
            for name in self._in_random_order(self._variants):
                with self._server(self._variants[name]) as server:
                    ready_ns = server.ready_ns - server.started_ns
                    start = time.monotonic_ns()
                    with Connection(server.port) as connection:
                        status = connection.exchange(self._scenario.first.wire()).status
                    first_ns = time.monotonic_ns() - start
                    if status != self._scenario.first.status:
                        raise Invalid(f"{name}: the first answer has status {status}")
                    runs.append({**self._head(name, number), "ready_ms": ready_ns / 1e6,
                                 "first_answer_us": first_ns / 1e3, "failures": 0,
                                 "rss_bytes": proc_figures.rss_bytes(server.pid),
                                 "peak_rss_bytes": proc_figures.peak_rss_bytes(server.pid)})
        return runs


def figures(used: ProcessFigures, served: int, seconds: float, share_within: float = 1.0) -> dict:
    """What the kernel says of a run, a request. `share_within` of the work fell into `seconds`; the
    rest came after the generator had stopped.
    """
    cpu_us = used.cpu_ns / 1e3 / served
    ticks = used.user_ticks + used.system_ticks
    user_share = used.user_ticks / ticks if ticks else None
    return {
        "cpu_us": round(cpu_us, 4),
        "user_us": None if user_share is None else round(cpu_us * user_share, 4),
        "system_us": None if user_share is None else round(cpu_us * (1 - user_share), 4),
        "faults": round(used.faults / served, 5),
        "context_switches": round(used.switches / served, 5),
        "server_busy_share": round(used.cpu_ns / 1e9 / seconds * share_within, 4),
        "server_waited_share": round(used.waited_ns / 1e9 / seconds * share_within, 4),
    }
