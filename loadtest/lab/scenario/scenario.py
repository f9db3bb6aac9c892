"""What is asked of every variant, how, and what is expected to come of it."""

from dataclasses import dataclass, field

from lab.scenario.variants import AGAIN

KINDS = ("closed", "pipelined", "open", "slow", "cold", "soak")
FIGURES = ("cpu_us", "requests_per_s", "p99_us", "peak_rss_bytes", "ready_ms")
SERVERS = ("arena-server", "lab-server")  # the programs that have the memory strategies
EXPECTATIONS = ("better", "worse", "no difference")


@dataclass(frozen=True)
class Request:
    """One kind of request; a scenario mixes several by their weights."""

    method: str = "GET"
    target: str = "/"
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    raw: bytes | None = None  # sent as it is, instead of all the above
    status: int = 200  # what every answer must have
    closes: bool = False  # the server must close after its answer
    weight: int = 1
    write_bytes_per_s: int = 0  # the client sends at this pace; 0: at once
    read_bytes_per_s: int = 0
    varies: bool = False  # the answer has a time or a nonce: the status alone is compared
    echoes: bool = False  # the answer is the JSON document that was sent

    def wire(self) -> bytes:
        """The request as it is sent by the passes that count."""
        if self.raw is not None:
            return self.raw
        lines = [f"{self.method} {self.target} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.all_fields()]
        if self.body is not None:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + (self.body or b"")

    def all_fields(self) -> tuple[tuple[str, str], ...]:
        """With the Content-Type that a body needs, unless it is given."""
        if self.body is None or any(name.lower() == "content-type" for name, _ in self.fields):
            return self.fields
        return (*self.fields, ("Content-Type", "application/json"))


@dataclass(frozen=True)
class Prediction:
    """Written before the run: how one variant stands to another."""

    of: str
    to: str
    figure: str
    expect: str
    because: str
    at_most: float | None = None  # of the ratio
    at_least: float | None = None


@dataclass(frozen=True)
class Scenario:
    name: str
    group: str
    title: str
    what: str
    kind: str
    requests: tuple[Request, ...]
    variants: tuple[str, ...]
    suites: tuple[str, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    note: str | None = None
    connections: int = 64
    depth: int = 1  # requests in a batch, where kind is pipelined
    stretch: int = 1  # passes so many times as long and so many times fewer: for slow answers,
    # of which a short pass sees too few a connection to know their latency
    counted: int = 320  # requests of a counting pass; 0: none is made
    server: str = "arena-server"  # or lab-server, which has more endpoints and flags
    flags: tuple[str, ...] = ()  # added to what starts each variant of ours
    threads: int = 1
    shares: tuple[float, ...] = ()  # of capacity: the rates of an open loop
    capacity_of: str = "heap"  # the variant whose capacity that is
    rate: float | None = None  # requests/s, instead of shares
    seconds: float | None = None  # of an open loop, a soak's slice or slow clients
    requests_per_connection: int = 0  # 0: no end
    settings: dict = field(default_factory=dict, hash=False)  # as read, for the result

    @property
    def first(self) -> Request:
        return self.requests[0]

    @property
    def close_calls(self) -> frozenset[str]:
        """The variants of which no difference in CPU is expected, with their A/A arms. To show that
        takes many more passes than to show one.
        """
        return self._with_arms({name for each in self.predictions for name in (each.of, each.to)
                                if each.expect == "no difference" and each.figure == "cpu_us"})

    @property
    def neighbours(self) -> frozenset[str]:
        """The variants that the first prediction compares, with their A/A arms: in a pass they run
        one behind the other, since machines change their speed within a second.
        """
        first = self.predictions[0] if self.predictions else None
        return self._with_arms({first.of, first.to} if first else set(self.variants))

    @property
    def closely_compared(self) -> frozenset[str]:
        return self.close_calls or self.neighbours

    def _with_arms(self, names: set[str]) -> frozenset[str]:
        return frozenset(name for name in self.variants if name.removesuffix(AGAIN) in names)

    @property
    def is_open(self) -> bool:
        """Whether loadgen asks, by a schedule, and not wrk."""
        return self.kind in ("open", "slow", "soak")
