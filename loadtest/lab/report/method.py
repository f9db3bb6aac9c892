"""How it was measured, on what, and how to do it again."""

import re
import shlex
from html import escape

from lab.analysis import machine_checks, run_checks
from lab.analysis.figures import MAIN
from lab.analysis.measured import Measured
from lab.report import numbers

_MACHINE = (("cpu", "processor"), ("cores_allowed", "cores allowed"), ("server_cores", "server on"),
            ("generator_cores", "generator on"), ("memory_bytes", "memory"), ("kernel", "Linux"),
            ("glibc", "glibc"), ("compiler", "compiler"), ("wrk", "wrk"),
            ("git_revision", "git revision"), ("git_changed", "changes not committed"))


def part(measured: Measured) -> str:
    return (f'<section id="method"><h2>Method</h2>{_words(measured)}<h3>What was compared</h3>'
            f'{_variants(measured)}{_left_out(measured)}<h3>Machine</h3>{_machine(measured)}<h3>To repeat it</h3>'
            f'{_repeat(measured)}</section>')


def _words(measured: Measured) -> str:
    settings = measured.result.get("settings", {})
    bands = ", ".join(f"{figure.title} ±\u202f{figure.band:.0%}" for figure in MAIN)
    lines = [
        *_rounds(settings),
        _cores(measured),
        "CPU a request is the server process's CPU time, user and system, by the kernel's account, "
        "divided by the requests. It is the steadiest figure here, and the one to read first.",
        "A ratio is the median of the ratios of passes that ran beside each other; of p99 and peak "
        "RSS there is one a round. Its 95\u202f% interval resamples rounds with all their passes "
        "(cluster bootstrap, worked out exactly), and is Student's below five rounds. “At most” "
        "and “at least” name the end of it that is nearer to 1.",
        f"Differences that do not matter: {bands}. A verdict needs the whole interval on one side "
        "of that band, or all in it; else it is open: undecided.",
        "Closed loops tell what a server can do; the latency that users see at a rate is told by "
        "open loops, whose latencies count from when a request was due.",
        "With hundreds of intervals of 95 % some miss the truth, and of many differences the "
        "greatest looks greater than it is: so lists are ordered by what is sure.",
        "A percentile is told when at least ten samples lie beyond it; histograms are merged and "
        "never averaged.",
        "Heap calls, system calls, instructions and arena bytes come from runs of their own that "
        "are never timed.",
        f"{run_checks.AA_BAND:.0%} is how far the same server may differ from itself before "
        "nothing timed is judged, all scenarios together; in one scenario, a figure whose interval "
        "against itself lies outside its band is not judged there.",
    ]
    return "<ul class=\"method\">" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _rounds(settings: dict) -> list[str]:
    dropped, closer = settings.get("dropped_rounds", 0), settings.get("closer", 1)
    first = {0: "", 1: " One more, the first, is dropped."}.get(
        dropped, f" {dropped} more, the first, are dropped.")
    lines = [
        f"{settings.get('rounds', '?')} rounds.{first} In each, every scenario gets freshly started "
        f"servers, and {settings.get('passes', '?')} passes of {settings.get('seconds', '?')} s go "
        "over all of them in random order, so that a machine that changes its speed changes it for "
        "all; where answers are slow, fewer passes that are longer.",
        "What a scenario's first prediction compares are neighbours, with the arm that is started "
        "once more: they run one behind the other."]
    if closer > 1:
        lines.append(f"Neighbours go on alone, twice as many passes in all; where no difference in "
                     f"CPU is expected, {closer} times as many, since that is harder to show. So "
                     "ratios of neighbours rest on more passes than the others.")
    return lines


def _cores(measured: Measured) -> str:
    if not measured.result.get("machine", {}).get("cores_apart"):
        return "Server and generator share their cores, for the machine has too few."
    shared = [scenario.get("title", scenario["name"]) for scenario in measured.scenarios
              if machine_checks.shares_cores_by_design(measured, scenario["name"])]
    but = f", but in {'; '.join(shared)}, where only CPU is compared" if shared else ""
    return f"The server has a core of its own for each thread, and the generator others{but}."


def _variants(measured: Measured) -> str:
    rows = []
    for name, about in measured.variants.items():
        environment = " ".join(f"{key}={shlex.quote(str(value))}"
                               for key, value in (about.get("environment") or {}).items())
        command = shlex.join(str(word) for word in about.get("command") or [])
        rows.append(f'<tr><th scope="row">{escape(name)}</th>'
                    f'<td>{escape(about.get("what", ""))}</td>'
                    f"<td><code>{escape(f'{environment} {command}'.strip())}</code></td></tr>")
    return ('<div class="scroll" tabindex="0" role="region" aria-label="variants"><table '
            'class="words"><thead><tr><th scope="col">variant</th><th scope="col">what it is</th>'
            '<th scope="col">command</th></tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table></div>'
            '<p class="note">What a scenario adds to these commands is told with it. '
            '<code>--port 0</code>: the server takes a free port and tells it. '
            '<code>{folder}</code>, <code>{port}</code>: made for the run.</p>')


def _left_out(measured: Measured) -> str:
    return "".join(f'<p class="note">Left out: {escape(name)}: {escape(reason)}.</p>'
                   for name, reason in measured.result.get("left_out", {}).items())


def _machine(measured: Measured) -> str:
    machine = measured.result.get("machine", {})
    items = []
    for key, title in _MACHINE:
        value = machine.get(key)
        if value is None:
            continue
        if key == "memory_bytes":
            value = f"{value / (1 << 30):.1f} GiB"
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, list):
            value = "core " * bool(value) + ", ".join(map(str, value))
        items.append(f"<dt>{title}</dt><dd>{escape(str(value))}</dd>")
    return f'<dl>{"".join(items)}</dl>'


def _repeat(measured: Measured) -> str:
    """Where the results go nothing is overwritten that is kept."""
    result = measured.result
    revision = result.get("machine", {}).get("git_revision")
    command = _without_output(result.get("command") or "./run loadtest full")
    lines = [f"git checkout {revision}"] if revision else []
    lines.append(f"{command} --output build/loadtest/again.json")
    if measured.scenarios and "--only" not in command:
        name = shlex.quote(measured.names()[0])
        lines.append(f"{command} --only {name} --output build/loadtest/one.json")
    seconds = numbers.duration(result.get("took_seconds"))
    return (f"<pre>{escape(chr(10).join(lines))}</pre><p>All of it took {escape(seconds)}. The page "
            "is written beside the JSON file.</p>")


def _without_output(command: str) -> str:
    return re.sub(r" --(output|resume)[ =]\S+", "", command)
