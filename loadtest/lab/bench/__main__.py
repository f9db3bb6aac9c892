"""PYTHONPATH=loadtest python3 -m lab.bench [arena|json|queries] [options]"""

import argparse
import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from lab.bench import arena_bench, json_bench, queries_bench, readme
from lab.failures import Invalid
from lab.measure import cores, machine


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Compares the arena with other allocators, JSON in it with other libraries, or "
                    "queries with SQLite's, on this machine, in two minutes.",
        epilog="Exit codes: 0 all claims hold, 1 one does not or nothing could be measured, "
               "2 wrong use.")
    parser.add_argument("what", nargs="?", choices=["arena", "json", "queries"], default="arena",
                        help="what is compared (default arena)")
    parser.add_argument("--quick", action="store_true",
                        help="fewer and shorter repetitions: half a minute, noisier")
    parser.add_argument("--out", type=Path, metavar="FILE.json",
                        help="where all raw figures go (default "
                             "build/loadtest/bench-<what>-<time>.json)")
    parser.add_argument("--keep", action="store_true",
                        help="keep the figures in loadtest/results/, and make the README's table")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER",
                        help="where the programs are (default build/release)")
    return parser


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


def _run(options: argparse.Namespace) -> int:
    start, now = time.monotonic(), datetime.now(timezone.utc)
    where = machine.describe(cores.choose())
    print(f"{now:%Y-%m-%d %H:%M} UTC  {where['cpu']}, {len(where['cores_allowed'])} cores, "
          f"Linux {where['kernel']}")
    of = {"arena": arena_bench.compare, "json": json_bench.compare,
          "queries": queries_bench.compare}[options.what]
    found = of(options.build_dir, options.quick)
    print("\n".join(found.report))
    print("\n".join(claim.line() for claim in found.claims))
    head = {"kind": "bench", "what": options.what, "started": f"{now:%Y-%m-%d %H:%M} UTC",
            "machine": where, "claims": [vars(claim) for claim in found.claims]}
    if options.keep:
        kept = readme.RESULTS / f"{now:%Y-%m-%d}-bench-{options.what}.json"
        _write(kept, {**head, "figures": found.figures})
        readme.put(kept)
        print(f"\nkept: {kept}")
    out = options.out or Path(f"build/loadtest/bench-{options.what}-{now:%Y%m%dT%H%M%SZ}.json")
    _write(out, {**head, "raw": found.raw})
    print(f"\nall repetitions: {out}  (took {time.monotonic() - start:.0f} s)")
    return 0 if all(claim.holds for claim in found.claims) else 1


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Invalid as error:
        print(f"INVALID: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
