"""The report in short, for a terminal of 100 columns. Plain text: no colour, no control codes."""

import textwrap
from unicodedata import category

from lab.analysis.findings import Judged, Lists
from lab.report import places
from lab.report.brief import LISTS, SORTED, Brief, against, brief, listed
from lab.report.verdict_marks import WORDS, in_words

WIDTH = 100
_CELL = 14  # the main figure's interval does not fit beside four others: ratios alone


def summary(result: dict) -> str:
    """Ends with a line break."""
    short = brief(result)
    lines = [_clean(result.get("title") or "Load lab"), "", *_wrapped(short.trusted)]
    for check in short.trust.checks:
        mark = {True: "ok  ", False: "FAIL", None: "–   "}[check.ok]
        where = places.told(short.measured, check)
        lines += _wrapped(f"{mark} {check.name}: {check.detail}{where}", "  ", "       ")
    lines.append("")
    for sentence in short.sentences:
        lines += [*_wrapped(sentence), ""]
    if short.best_other:
        lines += [*_wrapped(short.best_other), ""]
    if short.lists:
        lines += [*_wrapped(f"{short.resolution} {SORTED}".strip()), ""]
    for found in short.lists:
        lines += [*_lists(found), ""]
    if short.preloading:
        lines += [*_wrapped(f"Would preloading jemalloc do the same? {short.preloading}"), ""]
    lines += _wrapped(short.predicted)
    return "\n".join([*lines, "", *_table(short)]).rstrip() + "\n"


def _clean(text: str) -> str:
    """No control characters, so that a scenario's title cannot steer the terminal; what must not be
    broken is kept together until lines are made."""
    text = text.replace("\u202f", "\u00a0")
    return "".join(" " if category(sign) == "Cc" else sign for sign in text)


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    lines = textwrap.wrap(_clean(text), WIDTH, initial_indent=first,
                          subsequent_indent=rest or first, break_long_words=True)
    return [line.replace("\u00a0", " ") for line in lines]


def _lists(found: Lists) -> list[str]:
    lines = _wrapped(against(found))
    for name, title in LISTS:
        entries = getattr(found, name)
        if not entries:
            continue
        lines.append(f"  {title} ({len(entries)})")
        for entry in entries:
            title = entry.scenario.get("title", entry.scenario["name"])
            lines += _wrapped(f"{title}: {listed(entry)}", "    ", "      ")
    return lines


def _table(short: Brief) -> list[str]:
    if not short.rows:
        return []
    name_width = WIDTH - len(short.heads) * (_CELL + 1)
    lines = [" " * name_width + "".join(f" {head[:_CELL]:>{_CELL}}" for head in short.heads)]
    for row in short.rows:
        title = _clean(row.title).replace("\u00a0", " ")[:name_width]
        cells = "".join(f" {_cell(one):>{_CELL}}" for one in row.judged)
        lines.append(f"{title:{name_width}}{cells}")
    return [*lines, "", *_wrapped(f"{short.about}. {WORDS}")]


def _cell(one: Judged) -> str:
    return in_words(one, with_interval=False).replace("\u202f", " ")
