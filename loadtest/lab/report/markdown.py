"""The report in short, as Markdown for a pull request."""

import re

from lab.analysis.findings import Lists
from lab.analysis.trust import Overall
from lab.report import places
from lab.report.brief import LISTS, SORTED, UNLESS_EMPTY, Brief, against, brief, listed
from lab.report.verdict_marks import WORDS, in_words


def summary(result: dict) -> str:
    """Ends with a line break."""
    short = brief(result)
    lines = [f"## {plain(result.get('title') or 'Load lab')}", "", *_trust(result, short), ""]
    lines += [f"{plain(sentence)}\n" for sentence in short.sentences]
    if short.best_other:
        lines += [plain(short.best_other), ""]
    if short.lists:
        lines += [plain(f"{short.resolution} {SORTED}"), ""]
    for found in short.lists:
        lines += [f"**{plain(against(found))}**", "", *_lists(found), ""]
    if short.preloading:
        lines += [f"**Would preloading jemalloc do the same?** {plain(short.preloading)}", ""]
    lines += [plain(short.predicted), ""] if short.predicted else []
    return "\n".join(lines + _table(short)).rstrip() + "\n"


def plain(text: str) -> str:
    """Text that Markdown leaves as it is, in one line."""
    text = re.sub(r"\s+", " ", text.strip(), flags=re.ASCII)  # what must not be broken stays so
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}" if sign not in "<>" else
                            {"<": "&lt;", ">": "&gt;"}[sign])
    return text


def _trust(result: dict, short: Brief) -> list[str]:
    machine = result.get("machine", {})
    about = [result.get("started"), machine.get("cpu"), result.get("command"),
             (machine.get("git_revision") or "")[:12]]
    mark = {Overall.TRUSTED: "✅", Overall.PARTLY: "⚠️", Overall.NOT: "❌"}[short.trust.overall()]
    lines = [plain(" · ".join(str(word) for word in about if word)), "",
             f"{mark} {plain(short.trusted)}"]
    lines += [f"- {plain(check.name)}: fails, "
              f"{plain(check.detail + places.told(short.measured, check))}"
              for check in short.trust.failed()]
    return lines


def _lists(found: Lists) -> list[str]:
    lines = []
    for name, title in LISTS:
        entries = getattr(found, name)
        if not entries and name in UNLESS_EMPTY:
            continue
        words = "; ".join(f"{plain(entry.scenario.get('title', entry.scenario['name']))} "
                          f"({plain(listed(entry))})" for entry in entries)
        lines.append(f"- {title} ({len(entries)}): {words or 'none'}")
    return lines


def _table(short: Brief) -> list[str]:
    if not short.rows:
        return []
    lines = ["| | " + " | ".join(short.heads) + " |", "|---|" + "--:|" * len(short.heads)]
    for row in short.rows:
        cells = [in_words(one) for one in row.judged]
        lines.append(f"| {plain(row.title)} | " + " | ".join(cells) + " |")
    return [*lines, "", f"{plain(short.about)}, with 95 % intervals. {WORDS}"]

