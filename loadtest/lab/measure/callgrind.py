"""The instructions of a server, counted by valgrind."""

import re
import subprocess
from pathlib import Path

from lab.failures import Invalid
from lab.measure.client import Client


class Callgrind:
    """Counts the instructions of a server that runs under valgrind --tool=callgrind."""

    TOTALS = re.compile(r"^totals: (\d+)", re.MULTILINE)

    def __init__(self, pid: int, out: Path):
        self._pid, self._out, self._dumps = pid, out, 0

    def of(self, client: Client, requests: int) -> int:
        client.ask(requests)
        return self.dump()

    def dump(self) -> int:
        """The instructions since the last dump."""
        # Invoked at once: a server that waits for requests does not look for commands by itself.
        done = subprocess.run(["vgdb", f"--pid={self._pid}", "--max-invoke-ms=1", "dump"],
                              capture_output=True, text=True, timeout=60, check=False)
        self._dumps += 1
        dump = self._out.with_name(f"{self._out.name}.{self._dumps}")
        if done.returncode != 0 or not dump.exists():
            raise Invalid(f"callgrind cannot be asked: {done.stderr.strip()}")
        found = self.TOTALS.search(dump.read_text())
        if found is None:
            raise Invalid("callgrind wrote no totals")
        dump.unlink()
        return int(found[1])
