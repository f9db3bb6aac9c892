"""How fast memory grows in a long run."""

from dataclasses import dataclass
from statistics import linear_regression

POINTS_MIN = 6


@dataclass(frozen=True)
class Growth:
    bytes_per_hour: float
    seen_seconds: float  # how long it was watched: an hour's growth from a minute is a guess


def growth(seconds: list[float], rss_bytes: list[float]) -> Growth | None:
    """The straight line through the second half, when the server has warmed; None when there is
    too little of it."""
    half = len(seconds) // 2
    late, sizes = seconds[half:], rss_bytes[half:]
    if len(late) < POINTS_MIN or len(late) != len(sizes) or late[-1] <= late[0]:
        return None
    return Growth(linear_regression(late, sizes).slope * 3600, late[-1] - late[0])
