"""Plain words for ratios, and whether this session's timing is good for any."""

from lab.summary import Figure

CPU_BAND = 0.03  # differences of CPU a request below this do not matter
PASSES_MIN = 3
CONTENDED_SHARE = 0.05  # of the measured time, that the server waited for its core


def verdict(interval: tuple[float, float] | None) -> str:
    """What an interval of CPU ratios says; smaller is better."""
    if interval is None:
        return "not judged (too few passes)"
    low, high = interval
    if high < 1 - CPU_BAND:
        return "better"
    if low > 1 + CPU_BAND:
        return "worse"
    if low >= 1 - CPU_BAND and high <= 1 + CPU_BAND:
        return "no difference that matters"
    return "inconclusive"


def distrust(aa: Figure, passes: int, cores_apart: bool) -> str | None:
    """Why no timing of this session is to be trusted; None when it is."""
    if not cores_apart:
        return "server and generator had to share one core"
    if aa.interval is None or passes < PASSES_MIN:
        return "too few passes, none is judged"
    low, high = aa.interval
    if low < 1 - CPU_BAND or high > 1 + CPU_BAND:
        return f"arena differs from itself by more than {CPU_BAND:.0%}"
    return None


def contention(waited_share: float) -> str | None:
    """A word on other programs that ran on the server's core; CPU a request hardly feels them."""
    if waited_share < CONTENDED_SHARE:
        return None
    return (f"Another program held the server's core {waited_share:.0%} of the time: "
            "requests/s, p50 and p99 suffer from it.")


def aa_line(aa: Figure, reason: str | None) -> str:
    ratio = "not measured"
    if aa.ratio is not None:
        ratio = f"× {aa.ratio:.3f}"
        if aa.interval:
            ratio += f" [{aa.interval[0]:.3f}, {aa.interval[1]:.3f}]"
    trust = "Timing can be trusted." if reason is None else f"Timing CANNOT be trusted: {reason}."
    return f"A/A (arena against itself, CPU a request): {ratio}\n{trust}"


def line(base: str, cpu: Figure, rss: Figure, reason: str | None) -> str:
    """The verdict on arena against `base` in one scenario; `rss` may have no ratio."""
    words = verdict(cpu.interval)
    if reason is not None and cpu.interval is not None:
        words = "withheld (see A/A below)"
    details = []
    if cpu.ratio is not None:
        bounds = f" [{cpu.interval[0]:.2f}, {cpu.interval[1]:.2f}]" if cpu.interval else ""
        details.append(f"CPU × {cpu.ratio:.2f}{bounds}")
    if rss.ratio is not None:
        details.append(f"peak RSS × {rss.ratio:.2f}")
    return f"arena against {base}: {words}" + (f" ({', '.join(details)})" if details else "")
