"""A server that runs already, found by the port that it listens on: in another container that
shares this one's network and processes, or under a supervisor. It is watched and pinned like one
of ours, and never ended.
"""

import os
from contextlib import suppress
from pathlib import Path

from lab.failures import Invalid
from lab.measure import listening, proc_figures, waiting
from lab.scenario.variants import Variant

READY_SECONDS = 30
DRAIN_SECONDS = 10
RESET_PEAK = "5"  # /proc/PID/clear_refs: the peak of RSS starts again from what it is now


class AttachedServer:
    """A context manager: inside it the server's threads are pinned to `cores`."""

    def __init__(self, variant: Variant, cores: set[int]):
        self.variant = variant
        self.port = variant.port
        self._cores = cores

    def __enter__(self) -> "AttachedServer":
        found = waiting.until(
            lambda: listening.listeners(self.port), READY_SECONDS,
            f"{self.variant.name}: no process that may be watched listens on port {self.port} "
            "(it must run as the same user, or this as root)")
        if len(found) > 1:
            raise Invalid(f"{self.variant.name}: pid {', '.join(map(str, found))} listen on port "
                          f"{self.port}: {listening.WHAT_TO_DO}")
        self.pid = found[0]
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
        if self.pid in listening.listeners(self.port):
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
                      DRAIN_SECONDS,
                      f"{self.variant.name} kept connections open that their clients have closed")
