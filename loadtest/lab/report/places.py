"""Where a check does not hold, scenario by scenario: by title, in HTML with links."""

from collections.abc import Iterable
from html import escape

from lab.analysis.check import Check, Place, Withheld, found_in
from lab.analysis.measured import Measured
from lab.report.forest import anchor


def told(measured: Measured, check: Check) -> str:
    """Behind the check's detail; empty where it names no scenario."""
    found = found_in(measured, check.withheld)
    return "".join(f" {_head(reason, len(found))}: {_listed(measured, places)}."
                   for reason, places in found.items())


def by_reason(measured: Measured, rules: Iterable[Withheld]) -> str:
    """On its own, without the check."""
    return " ".join(f"Where {reason}: {_listed(measured, places)}."
                    for reason, places in found_in(measured, rules).items())


def html(measured: Measured, check: Check) -> str:
    found = found_in(measured, check.withheld)
    parts = []
    for reason, places in found.items():
        items = "".join(f'<li><a href="#{anchor(place.scenario)}">'
                        f"{escape(_title(measured, place.scenario))}</a>"
                        f"{escape(place.within())}</li>" for place in places)
        head = f"<p>{escape(_head(reason, len(found)))}:</p>" if len(found) > 1 else ""
        parts.append(f'{head}<ul class="places">{items}</ul>')
    return "".join(parts)


def _listed(measured: Measured, places: list[Place]) -> str:
    return "; ".join(_title(measured, place.scenario) + place.within() for place in places)


def _head(reason: str, reasons: int) -> str:
    return "Where" if reasons == 1 else f"Where {reason}"


def _title(measured: Measured, scenario: str) -> str:
    return measured.scenario(scenario).get("title", scenario)
