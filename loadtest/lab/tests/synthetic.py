"""A made-up result document (format 2) of every kind of scenario: seeded, and with true ratios that
tests know. No server runs."""

import random
from math import erf, exp, log, sqrt

MIB = 1 << 20

# name: (group, title, what, kind, CPU us of the heap, heap calls, RSS MiB of the heap)
SCENARIOS = {
    "plaintext": ("Small", "GET /plaintext", "a fixed line of text", "closed", 14.0, 4, 9),
    "plaintext-pipelined": ("Small", "GET /plaintext, 16 pipelined", "batches of sixteen requests",
                            "pipelined", 3.1, 4, 9),
    "headers-40": ("Small", "GET /json, 40 headers", "a request with forty header fields", "closed",
                   21.0, 52, 9),
    "echo-1k": ("JSON", "POST /echo, 1 KB", "a small document parsed and written", "closed", 36.0,
                100, 9),
    "echo-2m": ("JSON", "POST /echo, 2 MB", "a large document parsed and written", "closed",
                31000.0, 160000, 61),
    "items-10": ("JSON", "GET /items?count=10", "10 items built as a document", "closed", 28.0, 129,
                 9),
    "items-1000": ("JSON", "GET /items?count=1000", "1,000 items built as a document", "closed",
                   2100.0, 12013, 10),
    "growing-8m": ("Against arenas", "GET /lab/grow?bytes=8388608",
                   "a string that grows to 8 MB, copy by copy", "closed", 2600.0, 24, 22),
    "cpu-bound": ("Against arenas", "GET /lab/primes?below=20000", "arithmetic, no allocation",
                  "closed", 410.0, 4, 9),
    "aged-heap": ("Aged", "GET /items?count=100, aged heap",
                  "100 items on a heap that long use has broken up", "closed", 390.0, 1213, 180),
    "mixed": ("Traffic", "90/9/1 traffic", "small, middle and large requests at a steady rate",
              "open", 120.0, 420, 14),
    "slow-clients": ("Traffic", "4,000 slow clients", "each reads 100 bytes a second", "slow", 60.0,
                     129, 40),
    "cold-start": ("Life", "cold start", "from exec to the first answer", "cold", 0.0, 0, 8),
    "soak": ("Life", "soak, 40 minutes", "mixed traffic, memory watched", "soak", 115.0, 420, 15),
}
VARIANTS = {
    "floor": ("raw epoll loop", "a raw epoll loop with fixed answers: what the kernel costs"),
    "baseline": ("ordinary server", "the endpoints as one would write them without arenas"),
    "heap": ("heap", "this server, each allocation by operator new"),
    "arena": ("arena", "this server, one arena a request"),
    "arena again": ("arena again", "the same once more: what differs is noise"),
    "heap+jemalloc": ("heap, jemalloc", "heap with jemalloc preloaded"),
    "heap+mimalloc": ("heap, mimalloc", "heap with mimalloc preloaded"),
}
# True CPU ratio to heap by scenario; 1 where none is told.
CPU = {
    "arena": {"headers-40": 0.82, "echo-1k": 0.69, "echo-2m": 0.55, "items-10": 0.62,
              "items-1000": 0.45, "growing-8m": 1.22, "aged-heap": 0.38, "mixed": 0.66,
              "slow-clients": 1.05, "soak": 0.66},
    "heap+jemalloc": {"headers-40": 0.93, "echo-1k": 0.84, "echo-2m": 0.66, "items-10": 0.80,
                      "items-1000": 0.58, "aged-heap": 0.378, "mixed": 0.80},
    "heap+mimalloc": {"headers-40": 0.91, "echo-1k": 0.82, "echo-2m": 0.62, "items-10": 0.77,
                      "items-1000": 0.55, "aged-heap": 0.39, "mixed": 0.78},
    "baseline": {name: 1.35 for name in SCENARIOS},
    "floor": {name: 0.5 for name in SCENARIOS},
}
CPU["arena again"] = CPU["arena"]
CPU["baseline"] = {**CPU["baseline"], "plaintext": 1.8, "growing-8m": 0.97, "cpu-bound": 1.01}
RSS = {"arena": {"echo-2m": 2.1, "growing-8m": 3.0, "slow-clients": 2.6, "aged-heap": 0.35}}
RSS["arena again"] = RSS["arena"]
SHARES = (0.3, 0.5, 0.7, 0.9)


