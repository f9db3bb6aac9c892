"""How quiet the machine is, looked at between the blocks: steal, and hiccups of a spinning loop."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

HICCUP_NS = 200_000  # a longer gap between two looks at the clock means that the core was away
SPIN_NS = 30_000_000


@dataclass(frozen=True)
class CpuTimes:
    steal: int
    total: int


def parse_cpu(stat: str) -> CpuTimes:
    """The machine's line of /proc/stat: user nice system idle iowait irq softirq steal ..."""
    fields = [int(word) for word in stat.splitlines()[0].split()[1:9]]
    return CpuTimes(steal=fields[7], total=sum(fields))


def cpu_times() -> CpuTimes:
    return parse_cpu(Path("/proc/stat").read_text())


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

    def __init__(self, core: int):
        self._core = core
        self._start = time.monotonic()
        self._times = cpu_times()

    def reading(self) -> dict:
        before, self._times = self._times, cpu_times()
        longest, share = spin(self._core)
        total = self._times.total - before.total
        return {"at_seconds": round(time.monotonic() - self._start, 1),
                "steal_share": (self._times.steal - before.steal) / total if total else 0.0,
                "hiccup_max_us": round(longest, 1), "hiccup_share": round(share, 4)}
