"""One server under test: started fresh, pinned, watched, stopped by its pid."""

import os
import re
import subprocess
import time
from pathlib import Path

from lab import proc_figures
from lab.failures import Invalid
from lab.variants import Variant

READY = re.compile(r"127\.0\.0\.1:(\d+)")
READY_SECONDS = 10
DRAIN_SECONDS = 10
STOP_SECONDS = 15
POLL_SECONDS = 0.002


class ServerProcess:
    """A context manager: inside it the server is ready on `port`; leaving it ends the process."""

    def __init__(self, variant: Variant, core: int, folder: Path, extra_environment=None):
        self.variant = variant
        self.port = 0
        self._output = folder / f"output-of-{variant.name.replace(' ', '-')}.txt"
        self._core = core
        self._environment = {**os.environ, **(extra_environment or {})}

    def __enter__(self) -> "ServerProcess":
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self.variant.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,  # Ctrl-C reaches the lab alone, which then ends the server
                preexec_fn=lambda: os.sched_setaffinity(0, {self._core}),
            )
        try:
            self._wait(lambda: self._find_port(), READY_SECONDS, "was not ready")
            self._idle_sockets = proc_figures.socket_count(self.pid)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind, error, trace) -> None:
        died = self._process.poll() is not None
        status = self._end()
        if kind is None and (died or status != 0):
            what = "died" if died else "did not stop cleanly on SIGTERM"
            raise Invalid(f"{self.variant.name} {what} (status {status}){self._last_words()}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_drained(self) -> None:
        """Until every connection has closed, so that its last request is in the figures too."""
        idle = self._idle_sockets
        self._wait(
            lambda: proc_figures.socket_count(self.pid) <= idle, DRAIN_SECONDS, "kept connections"
        )

    def _find_port(self) -> bool:
        found = READY.search(self._output.read_text(errors="replace"))
        self.port = int(found[1]) if found else 0
        return found is not None

    def _wait(self, condition, seconds: float, complaint: str) -> None:
        deadline = time.monotonic() + seconds
        while True:
            if self._process.poll() is not None:
                status = self._process.returncode
                raise Invalid(f"{self.variant.name} died (status {status}){self._last_words()}")
            if condition():
                return
            if time.monotonic() > deadline:
                raise Invalid(
                    f"{self.variant.name} {complaint} after {seconds} s{self._last_words()}"
                )
            time.sleep(POLL_SECONDS)

    def _end(self) -> int:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _last_words(self) -> str:
        lines = self._output.read_text(errors="replace").splitlines()[-3:]
        return "; it said: " + " | ".join(lines) if lines else "; it said nothing"
