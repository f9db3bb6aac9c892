"""Why figures of a table are not judged: one line for each reason, however many cells it marks."""

from dataclasses import dataclass, field
from html import escape

from lab.analysis.check import Withheld
from lab.analysis.figures import Figure

MARK = "†"


@dataclass
class _Reason:
    figures: dict[str, None] = field(default_factory=dict)  # in the order of the columns
    places: dict[float | None, set[str]] = field(default_factory=dict)  # variants, by rate share
    amount: float | None = None


class Footnotes:
    """Of one table, whose rows are these variants, at each rate anew where it has several."""

    def __init__(self, variants: list[str]):
        self._variants = variants
        self._reasons: dict[str, _Reason] = {}

    def mark(self, rule: Withheld | None, figure: Figure, variant: str,
             share: float | None = None) -> str:
        """What stands behind the figure; empty when nothing withholds it."""
        if rule is None:
            return ""
        found = self._reasons.setdefault(rule.reason, _Reason())
        found.figures[figure.title] = None
        found.places.setdefault(share, set()).add(variant)
        if rule.amount is not None:
            found.amount = max(rule.amount, found.amount or 0)
        return f"\u202f{MARK}"

    def lines(self) -> list[str]:
        return [self._line(reason, found) for reason, found in self._reasons.items()]

    def html(self) -> str:
        return "".join(f'<p class="note">{MARK} {escape(line)}</p>' for line in self.lines())

    def _line(self, reason: str, found: _Reason) -> str:
        by_names: dict[str, list[str]] = {}
        for share, variants in sorted(found.places.items(), key=lambda place: place[0] or 0):
            by_names.setdefault(self._names(variants), []).append(
                "" if share is None else f"{share:.0%}")
        where = "; ".join(names + (f" at {', '.join(shares)}" if any(shares) else "")
                          for names, shares in by_names.items())
        most = "" if found.amount is None else f", up to {found.amount:.0%} of the time"
        return (f"Not judged: {', '.join(found.figures)} of {where}. "
                f"Reason: {reason.rstrip(' :.')}{most}.")

    def _names(self, variants: set[str]) -> str:
        if len(self._variants) > 1 and variants >= set(self._variants):
            return "all variants"
        return ", ".join(name for name in self._variants if name in variants)
