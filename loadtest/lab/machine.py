"""Where and on what a result was measured."""

import platform
import subprocess
from pathlib import Path

from lab.cores import Cores


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _first_line(command: list[str]) -> str | None:
    """What a program says of itself; None where it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    lines = done.stdout.splitlines()
    return lines[0] if lines and (done.returncode == 0 or command[0] == "wrk") else None


def describe(cores: Cores) -> dict:
    return {
        "cpu": _cpu_model(),
        "cores_allowed": list(cores.allowed),
        "server_core": cores.server,
        "generator_core": cores.generator,
        "kernel": platform.release(),
        "wrk": _first_line(["wrk", "-v"]),
        "git_revision": _first_line(["git", "rev-parse", "HEAD"]),
    }
