"""One run of loadgen, in an open loop: for the latency that users see at a rate."""

import json
import signal
import subprocess
import time
from pathlib import Path

from lab.failures import Invalid
from lab.measure import child, proc_figures
from lab.scenario.scenario import Request, Scenario

TIMEOUT_SECONDS = 10
END_SECONDS = 30
SAMPLE_SECONDS = 0.05  # between two looks at the server's memory


def _described(request: Request, number: int, folder: Path, length: int | None) -> dict:
    expected = {"status": request.status, "close": request.closes}
    if length is not None:
        expected["length"] = length
    described: dict = {"name": f"{number}", "weight": request.weight, "expect": expected,
                       "slow_write_bytes_per_s": request.write_bytes_per_s,
                       "slow_read_bytes_per_s": request.read_bytes_per_s}
    if request.raw is not None:
        return {**described, "raw": request.raw.decode("latin-1")}
    described |= {"method": request.method, "target": request.target,
                  "fields": [list(each) for each in request.all_fields()]}
    if request.body is not None:
        body = folder / f"body-{number}"
        body.write_bytes(request.body)
        described["body_file"] = str(body)
    return described


def plan(scenario: Scenario, port: int, rate: float, seconds: float, seed: int,
         folder: Path, lengths: list[int | None]) -> dict:
    """What loadgen is told: Poisson arrivals at that rate, and how long answers must be."""
    return {
        "address": "127.0.0.1", "port": port, "seed": seed, "connections": scenario.connections,
        "threads": 1, "requests_per_connection": scenario.requests_per_connection,
        "timeout_ms": TIMEOUT_SECONDS * 1000,
        "schedule": [{"kind": "poisson", "rate": rate, "seconds": seconds}],
        "mix": [_described(request, i, folder, length)
                for i, (request, length) in enumerate(zip(scenario.requests, lengths))],
    }


def _watch(process: subprocess.Popen, pid: int, seconds: float) -> tuple[list, list]:
    """Samples of the server's RSS until the generator ends."""
    start, times, sizes = time.monotonic(), [], []
    while True:
        times.append(round(time.monotonic() - start, 3))
        sizes.append(proc_figures.rss_bytes(pid))
        try:
            process.wait(SAMPLE_SECONDS)
            return times, sizes
        except subprocess.TimeoutExpired:
            if time.monotonic() - start > seconds + TIMEOUT_SECONDS + END_SECONDS:
                raise Invalid("loadgen did not end") from None


def run(program: Path, scenario: Scenario, port: int, pid: int, rate: float, seconds: float,
        seed: int, cores: set[int], folder: Path, lengths: list[int | None]) -> dict:
    """The report; `rss` is added to it: (seconds, bytes) of the server of that pid."""
    if not program.exists():
        raise Invalid(f"not built yet: {program} (./run build)")
    told, report, said = folder / "plan.json", folder / "loadgen.json", folder / "loadgen.txt"
    told.write_text(json.dumps(plan(scenario, port, rate, seconds, seed, folder, lengths)))
    report.unlink(missing_ok=True)
    with said.open("wb") as output:
        process = subprocess.Popen(
            [str(program), "--plan", str(told), "--output", str(report)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=child.before_exec(cores))
    try:
        rss = _watch(process, pid, seconds)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    if not report.exists():
        raise Invalid("loadgen wrote no report; it said: " + said.read_text().strip()[-300:])
    result = json.loads(report.read_text())
    result["rss"] = rss
    return result


def failures(report: dict) -> str | None:
    """Why a report makes its run invalid; None when nothing does."""
    found = {kind: count for kind, count in report["failures"].items() if count}
    if found:
        return "requests failed: " + ", ".join(f"{count} {kind}" for kind, count in found.items())
    return "not one request was answered" if report["answered"] == 0 else None
