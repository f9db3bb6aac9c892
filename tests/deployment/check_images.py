"""Images under a real engine: what they weigh, and what they do at their limits.

Called by .ci/run through verify-image.sh, which has started a Docker engine (DOCKER_HOST) and built
the default target as IMAGE. Everything started here is removed here.
"""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from deployment.flood import flood, status  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
IMAGE = os.environ.get("IMAGE", "vi-app:ci")
PROJECT = "arena-server-check"
FLOOD_SECONDS = 8


def docker(*words: str, check: bool = True) -> str:
    done = subprocess.run(["/usr/bin/docker", *words], text=True, capture_output=True, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"docker {' '.join(words)}: {done.stdout}{done.stderr}")
    return (done.stdout + done.stderr).strip()


def run(command: list[str], **environment: str) -> str:
    done = subprocess.run(command, text=True, capture_output=True, check=False, cwd=ROOT, timeout=300,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def compose(*words: str) -> str:
    return run(["docker-compose", "-p", PROJECT, "-f", "docker/compose.yaml", "--profile", "compare", *words],
               ARENA_PORT="0")


def scale(*words: str) -> str:
    """Under the project's own name."""
    return run(["docker-compose", "-f", "docker/compose.yaml", "--profile", "scale", *words])


def build(target: str) -> str:
    tag = f"{PROJECT}:{target}"
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    done = subprocess.run(
        ["/usr/bin/docker", "build", "--progress=plain", "--network", "host", "--target", target,
         "-f", str(ROOT / "docker/Dockerfile"), "-t", tag, str(ROOT)],
        text=True, capture_output=True, check=False, env=environment)
    if done.returncode != 0:
        raise AssertionError(f"{target}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return tag


# What every Debian has, so that none of another build is put before it.
LIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2"}


def stand_in(tag: str, program: str, *words: str) -> None:
    """An image that cannot be pulled here: Debian's build of the program, in the place of its image."""
    with tempfile.TemporaryDirectory() as folder:
        needed = re.findall(r"=> (/\S+)", run(["ldd", program]))
        for file in (program, *(each for each in needed if Path(each).name not in LIBC)):
            shutil.copy(file, folder)
        entrypoint = json.dumps([f"/stand-in/{Path(program).name}", *words])
        (Path(folder) / "Dockerfile").write_text(
            f"FROM debian:bookworm-slim\nCOPY . /stand-in/\nENV LD_LIBRARY_PATH=/stand-in\n"
            f"ENTRYPOINT {entrypoint}\n")
        run(["/usr/bin/docker", "build", "-t", tag, folder], DOCKER_BUILDKIT="1")


def documented_loop() -> str:
    """The commands that replace replicas under Compose, as docs/deploying.md has them; one of three is
    enough here, and the new image is there already."""
    block = re.search(r"```console\n(\$ scale=.*?)```", (ROOT / "docs/deploying.md").read_text(), re.S)[1]
    commands = re.sub(r"^\$ ", "", block, flags=re.M)
    replaced = {"docker compose ": "docker-compose ", "$scale build replica\n": "",
                "for old in $($scale ps -q replica);": "for old in $($scale ps -q replica | head -1);"}
    for old, new in replaced.items():
        assert commands.count(old) == 1, (old, commands)
        commands = commands.replace(old, new)
    return commands


class Container:
    def __init__(self, image: str, *flags: str, limits: tuple[str, ...] = ()):
        self.id = docker("run", "-d", "-p", "127.0.0.1:0:8080", "--read-only", "--cap-drop", "ALL",
                         "--security-opt", "no-new-privileges", *limits, image, *flags)
        self.port = int(docker("port", self.id, "8080").splitlines()[0].rpartition(":")[2])
        deadline = time.monotonic() + 20
        while self.status("/readyz") != 200:
            if time.monotonic() > deadline:
                raise AssertionError("not ready: " + self.logs())
            time.sleep(0.05)

    def status(self, path: str) -> int | None:
        return status(self.port, path, timeout=10)

    def state(self) -> dict:
        return json.loads(docker("inspect", self.id))[0]["State"]

    def logs(self) -> str:
        return docker("logs", self.id)

    def stop(self) -> int:
        docker("stop", "-t", "35", self.id)
        return self.state()["ExitCode"]

    def remove(self) -> None:
        docker("rm", "-f", self.id, check=False)


class ImagesTest(unittest.TestCase):
    def container(self, *words, **options) -> Container:
        started = Container(*words, **options)
        self.addCleanup(started.remove)
        return started

    def test_the_static_image_is_small_and_serves(self):
        tag = build("static")
        self.assertLessEqual(int(docker("image", "inspect", "--format", "{{.Size}}", tag)), 15_000_000)
        served = self.container(tag)
        self.assertEqual(served.status("/items?count=10"), 200)
        self.assertIn("alive", docker("exec", served.id, "/arena-server", "--healthcheck"))
        self.assertEqual(served.stop(), 0, served.logs())

    def test_threads_are_as_many_as_the_cgroup_leaves_cpus(self):
        cpus = len(os.sched_getaffinity(0))
        for quota in (each for each in (0.5, 1, 1.5, 2) if each <= cpus):
            served = self.container(IMAGE, limits=("--cpus", str(quota)))
            threads = int(re.search(r"(\d+) threads", served.logs())[1])
            self.assertEqual(threads, min(cpus, max(1, -int(-quota // 1))), f"{quota} CPUs")

    def test_a_flood_of_large_requests_in_64_megabytes_ends_in_answers(self):
        served = self.container(IMAGE, limits=("--memory", "64m", "--memory-swap", "64m"))
        seen, lives = flood(served.port, FLOOD_SECONDS)
        state = served.state()
        self.assertFalse(state["OOMKilled"], seen)
        self.assertTrue(state["Running"], served.logs())
        self.assertEqual(set(lives), {200}, lives)
        # A client that still writes its body when the answer is there may see the end of the
        # connection first (None); what it is answered is one of these.
        self.assertLessEqual(set(seen), {200, 413, 503, None}, seen)
        self.assertGreater(seen[503] + seen[413], 0, seen)
        print(f"\n64 MB: {dict(seen)}; probes: {dict(lives)}", flush=True)
        self.assertEqual(served.status("/items?count=10"), 200)
        self.assertEqual(served.stop(), 0)

    def test_the_scale_profile_replaces_a_replica_as_documented(self):
        """HAProxy and Prometheus find the replicas; no request fails meanwhile. Without Grafana."""
        stand_in("haproxy:2.6", "/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg")
        stand_in("prom/prometheus:v2.42.0", "/usr/bin/prometheus",
                 "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/data")
        docker("tag", IMAGE, "arena-server_replica")
        self.addCleanup(scale, "down", "--timeout", "10")
        scale("up", "-d", "replica", "haproxy", "prometheus")
        begun = scale("ps", "-q", "replica").split()
        self.assertEqual(len(begun), 3)
        self.assertEqual({docker("inspect", "-f", '{{index .Config.Labels "com.docker.compose.project"}}', each)
                          for each in begun}, {"arena-server"})
        self.wait_until(lambda: status(8000, "/collections/planets", timeout=5) == 200, "HAProxy has replicas")
        self.wait_until(lambda: self.count_up() == 3, "Prometheus has three")
        self.assertEqual(status(8000, "/metrics"), 404)
        seen, over = Counter(), threading.Event()

        def ask() -> None:
            while not over.is_set():
                seen[status(8000, "/json", timeout=10)] += 1
                time.sleep(0.005)

        client = threading.Thread(target=ask)
        client.start()
        try:
            run(["timeout", "120", "bash", "-euo", "pipefail", "-c", documented_loop()])
        finally:
            over.set()
            client.join()
        self.assertEqual(set(seen), {200}, seen)
        self.assertGreater(seen[200], 500, seen)
        ended = scale("ps", "-q", "replica").split()
        self.assertEqual((len(ended), len(set(ended) & set(begun))), (3, 2))
        for each in ended:
            address = docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", each)
            served = http.client.HTTPConnection(address, 8081, timeout=10)
            served.request("GET", "/metrics")
            self.assertIn('endpoint="GET /json"', served.getresponse().read().decode(), "HAProxy asks it")
            served.close()
        self.wait_until(lambda: self.count_up() == 3, "Prometheus has the new one")

    @staticmethod
    def wait_until(condition, what: str, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}")
            time.sleep(0.2)

    @staticmethod
    def count_up() -> int:
        """Replicas that Prometheus has scraped."""
        asked = urllib.parse.urlencode({"query": 'sum(up{job="arena-server"})'})
        connection = http.client.HTTPConnection("127.0.0.1", 9090, timeout=10)
        try:
            connection.request("GET", f"/api/v1/query?{asked}")
            found = json.loads(connection.getresponse().read())["data"]["result"]
            return int(found[0]["value"][1]) if found else 0
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return 0
        finally:
            connection.close()

    def test_the_compare_profile_ends_in_a_report(self):
        lab = build("loadtest")
        # Compose has every image then, and builds none anew.
        for name in ("server", "server-heap"):
            docker("tag", IMAGE, f"{PROJECT}_{name}")
        docker("tag", lab, f"{PROJECT}_server-baseline")
        docker("tag", IMAGE, "arena-server")
        docker("tag", lab, "arena-server-loadtest")
        report = ROOT / "docker/results/try.html"
        for file in (report, report.with_suffix(".json")):
            self.addCleanup(file.unlink, missing_ok=True)
        self.addCleanup(compose, "down", "--timeout", "5")
        said = compose("run", "--rm", "loadtest", "run", "docker/compare.toml", "--only",
                       "plaintext,items-10", "--rounds", "2", "--passes", "2", "--closer", "1",
                       "--output", "results/try.json")
        self.assertIn("report: results/try.html", said)
        scenarios = json.loads(report.with_suffix(".json").read_text())["scenarios"]
        self.assertEqual(len(scenarios), 2)
        self.assertIn("</html>", report.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