def result(rounds: int = 7, passes: int = 2, seed: int = 1, noise: float = 0.01,
           scenarios: tuple[str, ...] | None = None, machine: float = 1.0) -> dict:
    """`noise` is the standard deviation between passes; `machine` slows all alike."""
    names = scenarios or tuple(SCENARIOS)
    draw = random.Random(seed)
    measured = [name for name in names if name != "soak"]
    runs = [run for name in measured for number in range(rounds)
            for run in _round(name, number, passes, draw, noise, machine)]
    return {
        "format": 2, "kind": "full", "title": "arena-server load lab",
        "started": "2026-11-23 18:00 UTC", "took_seconds": 3127,
        "command": "./run loadtest full", "partial": False, "invalid": [],
        "machine": _machine(),
        "settings": {"rounds": rounds, "passes": passes, "seconds": 0.25, "warm_seconds": 0.1,
                     "seed": seed},
        "variants": {name: _variant(name, *about) for name, about in VARIANTS.items()},
        "scenarios": [_scenario(name) for name in names], "runs": runs,
        "counts": {name: _counts(name) for name in names}, "series": _series(names, draw),
        "probes": [{"at_seconds": 30 * k, "steal_share": abs(draw.gauss(0.002, 0.002)),
                    "hiccup_max_us": round(draw.expovariate(1 / 900)), "hiccup_share": 0.001}
                   for k in range(100)],
    }


def own() -> dict:
    """Of a user's own scenarios: two variants and the A/A arm, neither arena, heap nor baseline."""
    made = result(scenarios=("items-1000", "slow-clients"), seed=2)
    names = {"heap": "mine", "heap+jemalloc": "mine-jemalloc"}
    runs = [{**run, "variant": names[run["variant"]]} for run in made["runs"]
            if run["variant"] in names]
    again = [{**run, "variant": "mine again"} for run in runs if run["variant"] == "mine"]
    variants = [*names.values(), "mine again"]
    for scenario in made["scenarios"]:
        scenario["variants"] = variants
        scenario["predictions"] = [{"of": "mine-jemalloc", "to": "mine", "figure": "cpu_us",
                                    "expect": "better", "because": "it is said to be"}]
    return made | {"runs": runs + again, "counts": {}, "series": {},
                   "variants": {name: _variant(name, name, "one's own") for name in variants}}


def _machine() -> dict:
    return {"cpu": "AMD EPYC 7B13", "cores_allowed": [0, 1], "server_cores": [0],
            "generator_cores": [1], "cores_apart": True, "kernel": "6.18.5", "glibc": "2.36",
            "compiler": "g++ 12.2.0", "wrk": "wrk 4.1.0", "memory_bytes": 8 << 30,
            "git_revision": "61e91f1c0ffee0ddba11c0de61e91f1c0ffee0dd", "git_changed": False}


def _variant(name: str, title: str, what: str) -> dict:
    preload = name.partition("+")[2]
    library = {"LD_PRELOAD": f"/usr/lib/x86_64-linux-gnu/lib{preload}.so.2"} if preload else {}
    memory = name.partition("+")[0].partition(" ")[0]
    program = "arena-server" if memory in ("heap", "arena") else f"{memory}-server"
    return {"title": title, "what": what, "environment": library,
            "command": [f"build/release/{program}", "--threads", "1", f"--memory={memory}"]}


def _scenario(name: str) -> dict:
    group, title, what, kind, *_ = SCENARIOS[name]
    true = CPU["arena"].get(name, 1.0)
    expect = "better" if true < 0.95 else "worse" if true > 1.02 else "no difference"
    predictions = [{"of": "arena", "to": "heap", "figure": "cpu_us", "expect": expect,
                    "at_most": 0.7 if true < 0.6 else None, "at_least": None,
                    "because": "allocation is a part of the work, and it is a bump of a pointer"}]
    if name == "growing-8m":
        predictions.append({"of": "arena", "to": "heap", "figure": "peak_rss_bytes",
                            "expect": "no difference", "at_most": None, "at_least": None,
                            "because": "a prediction that turns out wrong"})
    if kind == "slow":
        predictions[0] |= {"figure": "peak_rss_bytes", "expect": "worse"}
    if kind in ("cold", "soak"):
        predictions = []
    settings = {"flags": ["--age-heap"]} if name == "aged-heap" else {}
    return {"name": name, "group": group, "title": title, "what": what, "kind": kind,
            "connections": 4000 if kind == "slow" else 64, "note": None,
            "variants": list(VARIANTS), "predictions": predictions, "cores_apart": True,
            "settings": settings}


