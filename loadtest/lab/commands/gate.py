"""gate: counts again what a result counted, and fails if it rose. For CI: nothing is timed.

Everything is counted twice. Where the two disagree by more than a rise that would fail, the machine
cannot judge, and the gate says so rather than guess.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lab.commands import measure
from lab.failures import Invalid, WrongUse
from lab.measure import cores, machine
from lab.measure.counting import Passes
from lab.measure.progress import Progress
from lab.measure.record import read
from lab.scenario import files
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

REGRESSION, TOO_NOISY = 1, 3
SECONDS_A_COUNT = 1.4

# What may rise by how much: a share of the baseline, and at least so much. How many system calls
# there are depends on how many requests are there when the server looks.
ALLOWED = {"heap_calls": (0.0001, 0.02), "faults": (0.05, 0.1), "syscalls": (0.15, 0.3),
           "instructions": (0.01, 50.0), "arena_bytes": (0.01, 16.0)}
# Another compiler or C library is other code: its instructions are not comparable.
CODE = ("compiler", "glibc")

Counts = dict[str, dict[str, dict[str, float]]]  # scenario -> variant -> what -> a request


@dataclass(frozen=True)
class Finding:
    scenario: str
    variant: str
    what: str
    before: float
    now: tuple[float | None, float | None]
    verdict: str  # same, fewer, more, unsteady, missing

    def line(self) -> str:
        if None in self.now:
            return (f"{self.verdict:<9}{self.scenario:<22}{self.variant:<12}{self.what:<13}"
                    f"{self.before:>14,.2f} -> not counted")
        change = f" ({self._most() / self.before - 1:+.1%})" if self.before else ""
        return (f"{self.verdict:<9}{self.scenario:<22}{self.variant:<12}{self.what:<13}"
                f"{self.before:>14,.2f} -> {self.now[0]:,.2f} and {self.now[1]:,.2f}{change}")

    def _most(self) -> float:
        return min(self.now)


def judge(before: float, now: tuple[float | None, float | None], what: str) -> str:
    """The lower of two counts is what is held against the baseline: noise only ever adds."""
    if None in now:
        return "missing"
    share, least = ALLOWED[what]
    allowed = max(before * share, least)
    if abs(now[0] - now[1]) > allowed:
        return "unsteady"
    if min(now) > before + allowed:
        return "more"
    return "fewer" if min(now) < before - allowed else "same"


def findings(baseline: Counts, first: Counts, second: Counts, left_out: set[str]) -> list[Finding]:
    """One for each count of the baseline, of what was counted again."""
    result = []
    for scenario, by_variant in baseline.items():
        for variant, counts in by_variant.items():
            again = [each.get(scenario, {}).get(variant, {}) for each in (first, second)]
            for what, before in counts.items() if any(again) else ():
                if what not in left_out and what in ALLOWED:
                    now = (again[0].get(what), again[1].get(what))
                    result.append(Finding(scenario, variant, what, before, now,
                                          judge(before, now, what)))
    return result


def exit_code(found: list[Finding]) -> int:
    verdicts = {each.verdict for each in found}
    if "more" in verdicts:
        return REGRESSION
    return TOO_NOISY if verdicts & {"unsteady", "missing"} or not found else 0


def count(by_variant: list[tuple[Variant, list[Scenario]]], passes: Passes,
          progress: Progress) -> Counts:
    result: Counts = {}
    for variant, scenarios in by_variant:
        progress.step(f"counting  {variant.name}", SECONDS_A_COUNT * len(scenarios))
        for name, found in passes.of(variant, scenarios).items():
            result.setdefault(name, {})[variant.name] = found
    return result


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = ("Exit codes: 0 nothing rose, 1 something did, 2 wrong use, "
                     "3 it cannot be judged here.")
    parser.add_argument("--against", type=Path, required=True, metavar="BASELINE.json",
                        help="a result of quick, full or run, with its counts")
    parser.add_argument("--scenarios", type=Path, metavar="FILE.toml",
                        help="where its scenarios are, if they are not ours")
    parser.add_argument("--variants", default="arena", metavar="NAME,...",
                        help="whose counts are held against it (default arena)")
    parser.add_argument("--all", action="store_true", help="show what stayed the same too")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER")


def _servers(baseline: dict, options: argparse.Namespace) -> list[tuple[Variant, list[Scenario]]]:
    """What is started, and what it is asked: scenarios and variants that the baseline counted."""
    build = options.build_dir.resolve()
    if options.scenarios:
        declared = files.read(options.scenarios)
        known, own = list(declared.scenarios), measure.own_in_build(declared.own, build)
    else:
        known, own = files.all_scenarios(), {}
    wanted, found = options.variants.split(","), {}
    for scenario in known:
        for name in wanted:
            if name in baseline["counts"].get(scenario.name, {}) and name in scenario.variants:
                ready = measure.with_data(scenario, measure.RESULTS.resolve())
                variant = measure.variants_of(ready, own, build)[name]
                found.setdefault((variant.command, variant.environment),
                                 (variant, []))[1].append(ready)
    if not found:
        raise WrongUse(f"the baseline counted nothing of {options.variants} that is known here")
    return list(found.values())


def _left_out(baseline: dict) -> set[str]:
    here = machine.describe(cores.choose())
    changed = [f"{name} ({baseline['machine'].get(name)}, now {here[name]})" for name in CODE
               if baseline["machine"].get(name) != here[name]]
    if not changed:
        return set()
    print("instructions are left out, for the code is another's: " + ", ".join(changed),
          file=sys.stderr)
    return {"instructions"}


def run(options: argparse.Namespace) -> int:
    baseline = read(options.against)
    servers, left_out = _servers(baseline, options), _left_out(baseline)
    library = options.build_dir.resolve() / "libheap_counter.so"
    if not library.exists():
        raise Invalid(f"not built yet: {library} (./run build)")
    progress = Progress(2 * SECONDS_A_COUNT * sum(len(each) for _, each in servers))
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        passes = Passes(library, Path(folder), set(cores.choose().server))
        try:
            first, second = (count(servers, passes, progress) for _ in range(2))
        finally:
            progress.clear()
    found = findings(baseline["counts"], first, second, left_out)
    code = exit_code(found)
    for each in found:
        if options.all or each.verdict != "same":
            print(each.line())
    print({0: f"{len(found)} counts: none rose", REGRESSION: "REGRESSION: a count rose",
           TOO_NOISY: "NOT JUDGED: two counts of the same disagree, or something was not counted"}[code])
    return code
