"""compare: two results, what changed from A to B."""

import argparse
from pathlib import Path

from lab.analysis import compare
from lab.measure.record import read


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", type=Path, metavar="A.json")
    parser.add_argument("b", type=Path, metavar="B.json")


def run(options: argparse.Namespace) -> int:
    print(compare.text(read(options.a), read(options.b)))
    return 0
