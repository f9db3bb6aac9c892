"""One run of wrk against one server, its report as report.lua writes it."""

import json
import math
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

from lab.failures import Invalid
from lab.scenarios import Scenario

SCRIPT = Path(__file__).resolve().parent.parent / "wrk" / "report.lua"
TIMEOUT = "5s"
END_SECONDS = 15
STOP_LEAD_SECONDS = 0.05  # wrk looks whether it is to stop every 100 ms


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise Invalid("wrk is missing (Debian package wrk)")


def _command(port: int, scenario: Scenario, seconds: float, connections: int, folder: Path):
    report = folder / "wrk-report.json"
    report.unlink(missing_ok=True)
    arguments = [f"output={report}", f"connections={connections}", f"method={scenario.method}"]
    if scenario.body is not None:
        body = folder / "body.json"
        body.write_bytes(scenario.body)
        arguments.append(f"body={body}")
    # wrk knows whole seconds only: it is given more than enough and ended by SIGINT.
    options = ["-t1", f"-c{connections}", f"-d{math.ceil(seconds) + 5}s", "--timeout", TIMEOUT]
    url = f"http://127.0.0.1:{port}{scenario.target}"
    return ["wrk", *options, "-s", str(SCRIPT), url, "--", *arguments], report


def _run_for(command: list[str], seconds: float, core: int) -> str:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        try:
            output, _ = process.communicate(timeout=max(seconds, 0.1) - STOP_LEAD_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Invalid("wrk did not end") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return output.decode(errors="replace")


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(port: int, scenario: Scenario, seconds: float, connections: int, core: int,
        folder: Path) -> dict:
    """The report, with the generator's share of its core added. Raises Invalid without one."""
    command, report = _command(port, scenario, seconds, connections, folder)
    cpu_before = _cpu_of_children()
    output = _run_for(command, seconds, core)
    if not report.exists():
        raise Invalid("wrk wrote no report; it said: " + output.strip().replace("\n", " | "))
    result = json.loads(report.read_text())
    used = _cpu_of_children() - cpu_before
    result["generator_busy_share"] = used / (result["duration_us"] / 1e6)
    return result


def complaint(report: dict) -> str | None:
    """Why a report makes its run invalid; None when nothing does."""
    for kind, count in report["errors"].items():
        if count:
            return f"{count} errors of kind {kind}"
    if report["requests"] == 0:
        return "not one request was answered"
    if not report["exact"]:
        return f"{report['reconstructed']} latencies for {report['requests']} requests"
    return None
