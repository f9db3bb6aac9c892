"""One line on stderr that says how far a session is; in a log, a line for each round."""

import sys
import time


class Progress:
    """Steps weigh as many seconds as they are expected to take."""

    def __init__(self, expected_seconds: float):
        self._expected = max(expected_seconds, 0.001)
        self._done = 0.0
        self._weight = 0.0
        self._start = time.monotonic()
        self._shown = sys.stderr.isatty()

    def step(self, what: str, seconds: float = 1.0) -> None:
        """Says that `what` begins now, and that what went before is done."""
        self._done += self._weight
        self._weight = seconds
        if self._shown:
            text = f"{self._done / self._expected:>4.0%}  {what}  {self._left()}"
            print(f"\r{text:<98.98}", end="", file=sys.stderr, flush=True)

    def milestone(self, what: str) -> None:
        """A line of its own where no line can be rewritten: in a log."""
        if not self._shown:
            print(f"{time.monotonic() - self._start:>6.0f} s  {what}", file=sys.stderr, flush=True)

    def say(self, what: str) -> None:
        """A line that stays, wherever this goes."""
        self.clear()
        print(what, file=sys.stderr, flush=True)

    def _left(self) -> str:
        passed = time.monotonic() - self._start
        # What is left takes as much longer than expected as what is done did, once some is.
        pace = passed / self._done if self._done > 0.05 * self._expected else 1.0
        seconds = round(max(0.0, pace * (self._expected - self._done)))
        return f"{seconds // 60}:{seconds % 60:02} left"

    def clear(self) -> None:
        if self._shown:
            print("\r" + " " * 98 + "\r", end="", file=sys.stderr, flush=True)
