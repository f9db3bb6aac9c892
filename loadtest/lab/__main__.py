"""PYTHONPATH=loadtest python3 -m lab VERB [options]"""

import argparse
import sys
from pathlib import Path

from lab.commands import compare, doctor, gate, measure, report
from lab.failures import Invalid, WrongUse

DESCRIPTION = """\
Where do per-request arenas beat default allocation, where do they make no difference, where do they
lose, on this machine, and can the run be trusted?"""
EPILOG = """\
Exit codes: 0 measured without a failure (whether timing can be trusted, the report says first),
1 an invalid result, or for gate a regression, 2 wrong use, 3 gate cannot judge here, 130
interrupted."""


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 7 * 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is not above 0, or more than a week")
    return value


def _add_measuring(verbs) -> None:
    for kind, about in (
            ("quick", "five scenarios, arena, heap, baseline and floor, some with other mallocs, "
                      "under five minutes"),
            ("full", "all scenarios and allocators, under an hour"),
            ("smoke", "one short pass of a few scenarios: must run and be valid, judges no "
                      "timing")):
        verb = verbs.add_parser(kind, help=about, description=about)
        measure.add_options(verb)
        verb.set_defaults(run=lambda options, kind=kind: measure.suite(kind, options))
    about = "steady mixed load, memory watched, for that many minutes"
    verb = verbs.add_parser("soak", help=about, description=about)
    verb.add_argument("minutes", type=_positive, metavar="MINUTES")
    measure.add_options(verb)
    verb.set_defaults(run=lambda options: measure.suite("soak", options))
    about = "the scenarios of a file, yours or one of loadtest/scenarios/"
    verb = verbs.add_parser("run", help=about, description=about)
    verb.add_argument("file", type=Path, metavar="FILE.toml")
    measure.add_options(verb)
    verb.set_defaults(run=measure.file)


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="./run loadtest", description=DESCRIPTION, epilog=EPILOG)
    verbs = result.add_subparsers(metavar="VERB", required=True)
    _add_measuring(verbs)
    for name, command, about in (
            ("compare", compare, "two results: what changed from A to B"),
            ("report", report, "write a result's report again, or print its summary"),
            ("gate", gate, "count again what a result counted, and fail if it rose: for CI"),
            ("doctor", doctor, "can this machine measure, and what would make it better?")):
        verb = verbs.add_parser(name, help=about, description=about)
        command.add_options(verb)
        verb.set_defaults(run=command.run)
    return result


def main(arguments: list[str]) -> int:
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["quick", *arguments]
    options = parser().parse_args(arguments)
    options.arguments = arguments
    try:
        return options.run(options)
    except Invalid as error:
        print(f"loadtest: {error}", file=sys.stderr)
        return 2 if isinstance(error, WrongUse) else 1
    except KeyboardInterrupt:
        print("loadtest: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
