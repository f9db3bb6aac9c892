"""A server that runs already, found by the port that it listens on: in another container that
shares this one's network and processes, or under a supervisor. It is watched and pinned like one
of ours, and never ended.
"""

import os
from contextlib import suppress
from pathlib import Path

from lab.failures import Invalid
from lab.measure import proc_figures, waiting
from lab.scenario.variants import Variant

LISTENING = "0A"  # the kernel's name for the state, in /proc/net/tcp
READY_SECONDS = 30
DRAIN_SECONDS = 10
RESET_PEAK = "5"  # /proc/PID/clear_refs: the peak of RSS starts again from what it is now


def listening_inodes(table: str, port: int) -> set[str]:
    """Those of the sockets that listen on that port, from the text of /proc/net/tcp or tcp6."""
    rows = (line.split() for line in table.splitlines()[1:])
    return {row[9] for row in rows
            if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port}


def _open_sockets(pid: str) -> set[str]:
    """What its descriptors are; none where it has ended or is another user's."""
    found = set()
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed between the listing and the look
                found.add(os.readlink(descriptor))
    except OSError:
        return set()
    return found


def find_pid(port: int) -> int | None:
    """Who listens there; None where nobody does, or nobody whose descriptors may be seen."""
    tables = (Path("/proc/net") / name for name in ("tcp", "tcp6"))
    inodes = set().union(*(listening_inodes(table.read_text(), port)
                           for table in tables if table.exists()))
    wanted = {f"socket:[{inode}]" for inode in inodes}
    return next((int(folder.name) for folder in Path("/proc").glob("[0-9]*")
                 if wanted & _open_sockets(folder.name)), None)


class AttachedServer:
    """A context manager: inside it the server's threads are pinned to `cores`."""

    def __init__(self, variant: Variant, cores: set[int]):
        self.variant = variant
        self.port = variant.port
        self._cores = cores

    def __enter__(self) -> "AttachedServer":
        self.pid = waiting.until(
            lambda: find_pid(self.port), READY_SECONDS,
            f"{self.variant.name}: no process that may be watched listens on port {self.port} "
            "(it must run as the same user, or this as root)")
        try:
            self._allowed = os.sched_getaffinity(self.pid)
            self._pin(self._cores)
            Path(f"/proc/{self.pid}/clear_refs").write_text(RESET_PEAK)
        except OSError as error:
            raise Invalid(f"{self.variant.name} (pid {self.pid}) may not be pinned or watched: "
                          f"{error.strerror}; run as root, or as its user") from error
        self._idle_sockets = proc_figures.socket_count(self.pid)
        return self

    def __exit__(self, kind, error, trace) -> None:
        if find_pid(self.port) == self.pid:
            self._pin(self._allowed)
        elif kind is None:
            raise Invalid(f"{self.variant.name} (pid {self.pid}) no longer listens on port "
                          f"{self.port}")

    def _pin(self, cores: set[int]) -> None:
        for thread in Path(f"/proc/{self.pid}/task").iterdir():
            with suppress(ProcessLookupError):  # it has ended
                os.sched_setaffinity(int(thread.name), cores)

    def wait_until_drained(self) -> None:
        """Until every connection has closed, so that its last request is in the figures too."""
        waiting.until(lambda: proc_figures.socket_count(self.pid) <= self._idle_sockets,
                      DRAIN_SECONDS, f"{self.variant.name} kept connections open that their clients "
                                     "have closed")
