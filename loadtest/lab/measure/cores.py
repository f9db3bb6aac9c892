"""Which cores the server gets and which the load generator."""

import os
from dataclasses import dataclass
from pathlib import Path


# Before the lab keeps itself to the generator's cores.
ALLOWED = tuple(sorted(os.sched_getaffinity(0)))


@dataclass(frozen=True)
class Cores:
    allowed: tuple[int, ...]
    server: frozenset[int]
    generator: frozenset[int]

    @property
    def apart(self) -> bool:
        """Whether they share nothing: two hardware threads of one core share all that computes."""
        return self.shared is None

    @property
    def shared(self) -> str | None:
        """What server and generator share; None where that is nothing."""
        if self.server & self.generator:
            return "a core"
        if self.generator & set().union(*(siblings(core) for core in self.server)):
            return "the hardware threads of a core"
        return None


def siblings(core: int) -> set[int]:
    """The hardware threads of the same physical core, itself among them."""
    path = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
    if not path.exists():
        return {core}
    found: set[int] = set()
    for part in path.read_text().strip().split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def choose(threads: int = 1, allowed: tuple[int, ...] = ALLOWED) -> Cores:
    """The first cores for the server's threads; for the generator the last that shares nothing
    with them, or just the last where there is none.
    """
    server = allowed[:threads]
    taken = set().union(*(siblings(core) for core in server))
    apart = [core for core in allowed if core not in taken and core not in server]
    merely_another = [core for core in allowed if core not in server]
    return Cores(allowed, frozenset(server), frozenset({(apart or merely_another or allowed)[-1]}))


def leave_the_server_alone(chosen: Cores) -> None:
    """Keeps this process, and what it starts from here on, off the server's cores."""
    os.sched_setaffinity(0, chosen.generator)
