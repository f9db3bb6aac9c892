"""The figures that are compared: which way is better, and how much of a difference matters."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a figure is about; trust is withheld by kind."""

    CPU = "CPU"
    THROUGHPUT = "throughput"
    LATENCY = "latency"
    MEMORY = "memory"
    START = "start"
    COUNT = "counts"


TIMED = frozenset({Kind.CPU, Kind.THROUGHPUT, Kind.LATENCY, Kind.START})


class Source(Enum):
    """Where its values come from, and so what one paired ratio is made of."""

    PASS = "each pass"
    ROUND = "each round: the server process lives for one"
    HISTOGRAM = "each round's merged histogram"
    COUNTED = "the counting pass: exact, and never timed"


@dataclass(frozen=True)
class Figure:
    name: str
    title: str
    kind: Kind
    source: Source
    band: float  # ratios within 1 - band to 1 + band are no difference that matters
    lower_is_better: bool = True
    share: float | None = None  # of the samples, for a percentile

    def low(self) -> float:
        return 1 - self.band

    def high(self) -> float:
        return 1 + self.band


def _percentile(name: str, title: str, share: float) -> Figure:
    return Figure(name, title, Kind.LATENCY, Source.HISTOGRAM, 0.10, share=share)


CPU = Figure("cpu_us", "CPU a request", Kind.CPU, Source.PASS, 0.02)
THROUGHPUT = Figure("requests_per_s", "throughput", Kind.THROUGHPUT, Source.PASS, 0.03, False)
P50 = _percentile("p50_us", "p50", 0.50)
P99 = _percentile("p99_us", "p99", 0.99)
P999 = _percentile("p999_us", "p99.9", 0.999)
RSS = Figure("peak_rss_bytes", "peak RSS", Kind.MEMORY, Source.ROUND, 0.05)
READY = Figure("ready_ms", "time to ready", Kind.START, Source.PASS, 0.10)
FIRST = Figure("first_answer_us", "first answer", Kind.START, Source.PASS, 0.10)
USER = Figure("user_us", "user CPU", Kind.CPU, Source.PASS, 0.02)
SYSTEM = Figure("system_us", "system CPU", Kind.CPU, Source.PASS, 0.02)
FAULTS = Figure("faults", "page faults", Kind.COUNT, Source.PASS, 0.02)
SWITCHES = Figure("context_switches", "context switches", Kind.COUNT, Source.PASS, 0.02)
HEAP_CALLS = Figure("heap_calls", "heap calls", Kind.COUNT, Source.COUNTED, 0.01)
SYSCALLS = Figure("syscalls", "system calls", Kind.COUNT, Source.COUNTED, 0.01)
INSTRUCTIONS = Figure("instructions", "instructions", Kind.COUNT, Source.COUNTED, 0.01)
ARENA_BYTES = Figure("arena_bytes", "arena bytes", Kind.COUNT, Source.COUNTED, 0.01)

MAIN = (CPU, THROUGHPUT, P99, RSS)  # of the forest plot
COUNTS = (HEAP_CALLS, SYSCALLS, INSTRUCTIONS, ARENA_BYTES)
EVERY = (*MAIN, P50, P999, READY, FIRST, USER, SYSTEM, FAULTS, SWITCHES, *COUNTS)

_SHORT_NAMES = {"p50": P50, "p99": P99, "p99.9": P999, "rss": RSS, "peak_rss": RSS, "cpu": CPU,
                "throughput": THROUGHPUT}
BY_NAME = {**{figure.name: figure for figure in EVERY}, **_SHORT_NAMES}
