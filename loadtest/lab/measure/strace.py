"""The system calls of a server, counted by strace."""

import signal
import subprocess
from pathlib import Path

from lab.failures import Invalid
from lab.measure import child

TRACER_SECONDS = 10


class Strace:
    """A context manager: inside it every thread of the server is traced."""

    def __init__(self, pid: int, folder: Path):
        self._pid, self._out = pid, folder / "strace.txt"

    def __enter__(self) -> "Strace":
        self._process = subprocess.Popen(
            ["strace", "-c", "-f", "-p", str(self._pid), "-o", str(self._out)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=child.before_exec())
        try:
            attached = self._process.stderr.readline()
        except BaseException:
            self._end()
            raise
        if "attached" not in attached:
            self._end()
            raise Invalid(f"strace cannot look at the server: {attached.strip()}")
        return self

    def __exit__(self, *_) -> None:
        self._end()

    def _end(self) -> None:
        try:
            self._process.send_signal(signal.SIGINT)
            self._process.communicate(timeout=TRACER_SECONDS)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def total(self) -> int:
        """System calls of all kinds while it was attached."""
        return parse_strace(self._out.read_text())


def parse_strace(table: str) -> int:
    """The calls in strace -c's line of totals: % time, seconds, usecs/call, calls[, errors]."""
    for line in table.splitlines():
        words = line.split()
        if words and words[-1] == "total":
            return int(words[3])
    raise Invalid("strace counted nothing")
