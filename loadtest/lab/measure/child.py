"""What every child of the lab is given before it becomes another program."""

import ctypes
import os
import signal
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None)


def before_exec(cores: Iterable[int] | None = None) -> Callable[[], None]:
    """For Popen's preexec_fn: keeps the child to these cores, and ends it if the lab is killed."""
    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if cores is not None:
            os.sched_setaffinity(0, cores)

    return prepare
