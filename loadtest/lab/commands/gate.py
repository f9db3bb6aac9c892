"""gate: counts again what a result counted, and fails if it rose. For CI: nothing is timed.

Everything is counted twice. Where the two disagree by more than a rise that would fail, where a
tool fails, or where what the baseline counted is gone or is another request now, the gate cannot
judge, and says so rather than guess.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from lab.commands import measure, selection
from lab.commands.counts import NOT_JUDGED, REGRESSION, Counts, exit_code, findings
from lab.failures import BROKEN, Invalid, WrongUse, said
from lab.measure import cores, counting, machine
from lab.measure.counting import Passes
from lab.measure.progress import Progress
from lab.measure.record import read
from lab.scenario import files, requests
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

# Another compiler, C library or processor is other code (glibc picks its string functions by what
# the processor can do): its instructions are not comparable.
CODE = ("compiler", "glibc", "cpu")
# What makes a request, and the server that it is for, another one.
ASKED = (*requests.INSTEAD_OF_RAW, "raw")
SERVER = ("server", "flags", "threads")

Servers = list[tuple[Variant, list[Scenario]]]


@dataclass
class Again:
    """What is counted again of a baseline."""

    baseline: Counts  # of the variants that are wanted alone
    servers: dict[tuple, tuple[Variant, list[Scenario]]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)  # why something cannot be counted again

    def add(self, variant: Variant, scenario: Scenario) -> None:
        self.servers.setdefault((variant.command, variant.environment),
                                (variant, []))[1].append(scenario)


def changed(before: dict, now: dict) -> list[str]:
    """The keys by which the settings of a scenario ask for something else than they did."""
    asked = [each.get("request", {}) for each in (before, now)]
    return ([key for key in SERVER if before.get(key) != now.get(key)]
            + [key for key in ASKED if asked[0].get(key) != asked[1].get(key)])


def count(servers: Servers, passes: Passes, progress: Progress) -> Counts:
    result: Counts = {}
    for variant, scenarios in servers:
        progress.step(f"counting  {variant.name}", counting.EXPECTED_SECONDS * len(scenarios))
        found = passes.of(variant, scenarios)
        for name, counts in found.counts.items():
            result.setdefault(name, {})[variant.name] = counts
        for missed in found.missed:
            progress.say(f"not counted: {missed.line()}")
    return result


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = ("Exit codes: 0 nothing rose, 1 something did, 2 wrong use, "
                     "3 it cannot be judged here, or not by this baseline.")
    parser.add_argument("--against", type=Path, required=True, metavar="BASELINE.json",
                        help="a result of quick, full or run, with its counts")
    parser.add_argument("--scenarios", type=Path, metavar="FILE.toml",
                        help="where its scenarios are, if they are not ours")
    parser.add_argument("--variants", default="arena", metavar="NAME,...",
                        help="whose counts are held against it (default arena)")
    parser.add_argument("--all", action="store_true", help="show what stayed the same too")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER")


def wanted(baseline: dict, names: list[str]) -> Counts:
    """The baseline's counts of these variants. Raises WrongUse for one that it has none of."""
    counted = {name for by_variant in baseline["counts"].values() for name in by_variant}
    for name in names:
        if name not in counted:
            raise WrongUse(f"the baseline counted nothing of {name!r}; it counted "
                           f"{', '.join(sorted(counted)) or 'nothing at all'}")
    return {scenario: kept for scenario, by_variant in baseline["counts"].items()
            if (kept := {name: by_variant[name] for name in names if name in by_variant})}


def again(baseline: dict, names: list[str], known: list[Scenario], own: dict[str, Variant],
          build: Path) -> Again:
    """What is started, and what it is asked; only variants that are wanted are made."""
    result = Again(wanted(baseline, names))
    now = {scenario.name: scenario for scenario in known}
    before = {each["name"]: each.get("settings", {}) for each in baseline["scenarios"]}
    for name, by_variant in result.baseline.items():
        if name not in now:
            result.gone.append(f"{name}: there is no such scenario any more")
        elif keys := changed(before.get(name, {}), now[name].settings):
            result.gone.append(f"{name}: it is another request or server than the baseline's, by "
                               + ", ".join(keys))
        else:
            ready = selection.with_data(now[name], measure.RESULTS.resolve())
            for variant in by_variant:
                if variant in ready.variants:
                    result.add(selection.variant_of(ready, variant, own, build), ready)
                else:
                    result.gone.append(f"{name}: {variant} is not among its variants any more")
    return result


def _left_out(baseline: dict) -> set[str]:
    here = machine.describe(cores.choose())
    differs = [f"{name} ({baseline['machine'].get(name)}, now {here[name]})" for name in CODE
               if baseline["machine"].get(name) != here[name]]
    if not differs:
        return set()
    print("instructions are left out, for the code is another's: " + ", ".join(differs),
          file=sys.stderr)
    return {"instructions"}


def _counted_twice(servers: Servers, library: Path) -> tuple[Counts, Counts]:
    progress = Progress(2 * counting.EXPECTED_SECONDS * sum(len(each) for _, each in servers))
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        passes = Passes(library, Path(folder), set(cores.choose().server))
        try:
            return count(servers, passes, progress), count(servers, passes, progress)
        finally:
            progress.clear()


def _require_built(servers: Servers, library: Path) -> None:
    programs = {Path(variant.command[0]) for variant, _ in servers
                if variant.command and variant.command[0].startswith("/")}
    missing = sorted(str(file) for file in {*programs, library} if not file.exists())
    if missing:
        raise Invalid(f"missing: {', '.join(missing)} (ours are built by ./run build)")


def _judged(options: argparse.Namespace) -> int:
    build, baseline = options.build_dir.resolve(), read(options.against)
    known, own = files.all_scenarios(), {}
    if options.scenarios:
        declared = files.read(options.scenarios)
        known, own = list(declared.scenarios), selection.own_in_build(declared.own, build)
    counted = again(baseline, options.variants.split(","), known, own, build)
    servers, library = list(counted.servers.values()), build / "libheap_counter.so"
    _require_built(servers, library)
    left_out = _left_out(baseline)
    found = findings(counted.baseline, *_counted_twice(servers, library), left_out)
    for each in found:
        if options.all or each.verdict != "same":
            print(each.line())
    for reason in counted.gone:
        print(f"missing  {reason}")
    code = exit_code(found)
    print({0: f"{len(found)} counts: none rose", REGRESSION: "REGRESSION: a count rose",
           NOT_JUDGED: "NOT JUDGED: two counts of the same disagree, or something was not "
                       "counted"}[code])
    return code


def run(options: argparse.Namespace) -> int:
    """A tool or server that fails is no regression: nothing can be said then."""
    try:
        return _judged(options)
    except WrongUse:
        raise
    except (Invalid, *BROKEN) as error:
        print(f"NOT JUDGED: {said(error)}", file=sys.stderr)
        return NOT_JUDGED
