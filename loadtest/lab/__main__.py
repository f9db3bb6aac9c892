"""PYTHONPATH=loadtest python3 -m lab [quick|core|json] [options]"""

import argparse
import sys

from lab import core, json_load, quick


def main(arguments: list[str]) -> int:
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["quick", *arguments]
    parser = argparse.ArgumentParser(
        prog="./run loadtest",
        description="Compares arena-server with default allocation on this machine.",
        epilog="Exit codes: 0 a valid result, 1 an invalid one, 2 wrong use, 130 interrupted.",
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    about = "arena, heap and baseline over five scenarios, under three minutes (the default verb)"
    quick_parser = verbs.add_parser("quick", help=about, description=about)
    quick.add_options(quick_parser)
    quick_parser.set_defaults(run=quick.run)
    about = "the HTTP core alone: CPU a request beside a raw epoll loop and nginx, two minutes"
    core_parser = verbs.add_parser("core", help=about, description=about)
    core.add_options(core_parser)
    core_parser.set_defaults(run=core.run)
    about = "/items by document and by writer, and /echo: CPU a request beside floor, baseline and heap"
    json_parser = verbs.add_parser("json", help=about, description=about)
    json_load.add_options(json_parser)
    json_parser.set_defaults(run=json_load.run)
    options = parser.parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
