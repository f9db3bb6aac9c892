"""A result: the text that people read and the JSON that keeps every raw round."""

import json
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from lab import summary, table, verdicts
from lab.session import Session
from lab.variants import ARENA, BASELINE, HEAP, SHOWN

GENERATOR_BUSY = 0.8
SERVER_BUSY = 0.95


def _waited_share(runs: list[dict]) -> float:
    """How much of the usual pass the server was ready to run but had no core."""
    return median([run["server_waited_share"] for run in runs if run["kept"]] or [0.0])


def _bound_by_generator(runs: list[dict], scenario: str) -> list[str]:
    """The arms whose requests/s say more of wrk than of the server, which had time to spare."""
    def usual(arm: str, name: str) -> float:
        return median(summary.values(runs, scenario, arm, name) or [0.0])

    return [
        arm
        for arm in SHOWN
        if usual(arm, "generator_busy_share") > GENERATOR_BUSY
        and usual(arm, "server_busy_share") < SERVER_BUSY
    ]


def text(session: Session, scenarios: list[str], cores_apart: bool, markdown: bool) -> str:
    runs = session.runs
    aa = summary.aa_ratio(runs, scenarios)
    passes = session.plan.kept_rounds * session.plan.passes
    reason = verdicts.distrust(aa, passes, cores_apart)
    block = table.markdown_block if markdown else table.terminal_block
    indent = "- " if markdown else "  "
    lines: list[str] = []
    for scenario, arms in summary.summarise(runs, session.heap_calls, scenarios).items():
        lines += block(scenario, arms) + ([""] if markdown else [])
        for base in (BASELINE, HEAP):
            cpu = summary.cpu_ratio(runs, scenario, ARENA, base)
            rss = arms[ARENA]["peak_rss_bytes"] if base == BASELINE else summary.Figure(None)
            lines.append(indent + verdicts.line(base, cpu, rss, reason))
        if bound := _bound_by_generator(runs, scenario):
            limited = ", ".join(bound)
            lines.append(f"{indent}wrk was the limit, so requests/s are a lower bound: {limited}")
        lines.append("")
    lines += [*table.LEGEND, verdicts.aa_line(aa, reason)]
    if contended := verdicts.contention(_waited_share(runs)):
        lines.append(contended)
    return "\n".join(lines)


def default_path() -> Path:
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return Path("build") / "loadtest" / f"quick-{stamp}.json"


def write(path: Path, session: Session, scenarios: list[str], about: dict) -> None:
    aa = summary.aa_ratio(session.runs, scenarios)
    document = {
        **about,
        "settings": session.plan.settings(),
        "aa_cpu_ratio": asdict(aa),
        "heap_calls": session.heap_calls,
        "runs": session.runs,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document) + "\n")
