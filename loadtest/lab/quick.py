"""The quick comparison: arena, heap and baseline, with the floor as control, in minutes."""

import argparse
import signal
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from lab import cores, machine, result, wrk_run
from lab.failures import Invalid
from lab.scenarios import all_scenarios
from lab.session import Plan, Session
from lab.variants import all_variants

DEFAULT_SEED = 20261122


def _positive(kind):
    """An argparse type: a number of that kind above 0."""
    def convert(text: str):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return convert


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=_positive(int), default=3, metavar="N",
                        help="rounds that count (default 3); one more comes first and is dropped")
    parser.add_argument("--passes", type=_positive(int), default=5, metavar="N",
                        help="over all variants for each scenario of a round (default 5)")
    parser.add_argument("--duration", type=_positive(float), default=0.2, metavar="SECONDS",
                        help="of load for each variant in a pass (default 0.2, at least 0.1)")
    parser.add_argument("--smoke", action="store_true",
                        help="about 25 s: must run and be valid, judges no timing")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, metavar="N",
                        help=f"of the order of runs (default {DEFAULT_SEED})")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="where the raw rounds go (default build/loadtest/quick-<time>.json)")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER",
                        help="where the binaries are (default build/release)")


def _plan(options: argparse.Namespace) -> Plan:
    if options.smoke:
        return Plan(kept_rounds=1, dropped_rounds=0, passes=1, seconds=0.3, warm_seconds=0.1,
                    connections=64, seed=options.seed, counted_share=0.25)
    return Plan(kept_rounds=options.rounds, dropped_rounds=1, passes=options.passes,
                seconds=options.duration, warm_seconds=0.1, connections=64, seed=options.seed,
                counted_share=1.0)


def _require(*files: Path) -> None:
    missing = dict.fromkeys(str(file) for file in files if not file.exists())
    if missing:
        raise Invalid(f"not built yet: {', '.join(missing)} (./run build)")


def _interrupt(*_) -> None:
    raise KeyboardInterrupt


def _say_heading(about: dict, plan: Plan) -> None:
    where = about["machine"]
    print(f"{about['started']}  {where['cpu']}, {len(where['cores_allowed'])} cores, "
          f"Linux {where['kernel']}")
    print(f"server on core {where['server_core']}, wrk on core {where['generator_core']}, "
          f"{plan.connections} connections, seed {plan.seed}\n"
          f"kept rounds: {plan.kept_rounds}, passes in a round: {plan.passes}, "
          f"load in a pass: {plan.seconds} s\n", flush=True)


def _finish(path: Path, session: Session, names: list[str], about: dict) -> None:
    result.write(path, session, names, about)
    print(f"raw rounds: {path}  (took {about['took_seconds']} s)")


def run(options: argparse.Namespace) -> int:
    """0 when the result is valid, 1 when it is not, 130 when it was interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)
    plan, scenarios, chosen = _plan(options), all_scenarios(), cores.choose()
    variants = all_variants(options.build_dir.resolve())
    library = options.build_dir.resolve() / "libheap_counter.so"
    names = [scenario.name for scenario in scenarios]
    start = time.monotonic()
    about = {
        "kind": "quick", "format": 1, "valid": True, "reason": None, "partial": False,
        "started": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": sys.argv, "machine": machine.describe(chosen),
    }
    code = 0
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        session = Session(plan, variants, scenarios, chosen, library, Path(folder))
        try:
            wrk_run.require_wrk()
            _require(library, *(variant.program for variant in variants.values()))
            _say_heading(about, plan)
            session.run()
            print(result.text(session, names, chosen.apart, options.markdown))
        except Invalid as error:
            about.update(valid=False, reason=str(error))
            print(f"INVALID: {error}\nINVALID: this result must not be used", file=sys.stderr)
            code = 1
        except KeyboardInterrupt:
            about.update(valid=False, reason="interrupted", partial=True)
            print("\nPARTIAL: interrupted; every server that was started is ended", file=sys.stderr)
            code = 130
    about["took_seconds"] = round(time.monotonic() - start)
    _finish(options.output or result.default_path(), session, names, about)
    return code
