"""doctor: can this machine measure, and what would make it better?"""

import argparse
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.measure import cores, probe
from lab.scenario.variants import PRELOADED, library

WATCHED_SECONDS = 2.0
SPIN_NS = 1_000_000_000
DESCRIPTORS = 4096  # thousands of slow clients, on both sides
OK, WORSE, MISSING = "ok", "worse", "missing"


@dataclass(frozen=True)
class Finding:
    state: str
    what: str
    advice: str = ""

    def line(self) -> str:
        return f"{self.state:<9}{self.what}" + (f"\n         {self.advice}" if self.advice else "")


def _programs(build: Path) -> Iterator[Finding]:
    for program, use, state in (
            ("wrk", "capacity", MISSING), ("valgrind", "instructions a request", WORSE),
            ("strace", "system calls a request", WORSE),
            ("nginx", "a peer to compare with; left out without it", WORSE)):
        if shutil.which(program):
            yield Finding(OK, f"{program} is there ({use})")
        else:
            yield Finding(state, f"{program} is not installed ({use})",
                          f"apt-get install {'nginx-light' if program == 'nginx' else program}")
    for name in ("arena-server", "lab-server", "baseline-server", "floor-server", "loadgen",
                 "libheap_counter.so"):
        if not (build / name).exists():
            yield Finding(MISSING, f"{build / name} is not built", "./run build")


def _allocators() -> Iterator[Finding]:
    for allocator, (_, package) in PRELOADED.items():
        if library(allocator):
            yield Finding(OK, f"{allocator} can be preloaded")
        else:
            yield Finding(WORSE, f"{allocator} is not installed: quick and full leave its "
                          "variants out",
                          f"apt-get install {package}")


def _cores() -> Iterator[Finding]:
    chosen = cores.choose()
    if chosen.shared == "a core":
        yield Finding(WORSE, "server and generator share a core: throughput and latency are "
                             "withheld, CPU a request is not",
                      "allow the lab two cores or more (taskset, cgroup)")
    elif chosen.shared:
        yield Finding(WORSE, f"server and generator share {chosen.shared}, as CPUs "
                             f"{', '.join(map(str, chosen.allowed))} are its siblings: throughput "
                             "and latency are withheld, CPU a request is not",
                      "allow the lab CPUs of two cores (lscpu -e shows them; of a cloud machine "
                      "take four vCPUs)")
    elif len(chosen.allowed) < 4:
        yield Finding(OK, f"{len(chosen.allowed)} cores: one for the server, one for the "
                          "generator; other programs have to share with them")
    else:
        yield Finding(OK, f"{len(chosen.allowed)} cores")
    governor = Path(f"/sys/devices/system/cpu/cpu{min(chosen.server)}/cpufreq/scaling_governor")
    if governor.exists() and governor.read_text().strip() != "performance":
        yield Finding(WORSE, f"the frequency governor is {governor.read_text().strip()}",
                      "cpupower frequency-set --governor performance")


def _quiet() -> Iterator[Finding]:
    chosen = cores.choose()
    measured = sorted(chosen.server | chosen.generator)
    before = probe.cpu_times()
    time.sleep(WATCHED_SECONDS)
    after = probe.cpu_times()
    steal = probe.worst_steal(before, after, measured)
    busy = 1 - (after[probe.MACHINE] - before[probe.MACHINE]).idle_share
    yield Finding(OK if steal < 0.02 else WORSE, f"steal: {steal:.1%} of the time",
                  "" if steal < 0.02 else
                  "the host gives this machine's time to others: measure elsewhere")
    yield Finding(OK if busy < 0.1 else WORSE, f"other programs use {busy:.0%} of the machine",
                  "" if busy < 0.1 else "end them, or measure later")
    for core in measured:
        whose = "server" if core in chosen.server else "generator"
        longest, share = probe.spin(core, SPIN_NS // len(measured))
        yield Finding(OK if share < 0.02 else WORSE,
                      f"hiccups: the {whose}'s core was away {share:.1%} of the time, "
                      f"{longest / 1000:.1f} ms at the longest",
                      "" if share < 0.02 else "something else runs there: latencies will be too "
                                              "long")


def _limits() -> Iterator[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = hard == resource.RLIM_INFINITY or hard >= DESCRIPTORS
    yield Finding(OK if enough else WORSE, f"{hard} descriptors are allowed (now {soft})",
                  "" if enough else f"ulimit -Hn {DESCRIPTORS} for thousands of slow clients")
    if shutil.which("strace"):
        traced = subprocess.run(["strace", "-c", "-o", os.devnull, "true"], capture_output=True,
                                check=False).returncode == 0
        yield Finding(OK if traced else WORSE, "processes can be traced" if traced else
                      "processes cannot be traced: no counts of system calls",
                      "" if traced else "allow ptrace (docker run --cap-add SYS_PTRACE)")


def findings(build: Path) -> Iterator[Finding]:
    yield from _programs(build)
    yield from _allocators()
    yield from _cores()
    yield from _limits()
    yield from _quiet()


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = ("Exit codes: 0 it can measure, 1 something is missing that it cannot do "
                     "without.")
    parser.add_argument("--build-dir", type=Path, default=Path("build/release"), metavar="FOLDER")


def run(options: argparse.Namespace) -> int:
    found = []
    for each in findings(options.build_dir):
        print(each.line(), flush=True)
        found.append(each)
    missing = sum(each.state == MISSING for each in found)
    worse = sum(each.state == WORSE for each in found)
    if missing:
        print(f"\nThis machine cannot measure yet: {missing} missing.")
        return 1
    but = {0: ".", 1: ", but one thing makes it worse."}
    print("\nThis machine can measure" + but.get(worse, f", but {worse} things make it worse."))
    return 0
