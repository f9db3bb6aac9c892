"""quick, full, soak and run: measure scenarios, keep the result, and tell what it says."""

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from lab.commands import report
from lab.commands.selection import (chosen, installed, moved_capacities, own_in_build, variants_of,
                                    with_data)
from lab.failures import BROKEN, Invalid, WrongUse
from lab.measure import cores, machine, wrk_run
from lab.measure.blocks import Tools
from lab.measure.plan import Plan
from lab.measure.record import Record, retried_line
from lab.measure.session import Session
from lab.scenario import files, variants
from lab.scenario.scenario import Scenario
from lab.scenario.variants import Variant

SEED = 20261122
MOST = 3600  # rounds, passes, seconds
RESULTS = Path("build/loadtest")

# Chosen so that quick takes under five minutes, and full forty-five, on two cores.
PLANS = {
    "quick": Plan(kept_rounds=5, dropped_rounds=0, passes=3, seconds=0.1, warm_seconds=0.1,
                  seed=SEED, closer=3),
    "full": Plan(kept_rounds=6, dropped_rounds=1, passes=2, seconds=0.2, warm_seconds=0.1,
                 seed=SEED, closer=6, close_seconds=0.1, soak_seconds=90),
    "smoke": Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.2, warm_seconds=0.1,
                  seed=SEED, open_seconds=0.5, soak_seconds=3),
}
TITLES = {
    "quick": "Arena against default allocation, in brief",
    "full": "Arena against default allocation",
    "soak": "Soak: memory over time",
    "smoke": "A smoke test: must run and be valid, judges no timing",
}


def _positive(kind):
    """An argparse type: a number of that kind above 0."""
    def convert(text: str):
        value = kind(text)
        if not 0 < value <= MOST:
            raise argparse.ArgumentTypeError(f"{text} is not above 0, and at most {MOST}")
        return value

    return convert


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=_positive(int), metavar="N",
                        help="rounds that count; before those of full one more is dropped")
    parser.add_argument("--passes", type=_positive(int), metavar="N",
                        help="over all variants, for each scenario of a round")
    parser.add_argument("--closer", type=_positive(int), metavar="N",
                        help="times as many passes over variants that are expected not to differ; "
                             "from 2 on, twice as many over others that predictions compare")
    parser.add_argument("--seconds", type=_positive(float), metavar="S",
                        help="of load for each variant in a pass")
    parser.add_argument("--close-seconds", type=_positive(float), metavar="S",
                        help="of load in the passes that --closer adds (as --seconds, if that is "
                             "given, else 0.1)")
    parser.add_argument("--seed", type=int, metavar="N", help=f"of all that is random ({SEED})")
    parser.add_argument("--only", metavar="NAME,...", help="these scenarios alone")
    parser.add_argument("--variants", metavar="NAME,...",
                        help="these variants alone, where scenarios have them")
    parser.add_argument("--no-counts", action="store_true",
                        help="leave out the passes that count heap calls, syscalls, instructions")
    parser.add_argument("--output", type=Path, metavar="FILE.json",
                        help="where the result goes (default build/loadtest/<kind>-<time>.json); "
                             "its report is beside it")
    parser.add_argument("--resume", type=Path, metavar="FILE.json",
                        help="go on with a result that was interrupted, made by the same command")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER",
                        help="where the programs are (default build/release)")


def plan_of(kind: str, options: argparse.Namespace) -> Plan:
    plan = PLANS.get(kind, PLANS["quick"])
    given = {name: value for name, value in (
        ("kept_rounds", options.rounds), ("passes", options.passes), ("closer", options.closer),
        ("seconds", options.seconds), ("close_seconds", options.close_seconds or options.seconds),
        ("seed", options.seed)) if value is not None}
    if options.no_counts or kind == "soak":
        given["counts"] = False
    if kind == "soak":
        given |= {"soak_seconds": options.minutes * 60, "kept_rounds": 1, "dropped_rounds": 0}
    return replace(plan, **given)


def _described(scenario: Scenario, apart: bool) -> dict:
    described = {name: getattr(scenario, name) for name in (
        "name", "group", "title", "what", "kind", "connections", "note", "shares", "rate")}
    return {**described, "variants": list(scenario.variants), "shares": list(scenario.shares),
            "cores_apart": apart, "predictions": [vars(each) for each in scenario.predictions],
            **({"capacity_of": scenario.capacity_of} if scenario.shares else {}),
            "settings": scenario.settings}


def _command(options: argparse.Namespace) -> str:
    return " ".join(["./run loadtest", *options.arguments])


def described(scenarios: list[Scenario], own: dict[str, Variant], build: Path) -> dict[str, dict]:
    """Every variant once, without what a scenario adds to its command: that stands in the
    scenario's settings (server, flags, threads)."""
    shown = (*variants.OTHERS, *variants.STRATEGIES)

    def place(name: str) -> tuple:
        server = name.removesuffix(variants.AGAIN).partition("+")[0]
        return (shown.index(server) if server in shown else len(shown), name)

    names = {name for scenario in scenarios for name in scenario.variants}
    return {name: (own.get(name) or variants.make(name, build)).described(build)
            for name in sorted(names, key=place)}


