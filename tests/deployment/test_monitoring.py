"""The real Prometheus scrapes two replicas, with the project's configuration and dashboard."""

import json
import re
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
from pathlib import Path

from deployment.programs import ROOT, Program, Replica, get, wait_until

DISCOVERY = re.compile(r"    dns_sd_configs:\n(      .*\n)+")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus(Program):
    def __init__(self, folder: Path, ports: list[int]):
        text = (ROOT / "docker/prometheus.yml").read_text()
        targets = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
        text, found = DISCOVERY.subn(f"    static_configs: [{{ targets: [{targets}] }}]\n", text + "\n")
        assert found == 1 and text.count("scrape_interval: 5s") == 1, text
        file = folder / "prometheus.yml"
        file.write_text(text.replace("scrape_interval: 5s", "scrape_interval: 250ms"))
        self._url = f"http://127.0.0.1:{free_port()}"
        super().__init__(["prometheus", f"--config.file={file}",
                          f"--storage.tsdb.path={folder / 'data'}",
                          f"--web.listen-address={self._url.removeprefix('http://')}"])
        wait_until(self.is_ready, "Prometheus is ready")

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(self.said())
        try:
            return bool(get(self._url + "/-/ready"))
        except (urllib.error.URLError, ConnectionError):
            return False

    def query(self, expression: str) -> list[dict]:
        asked = urllib.parse.urlencode({"query": expression})
        return json.loads(get(f"{self._url}/api/v1/query?{asked}"))["data"]["result"]


class MonitoringTest(unittest.TestCase):
    def setUp(self):
        self.replicas = [Replica(), Replica()]
        for each in self.replicas:
            self.addCleanup(each.close)

    def ask_for_a_bit_of_everything(self) -> None:
        for replica in self.replicas:
            for path in ("/json", "/items?count=1000", "/collections/cities", "/nowhere"):
                try:
                    get(replica.url(path))
                except urllib.error.HTTPError as refused:
                    self.assertEqual((path, refused.code), ("/nowhere", 404))

    def test_promtool_finds_nothing_to_say_about_the_metrics(self):
        self.ask_for_a_bit_of_everything()
        checked = subprocess.run(["promtool", "check", "metrics"], text=True, capture_output=True,
                                 input=get(self.replicas[0].url("/metrics")), check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_promtool_takes_the_configuration(self):
        checked = subprocess.run(
            ["promtool", "check", "config", str(ROOT / "docker/prometheus.yml")], text=True,
            capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_each_query_of_the_dashboard_returns_data_of_two_replicas(self):
        folder = tempfile.TemporaryDirectory(prefix="monitoring-")
        self.addCleanup(folder.cleanup)
        prometheus = Prometheus(Path(folder.name), [each.port for each in self.replicas])
        self.addCleanup(prometheus.close)
        dashboard = json.loads((ROOT / "docker/grafana/arena-server.json").read_text())
        queries = [(target["expr"], 2 if "{{instance}}" in target["legendFormat"] else 1)
                   for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(queries), 20)
        wait_until(lambda: [each["value"][1] for each in
                            prometheus.query('sum(up{job="arena-server"})')] == ["2"], "both are up")
        # A rate needs a sample before the requests are counted and one after.
        self.ask_for_a_bit_of_everything()
        wait_until(lambda: prometheus.query("arena_server_requests_total"), "counts are scraped")
        self.ask_for_a_bit_of_everything()
        wait_until(lambda: any(float(each["value"][1]) > 0 for each in prometheus.query(
            "sum(rate(arena_server_requests_total[10s]))")), "a rate is seen")
        for query, lines in queries:
            asked = query.replace("$instance", ".*").replace("$__rate_interval", "10s")
            with self.subTest(query=asked):
                values = [float(each["value"][1]) for each in prometheus.query(asked)]
                self.assertGreaterEqual(len(values), lines)
                self.assertFalse([value for value in values if value != value], "not a number")


if __name__ == "__main__":
    unittest.main()
