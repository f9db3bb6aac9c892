"""One run of wrk, in a closed loop: for the capacity at so many connections."""

import json
import math
import resource
import shutil
import signal
import subprocess
from pathlib import Path

from lab.failures import Invalid
from lab.measure import child
from lab.scenario.scenario import Scenario

SCRIPT = Path(__file__).resolve().parents[2] / "wrk" / "report.lua"
TIMEOUT = "5s"
END_SECONDS = 15
STARTS = 3
STOP_LEAD_SECONDS = 0.05  # wrk looks whether it is to stop every 100 ms


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        raise Invalid("wrk is missing (Debian package wrk)")


def _command(port: int, scenario: Scenario, seconds: float, folder: Path) -> tuple[list[str], Path]:
    report = folder / "wrk-report.json"
    report.unlink(missing_ok=True)
    asked = scenario.first
    arguments = [f"output={report}", f"connections={scenario.connections}",
                 f"method={asked.method}", f"depth={scenario.depth}"]
    if asked.body is not None:
        body = folder / "body"
        body.write_bytes(asked.body)
        arguments.append(f"body={body}")
    if asked.all_fields():
        fields = folder / "fields"
        fields.write_text("".join(f"{name}: {value}\n" for name, value in asked.all_fields()))
        arguments.append(f"fields={fields}")
    # wrk knows whole seconds only: it is given more than enough and ended by SIGINT.
    options = ["-t1", f"-c{scenario.connections}", f"-d{math.ceil(seconds) + 5}s",
               "--timeout", TIMEOUT]
    url = f"http://127.0.0.1:{port}{asked.target}"
    return ["wrk", *options, "-s", str(SCRIPT), url, "--", *arguments], report


def _run_for(command: list[str], seconds: float, cores: set[int]) -> str:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=child.before_exec(cores),
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


def cpu_of_children() -> float:
    """Seconds that ended children have used, the generators among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(port: int, scenario: Scenario, seconds: float, cores: set[int], folder: Path) -> dict:
    """The report, with the generator's share of its core added. Raises Invalid without one."""
    command, report = _command(port, scenario, seconds, folder)
    for _ in range(STARTS):
        cpu_before = cpu_of_children()
        output = _run_for(command, seconds, cores)
        if output or report.exists():
            break  # else it had not come to its first line when it was told to end
    if not report.exists():
        raise Invalid("wrk wrote no report; it said: " + output.strip().replace("\n", " | "))
    result = json.loads(report.read_text())
    used = cpu_of_children() - cpu_before
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
