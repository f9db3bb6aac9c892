"""The real Prometheus scrapes two replicas, with the project's configuration and dashboard, and itself."""

import json
import re
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
from pathlib import Path

from deployment.programs import ROOT, Program, Replica, free_port, get, wait_until

DISCOVERY = re.compile(r"    dns_sd_configs:\n(      .*\n)+")


class Prometheus(Program):
    def __init__(self, folder: Path, ports: list[int]):
        text = (ROOT / "docker/prometheus.yml").read_text()
        targets = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
        text, found = DISCOVERY.subn(f"    static_configs: [{{ targets: [{targets}] }}]\n", text + "\n")
        assert found == 1 and text.count("scrape_interval: 5s") == 1, text
        self._url = f"http://127.0.0.1:{free_port()}"
        # Others are scraped too, as in a Prometheus that is shared: it has process_* of its own.
        text += ("  - job_name: prometheus\n"
                 f"    static_configs: [{{ targets: [\"{self._url.removeprefix('http://')}\"] }}]\n")
        file = folder / "prometheus.yml"
        file.write_text(text.replace("scrape_interval: 5s", "scrape_interval: 250ms"))
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
        return self._data("query", {"query": expression})["result"]

    def label_values(self, series: str, label: str) -> list[str]:
        return self._data(f"label/{label}/values", {"match[]": series})

    def _data(self, path: str, parameters: dict[str, str]):
        return json.loads(get(f"{self._url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"))["data"]


class Dashboard:
    """What Grafana makes of it with "All" chosen for each variable."""

    def __init__(self):
        self._parts = json.loads((ROOT / "docker/grafana/arena-server.json").read_text())
        self.variables = self._parts["templating"]["list"]
        self.targets = [target for panel in self._parts["panels"] for target in panel["targets"]]

    def chosen(self, prometheus: Prometheus) -> dict[str, str]:
        chosen = {"$__rate_interval": "10s"}
        for variable in self.variables:
            asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
            values = prometheus.label_values(filled(asked[1], chosen), asked[2])
            chosen["$" + variable["name"]] = "|".join(re.escape(each) for each in values)
        return chosen


def filled(expression: str, chosen: dict[str, str]) -> str:
    for name, value in chosen.items():
        expression = expression.replace(name, value.replace("\\", "\\\\"))
    return expression


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
                                 input=get(self.replicas[0].admin_url("/metrics")), check=False)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_promtool_takes_the_configuration(self):
        checked = subprocess.run(
            ["promtool", "check", "config", str(ROOT / "docker/prometheus.yml")], text=True,
            capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_each_query_of_the_dashboard_returns_data_of_two_replicas(self):
        folder = tempfile.TemporaryDirectory(prefix="monitoring-")
        self.addCleanup(folder.cleanup)
        prometheus = Prometheus(Path(folder.name), [each.admin_port for each in self.replicas])
        self.addCleanup(prometheus.close)
        dashboard = Dashboard()
        self.assertGreater(len(dashboard.targets), 20)
        wait_until(lambda: [each["value"][1] for each in
                            prometheus.query('sum(up{job=~".+"})')] == ["3"], "all are up")
        # A rate needs a sample before the requests are counted and one after.
        self.ask_for_a_bit_of_everything()
        wait_until(lambda: prometheus.query("arena_server_requests_total"), "counts are scraped")
        self.ask_for_a_bit_of_everything()
        wait_until(lambda: any(float(each["value"][1]) > 0 for each in prometheus.query(
            "sum(rate(arena_server_requests_total[10s]))")), "a rate is seen")
        wait_until(lambda: prometheus.query('process_open_fds{job="prometheus"}'), "it scrapes itself")
        chosen = dashboard.chosen(prometheus)
        for target in dashboard.targets:
            asked = filled(target["expr"], chosen)
            with self.subTest(query=asked):
                values = [float(each["value"][1]) for each in prometheus.query(asked)]
                if "{{instance}}" in target["legendFormat"]:
                    self.assertEqual(len(values), 2)
                self.assertGreater(len(values), 0)
                self.assertFalse([value for value in values if value != value], "not a number")

    def test_each_query_of_the_dashboard_is_for_the_chosen_job_and_replicas(self):
        dashboard = Dashboard()
        self.assertEqual([each["name"] for each in dashboard.variables], ["job", "instance"])
        for each in dashboard.variables:
            self.assertNotIn("allValue", each, "everybody else's series would be shown too")
        for target in dashboard.targets:
            selectors = re.findall(r"\{(.*?)\}", target["expr"])
            self.assertGreater(len(selectors), 0, target)
            for selector in selectors:
                self.assertIn('job=~"$job",instance=~"$instance"', selector, target["expr"])


if __name__ == "__main__":
    unittest.main()
