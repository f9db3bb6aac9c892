"""What the kernel says of a process: CPU time, page faults, memory, sockets (/proc)."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessFigures:
    cpu_ns: int  # on a core, all threads: exact, from schedstat
    waited_ns: int  # ready to run, but another process had the core
    user_ticks: int  # of 10 ms: coarse, good for the split alone
    system_ticks: int
    faults: int  # minor and major

    def __sub__(self, earlier: "ProcessFigures") -> "ProcessFigures":
        return ProcessFigures(
            self.cpu_ns - earlier.cpu_ns,
            self.waited_ns - earlier.waited_ns,
            self.user_ticks - earlier.user_ticks,
            self.system_ticks - earlier.system_ticks,
            self.faults - earlier.faults,
        )


def parse_stat(line: str) -> tuple[int, int, int]:
    """(faults, user ticks, system ticks) from /proc/PID/stat.

    The name may hold spaces and parentheses: the fields start after the last one.
    """
    fields = line[line.rindex(")") + 2 :].split()
    minor, major, user, system = (int(fields[i]) for i in (7, 9, 11, 12))
    return minor + major, user, system


def parse_schedstat(line: str) -> tuple[int, int]:
    """(nanoseconds on a core, nanoseconds waiting for one)."""
    on_core, waited = line.split()[:2]
    return int(on_core), int(waited)


def parse_peak_rss(status: str) -> int:
    """VmHWM in bytes from /proc/PID/status."""
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmHWM in /proc/PID/status")


def read(pid: int) -> ProcessFigures:
    proc = Path(f"/proc/{pid}")
    threads = (proc / "task").iterdir()
    tasks = [parse_schedstat((thread / "schedstat").read_text()) for thread in threads]
    faults, user, system = parse_stat((proc / "stat").read_text())
    return ProcessFigures(sum(t[0] for t in tasks), sum(t[1] for t in tasks), user, system, faults)


def peak_rss_bytes(pid: int) -> int:
    return parse_peak_rss(Path(f"/proc/{pid}/status").read_text())


def socket_count(pid: int) -> int:
    folder = Path(f"/proc/{pid}/fd")
    count = 0
    for descriptor in folder.iterdir():
        try:
            count += os.readlink(descriptor).startswith("socket:")
        except FileNotFoundError:
            continue  # closed between the listing and the look: not a socket any more
    return count
