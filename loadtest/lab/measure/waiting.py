"""Waiting for what the kernel tells only when asked."""

import time
from collections.abc import Callable
from typing import TypeVar

from lab.failures import Invalid

POLL_SECONDS = 0.002
T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float, complaint: str) -> T:
    """What the condition says once that is not false. Raises Invalid with the complaint when that
    has not come in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise Invalid(f"{complaint} after {seconds} s")
        time.sleep(POLL_SECONDS)
    return found
