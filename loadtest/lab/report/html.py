"""The report as one HTML file that needs nothing else: no network, no other file.

Everything that is read stands in it as text and inline SVG; the script only offers the raw data as
a download. All text from the result is escaped, as a user's own scenario may hold anything.
"""

import json
from html import escape
from pathlib import Path

from lab.analysis import predictions
from lab.analysis import trust as trusts
from lab.analysis.measured import Measured
from lab.analysis.pairs import USUAL, compared, is_usual
from lab.report import forest, front, method, numbers, scenario_part
from lab.report.verdict_marks import MARKS

_FOLDER = Path(__file__).parent
_CONTENTS = (("trust", "Trust"), ("verdict", "Verdict"), ("overview", "All scenarios"),
             ("scenarios", "Each scenario"), ("method", "Method"), ("data", "Raw data"))


def page(result: dict) -> str:
    """The whole page; `result` is a result document of format 2, and may be partial."""
    measured = Measured(result)
    trust = trusts.judge(measured)
    predicted = predictions.found(measured, trust)
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in _CONTENTS)
    return "".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<title>{escape(_title(result))}</title>',
        f"<style>{(_FOLDER / 'style.css').read_text()}</style></head><body>",
        f"<header><h1>{escape(_title(result))}</h1>{_lead(result)}",
        f'<nav aria-label="Contents"><ul>{links}</ul></nav></header><main>',
        front.trust_part(measured, trust), front.verdict_part(measured, trust, predicted),
        _overview(measured, trust), _scenarios(measured, trust, predicted), method.part(measured),
        _data(result), "</main>",
        f"<script>{(_FOLDER / 'script.js').read_text()}</script></body></html>\n",
    ])


def embedded(result: dict) -> str:
    """JSON for a script element: with no `<` in it, nothing can end or open one."""
    return json.dumps(result, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _title(result: dict) -> str:
    return result.get("title") or "arena-server load lab"


def _lead(result: dict) -> str:
    machine = result.get("machine", {})
    cores = len(machine.get("cores_allowed") or [])
    words = [result.get("command"), result.get("started"),
             f"took {numbers.duration(result.get('took_seconds'))}",
             machine.get("cpu"), f"{cores} cores" if cores else None,
             f"Linux {machine['kernel']}" if machine.get("kernel") else None,
             f"glibc {machine['glibc']}" if machine.get("glibc") else None,
             f"revision {machine['git_revision'][:12]}" if machine.get("git_revision") else None]
    partial = '<p class="partial">Stopped early: this is a partial result.</p>' \
        if result.get("partial") else ""
    return (f'<p class="lead">{" · ".join(escape(str(word)) for word in words if word)}</p>'
            f"{partial}")


def _overview(measured: Measured, trust: trusts.Trust) -> str:
    if is_usual(measured):
        text = forest.table(measured, trust, USUAL) or \
            "<p>The arena was compared neither with the heap nor with the baseline.</p>"
    else:
        text = "".join(f"<h3>{escape(pair[0])} against {escape(pair[1])}</h3>{table}"
                       for pair in compared(measured)
                       if (table := forest.table(measured, trust, (pair,))))
        text = text or "<p>No two variants that a prediction names were measured.</p>"
    return f'<section id="overview"><h2>All scenarios</h2>{text}</section>'


def _scenarios(measured: Measured, trust: trusts.Trust, predicted: list) -> str:
    parts = ['<section id="scenarios"><h2>Each scenario</h2>'
             "<p>All figures are a request's, except requests/s and peak RSS, which is the "
             f"process's. Behind a ratio: {MARKS}</p>"]
    parts.append(_contents(measured))
    for number, group in enumerate(_groups(measured)):
        parts.append(f'<h3 id="group-{number}">{escape(group)}</h3>')
        for scenario in _members(measured, group):
            own = [one for one in predicted if one.scenario == scenario["name"]]
            parts.append(scenario_part.part(measured, trust, scenario, own))
    return "".join([*parts, "</section>"])


def _contents(measured: Measured) -> str:
    """Each group with its scenarios, in a line."""
    items = []
    for number, group in enumerate(_groups(measured)):
        links = " · ".join(f'<a href="#{forest.anchor(scenario["name"])}">'
                           f'{escape(scenario.get("title", scenario["name"]))}</a>'
                           for scenario in _members(measured, group))
        items.append(f'<li><a href="#group-{number}"><b>{escape(group)}</b></a>: {links}</li>')
    return f'<nav aria-label="Scenarios"><ul class="contents">{"".join(items)}</ul></nav>'


def _groups(measured: Measured) -> list[str]:
    return list(dict.fromkeys(scenario.get("group", "") for scenario in measured.scenarios))


def _members(measured: Measured, group: str) -> list[dict]:
    return [scenario for scenario in measured.scenarios if scenario.get("group", "") == group]


def _data(result: dict) -> str:
    runs = len(result.get("runs", []))
    return (f'<section id="data"><h2>Raw data</h2><p>All {runs:,} runs, with every histogram, '
            'are in this file, in the script element with the id <code>result</code>. '
            '<a id="download" hidden>Download them as JSON</a></p>'
            f'<script type="application/json" id="result">{embedded(result)}</script></section>')
