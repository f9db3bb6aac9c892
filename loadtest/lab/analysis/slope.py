"""How fast memory grows in a long run."""

from dataclasses import dataclass
from statistics import linear_regression

POINTS_MIN = 6
SEEN_SECONDS_MIN = 600  # of less, an hour's growth is a guess that noise makes


@dataclass(frozen=True)
class Growth:
    bytes_per_hour: float | None  # None when it was seen too shortly
    seen_seconds: float


def growth(seconds: list[float], rss_bytes: list[float]) -> Growth | None:
    """The straight line through the second half, when the server has warmed; None when there are
    too few points for one."""
    half = len(seconds) // 2
    late, sizes = seconds[half:], rss_bytes[half:]
    if len(late) < POINTS_MIN or len(late) != len(sizes) or late[-1] <= late[0]:
        return None
    seen = late[-1] - late[0]
    if seen < SEEN_SECONDS_MIN:
        return Growth(None, seen)
    return Growth(linear_regression(late, sizes).slope * 3600, seen)
