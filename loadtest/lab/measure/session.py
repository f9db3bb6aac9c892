"""A session of interleaved rounds: every variant meets every scenario in each, freshly started.

Machines change their speed by the second (neighbours, turbo), so what is to be compared must run
close together: within a round the servers of one scenario are all up, and short passes go over
them in random order, the idle ones costing nothing. A block is one scenario of one round.
"""

import random
from dataclasses import dataclass

from lab.failures import BROKEN, Invalid, said
from lab.measure import blocks, counting, equivalence, expected
from lab.measure.blocks import Tools
from lab.measure.counting import Missed, Passes
from lab.measure.expected import Expected
from lab.measure.plan import Plan
from lab.measure.probe import Probe
from lab.measure.progress import Progress
from lab.measure.record import Record
from lab.measure.wire import Response
from lab.scenario.kinds import WRK
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

CHECK_SECONDS = 0.15  # expected, of one variant's answers to all scenarios
PREPARED = "prepared"  # the block of what comes before the rounds


@dataclass
class Session:
    """Fills `record` as it goes, so that a partial result can be kept."""

    plan: Plan
    scenarios: list[Scenario]
    variants: dict[str, dict[str, Variant]]  # of each scenario, by name
    tools: Tools
    record: Record

    def __post_init__(self) -> None:
        self._lengths = self.record.document["lengths"]  # of bodies, by scenario
        self._wire = self.record.document["wire_bytes"]  # of answers, by scenario and variant

    def run(self) -> None:
        """Raises Invalid at once where variants differ in their answers; a block that fails later
        makes the result invalid, and the others go on.
        """
        progress = Progress(self._expected_seconds())
        progress.milestone(f"about {self._expected_seconds() / 60:.0f} minutes")
        probe = Probe()
        try:
            if not self.record.is_done(-1, PREPARED):
                self._check_answers(progress)
                if self.plan.counts:
                    self._count(progress)
                self.record.add(-1, PREPARED, [], {})
                self.record.write()
            for number in range(self.plan.rounds):
                self._round(number, progress, probe)
        finally:
            progress.clear()

    def _expected_seconds(self) -> float:
        rounds = sum(self.plan.estimate(scenario, number) for number in range(self.plan.rounds)
                     for scenario in self._in_round(number))
        if self.record.is_done(-1, PREPARED):
            return rounds
        counted = sum(len(each) for _, each in self._counted())
        return rounds + len(self._by_server()) * CHECK_SECONDS + (
            counted * counting.EXPECTED_SECONDS if self.plan.counts else 0)

    def _in_round(self, number: int) -> list[Scenario]:
        return [scenario for scenario in self.scenarios
                if self.plan.is_in_round(scenario, number)
                and not self.record.is_done(number, scenario.name)]

    def _round(self, number: int, progress: Progress, probe: Probe) -> None:
        kept = number >= self.plan.dropped_rounds
        label = f"round {number + 1} of {self.plan.rounds}" + ("" if kept else " (not kept)")
        progress.milestone(label)
        shuffled = random.Random(f"{self.plan.seed} {number}")
        todo = self._in_round(number)
        for scenario in shuffled.sample(todo, len(todo)):
            progress.step(f"{label}  {scenario.title}", self.plan.estimate(scenario, number))
            block = blocks.Block(self.plan, self.tools, scenario, self.variants[scenario.name],
                                 number, self.record.document["capacity"],
                                 self._expected(scenario))
            try:
                runs, series = block.run()
                self.record.add(number, scenario.name,
                                [{**run, "kept": kept} for run in runs], series)
            except (Invalid, *BROKEN) as error:
                self.record.drop(number, scenario.name, f"{scenario.name}: {said(error)}")
            self.record.document["probes"].append(probe.reading(block.cores))
            self.record.write_now_and_then()

    def _expected(self, scenario: Scenario) -> Expected:
        return Expected(self._lengths.get(scenario.name, [None] * len(scenario.requests)),
                        self._wire.get(scenario.name, {}))

    def _by_server(self) -> list[tuple[Variant, list[Scenario]]]:
        """Each server that is started alike, with the scenarios it is in."""
        found: dict[tuple, tuple[Variant, list[Scenario]]] = {}
        for scenario in self.scenarios:
            for variant in self.variants[scenario.name].values():
                asked = found.setdefault(_start(variant), (variant, []))[1]
                if scenario not in asked:  # "again" is started alike
                    asked.append(scenario)
        return list(found.values())

    def _check_answers(self, progress: Progress) -> None:
        answers: dict[str, dict[str, list]] = {scenario.name: {} for scenario in self.scenarios}
        ours: set[str] = set()
        for variant, scenarios in self._by_server():
            if not variant.is_compared:
                continue
            if variant.is_ours:
                ours.add(variant.name)
            progress.step(f"do all answer the same?  {variant.name}", CHECK_SECONDS)
            found = equivalence.answers_of(variant, scenarios, set(self.tools.cores.server),
                                           self.tools.folder)
            for name, each in found.items():
                answers[name][variant.name] = each
                self._expect(name, variant, each)
        for scenario in self.scenarios:
            if answers[scenario.name]:
                equivalence.check(scenario, answers[scenario.name], ours)
                self._lengths[scenario.name] = equivalence.lengths(
                    scenario, answers[scenario.name])

    def _counted(self) -> list[tuple[Variant, list[Scenario]]]:
        """The servers that are started under the tools that count, with what they are asked."""
        return [(variant, counted) for variant, counted in self._countable()
                if not_countable(variant) is None]

    def _expect(self, name: str, asked: Variant, answers: list[Response]) -> None:
        """Of a scenario that wrk asks, by all variants that are started as the one that was."""
        scenario = next(each for each in self.scenarios if each.name == name)
        if scenario.kind in WRK:
            for variant in self.variants[name].values():
                if _start(variant) == _start(asked):
                    self._wire.setdefault(name, {})[variant.name] = expected.of_answer(
                        answers[0], asked.is_ours, scenario.first.varies)

    def _countable(self) -> list[tuple[Variant, list[Scenario]]]:
        """All but ours with another allocator, which changes none of the code's counts."""
        return [(variant, counted) for variant, scenarios in self._by_server()
                if not (variant.is_ours and variant.environment)
                and (counted := [each for each in scenarios if is_counted(each)])]

    def _count(self, progress: Progress) -> None:
        self.record.document["not_counted"] = []  # an interrupted try may have left some
        passes = Passes(self.tools.heap_counter, self.tools.folder, set(self.tools.cores.server))
        for variant, scenarios in self._countable():
            if reason := not_countable(variant):
                names = tuple(scenario.name for scenario in scenarios)
                self._miss(Missed(variant.name, "any tool", names, reason), progress)
                continue
            progress.step(f"counting  {variant.name}",
                          counting.EXPECTED_SECONDS * len(scenarios))
            found = passes.of(variant, scenarios)
            for name, counts in found.counts.items():
                self.record.document["counts"].setdefault(name, {})[variant.name] = counts
            for missed in found.missed:
                self._miss(missed, progress)

    def _miss(self, missed: Missed, progress: Progress) -> None:
        self.record.document["not_counted"].append(missed.kept())
        progress.say(f"not counted: {missed.line()}")


def _start(variant: Variant) -> tuple:
    """What makes two variants the same server."""
    return variant.command, variant.port, variant.environment


def not_countable(variant: Variant) -> str | None:
    """Why no tool can be put under that server; None where it can."""
    if variant.port is not None:
        return "it runs already, and cannot be started under a tool"
    if "LD_PRELOAD" in dict(variant.environment):
        return "it preloads a library of its own, where the heap counter would be"
    return None


def is_counted(scenario: Scenario) -> bool:
    """One request, always the same, over connections that behave."""
    return scenario.counted > 0 and scenario.kind in ("closed", "pipelined") \
        and len(scenario.requests) == 1
