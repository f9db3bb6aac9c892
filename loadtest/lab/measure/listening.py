"""Who listens on a port, by the kernel's tables (/proc)."""

import os
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"  # the kernel's name for the state, in /proc/net/tcp
WHAT_TO_DO = ("only one process is measured, so its figures would be too low: start the server "
              "with a single process (nginx: master_process off; exec in a script)")


def listening_inodes(table: str, port: int) -> set[str]:
    """Those of the sockets that listen on that port, from the text of /proc/net/tcp or tcp6."""
    local = f":{port:04X} "  # there may be thousands of others, of connections that have ended
    rows = (line.split() for line in table.splitlines()[1:] if local in line)
    return {row[9] for row in rows
            if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port}


def _sockets(port: int) -> set[str]:
    tables = (Path("/proc/net") / name for name in ("tcp", "tcp6"))
    inodes = set().union(*(listening_inodes(table.read_text(), port)
                           for table in tables if table.exists()))
    return {f"socket:[{inode}]" for inode in inodes}


def _open_sockets(pid: int) -> set[str]:
    """What its descriptors are; none where it has ended or is another user's."""
    found = set()
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed between the listing and the look
                found.add(os.readlink(descriptor))
    except OSError:
        return set()
    return found


def listeners(port: int) -> list[int]:
    """All that listen there; without those whose descriptors may not be seen."""
    wanted = _sockets(port)
    return sorted(int(folder.name) for folder in Path("/proc").glob("[0-9]*")
                  if wanted & _open_sockets(int(folder.name)))


def descendants(pid: int) -> list[int]:
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            for child in map(int, file.read_text().split()):
                found += [child, *descendants(child)]
    return found


def complaint(pid: int, port: int) -> str | None:
    """Why the server of that port is not that process, or not it alone; None when it is. Looks at
    the process and what it has started, as it is asked for often.
    """
    wanted = _sockets(port)
    if not wanted & _open_sockets(pid):
        others = [each for each in listeners(port) if each != pid]
        return (f"port {port} is not listened on by the process that was started (pid {pid}) but "
                f"by {_named(others)}: {WHAT_TO_DO}")
    others = [each for each in descendants(pid) if wanted & _open_sockets(each)]
    if others:
        return f"beside pid {pid}, {_named(others)} listen on port {port}: {WHAT_TO_DO}"
    return None


def _named(pids: list[int]) -> str:
    return f"pid {', '.join(map(str, pids[:4]))}" + (" and more" if len(pids) > 4 else "") \
        if pids else "one that cannot be seen"
