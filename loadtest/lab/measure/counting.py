"""The passes that count and are never timed: heap calls, page faults, syscalls, instructions and
arena bytes a request. A server is asked by a few connections in turn, once warm.
"""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.failures import BROKEN, Invalid, said
from lab.measure import proc_figures
from lab.measure.arena_bytes import ArenaBytes
from lab.measure.callgrind import Callgrind
from lab.measure.client import CONNECTIONS, Client
from lab.measure.server_process import ServerProcess
from lab.measure.strace import Strace
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

EXPECTED_SECONDS = 1.4  # of one variant's passes over one scenario
# A server under callgrind is fifty times slower. What comes once a second or so (timers, the date)
# must be little beside the requests; where these are dear, a few are enough.
CALLGRIND_PART = 32
CALLGRIND_INSTRUCTIONS = 20e6
CALLGRIND_REQUESTS = 400

Found = Iterator[tuple[str, dict[str, float]]]  # (scenario, {what: a request}), one by one


@dataclass(frozen=True)
class Missed:
    """What a tool could not count, and why; of these scenarios, or none where it failed when all
    was counted.
    """

    variant: str
    tool: str
    scenarios: tuple[str, ...]
    reason: str

    def kept(self) -> dict:
        """As a result has it."""
        return {"variant": self.variant, "tool": self.tool, "scenarios": list(self.scenarios),
                "reason": self.reason}

    def line(self) -> str:
        what = ", ".join(self.scenarios) if self.scenarios else "but all was counted"
        return f"{self.variant}, by {self.tool}: {self.reason} ({what})"


@dataclass(frozen=True)
class Counted:
    counts: dict[str, dict[str, float]]  # {scenario: {what: a request}}
    missed: list[Missed]


@dataclass(frozen=True)
class Passes:
    """Which tools there are, and what they are given."""

    heap_counter: Path
    folder: Path
    cores: set[int]

    def of(self, variant: Variant, scenarios: list[Scenario]) -> Counted:
        """One variant's, with a server for each tool. A tool that fails takes nothing but its own
        counts with it.
        """
        counts: dict[str, dict[str, float]] = {scenario.name: {} for scenario in scenarios}
        missed = []
        for tool, count in (("the heap counter", self._heap), ("strace", self._syscalls),
                            ("callgrind", self._instructions)):
            left = list(counts)
            try:
                for name, found in count(variant, scenarios):
                    counts[name] |= found
                    left.remove(name)
            except (Invalid, *BROKEN) as error:
                missed.append(Missed(variant.name, tool, tuple(left), said(error)))
        return Counted(counts, missed)

    def _heap(self, variant: Variant, scenarios: list[Scenario]) -> Found:
        file = self.folder / "heap-counter"
        file.unlink(missing_ok=True)
        environment = {"LD_PRELOAD": str(self.heap_counter), "HEAP_COUNTER_FILE": str(file)}
        with ServerProcess(variant, self.cores, self.folder, environment) as server:
            if not file.exists():
                raise Invalid(f"{self.heap_counter.name} was loaded, but no process wrote its "
                              "counts")
            for scenario in scenarios:
                with Client(server.port, scenario.first) as client:
                    client.ask(max(2 * CONNECTIONS, scenario.counted))
                    arenas = ArenaBytes(server.port)
                    heap, faults = _allocations(file), proc_figures.read(server.pid).faults
                    asked = client.ask(scenario.counted)
                    yield scenario.name, {
                        "heap_calls": (_allocations(file) - heap) / asked,
                        "faults": (proc_figures.read(server.pid).faults - faults) / asked,
                        **arenas.since(server.port)}

    def _syscalls(self, variant: Variant, scenarios: list[Scenario]) -> Found:
        if shutil.which("strace") is None:
            raise Invalid("it is not installed (Debian package strace)")
        with ServerProcess(variant, self.cores, self.folder) as server:
            for scenario in scenarios:
                with Client(server.port, scenario.first) as client:
                    client.ask(2 * CONNECTIONS)
                    with Strace(server.pid, self.folder) as calls:
                        asked = client.ask(max(CONNECTIONS * 4, scenario.counted))
                    yield scenario.name, {"syscalls": calls.total() / asked}

    def _instructions(self, variant: Variant, scenarios: list[Scenario]) -> Found:
        """Of our own servers alone: few others run under valgrind."""
        if not variant.is_ours:
            return
        if shutil.which("valgrind") is None:
            raise Invalid("it is not installed (Debian package valgrind)")
        out = self.folder / "callgrind.out"
        under = ("valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={out}")
        with ServerProcess(variant, self.cores, self.folder, under=under) as server:
            callgrind = Callgrind(server.pid, out)
            for scenario in scenarios:
                with Client(server.port, scenario.first, 1) as client:
                    yield scenario.name, {"instructions": _instructions(callgrind, client,
                                                                        scenario.counted)}


def _instructions(callgrind: Callgrind, client: Client, counted: int) -> float:
    """A request. What a measurement itself costs is in both, and goes with their difference."""
    least = max(1, counted // CALLGRIND_PART)
    callgrind.of(client, least)  # which warms it
    each = callgrind.of(client, least) / least
    number = min(max(least, round(CALLGRIND_INSTRUCTIONS / each)), CALLGRIND_REQUESTS)
    less, more = (callgrind.of(client, requests) for requests in (number, 2 * number))
    return (more - less) / number


def _allocations(file: Path) -> int:
    return struct.unpack("<3Q", file.read_bytes())[0]