def _round(name: str, number: int, passes: int, draw: random.Random, noise: float,
           machine: float) -> list[dict]:
    kind = SCENARIOS[name][3]
    runs = []
    for variant in VARIANTS:
        process = exp(draw.gauss(0, noise / 2))
        peak = round(SCENARIOS[name][6] * MIB * RSS.get(variant, {}).get(name, 1.0)
                     * exp(draw.gauss(0, 0.004)))
        for share in SHARES if kind == "open" else (None,):
            for at in range(passes):
                factor = process * machine * exp(draw.gauss(0, noise))
                head = {"scenario": name, "variant": variant, "round": number, "pass": at,
                        "kept": True, "failures": 0, "peak_rss_bytes": peak, "rss_bytes": peak}
                if share is not None:
                    head["rate_share"] = share
                runs.append({**head, **_run(name, kind, variant, factor, share)})
    return runs


def _run(name: str, kind: str, variant: str, factor: float, share: float | None) -> dict:
    if kind == "cold":
        return {"ready_ms": 21.0 * factor, "first_answer_us": 900.0 * factor, "seconds": 0.1,
                "requests": 1}
    cpu = SCENARIOS[name][4] * CPU.get(variant, {}).get(name, 1.0) * factor
    rate = 1e6 / cpu * 0.97
    middle = 64 * cpu
    if kind in ("open", "slow"):
        rate = 1e6 / SCENARIOS[name][4] * 0.9 * (share or 0.2)
        middle = cpu * (1 + (share or 0.2) / (1.02 - (share or 0.2)))
    seconds = 0.25 if cpu < 1000 else 2.0
    requests = round(rate * seconds)
    run = {
        "seconds": seconds, "requests": requests, "requests_per_s": rate, "cpu_us": cpu,
        "user_us": cpu * 0.7, "system_us": cpu * 0.3, "faults": 0.002, "context_switches": 0.02,
        "server_busy_share": min(0.99, rate * cpu / 1e6), "server_waited_share": 0.01,
        "generator_busy_share": 0.5 if cpu > 10 else 0.97,
    }
    if kind == "open":
        run |= {"lateness_p99_us": 80, "rate": rate}
    if kind != "pipelined":
        run["histogram_us"] = _histogram(middle, requests)
    return run


def _histogram(middle: float, count: int) -> list[list[int]]:
    """A log-normal body; the last samples make a tail of their own."""
    found: dict[int, int] = {}
    before = 0
    for step in range(-24, 60):
        share = 0.985 * _below(step / 12 / 0.35) + 0.015 * _below((step / 12 - 1.2) / 0.9)
        now = round(share * count)
        if now > before:
            found[max(1, round(middle * exp(step / 12)))] = now - before
            before = now
    return [[value, times] for value, times in found.items()]


def _below(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


def _counts(name: str) -> dict:
    cpu, calls = SCENARIOS[name][4:6]
    counts = {}
    for variant in VARIANTS:
        one = {"syscalls": 2.03,
               "instructions": round(2400 * cpu * CPU.get(variant, {}).get(name, 1.0))}
        if "+" not in variant:
            none = variant.startswith("arena") or variant == "floor"
            one["heap_calls"] = 0.0 if none else float(calls)
        if variant.startswith("arena"):
            one["arena_bytes"] = 4096 + calls * 60
        counts[variant] = one
    return counts


def _series(names: tuple[str, ...], draw: random.Random) -> dict:
    series = {}
    for name in names:
        if SCENARIOS[name][3] not in ("soak", "slow"):
            continue
        series[name] = {}
        for variant in ("baseline", "heap", "arena"):
            size = SCENARIOS[name][6] * RSS.get(variant, {}).get(name, 1.0)
            grown = 1.4 if variant == "heap" else 1.05
            series[name][variant] = {
                "seconds": [20 * k for k in range(120)],
                "rss_bytes": [round(MIB * size * (0.7 + 0.3 * (1 - exp(-k / 10)))
                                    * (1 + (grown - 1) * log(1 + k) / 5) + draw.gauss(0, 2e4))
                              for k in range(120)],
                "requests_per_s": [8000 + draw.gauss(0, 100) for _ in range(120)],
            }
    return series
