"""Where and on what a result was measured."""

import os
import platform
import subprocess
from pathlib import Path

from lab.measure.cores import Cores


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


def _built_from() -> str | None:
    """In an image: the revision, with -dirty behind it where changes were not committed."""
    revision = os.environ.get("LAB_REVISION")
    return None if revision == "unknown" else revision


def _revision() -> str | None:
    """Of the checkout, or in an image of what it was built from."""
    built_from = _built_from()
    return built_from.removesuffix("-dirty") if built_from else _first_line(
        ["git", "rev-parse", "HEAD"])


def _is_changed() -> bool | None:
    """Whether the checkout differs from its revision; None outside of one."""
    if built_from := _built_from():
        return built_from.endswith("-dirty")
    try:
        done = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"],
                              capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return bool(done.stdout.strip()) if done.returncode == 0 else None


def describe(cores: Cores) -> dict:
    return {
        "cpu": _cpu_model(),
        "cores_allowed": list(cores.allowed),
        "server_cores": sorted(cores.server),
        "generator_cores": sorted(cores.generator),
        "cores_apart": cores.apart,
        "cores_shared": cores.shared,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "glibc": platform.libc_ver()[1],
        "compiler": _first_line(["c++", "--version"]),
        "wrk": _first_line(["wrk", "-v"]),
        "git_revision": _revision(),
        "git_changed": _is_changed(),
    }
