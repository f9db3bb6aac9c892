"""Replicas are replaced, die and are overloaded behind the real HAProxy with the project's configuration."""

import http.client
import json
import signal
import socket
import statistics
import tempfile
import threading
import time
import unittest
import urllib.error
from pathlib import Path

from deployment.programs import BUILD, ROOT, Haproxy, Program, Replica, free_port, get, wait_until

CONNECTIONS = 16
RATE = 500  # requests/s
CONNECTIONS_MAX = 450  # HAProxy takes 500 in these tests
DRAIN_DELAY = "3s"  # as docker/compose.yaml has it: above HAProxy's check interval
DATA = str(ROOT / "docker/kubernetes/base/data")
JSON_FIELD = ["Content-Type", "application/json"]
# HAProxy may ask another replica again for a GET; a POST it sends once.
MIX = [
    {"name": "items", "weight": 50, "target": "/items?count=10"},
    {"name": "echo", "weight": 25, "method": "POST", "target": "/echo", "fields": [JSON_FIELD],
     "body": json.dumps({"text": "x" * 1000, "numbers": list(range(100))})},
    {"name": "query", "weight": 25, "method": "POST", "target": "/collections/planets/query",
     "fields": [JSON_FIELD], "body": json.dumps({"moons": "gt.10", "order": "name.desc"})},
]


class RolloutTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rollout-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.replicas = {name: self.replica() for name in ("one", "two")}
        self.proxy = self.closed(Haproxy(self.folder, tuple(self.replicas.values())))

    def closed(self, program):
        self.addCleanup(program.close)
        return program

    def replica(self) -> Replica:
        return self.closed(Replica("--drain-delay", DRAIN_DELAY, "--data", DATA))

    def loadgen(self, seconds: float, name: str = "load") -> Program:
        plan = {"port": self.proxy.port, "connections": CONNECTIONS, "mix": MIX,
                "schedule": [{"kind": "constant", "rate": RATE, "seconds": seconds}]}
        (self.folder / f"{name}-plan.json").write_text(json.dumps(plan))
        return self.closed(Program([str(BUILD / "loadgen"), "--plan", str(self.folder / f"{name}-plan.json"),
                                    "--output", str(self.folder / f"{name}.json")]))

    def wrk(self, seconds: int) -> Program:
        return self.closed(Program([
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
            f"http://127.0.0.1:{self.proxy.port}/json"]))

    def report(self, name: str = "load") -> dict:
        return json.loads((self.folder / f"{name}.json").read_text())

    def redispatched(self, name: str) -> int:
        """Requests that this replica refused and another got."""
        return int(self.proxy.statistics(name)["wredis"])

    def replace(self, name: str) -> None:
        """As an orchestrator does: the old one drains and ends, a new one starts and is taken."""
        self.assertEqual(self.replicas[name].terminate(), 0)
        self.replicas[name] = self.replica()
        self.proxy.move(name, self.replicas[name].port, self.replicas[name].admin_port)
        wait_until(lambda: self.proxy.is_up(name), f"replica {name} is up again")

    def test_replacing_each_replica_in_turn_fails_no_request(self):
        seconds = 20
        loads = [self.loadgen(seconds), self.wrk(seconds)]
        for name in ("one", "two"):
            self.replace(name)
        for load in loads:
            self.assertIsNone(load.process.poll(), "the load was to outlast the rollout")
        said = [(load.wait(seconds + 20), load.said()) for load in loads]
        report = self.report()
        self.assertEqual(sum(report["failures"].values()), 0, report["failures"])
        self.assertEqual(report["answered"], RATE * seconds)
        self.assertEqual([status for status, _ in said], [0, 0], said)
        self.assertNotIn("Socket errors", said[1][1])
        self.assertNotIn("Non-2xx", said[1][1])

    def test_killing_a_replica_fails_at_most_the_requests_it_had(self):
        seconds = 6
        load = self.loadgen(seconds)
        one = self.replicas["one"]
        wait_until(lambda: 'endpoint="GET /items"' in get(one.admin_url("/metrics")), "the replica serves")
        one.process.send_signal(signal.SIGKILL)
        wait_until(lambda: not self.proxy.is_up("one"), "HAProxy has seen it", 2)
        after = self.loadgen(3, "after")
        one.wait(10)
        load.wait(seconds + 20)
        report = self.report()
        failures = sum(report["failures"].values())
        self.assertLessEqual(failures, CONNECTIONS, report["failures"])
        self.assertEqual(report["answered"] + failures, RATE * seconds, "traffic went on")
        self.assertEqual(after.wait(20), 0, after.said())
        self.assertEqual(self.report("after")["answered"], RATE * 3)

    def test_a_replica_that_does_not_listen_yet_fails_no_request(self):
        """As one that is found by its name while it loads its data: nothing has checked it yet."""
        seconds = 6
        load = self.loadgen(seconds)
        self.proxy.command("set server arena/one state maint")
        self.assertEqual(self.replicas["one"].terminate(), 0)
        self.proxy.move("one", free_port(), free_port())
        # Mostly the first time will do; a check may happen to come before any request.
        for _ in range(5):
            tried = self.redispatched("one")
            self.proxy.command("set server arena/one state ready")
            wait_until(lambda: not self.proxy.is_up("one"), "HAProxy has checked it", 5)
            self.proxy.command("set server arena/one state maint")
            if self.redispatched("one") > tried:
                break
        else:
            self.fail("HAProxy never sent a request there before it had checked")
        self.assertEqual(load.wait(seconds + 20), 0, load.said())
        self.assertEqual(self.report()["answered"], RATE * seconds)

    def test_the_front_ends_slow_headers_and_keeps_idle_connections(self):
        idle = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=10)
        self.addCleanup(idle.close)
        idle.request("GET", "/json")
        self.assertEqual(idle.getresponse().read(), b'{"message":"Hello, World!"}')
        with socket.create_connection(("127.0.0.1", self.proxy.port), timeout=15) as slow:
            slow.sendall(b"GET /json HTTP/1.1\r\nHost: a\r\n")
            begin = time.monotonic()
            self.assertTrue(slow.recv(1000).startswith(b"HTTP/1.1 408 "))
            self.assertGreater(time.monotonic() - begin, 9)
        time.sleep(1)
        idle.request("GET", "/json")
        self.assertEqual(idle.getresponse().status, 200)

    def test_the_front_lets_nobody_see_what_is_for_operators(self):
        front = f"http://127.0.0.1:{self.proxy.port}"
        for path in ("/metrics", "/stats", "/%6detrics", "/metrics?a=b"):
            with self.assertRaises(urllib.error.HTTPError, msg=path) as refused:
                get(front + path)
            self.assertEqual(refused.exception.code, 404)
            refused.exception.close()
        self.assertIn("Hello", get(front + "/json"))


