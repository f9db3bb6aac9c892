"""The passes that count and are never timed: heap calls, page faults, syscalls, instructions and
arena bytes a request. A server is asked by a few connections in turn, once warm.
"""

import re
import shutil
import signal
import struct
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lab.failures import Invalid
from lab.measure import child, proc_figures
from lab.measure.server_process import ServerProcess
from lab.measure.wire import Connection
from lab.scenario.scenario import Request, Scenario
from lab.scenario.variants import Variant

CONNECTIONS = 16
TRACER_SECONDS = 10
# A server under callgrind is fifty times slower. What comes once a second or so (timers, the date)
# must be little beside the requests; where these are dear, a few are enough.
CALLGRIND_PART = 32
CALLGRIND_INSTRUCTIONS = 20e6
CALLGRIND_REQUESTS = 400


@dataclass(frozen=True)
class Passes:
    """Which tools there are, and what they are given."""

    heap_counter: Path
    folder: Path
    cores: set[int]

    def of(self, variant: Variant, scenarios: list[Scenario]) -> dict[str, dict[str, float]]:
        """{scenario: {what: a request}} by one variant, with a server for each tool."""
        counts: dict[str, dict[str, float]] = {scenario.name: {} for scenario in scenarios}
        for count in (self._heap, self._syscalls, self._instructions):
            for name, found in count(variant, scenarios).items():
                counts[name] |= found
        return counts

    def _heap(self, variant: Variant, scenarios: list[Scenario]) -> dict[str, dict[str, float]]:
        file = self.folder / "heap-counter"
        file.unlink(missing_ok=True)
        environment = {"LD_PRELOAD": str(self.heap_counter), "HEAP_COUNTER_FILE": str(file)}
        result: dict[str, dict[str, float]] = {}
        with ServerProcess(variant, self.cores, self.folder, environment) as server:
            if not file.exists():
                raise Invalid(f"{self.heap_counter} did not count in {variant.name}")
            for scenario in scenarios:
                with Client(server.port, scenario.first) as client:
                    client.ask(max(2 * CONNECTIONS, scenario.counted))
                    arenas = ArenaBytes(server.port)
                    heap, faults = _allocations(file), proc_figures.read(server.pid).faults
                    asked = client.ask(scenario.counted)
                    result[scenario.name] = {
                        "heap_calls": (_allocations(file) - heap) / asked,
                        "faults": (proc_figures.read(server.pid).faults - faults) / asked,
                        **arenas.since(server.port)}
        return result

    def _syscalls(self, variant: Variant, scenarios: list[Scenario]) -> dict[str, dict[str, float]]:
        if shutil.which("strace") is None:
            return {}
        result = {}
        with ServerProcess(variant, self.cores, self.folder) as server:
            for scenario in scenarios:
                with Client(server.port, scenario.first) as client:
                    client.ask(2 * CONNECTIONS)
                    with _strace(server.pid, self.folder) as calls:
                        asked = client.ask(max(CONNECTIONS * 4, scenario.counted))
                    result[scenario.name] = {"syscalls": calls.total() / asked}
        return result

    def _instructions(self, variant: Variant, scenarios: list[Scenario]) -> dict:
        if shutil.which("valgrind") is None or not variant.is_ours:
            return {}
        out = self.folder / "callgrind.out"
        under = ("valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={out}")
        result = {}
        with ServerProcess(variant, self.cores, self.folder, under=under) as server:
            callgrind = Callgrind(server.pid, out)
            for scenario in scenarios:
                with Client(server.port, scenario.first, 1) as client:
                    least = max(1, scenario.counted // CALLGRIND_PART)
                    callgrind.of(client, least)  # which warms it
                    each = callgrind.of(client, least) / least
                    number = min(max(least, round(CALLGRIND_INSTRUCTIONS / each)), CALLGRIND_REQUESTS)
                    # What a measurement itself costs is in both, and goes with their difference.
                    less, more = (callgrind.of(client, each) for each in (number, 2 * number))
                    result[scenario.name] = {"instructions": (more - less) / number}
        return result


class Client:
    """Asks the same in turn over a few connections; over a new one each time if the server closes."""

    def __init__(self, port: int, request: Request, connections: int = CONNECTIONS):
        self._port, self._request, self._number = port, request, connections

    def __enter__(self) -> "Client":
        self._stack = ExitStack()
        number = 0 if self._request.closes else self._number
        self._connections = [self._stack.enter_context(Connection(self._port))
                             for _ in range(number)]
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    def ask(self, requests: int) -> int:
        """How many were asked: `requests`, rounded up to all connections alike."""
        wire = self._request.wire()
        if self._request.closes:
            for _ in range(requests):
                with Connection(self._port) as connection:
                    connection.send(wire)
                    self._check(connection)
            return requests
        rounds = -(-requests // len(self._connections))
        for _ in range(rounds):
            for connection in self._connections:
                connection.send(wire)
            for connection in self._connections:
                self._check(connection)
        return rounds * len(self._connections)

    def _check(self, connection: Connection) -> None:
        status = connection.receive().status
        if status != self._request.status:
            raise Invalid(f"status {status} instead of {self._request.status} in a counting pass")


class ArenaBytes:
    """The arena's bytes a request, by the server's own metrics; nothing where it has none."""

    METRIC = re.compile(r'^arena_server_request_arena_bytes_(sum|count)\{endpoint="([^"]*)"\} (\S+)$',
                        re.MULTILINE)

    def __init__(self, port: int):
        self._before = self._read(port)

    def _read(self, port: int) -> dict[tuple[str, str], float]:
        with Connection(port) as connection:
            answer = connection.exchange(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        if answer.status != 200:
            return {}
        return {(endpoint, kind): float(value) for kind, endpoint, value in
                self.METRIC.findall(answer.body.decode("utf-8", "replace"))}

    def since(self, port: int) -> dict[str, float]:
        now = self._read(port)
        risen = {key: value - self._before.get(key, 0) for key, value in now.items()
                 if not key[0].endswith("/metrics")}
        asked = sum(value for (_, kind), value in risen.items() if kind == "count")
        total = sum(value for (_, kind), value in risen.items() if kind == "sum")
        return {"arena_bytes": total / asked} if asked and total else {}


class Callgrind:
    """Counts the instructions of a server that runs under valgrind --tool=callgrind."""

    TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)

    def __init__(self, pid: int, out: Path):
        self._pid, self._out, self._dumps = pid, out, 0

    def of(self, client: Client, requests: int) -> int:
        client.ask(requests)
        return self.dump()

    def dump(self) -> int:
        """The instructions since the last dump."""
        # Invoked at once: a server that waits for requests does not look for commands by itself.
        done = subprocess.run(["vgdb", f"--pid={self._pid}", "--max-invoke-ms=1", "dump"],
                              capture_output=True, text=True, timeout=60, check=False)
        self._dumps += 1
        dump = self._out.with_name(f"{self._out.name}.{self._dumps}")
        if done.returncode != 0 or not dump.exists():
            raise Invalid(f"callgrind cannot be asked: {done.stderr.strip()}")
        found = self.TOTALS.search(dump.read_text())
        if found is None:
            raise Invalid("callgrind wrote no totals")
        dump.unlink()
        return int(found[1])


class _strace:  # a context manager, named for what it runs
    def __init__(self, pid: int, folder: Path):
        self._pid, self._out = pid, folder / "strace.txt"

    def __enter__(self) -> "_strace":
        self._process = subprocess.Popen(
            ["strace", "-c", "-f", "-p", str(self._pid), "-o", str(self._out)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=child.before_exec())
        try:
            attached = self._process.stderr.readline()
        except BaseException:
            self._end()
            raise
        if "attached" not in attached:
            self._end()
            raise Invalid(f"strace cannot look at the server: {attached.strip()}")
        return self

    def __exit__(self, *_) -> None:
        self._end()

    def _end(self) -> None:
        try:
            self._process.send_signal(signal.SIGINT)
            self._process.communicate(timeout=TRACER_SECONDS)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def total(self) -> int:
        """System calls of all kinds while it was attached."""
        return parse_strace(self._out.read_text())


def parse_strace(table: str) -> int:
    """The calls in strace -c's line of totals: % time, seconds, usecs/call, calls[, errors]."""
    for line in table.splitlines():
        words = line.split()
        if words and words[-1] == "total":
            return int(words[3])
    raise Invalid("strace counted nothing")


def _allocations(file: Path) -> int:
    return struct.unpack("<3Q", file.read_bytes())[0]
