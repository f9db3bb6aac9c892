"""A control group that bounds memory, socket buffers counted, as a container of cgroup v2 has it."""

import os
import time
import uuid
from pathlib import Path

MOUNTED = Path("/sys/fs/cgroup/memory")


class Unavailable(Exception):
    """Why there can be no such group here."""


class MemoryCgroup:
    """Of version 1, below this process's own; made by the constructor, gone after close()."""

    def __init__(self, limit_bytes: int):
        own = [line.split(":", 2)[2] for line in Path("/proc/self/cgroup").read_text().splitlines()
               if "memory" in line.split(":")[1].split(",")]
        if not own or not MOUNTED.is_dir():
            raise Unavailable("no memory cgroup of version 1 is mounted")
        self._path = MOUNTED / own[0].lstrip("/") / f"arena-server-{uuid.uuid4().hex}"
        try:
            self._path.mkdir()
        except OSError as error:
            raise Unavailable(f"{self._path}: {error.strerror}") from error
        (self._path / "memory.limit_in_bytes").write_text(str(limit_bytes))
        try:  # without a limit of their own version 1 does not count socket buffers
            (self._path / "memory.kmem.tcp.limit_in_bytes").write_text(str(1 << 40))
        except OSError as error:
            self.close()
            raise Unavailable(f"socket buffers are not counted: {error.strerror}") from error

    def enter(self) -> None:
        """Moves the calling process into it, with what it starts."""
        (self._path / "cgroup.procs").write_text(str(os.getpid()))

    def peak_bytes(self) -> int:
        """The most that was in use, at the same time or not, of pages and of socket buffers."""
        return self._number("memory.max_usage_in_bytes") + self._number(
            "memory.kmem.tcp.max_usage_in_bytes")

    def kills(self) -> int:
        lines = (self._path / "memory.oom_control").read_text().splitlines()
        return int(dict(line.split() for line in lines)["oom_kill"])

    def _number(self, name: str) -> int:
        return int((self._path / name).read_text())

    def close(self) -> None:
        """When no process is left in it; the kernel takes a moment to see that."""
        deadline = time.monotonic() + 10
        while self._path.exists():
            try:
                self._path.rmdir()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
