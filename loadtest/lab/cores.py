"""Which core the server gets and which the load generator."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cores:
    allowed: tuple[int, ...]
    server: int
    generator: int

    @property
    def apart(self) -> bool:
        return self.server != self.generator


def _siblings(core: int) -> set[int]:
    """The hardware threads of the same physical core, itself among them."""
    path = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
    if not path.exists():
        return {core}
    found: set[int] = set()
    for part in path.read_text().strip().split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def choose() -> Cores:
    """The first core for the server; for the generator the last that shares nothing with it."""
    allowed = tuple(sorted(os.sched_getaffinity(0)))
    server = allowed[0]
    physically_apart = [core for core in allowed if core not in _siblings(server)]
    return Cores(allowed, server, (physically_apart or allowed)[-1])
