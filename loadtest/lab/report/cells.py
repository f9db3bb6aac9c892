"""A ratio as a cell of a table shows it."""

from html import escape

from lab.analysis.findings import Judged
from lab.analysis.verdicts import Verdict, told
from lab.report import numbers
from lab.report.forest import SIGN, STYLE


def ratio(one: Judged) -> str:
    """With its sign and interval, which may stand below it; where it is withheld, no number."""
    if one.ratio.value is None:
        return numbers.MISSING
    if one.verdict is Verdict.WITHHELD:
        return f'<span class="{STYLE[one.verdict]}">{one.verdict.value}</span>'
    value, _, between = told(one.ratio.value, one.ratio.interval).partition(" ")
    between = f' <span class="range">{between}</span>' if between else ""
    return (f'<span class="{STYLE[one.verdict]}" title="{escape(one.verdict.value)}">'
            f"<b>{SIGN[one.verdict]}</b>\u00a0{value}{between}</span>")