class OverloadTest(unittest.TestCase):
    QUERY = "/collections/rows?order=name,score&limit=20"
    BACKLOG_SECONDS = 2  # of queries before any request, and several times that where cores are shared
    PROBE_SECONDS = 2  # as HAProxy and Kubernetes wait

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="overload-")
        self.addCleanup(folder.cleanup)
        data = Path(folder.name) / "rows.csv"
        with data.open("w") as rows:
            rows.write("id,name,score\n")
            rows.writelines(f"{n},name {n * 7919 % 300_007},{n % 1000}\n" for n in range(300_000))
        self.replicas = [Replica("--data", str(data)) for _ in range(2)]
        for each in self.replicas:
            self.addCleanup(each.close)
        self.proxy = Haproxy(Path(folder.name), tuple(self.replicas))
        self.addCleanup(self.proxy.close)

    @staticmethod
    def seconds_of(url: str) -> float:
        begin = time.monotonic()
        get(url, seconds=60)
        return time.monotonic() - begin

    def slowest_under(self, connections: int) -> tuple[float, list[float]]:
        """The slowest of small requests to a replica, and all probes that were made meanwhile."""
        load = Program(["wrk", "-t1", f"-c{connections}", "-d8s", "--timeout", "60s",
                        f"http://127.0.0.1:{self.proxy.port}{self.QUERY}"])
        self.addCleanup(load.close)
        probes, over = [], threading.Event()

        def probe() -> None:
            while not over.wait(0.1):
                probes.append(self.seconds_of(self.replicas[0].admin_url("/readyz")))

        prober = threading.Thread(target=probe)
        prober.start()
        small = []
        try:
            while load.process.poll() is None:
                small.append(self.seconds_of(self.replicas[0].url("/json")))
        finally:
            over.set()
            prober.join()
        self.assertEqual(load.wait(1), 0, load.said())
        self.assertNotIn("Non-2xx", load.said())
        self.assertNotIn("Socket errors", load.said())
        return max(small), probes

    def test_probes_are_answered_at_once_while_requests_wait_behind_queries(self):
        query = statistics.median(self.seconds_of(self.replicas[0].url(self.QUERY)) for _ in range(5))
        connections = min(CONNECTIONS_MAX, round(2 * self.BACKLOG_SECONDS / query))
        while (under := self.slowest_under(connections))[0] < 1:
            self.assertLess(connections, CONNECTIONS_MAX, f"no overload: /json took up to {under[0]} s")
            connections = min(CONNECTIONS_MAX, 2 * connections)
        waited, probes = under
        print(f"\n/json: up to {waited:.2f} s; {len(probes)} probes: up to {max(probes):.3f} s", flush=True)
        self.assertGreater(len(probes), 20)
        self.assertLess(max(probes), self.PROBE_SECONDS)
        for name in ("one", "two"):
            seen = self.proxy.statistics(name)
            self.assertEqual((seen["status"], seen["chkdown"]), ("UP", "0"), seen)


if __name__ == "__main__":
    unittest.main()
