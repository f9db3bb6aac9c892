"""The first page: trust, the verdict with its lists, and whether preloading would do the same."""

from html import escape

from lab.analysis import best_other, findings, predictions, remainder, resolution, sentences
from lab.analysis.findings import Entry, Lists
from lab.analysis.measured import AGAIN, ARENA, BASELINE, FLOOR, HEAP, Measured
from lab.analysis.check import Check
from lab.analysis.pairs import compared, is_usual
from lab.analysis.predictions import Found, Outcome
from lab.analysis.trust import Overall, Trust
from lab.report import places, preloading
from lab.report.brief import LISTS, SORTED, UNLESS_EMPTY, against, told
from lab.report.forest import anchor

_MARK = {Overall.TRUSTED: "✓", Overall.PARTLY: "◐", Overall.NOT: "✗"}
_LIST_STYLE = {"helps": "better", "same": "same", "close": "close", "hurts": "worse",
               "undecided": "open"}
_VARIANTS = {
    ARENA: "this server: each request takes its memory from one block, which is emptied at once "
           "when the answer is sent",
    HEAP: "the same code without that block: each piece of memory is taken from the ordinary heap "
          "(malloc) and given back by itself",
    BASELINE: "another server with the same endpoints, as one would write it without thinking of "
              "arenas",
    ARENA + AGAIN: "the arena once more, started alike: what differs between the two is noise",
    FLOOR: "a loop that sends fixed answers: what the kernel's part costs, for orientation alone",
}
_FIGURES = {
    "CPU a request": "processor time of the server's process, in its own code and in the kernel",
    "p99": "the latency that 99 of 100 requests stay below",
    "peak RSS": "the most memory that the server's process held at a time (resident set size)",
    "heap calls": "calls of malloc, free and their kind for one request, counted in a run apart",
}


def trust_part(measured: Measured, trust: Trust) -> str:
    """One line, with the checks folded away unless one fails; those that fail first."""
    overall = trust.overall()
    checks = sorted(trust.checks, key=lambda check: check.ok is not False)
    items = "".join(_check(measured, check) for check in checks)
    return (f'<section id="trust"><h2 class="unseen">Can this run be trusted?</h2>'
            f'<details class="overall t-{overall.name.lower()}"{" open" * bool(trust.failed())}>'
            f'<summary><span class="mark" aria-hidden="true">{_MARK[overall]}</span> '
            f'{escape(remainder.sentence(measured, trust))} <small>{_counted(checks)}</small></summary>'
            f'<ul class="checks">{items}</ul></details></section>')


def _counted(checks: list[Check]) -> str:
    if all(check.ok for check in checks):
        return f"all {len(checks)} checks passed"
    counts = [(sum(check.ok is state for check in checks), word)
              for state, word in ((False, "failed"), (True, "passed"), (None, "not checked"))]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{len(checks)} checks: {told}"


def _check(measured: Measured, check: Check) -> str:
    style, mark, word = {True: ("ok", "✓", "holds"), False: ("bad", "✗", "fails"),
                         None: ("none", "–", "not checked")}[check.ok]
    return (f'<li class="{style}"><span class="mark" role="img" '
            f'aria-label="{word}">{mark}</span> <b>{escape(check.name)}</b>: '
            f'{escape(check.detail)}{places.html(measured, check)}</li>')


def verdict_part(measured: Measured, trust: Trust, predicted: list[Found]) -> str:
    told_sentences = "".join(f"<p>{escape(text)}</p>"
                             for text in (*sentences.verdict(measured, trust),
                                          *_others(measured, trust)))
    parts = [f'<section id="verdict"><h2>Verdict</h2><div class="sentences">{told_sentences}</div>',
             _terms(measured)]
    about = f"{resolution.sentence(measured)} {SORTED}".strip()
    parts.append(f'<p class="note">{escape(about)}</p>')
    for of, to in compared(measured):
        found = findings.lists(measured, trust, to, of)
        if found.measured():
            parts.append(f"<h3>{escape(against(found))}</h3>{_lists(found)}")
    others = preloading.part(measured, trust) if is_usual(measured) else ""
    return "".join([*parts, others, _predicted(predicted), "</section>"])


def _others(measured: Measured, trust: Trust) -> list[str]:
    """Where the arena loses to another way belongs to the verdict."""
    told_of = best_other.sentence(best_other.rows(measured, trust)) if is_usual(measured) else ""
    return [told_of] if told_of else []


def _terms(measured: Measured) -> str:
    """Who is compared and by what, each in a line; of a user's own variants their own words."""
    if is_usual(measured):
        terms = {name: words for name, words in _VARIANTS.items() if name in measured.variants}
    else:
        terms = {name: measured.variants[name].get("what", "")
                 for pair in compared(measured) for name in pair}
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>"
                    for name, words in {**terms, **_FIGURES}.items() if words)
    return f'<dl class="terms">{items}</dl>' if terms else ""


def _lists(found: Lists) -> str:
    columns = []
    for name, title in LISTS:
        entries: list[Entry] = getattr(found, name)
        if not entries and name in UNLESS_EMPTY:
            continue
        items = "".join(_entry(entry) for entry in entries) or '<li class="none">none</li>'
        columns.append(f'<div class="list l-{_LIST_STYLE[name]}">'
                       f"<h4>{title} <small>{len(entries)}</small></h4>"
                       f"<ul>{items}</ul></div>")
    return f'<div class="lists">{"".join(columns)}</div>'


def _entry(entry: Entry) -> str:
    name = entry.scenario["name"]
    figures = "".join(f"<span>{escape(words)}</span>" for words in told(entry))
    return (f'<li><a href="#{anchor(name)}">{escape(entry.scenario.get("title", name))}</a>'
            f"{figures}</li>")


def _predicted(found: list[Found]) -> str:
    if not found:
        return ""
    wrong = ", ".join(
        f'<a href="#{anchor(one.scenario)}">{escape(one.scenario)}</a> ({escape(one.figure.title)})'
        for one in found if one.outcome is Outcome.NOT_AS_PREDICTED)
    wrong = f" Not as predicted: {wrong}." if wrong else ""
    return f"<h3>Predictions</h3><p>{escape(predictions.summed_up(found))}{wrong}</p>"
