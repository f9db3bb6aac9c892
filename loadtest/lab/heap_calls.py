"""The untimed pass: heap calls a request, counted exactly in a server under libheap_counter.so."""

import struct
from contextlib import ExitStack
from pathlib import Path

from lab.failures import Invalid
from lab.scenarios import Scenario
from lab.server_process import ServerProcess
from lab.variants import Variant
from lab.wire import Connection

CONNECTIONS = 16


def _allocations(file: Path) -> int:
    return struct.unpack("<3Q", file.read_bytes())[0]


def _send_rounds(connections: list[Connection], request: bytes, rounds: int) -> None:
    for _ in range(rounds):
        for connection in connections:
            connection.send(request)
        for connection in connections:
            status = connection.receive().status
            if status != 200:
                raise Invalid(f"status {status} in the heap counting pass")


def per_request(variant: Variant, scenarios: list[Scenario], library: Path, core: int,
                folder: Path, share: float = 1.0) -> dict[str, float]:
    """Heap calls a request by scenario, once warm; `share` scales how many requests are sent."""
    file = folder / "heap-counter"
    file.unlink(missing_ok=True)
    environment = {"LD_PRELOAD": str(library), "HEAP_COUNTER_FILE": str(file)}
    result = {}
    with ServerProcess(variant, core, folder, environment) as server, ExitStack() as stack:
        if not file.exists():
            raise Invalid(f"{library} did not count in {variant.name}")
        connections = [stack.enter_context(Connection(server.port)) for _ in range(CONNECTIONS)]
        for scenario in scenarios:
            rounds = max(2, int(scenario.counted_requests * share) // CONNECTIONS)
            request = scenario.request_bytes()
            _send_rounds(connections, request, max(2, rounds // 4))
            before = _allocations(file)
            _send_rounds(connections, request, rounds)
            result[scenario.name] = (_allocations(file) - before) / (rounds * CONNECTIONS)
    return result
