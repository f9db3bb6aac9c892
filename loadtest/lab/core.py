"""What the HTTP core costs: arena-server beside a raw epoll loop with fixed answers, and nginx.

CPU a request of GET /plaintext, one request at a time on each connection and pipelined. All three
servers are up at once; short runs go over them in random order, and ratios are taken within a round.
"""

import argparse
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from lab import cores, proc_figures
from lab.failures import Invalid
from lab.progress import Progress
from lab.server_process import ServerProcess
from lab.variants import ARENA, FLOOR, all_variants

BUILD = Path(__file__).resolve().parents[2] / "build" / "release"
PIPELINE = Path(__file__).resolve().parents[1] / "wrk" / "pipeline.lua"
NGINX = "nginx"
CONNECTIONS = 64
DEPTHS = (1, 16)
PATH = "/plaintext"
START_SECONDS = 10

NGINX_SETTINGS = """
daemon off; master_process off; worker_processes 1; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port};
    location = {path} {{ default_type text/plain; return 200 "Hello, World!"; }} }}
}}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def nginx(core: int, folder: Path):
    """(pid, port) of an nginx of one process that answers PATH."""
    port = _free_port()
    settings = folder / "nginx.conf"
    settings.write_text(NGINX_SETTINGS.format(folder=folder, port=port, path=PATH))
    process = subprocess.Popen(
        ["nginx", "-c", str(settings)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        for _ in range(START_SECONDS * 100):
            if _accepts(port):
                break
            try:
                raise Invalid(f"nginx ended with {process.wait(0.01)}")
            except subprocess.TimeoutExpired:
                continue
        else:
            raise Invalid("nginx does not listen")
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def _requests(port: int, depth: int, seconds: int, core: int) -> int:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    url = f"http://127.0.0.1:{port}{PATH}"
    command += [url] if depth == 1 else ["-s", str(PIPELINE), url, "--", str(depth)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    output = done.stdout + done.stderr
    if wrong := re.search(r"Non-2xx.*|Socket errors.*", output):
        raise Invalid(wrong[0])
    if not (found := re.search(r"(\d+) requests in", output)):
        raise Invalid(f"wrk said: {output}")
    return int(found[1])


def _cpu_us(pid: int, port: int, depth: int, seconds: int, core: int) -> float:
    before = proc_figures.read(pid)
    requests = _requests(port, depth, seconds, core)
    return (proc_figures.read(pid) - before).cpu_ns / 1e3 / requests


def measure(build_folder: Path, rounds: int, seconds: int) -> dict[int, dict[str, list[float]]]:
    """{depth: {server: CPU µs a request, by round}}"""
    chosen = cores.choose()
    variants = all_variants(build_folder)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {}
        for name in (FLOOR, ARENA):
            one = stack.enter_context(ServerProcess(variants[name], chosen.server, folder))
            servers[name] = (one.pid, one.port)
        servers[NGINX] = stack.enter_context(nginx(chosen.server, folder))
        found = {depth: {name: [] for name in servers} for depth in DEPTHS}
        progress = Progress(len(DEPTHS) * rounds * len(servers))
        for depth in DEPTHS:
            for number in range(rounds):
                for name in random.Random(number).sample(list(servers), len(servers)):
                    progress.step(f"depth {depth}  {name}")
                    cost = _cpu_us(*servers[name], depth, seconds, chosen.generator)
                    found[depth][name].append(cost)
        progress.clear()
    return found


def show(found: dict[int, dict[str, list[float]]]) -> None:
    print(f"CPU µs a request of GET {PATH}, {CONNECTIONS} connections: the median of the rounds, and of")
    print("its ratios to the floor's in the same round: median [least to most]")
    for depth, servers in found.items():
        print(f"\n{'one at a time' if depth == 1 else f'pipelined {depth} deep'}")
        for name, costs in servers.items():
            ratios = [own / base for own, base in zip(costs, servers[FLOOR])]
            spread = f"× {median(ratios):.2f} [{min(ratios):.2f} to {max(ratios):.2f}]"
            print(f"  {name:<8}{median(costs):>7.2f}  {'' if name == FLOOR else spread}")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=8, help="runs of each server (8)")
    parser.add_argument("--seconds", type=int, default=2, help="length of a run (2)")


def run(options: argparse.Namespace) -> int:
    try:
        for program in ("wrk", "nginx"):
            if shutil.which(program) is None:
                raise Invalid(f"{program} is missing")
        show(measure(BUILD, options.rounds, options.seconds))
    except Invalid as error:
        print(f"loadtest: {error}", file=sys.stderr)
        return 1
    return 0
