"""Runs a program of Google Benchmark's and reads what it measured."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lab.bench.claims import Claim
from lab.failures import Invalid


@dataclass(frozen=True)
class Effort:
    repetitions: int
    seconds: float  # at least, for each repetition of a benchmark


@dataclass(frozen=True)
class Comparison:
    report: list[str]
    claims: list[Claim]
    raw: dict  # all repetitions
    figures: dict  # what they come to, to be kept


def built(program: Path) -> Path:
    if not program.exists():
        raise Invalid(f"not built yet: {program.resolve()} (./run bench builds it)")
    return program.resolve()


def iterations(raw: dict) -> dict[tuple[str, str], list[dict]]:
    """(workload, contender) -> the repetitions. Raises Invalid if one failed."""
    runs: dict[tuple[str, str], list[dict]] = {}
    for run in raw["benchmarks"]:
        if run.get("error_occurred"):
            raise Invalid(f"{run['name']}: {run.get('error_message', 'failed')}")
        if run["run_type"] == "iteration":
            workload, contender = run["name"].split("/")[:2]
            runs.setdefault((workload, contender), []).append(run)
    return runs


def run_program(program: Path, preloaded: Path | None, effort: Effort) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    if preloaded is not None:
        environment["LD_PRELOAD"] = str(preloaded)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "out.json"
        done = subprocess.run(
            [program, f"--benchmark_out={out}", "--benchmark_out_format=json",
             "--benchmark_enable_random_interleaving=true",
             f"--benchmark_repetitions={effort.repetitions}",
             f"--benchmark_min_time={effort.seconds}"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            check=False)
        if "LD_PRELOAD" in done.stderr:
            raise Invalid(f"{preloaded} cannot be preloaded")
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise Invalid(f"{program.name} ended with {done.returncode}: {last}")
        return json.loads(out.read_text())
