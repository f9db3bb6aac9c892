"""Programs that the tests of this folder start, and end by their pid."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["ARENA_BUILD_DIR"])
READY = re.compile(r"ready on 127\.0\.0\.1:(\d+)")
ADMIN = re.compile(r"health and metrics on port (\d+)")


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def free_port() -> int:
    """Nobody listens on it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str, seconds: float = 10) -> str:
    with urllib.request.urlopen(url, timeout=seconds) as answer:
        return answer.read().decode()


class Program:
    """A child with its output in a file; whatever happens, it has ended after close()."""

    def __init__(self, command: list[str], **options):
        self._output = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._output,
                                        stderr=subprocess.STDOUT, **options)

    def said(self) -> str:
        return os.pread(self._output.fileno(), 1 << 20, 0).decode(errors="replace")

    def wait(self, seconds: float) -> int:
        return self.process.wait(seconds)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._output.close()


class Replica(Program):
    """arena-server on a free port of loopback, with an admin port that is free too."""

    def __init__(self, *flags: str, **options):
        super().__init__([str(BUILD / "arena-server"), "--address", "127.0.0.1", "--port", "0",
                          "--admin-port", "0", *(flags if "--threads" in flags else ("--threads", "1", *flags))],
                         **options)
        wait_until(lambda: READY.search(self.said()) is not None, "a replica is ready")
        self.port = int(READY.search(self.said())[1])
        self.admin_port = int(ADMIN.search(self.said())[1])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def admin_url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.admin_port}{path}"

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.wait(40)


class Haproxy(Program):
    """Debian's HAProxy on the project's own configuration, but for where replicas are found: they
    are two, "one" and "two", and are told by its runtime interface.
    """

    def __init__(self, folder: Path, replicas: tuple[Replica, Replica]):
        self._control = folder / "control"
        self._front = socket.create_server(("127.0.0.1", 0))
        self.port = self._front.getsockname()[1]
        file = folder / "haproxy.cfg"
        file.write_text(self._configuration(replicas))
        super().__init__(["/usr/sbin/haproxy", "-db", "-f", str(file)],
                         pass_fds=[self._front.fileno()])
        wait_until(self._has_both, "HAProxy has both replicas up")

    def _has_both(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(self.said())
        return self._control.exists() and all(map(self.is_up, ("one", "two")))

    def _configuration(self, replicas: tuple[Replica, Replica]) -> str:
        text = (ROOT / "docker/haproxy.cfg").read_text()
        replaced = {
            "fd-hard-limit 50000": f"maxconn 500\n  stats socket {self._control} level admin",
            "bind :8000": f"bind fd@{self._front.fileno()}",
            " port 8081 inter": " inter",
            " resolvers docker init-addr none": "",
            "server-template replica 1-8 replica:8080":
                "\n  ".join(f"server {name} 127.0.0.1:{each.port} port {each.admin_port}"
                            for name, each in zip(("one", "two"), replicas)),
        }
        for old, new in replaced.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    def command(self, text: str) -> str:
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self._control))
            control.sendall(f"{text}\n".encode())
            return control.makefile().read()

    def statistics(self, name: str) -> dict[str, str]:
        """Of a replica, by HAProxy's names for them."""
        names, *rows = (line.split(",") for line in self.command("show stat").splitlines())
        return next((dict(zip(names, row)) for row in rows if row[:2] == ["arena", name]), {})

    def is_up(self, name: str) -> bool:
        """Up and checked, or, just out of maintenance, not checked yet: "UP", "no check"."""
        return self.statistics(name).get("status") == "UP"

    def move(self, name: str, port: int, admin_port: int) -> None:
        """As service discovery would."""
        self.command(f"set server arena/{name} addr 127.0.0.1 port {port}")
        self.command(f"set server arena/{name} check-port {admin_port}")

    def close(self) -> None:
        super().close()
        self._front.close()