def _head(kind: str, title: str, options: argparse.Namespace, plan: Plan,
          scenarios: list[Scenario], own: dict[str, Variant], build: Path) -> dict:
    return {
        "kind": kind, "title": title,
        "started": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": _command(options), "machine": machine.describe(cores.choose()),
        "settings": {**plan.settings(), "build": build.name},
        "variants": described(scenarios, own, build),
        "scenarios": [_described(each, cores.choose(each.threads).apart) for each in scenarios],
    }


def _require(scenarios: list[Scenario], by_scenario: dict[str, dict[str, Variant]], tools: Tools,
             plan: Plan) -> None:
    wrk_run.require_wrk()
    started = [variant for each in by_scenario.values() for variant in each.values()]
    programs = {Path(variant.command[0]) for variant in started
                if variant.command and variant.command[0].startswith("/")}
    if any(scenario.is_open for scenario in scenarios):
        programs.add(tools.loadgen)
    if plan.counts:
        programs.add(tools.heap_counter)
    missing = sorted(str(file) for file in programs if not file.exists())
    if missing:
        raise Invalid(f"missing: {', '.join(missing)} (ours are built by ./run build)")


def _interrupt(*_) -> None:
    raise KeyboardInterrupt


def _say_heading(head: dict, plan: Plan, scenarios: list[Scenario]) -> None:
    where = head["machine"]
    print(f"{head['started']}  {where['cpu']}, {len(where['cores_allowed'])} cores, "
          f"Linux {where['kernel']}, glibc {where['glibc']}")
    print(f"{len(scenarios)} scenarios, {plan.kept_rounds} rounds of {plan.passes} passes that "
          f"count, server on core {where['server_cores'][0]}, generator on core "
          f"{where['generator_cores'][0]}, seed {plan.seed}", flush=True)


def _measured(head: dict, session: Session) -> int:
    """Runs the session; the exit code. Whatever was measured is kept."""
    start, before = time.monotonic(), session.record.document["took_seconds"]
    document, code = session.record.document, 0
    try:
        _say_heading(head, session.plan, session.scenarios)
        session.record.write()  # now is the time to learn that it cannot be
        session.run()
        document["partial"] = False
    except (Invalid, *BROKEN) as error:
        document["invalid"].append(str(error) or type(error).__name__)
    except KeyboardInterrupt:
        print(f"\ninterrupted; every server that was started is ended. What was measured is kept, "
              f"go on with --resume {session.record.path}", file=sys.stderr)
        code = 130
    document["took_seconds"] = before + round(time.monotonic() - start)
    session.record.write()
    for each in document["retried"]:
        print(retried_line(each), file=sys.stderr)
    return code or (1 if document["invalid"] else 0)


def result_path(kind: str, options: argparse.Namespace) -> Path:
    """Raises WrongUse for one that its own report would overwrite, and for two."""
    if options.resume and options.output:
        raise WrongUse("--resume goes on in the file that it names: leave --output out")
    if options.output and options.output.suffix != ".json":
        raise WrongUse(f"--output {options.output} must end in .json; its report, which ends in "
                       ".html, will be beside it")
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return options.resume or options.output or RESULTS / f"{kind}-{stamp}.json"


def run_scenarios(kind: str, title: str, scenarios: list[Scenario], own: dict[str, Variant],
                  options: argparse.Namespace, left_out: dict[str, str] | None = None) -> int:
    """0 when the result is valid, 1 when it is not, 130 when it was interrupted. `left_out` says
    of which variants nothing is measured, and why.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    path = result_path(kind, options)
    plan, build = plan_of(kind, options), options.build_dir.resolve()
    declared, scenarios = scenarios, chosen(scenarios, options)
    scenarios = [with_data(each, RESULTS.resolve()) for each in scenarios]
    own = own_in_build(own, build)
    by_scenario = {each.name: variants_of(each, own, build) for each in scenarios}
    head = _head(kind, title, options, plan, scenarios, own, build)
    head["left_out"] = left_out or {}
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        cores.leave_the_server_alone(cores.choose())
        tools = Tools(cores.choose(), build / "loadgen", build / "libheap_counter.so",
                      Path(folder))
        _require(scenarios, by_scenario, tools, plan)
        record = Record.resume(path, head) if options.resume else Record.begin(path, head)
        for line in (*(f"left out: {name}: {reason}" for name, reason in head["left_out"].items()),
                     *moved_capacities(declared, scenarios)):
            print(line)
        code = _measured(head, Session(plan, scenarios, by_scenario, tools, record))
    report.write(path, record.document)
    return code


def suite(kind: str, options: argparse.Namespace) -> int:
    """Variants that need what is not installed are left out, unless --variants names them."""
    scenarios, left_out = files.suite(kind), {}
    if not options.variants:
        scenarios, left_out = installed(scenarios)
    return run_scenarios(kind, TITLES[kind], scenarios, {}, options, left_out)


def file(options: argparse.Namespace) -> int:
    found = files.read(options.file)
    return run_scenarios("run", f"Scenarios of {options.file.name}", list(found.scenarios),
                         found.own, options)
