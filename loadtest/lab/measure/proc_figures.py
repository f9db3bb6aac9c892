"""What the kernel says of a process: CPU time, page faults, switches, memory, sockets (/proc)."""

import os
import time
from dataclasses import dataclass, fields
from pathlib import Path

CPUCLOCK_SCHED = 2  # the kernel's name for what its scheduler has counted
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class ProcessFigures:
    cpu_ns: int  # on a core, all threads: exact
    waited_ns: int  # ready to run, but another had the core; of the threads that are left
    user_ticks: int  # of 10 ms: coarse, good for the split alone
    system_ticks: int
    faults: int  # minor and major
    switches: int  # of context, voluntary or not; of the threads that are left

    def __sub__(self, earlier: "ProcessFigures") -> "ProcessFigures":
        return ProcessFigures(*(getattr(self, each.name) - getattr(earlier, each.name)
                                for each in fields(self)))


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


def parse_switches(status: str) -> int:
    """Context switches of a thread from /proc/PID/task/TID/status."""
    return sum(int(line.split()[1]) for line in status.splitlines()
               if line.startswith(("voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:")))


def parse_peak_rss(status: str) -> int:
    """VmHWM in bytes from /proc/PID/status."""
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmHWM in /proc/PID/status")


def cpu_ns(pid: int) -> int:
    """Of all the process's threads, those that have ended too, by its CPU clock
    (clock_getcpuclockid).
    """
    return time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED)


def read(pid: int) -> ProcessFigures:
    proc = Path(f"/proc/{pid}")
    waited = switches = 0
    for thread in (proc / "task").iterdir():
        try:
            waited += parse_schedstat((thread / "schedstat").read_text())[1]
            switches += parse_switches((thread / "status").read_text())
        except FileNotFoundError:
            continue  # it ended between the listing and the look
    faults, user, system = parse_stat((proc / "stat").read_text())
    return ProcessFigures(cpu_ns(pid), waited, user, system, faults, switches)


def peak_rss_bytes(pid: int) -> int:
    return parse_peak_rss(Path(f"/proc/{pid}/status").read_text())


def rss_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


def socket_count(pid: int) -> int:
    folder = Path(f"/proc/{pid}/fd")
    count = 0
    for descriptor in folder.iterdir():
        try:
            count += os.readlink(descriptor).startswith("socket:")
        except FileNotFoundError:
            continue  # closed between the listing and the look: not a socket any more
    return count
