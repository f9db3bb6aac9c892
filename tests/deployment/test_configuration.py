"""The files that operators start from are taken by the programs that read them."""

import json
import re
import subprocess
import unittest

from deployment.programs import ROOT

KUBERNETES = ROOT / "docker/kubernetes"


def version() -> str:
    return re.search(r"^project\(\S+ VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]


class ConfigurationTest(unittest.TestCase):
    def test_haproxy_takes_its_configuration(self):
        checked = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", str(ROOT / "docker/haproxy.cfg")],
                                 text=True, capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertNotIn("WARNING", checked.stdout + checked.stderr)

    def test_the_dashboard_has_no_panel_twice_and_none_on_another(self):
        panels = json.loads((ROOT / "docker/grafana/arena-server.json").read_text())["panels"]
        self.assertEqual(len({each["id"] for each in panels}), len(panels))
        cells = [(x, y) for each in panels for place in [each["gridPos"]]
                 for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])]
        self.assertEqual(len(set(cells)), len(cells))
        self.assertLess(max(x for x, _ in cells), 24)

    def test_compose_has_a_project_name_that_1_29_takes_too(self):
        self.assertIn("COMPOSE_PROJECT_NAME=arena-server", (ROOT / "docker/.env").read_text().splitlines())
        self.assertNotRegex((ROOT / "docker/compose.yaml").read_text(), r"(?m)^name:")

    def test_compose_waits_longer_than_a_replica_drains(self):
        text = (ROOT / "docker/compose.yaml").read_text()
        grace = int(re.search(r"stop_grace_period: (\d+)s", text)[1])
        delay = int(re.search(r'"--drain-delay", "(\d+)s"', text)[1])
        self.assertGreater(grace, delay + 25)  # --drain-timeout

    def test_what_kustomizations_name_is_there(self):
        named = 0
        for file in KUBERNETES.rglob("kustomization.yaml"):
            for name in re.findall(r"^ +- ([\w./-]+)$", file.read_text(), re.M):
                named += 1
                self.assertTrue((file.parent / name).exists(), f"{file}: {name}")
        self.assertGreater(named, 10)

    def test_the_image_has_the_version_that_the_project_has_and_says_it_once(self):
        text = (ROOT / "docker/Dockerfile").read_text()
        self.assertEqual(re.findall(r"^ARG VERSION=(\S+)$", text.split("FROM ")[0], re.M), [version()])
        self.assertEqual(text.count("ARG VERSION="), 1)

    def test_data_may_take_as_long_to_load_in_each_engine(self):
        probe = re.search(r"startupProbe:.*\n.*\n +periodSeconds: (\d+)\n +failureThreshold: (\d+)",
                          (KUBERNETES / "base/deployment.yaml").read_text())
        periods = re.findall(r"--start-period=(\d+)s", (ROOT / "docker/Dockerfile").read_text())
        self.assertEqual([int(each) for each in periods], [int(probe[1]) * int(probe[2])] * 2)

    def test_kustomizations_name_the_version_that_the_project_has(self):
        for folder in ("base", "load"):
            text = (KUBERNETES / folder / "kustomization.yaml").read_text()
            self.assertEqual(re.findall(r"newTag: (\S+)", text), [version()], folder)

    def test_no_manifest_asks_for_a_user_that_a_cluster_may_refuse(self):
        for file in KUBERNETES.rglob("*.yaml"):
            self.assertNotIn("runAsUser", file.read_text(), str(file))


if __name__ == "__main__":
    unittest.main()
