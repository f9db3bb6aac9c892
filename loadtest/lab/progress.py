"""One line on stderr that says how far a session is; nothing when stderr is no terminal."""

import sys
import time


class Progress:
    def __init__(self, steps: int):
        self._steps = steps
        self._done = 0
        self._start = time.monotonic()
        self._shown = sys.stderr.isatty()

    def step(self, what: str) -> None:
        """Says that `what` begins now."""
        if self._shown:
            left = ""
            if self._done:
                each = (time.monotonic() - self._start) / self._done
                seconds = round(each * (self._steps - self._done))
                left = f"{seconds // 60}:{seconds % 60:02} left"
            text = f"{self._done + 1}/{self._steps}  {what}  {left}"
            print(f"\r{text:<78.78}", end="", file=sys.stderr, flush=True)
        self._done += 1

    def clear(self) -> None:
        if self._shown:
            print("\r" + " " * 78 + "\r", end="", file=sys.stderr, flush=True)
