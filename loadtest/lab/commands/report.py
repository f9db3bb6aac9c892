"""report: what a result says, as a page, as Markdown, on the terminal."""

import argparse
from pathlib import Path

from lab.failures import WrongUse
from lab.measure.record import read
from lab.report import capacity, html, markdown, readme, text

ROOT = Path(__file__).resolve().parents[3]
README, PLOT = ROOT / "README.md", ROOT / "loadtest" / "results" / "comparison.svg"
SCALING = ROOT / "docs" / "scaling.md"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("result", type=Path, metavar="RESULT.json")
    parser.add_argument("--html", type=Path, metavar="FILE.html",
                        help="where the page goes (default beside the result)")
    parser.add_argument("--markdown", action="store_true",
                        help="print the summary as Markdown, for a pull request")
    parser.add_argument("--readme", action="store_true",
                        help="make the tables of README.md and docs/scaling.md, and the plot, from "
                             "this result too")


def write(path: Path, document: dict, page: Path | None = None, as_markdown: bool = False) -> None:
    """The page beside the result, and the summary on the terminal. Raises WrongUse where the page
    cannot be written, or would be written over the result.
    """
    page = page or path.with_suffix(".html")
    if page.resolve() == path.resolve():
        raise WrongUse(f"the page would be written over the result {path}: name another by --html")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(html.page(document))
    except OSError as error:
        raise WrongUse(f"the page cannot be written to {page}: {error.strerror}") from error
    print(markdown.summary(document) if as_markdown else text.summary(document))
    if not as_markdown:
        print(f"\nreport: {page}\nresult: {path}  (took {document['took_seconds']} s)")


def run(options: argparse.Namespace) -> int:
    """0 when the result is valid, 1 when it is not."""
    document = read(options.result)
    write(options.result, document, options.html, options.markdown)
    if options.readme:
        if options.result.resolve().parent != PLOT.parent:
            raise WrongUse(f"README.md is made from a result that is kept, in {PLOT.parent}")
        try:
            readme.update(options.result, README, PLOT)
            capacity.update(options.result, SCALING)
        except readme.Unfit as error:
            raise WrongUse(str(error)) from error
    return 1 if document["invalid"] else 0
