"""How much is measured, and how long that takes."""

from dataclasses import asdict, dataclass

from lab.scenario.scenario import Scenario
from lab.scenario.variants import AGE_HEAP

START_SECONDS = 0.06  # of one server, with its end
AGING_SECONDS = 1.0
RUN_OVERHEAD_SECONDS = 0.06  # of one generator


@dataclass(frozen=True)
class Plan:
    kept_rounds: int
    dropped_rounds: int
    passes: int  # over the variants, for each scenario of a round
    seconds: float  # of load for each variant in a pass over all
    warm_seconds: float
    seed: int
    closer: int = 1  # passes so many times as many over those of which no difference is expected,
    # and, from 2 on, twice as many over other neighbours
    close_seconds: float | None = None  # of load in such a pass; None: as in one over all
    open_seconds: float = 1.0  # of an open loop at one rate
    soak_seconds: float = 60.0  # of all variants together
    counts: bool = True  # whether the counting passes are made

    @property
    def rounds(self) -> int:
        return self.dropped_rounds + self.kept_rounds

    def settings(self) -> dict:
        return {**asdict(self), "rounds": self.kept_rounds}

    def is_in_round(self, scenario: Scenario, number: int) -> bool:
        """Long ones need no round that is dropped, and a soak is made once."""
        if scenario.kind == "soak":
            return number == self.dropped_rounds
        return number >= self.dropped_rounds or scenario.kind in ("closed", "pipelined")

    def passes_of(self, scenario: Scenario, number: int) -> int:
        if number < self.dropped_rounds or scenario.kind == "slow" or scenario.shares:
            return 1
        return -(-self.passes // scenario.stretch)

    def close_passes_of(self, scenario: Scenario, number: int) -> int:
        """Over scenario.closely_compared alone, behind those over all variants."""
        if number < self.dropped_rounds or scenario.kind not in ("closed", "pipelined"):
            return 0
        times = self.closer if scenario.close_calls else min(self.closer, 2)
        return (times - 1) * self.passes_of(scenario, number)

    def seconds_of(self, scenario: Scenario) -> float:
        """Of one run."""
        if scenario.is_open:
            return scenario.seconds or self.open_seconds
        return self.seconds * scenario.stretch

    def close_seconds_of(self, scenario: Scenario) -> float:
        """Of one run in a pass over those that are closely compared."""
        return (self.close_seconds or self.seconds) * scenario.stretch

    def estimate(self, scenario: Scenario, number: int) -> float:
        """About how many seconds the scenario takes in that round."""
        if scenario.kind == "soak":
            return self.soak_seconds
        aging = AGING_SECONDS if AGE_HEAP in scenario.flags else 0.0
        if scenario.kind == "cold":
            each = self.passes_of(scenario, number) * (START_SECONDS + aging)
        else:
            rates = max(1, len(scenario.shares))
            run = self.seconds_of(scenario) + RUN_OVERHEAD_SECONDS
            each = (START_SECONDS + aging + self.warm_seconds + RUN_OVERHEAD_SECONDS
                    + self.passes_of(scenario, number) * rates * run)
        close = (self.close_passes_of(scenario, number) * len(scenario.closely_compared)
                 * (self.close_seconds_of(scenario) + RUN_OVERHEAD_SECONDS))
        return each * len(scenario.variants) + close + 0.05
