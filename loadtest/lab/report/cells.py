"""A ratio as a cell of a table shows it."""

from html import escape

from lab.analysis.findings import Judged
from lab.analysis.verdicts import Verdict, told
from lab.report import numbers
from lab.report.verdict_marks import MARK, STYLE


def ratio(one: Judged) -> str:
    """With its mark and interval, which may stand below it; where it is withheld, no number."""
    if one.ratio.value is None:
        return numbers.MISSING
    if one.verdict is Verdict.WITHHELD:
        return f'<span class="{STYLE[one.verdict]}">{one.verdict.value}</span>'
    value, _, between = told(one.ratio.value, one.ratio.interval).partition(" ")
    between = f' <span class="range">{between}</span>' if between else ""
    word = escape(one.verdict.value)
    return (f'<span class="{STYLE[one.verdict]}" title="{word}"><span class="range">'
            f'×\u202f{value}\u00a0<b role="img" aria-label="{word}">{MARK[one.verdict]}</b></span>'
            f"{between}</span>")
