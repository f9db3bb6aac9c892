"""One server under test: started fresh, pinned, watched, stopped by its pid."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from lab.failures import Invalid
from lab.measure import child, listening, proc_figures
from lab.scenario.variants import Variant

READY = re.compile(r"127\.0\.0\.1:(\d+)")
READY_SECONDS = 30  # an aged heap and data take their time
DRAIN_SECONDS = 10
STOP_SECONDS = 8
POLL_SECONDS = 0.002
READY_POLL_SECONDS = 0.0005
TUNING = ("LD_PRELOAD", "GLIBC_TUNABLES", "MALLOC_", "MIMALLOC_", "TCMALLOC_", "ARENA_SERVER_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _inherited() -> dict[str, str]:
    """What servers get of this process's environment: nothing that sets allocators or servers."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(TUNING)}


class ServerProcess:
    """A context manager: inside it the server is ready on `port`; leaving it ends the process."""

    def __init__(self, variant: Variant, cores: set[int], folder: Path, extra_environment=None,
                 under: tuple[str, ...] = ()):
        """`under` are the words before the command: a tool that runs the server and has its pid."""
        self.variant = variant
        self._cores = cores
        self._environment = {**_inherited(), **dict(variant.environment),
                             **(extra_environment or {})}
        self._folder = folder / f"server-{quote(variant.name, safe='+')}"  # each its own
        self._output = self._folder / "output.txt"
        takes_port = any("{port}" in word for word in variant.command) or variant.file is not None
        self._given_port = free_port() if takes_port else 0
        self._command = [*under, *(self._filled(word) for word in variant.command)]
        self.port = 0

    def _filled(self, text: str) -> str:
        return text.replace("{port}", str(self._given_port)).replace("{folder}", str(self._folder))

    def __enter__(self) -> "ServerProcess":
        self._folder.mkdir(parents=True, exist_ok=True)
        if self.variant.file is not None:
            name, content = self.variant.file
            filled = content.format(port=self._given_port, folder=self._folder)
            (self._folder / name).write_text(filled)
        self.started_ns = time.monotonic_ns()
        self._process = self._start()
        try:
            self._wait(self._is_ready, READY_SECONDS, self._awaited(), READY_POLL_SECONDS)
            self.ready_ns = time.monotonic_ns()
            self._check_preloaded()
            self._check_alone()
            self._idle_sockets = proc_figures.socket_count(self.pid)
        except BaseException:
            self._end()
            raise
        return self

    def _start(self) -> subprocess.Popen:
        with self._output.open("wb") as output:
            try:
                return subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, env=self._environment,
                    start_new_session=True,  # Ctrl-C reaches the lab alone, which ends the server
                    preexec_fn=child.before_exec(self._cores))
            except OSError as error:
                raise Invalid(f"{self.variant.name}: {self._command[0]}: "
                              f"{error.strerror}") from error

    def __exit__(self, kind, error, trace) -> None:
        died = self._process.poll() is not None
        try:
            if kind is None and not died:
                self._check_alone()  # workers may have been started after the first answer
        finally:
            status = self._end()
        if kind is None and (died or (self.variant.is_ours and status != 0)):
            what = "died" if died else "did not stop cleanly on SIGTERM"
            raise Invalid(f"{self.variant.name} {what} (status {status}){self._last_words()}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_drained(self) -> None:
        """Until every connection has closed, so that its last request is in the figures too."""
        idle = self._idle_sockets
        self._wait(lambda: proc_figures.socket_count(self.pid) <= idle, DRAIN_SECONDS,
                   "kept connections open that their clients have closed")

    def _awaited(self) -> str:
        return (f"did not listen on port {self._given_port}" if self._given_port else
                "did not tell its port by a line with 127.0.0.1:PORT (or give it {port})")

    def _is_ready(self) -> bool:
        if self._given_port:
            self.port = self._given_port
            return _accepts(self.port)
        found = READY.search(self._output.read_text(errors="replace"))
        if found:
            self.port = int(found[1])
        return found is not None

    def _check_preloaded(self) -> None:
        """ld.so only grumbles about what it cannot preload, and goes on."""
        wanted = self._environment.get("LD_PRELOAD")
        if not wanted:
            return
        mapped = Path(f"/proc/{self.pid}/maps").read_text()
        for path in wanted.replace(":", " ").split():
            if str(Path(path).resolve()) not in mapped:
                raise Invalid(f"{self.variant.name}: {path} was not preloaded{self._last_words()}")

    def _check_alone(self) -> None:
        if found := listening.complaint(self.pid, self.port):
            raise Invalid(f"{self.variant.name}: {found}")

    def _wait(self, condition: Callable[[], bool], seconds: float, complaint: str,
              poll_seconds: float = POLL_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while True:
            status = self._process.poll()
            if status is not None:
                raise Invalid(f"{self.variant.name} ended with {status}{self._last_words()}")
            if condition():
                return
            if time.monotonic() > deadline:
                raise Invalid(f"{self.variant.name} {complaint} after {seconds} s"
                              f"{self._last_words()}")
            time.sleep(poll_seconds)

    def _end(self) -> int:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"\n{self.variant.name} did not end within {STOP_SECONDS} s of SIGTERM: "
                      "killed", file=sys.stderr)
            finally:  # also where a second Ctrl-C ends the wait
                if self._process.poll() is None:
                    self._process.kill()
        status = self._process.wait()
        with suppress(ProcessLookupError, PermissionError):  # what it has left behind of itself
            os.killpg(self.pid, signal.SIGKILL)
        return status

    def _last_words(self) -> str:
        words = self._output.read_text(errors="replace").strip().splitlines()[-3:]
        return ": " + " | ".join(words) if words else ""
