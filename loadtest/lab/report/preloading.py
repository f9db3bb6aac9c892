"""Below the verdict: would jemalloc do the same? Its table names the best other way too."""

from html import escape

from lab.analysis import best_other, preload
from lab.analysis.measured import Measured
from lab.analysis.trust import Trust
from lab.report import cells, numbers
from lab.report.forest import anchor

_HEADS = ("scenario", "CPU: arena to heap", "CPU: heap+jemalloc to heap",
          "CPU: arena to heap+jemalloc", "peak RSS: arena to heap+jemalloc",
          "best other way by CPU", "CPU: arena to it")


def part(measured: Measured, trust: Trust) -> str:
    answer, others = preload.answer(measured, trust), best_other.rows(measured, trust)
    text = f"<h3>Would preloading jemalloc do the same?</h3><p>{escape(answer.sentence)}</p>"
    return text + _table(answer.rows, others)


def _table(preloaded: list[preload.Row], others: list[best_other.Row]) -> str:
    by_name = {row.scenario["name"]: row for row in preloaded}
    best = {row.scenario["name"]: row for row in others}
    scenarios = {row.scenario["name"]: row.scenario for row in (*preloaded, *others)}
    if not scenarios:
        return ""
    rows = "".join(_row(scenario, by_name.get(name), best.get(name))
                   for name, scenario in scenarios.items())
    head = "".join(f'<th scope="col">{title}</th>' for title in _HEADS)
    return ('<div class="scroll" tabindex="0" role="region" aria-label="jemalloc and others">'
            f'<table class="figures preload"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
            "</table></div>")


def _row(scenario: dict, row: preload.Row | None, best: best_other.Row | None) -> str:
    judged = (row.arena, row.preloaded, row.between, row.memory) if row else ()
    told = [cells.ratio(one) for one in judged] or [numbers.MISSING] * 4
    if not row and best:
        told[0] = cells.ratio(best.arena_to_heap)
    told += [escape(best.other), cells.ratio(best.arena)] if best else [numbers.MISSING] * 2
    return (f'<tr><th scope="row"><a href="#{anchor(scenario["name"])}">'
            f'{escape(scenario.get("title", scenario["name"]))}</a></th>'
            + "".join(f"<td>{cell}</td>" for cell in told) + "</tr>")
