"""How quiet the machine is, looked at between the blocks: steal, and hiccups of a spinning loop."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HICCUP_NS = 200_000  # a longer gap between two looks at the clock means that the core was away
SPIN_NS = 30_000_000


MACHINE = "cpu"  # the line of /proc/stat that is of all cores together


@dataclass(frozen=True)
class CpuTimes:
    steal: int
    idle: int
    total: int

    def __sub__(self, earlier: "CpuTimes") -> "CpuTimes":
        return CpuTimes(self.steal - earlier.steal, self.idle - earlier.idle,
                        self.total - earlier.total)

    @property
    def steal_share(self) -> float:
        return self.steal / self.total if self.total > 0 else 0.0

    @property
    def idle_share(self) -> float:
        return self.idle / self.total if self.total > 0 else 0.0


def parse_cpus(stat: str) -> dict[str, CpuTimes]:
    """The lines of /proc/stat for the machine and each core, by their names: user nice system idle
    iowait irq softirq steal ...
    """
    found = {}
    for line in stat.splitlines():
        name, *words = line.split() or [""]
        if name.startswith(MACHINE):
            fields = [int(word) for word in words[:8]]
            found[name] = CpuTimes(steal=fields[7], idle=fields[3], total=sum(fields))
    return found


def cpu_times() -> dict[str, CpuTimes]:
    return parse_cpus(Path("/proc/stat").read_text())


def worst_steal(before: dict[str, CpuTimes], after: dict[str, CpuTimes],
                cores: Iterable[int]) -> float:
    """The share that was stolen from that of these cores from which most was. The machine's mean
    would halve what one of two has lost, and hide what one of many has.
    """
    names = [name for core in cores if (name := f"cpu{core}") in before and name in after]
    return max((after[name] - before[name]).steal_share for name in names or [MACHINE])


def spin(core: int, spin_ns: int = SPIN_NS) -> tuple[float, float]:
    """(longest gap in µs, share of the time in gaps) of a loop that only reads the clock there."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        longest = lost = 0
        start = last = time.perf_counter_ns()
        while last - start < spin_ns:
            now = time.perf_counter_ns()
            gap, last = now - last, now
            longest = max(longest, gap)
            if gap > HICCUP_NS:
                lost += gap
        return longest / 1e3, lost / (last - start)
    finally:
        os.sched_setaffinity(0, allowed)


class Probe:
    """One reading covers what passed since the one before it."""

    def __init__(self):
        self._start = time.monotonic()
        self._times = cpu_times()

    def reading(self, cores: Iterable[int]) -> dict:
        """The worst of these cores, the server's and the generator's."""
        before, self._times = self._times, cpu_times()
        gaps = [spin(core) for core in sorted(cores)]
        return {"at_seconds": round(time.monotonic() - self._start, 1),
                "steal_share": worst_steal(before, self._times, cores),
                "hiccup_max_us": round(max(longest for longest, _ in gaps), 1),
                "hiccup_share": round(max(share for _, share in gaps), 4)}
