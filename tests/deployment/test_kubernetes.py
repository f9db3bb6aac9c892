"""What kustomize makes of docker/kubernetes, and of the overlays that docs/deploying.md shows.

Without a kubectl that knows how, ctest counts this as skipped, not as passed.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from deployment.programs import BUILD, ROOT

KUBERNETES = ROOT / "docker/kubernetes"
OLDEST = (1, 22)  # its kustomize is the first that has "labels"; Debian 12 has 1.20
BASE = {"Deployment", "Service", "ServiceAccount", "ConfigMap", "PodDisruptionBudget", "NetworkPolicy"}
ADMIN = "headless Service"
MONITORING = {"ServiceMonitor", ADMIN}


def kubectl_version() -> tuple[int, int]:
    """(0, 0) where there is none."""
    if not shutil.which("kubectl"):
        return 0, 0
    said = subprocess.run(["kubectl", "version", "--client"], text=True, capture_output=True,
                          check=False).stdout
    found = re.search(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def kubectl(*words: str, **options) -> str:
    done = subprocess.run(["kubectl", *words], text=True, capture_output=True, check=False, **options)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"kubectl {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def render(folder: Path) -> dict[str, dict]:
    """The resources by their kind, of which there is one each, a headless Service being one of its own."""
    # The second command asks no cluster; it is the way to JSON, which Python reads by itself.
    text = kubectl("annotate", "--local", "-f", "-", "-o", "json", "none-",
                   input=kubectl("kustomize", str(folder))).strip()
    resources, decoder = {}, json.JSONDecoder()
    while text:
        resource, end = decoder.raw_decode(text)
        is_headless = resource.get("spec", {}).get("clusterIP") == "None"
        kind = ADMIN if is_headless else resource["kind"]
        assert kind not in resources, kind
        resources[kind] = resource
        text = text[end:].lstrip()
    return resources


def seconds_of(flag: str) -> float:
    """The server's default."""
    said = subprocess.run([str(BUILD / "arena-server"), "--print-config"], text=True, check=True,
                          capture_output=True).stdout
    return int(re.search(rf'^{flag}="(\d+)ms"$', said, re.M)[1]) / 1000


def documented() -> dict[str, str]:
    """The overlays in the documentation, by a word that they alone have."""
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/deploying.md").read_text(), re.S)
    own, second = blocks
    return {"own": own, "second": second}


@unittest.skipIf(kubectl_version() < OLDEST, f"no kubectl of {'.'.join(map(str, OLDEST))} or later")
class KubernetesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kubernetes-")
        cls.addClassCleanup(cls.folder.cleanup)
        folder = Path(cls.folder.name).resolve()
        overlays = documented()
        overlays["volume"] = "resources: [../../base]\ncomponents: [../../components/volume]\n"
        for name, text in overlays.items():
            (folder / name).mkdir()
            (folder / name / "kustomization.yaml").write_text(
                text.replace("../..", os.path.relpath(KUBERNETES, folder / name)))
            (folder / name / "cities.csv").write_text("id,name\n1,Oslo\n")
        cls.serving = {name: render(KUBERNETES / name) for name in (
            "base", "overlays/small", "overlays/scale", "overlays/monitoring")}
        cls.serving |= {name: render(folder / name) for name in overlays}
        cls.load = render(KUBERNETES / "load")

    def each(self):
        """All that serve: their name, resources, pods' template and container."""
        for name, resources in self.serving.items():
            pod = resources["Deployment"]["spec"]["template"]
            yield name, resources, pod, pod["spec"]["containers"][0]

    def test_the_kinds_are_those_expected(self):
        more = {"overlays/scale": {"HorizontalPodAutoscaler"}, "overlays/monitoring": MONITORING,
                "own": MONITORING, "second": {"HorizontalPodAutoscaler"} | MONITORING}
        for name, resources in self.serving.items():
            self.assertEqual(set(resources), (BASE | more.get(name, set())) -
                             ({"ConfigMap"} if name == "volume" else set()), name)
        self.assertEqual(set(self.load), {"Job"})

    def test_probes_ask_what_they_are_for_where_nothing_is_waited_for(self):
        for name, _, _, container in self.each():
            with self.subTest(name):
                ports = {each["name"]: each["containerPort"] for each in container["ports"]}
                self.assertEqual(set(ports), {"http", "admin"})
                self.assertEqual(container["env"],
                                 [{"name": "ARENA_SERVER_ADMIN_PORT", "value": str(ports["admin"])}])
                for probe, path in (("startup", "/readyz"), ("readiness", "/readyz"), ("liveness", "/livez")):
                    self.assertEqual(container[f"{probe}Probe"]["httpGet"], {"path": path, "port": "admin"})
                ready, alive = (container[f"{probe}Probe"] for probe in ("readiness", "liveness"))
                # One that is lost takes no replica out, and who is started anew has been out before.
                for probe in (ready, alive):
                    self.assertEqual(probe["timeoutSeconds"], 2)
                    self.assertGreaterEqual(probe["failureThreshold"], 2)
                self.assertLess(ready["periodSeconds"] * ready["failureThreshold"] + ready["timeoutSeconds"],
                                alive["periodSeconds"] * (alive["failureThreshold"] - 1))

    def test_the_admin_port_is_for_prometheus_alone(self):
        for name, resources, _, _ in self.each():
            with self.subTest(name):
                self.assertEqual([each["targetPort"] for each in resources["Service"]["spec"]["ports"]], ["http"])
                anybody, *others = resources["NetworkPolicy"]["spec"]["ingress"]
                self.assertEqual(anybody, {"ports": [{"port": "http", "protocol": "TCP"}]})
                if "ServiceMonitor" not in resources:
                    self.assertEqual(others, [])
                    continue
                from_it = {"kubernetes.io/metadata.name": "observability" if name == "own" else "monitoring"}
                self.assertEqual(others, [{
                    "from": [{"namespaceSelector": {"matchLabels": from_it}}],
                    "ports": [{"port": "admin", "protocol": "TCP"}]}])
                offered, = resources[ADMIN]["spec"]["ports"]
                scraped, = resources["ServiceMonitor"]["spec"]["endpoints"]
                self.assertEqual((offered["name"], offered["targetPort"]), ("admin", "admin"))
                self.assertEqual((scraped["port"], scraped["path"]), ("admin", "/metrics"))
                self.assertIn(resources["ServiceMonitor"]["spec"]["jobLabel"],
                              resources[ADMIN]["metadata"]["labels"])

    def test_limits_are_there_and_a_change_of_them_starts_the_server_anew(self):
        for name, _, _, container in self.each():
            with self.subTest(name):
                limits, requests = container["resources"]["limits"], container["resources"]["requests"]
                self.assertEqual(set(limits), {"cpu", "memory"})
                self.assertEqual(limits["memory"], requests["memory"])
                self.assertEqual(
                    {each["resourceName"]: each["restartPolicy"] for each in container["resizePolicy"]},
                    {"cpu": "RestartContainer", "memory": "RestartContainer"})

    def test_the_grace_period_is_above_all_that_comes_before_its_end(self):
        serves = seconds_of("drain-delay") + seconds_of("drain-timeout")
        for name, _, pod, container in self.each():
            with self.subTest(name):
                waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
                self.assertGreaterEqual(waits, 5)
                self.assertNotIn("--drain-delay", container["args"])
                self.assertGreaterEqual(pod["spec"]["terminationGracePeriodSeconds"], waits + serves + 5)

    def test_a_rollout_takes_no_replica_away_before_its_successor_is_ready(self):
        for name, resources, _, _ in self.each():
            with self.subTest(name):
                rollout = resources["Deployment"]["spec"]["strategy"]["rollingUpdate"]
                self.assertEqual(rollout["maxUnavailable"], 0)
        scaled = self.serving["overlays/scale"]["Deployment"]["spec"]
        self.assertEqual(scaled["strategy"]["rollingUpdate"]["maxSurge"], "25%")

    def test_data_is_mounted_where_the_server_looks_by_a_name_that_changes_with_it(self):
        names = set()
        for name, resources, pod, container in self.each():
            with self.subTest(name):
                self.assertEqual(container["args"][:2], ["--data", "/data"])
                self.assertEqual(container["volumeMounts"],
                                 [{"name": "data", "mountPath": "/data", "readOnly": True}])
                volume, = pod["spec"]["volumes"]
                self.assertEqual(volume["name"], "data")
                if "ConfigMap" in resources:
                    held = resources["ConfigMap"]["metadata"]["name"]
                    self.assertRegex(held, r"^arena-server-data-(orders-)?[a-z0-9]{10}$")
                    self.assertEqual(volume["configMap"], {"name": held})
                    names.add(held)
                else:
                    self.assertEqual(volume["persistentVolumeClaim"],
                                     {"claimName": "arena-server-data", "readOnly": True})
        self.assertEqual(len(names), 3, "the base's, other content, another instance")
        self.assertEqual(self.serving["own"]["ConfigMap"]["data"], {"cities.csv": "id,name\n1,Oslo\n"})

    def test_pods_give_away_nothing(self):
        pods = [(pod, container) for _, _, pod, container in self.each()]
        job = self.load["Job"]["spec"]["template"]
        for pod, container in [*pods, (job, job["spec"]["containers"][0])]:
            self.assertIs(pod["spec"]["automountServiceAccountToken"], False)
            self.assertEqual(pod["spec"]["securityContext"],
                             {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}})
            self.assertEqual(container["securityContext"],
                             {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                              "capabilities": {"drop": ["ALL"]}})

    @staticmethod
    def selectors(resources: dict[str, dict]) -> list[dict[str, str]]:
        """Of pods."""
        spec = {kind: resource.get("spec") for kind, resource in resources.items()}
        return [*(spec[kind]["selector"] for kind in ("Service", ADMIN) if kind in spec),
                spec["NetworkPolicy"]["podSelector"]["matchLabels"],
                *(spec[kind]["selector"]["matchLabels"] for kind in ("Deployment", "PodDisruptionBudget")),
                *(each["labelSelector"]["matchLabels"]
                  for each in spec["Deployment"]["template"]["spec"]["topologySpreadConstraints"])]

    def test_selectors_match_the_labels_that_they_are_for(self):
        for name, resources, pod, _ in self.each():
            with self.subTest(name):
                selectors = self.selectors(resources)
                self.assertEqual(len(selectors), 7 if ADMIN in resources else 6)
                for selector in selectors:
                    self.assertEqual(set(selector), {"app.kubernetes.io/name", "app.kubernetes.io/instance"})
                    self.assertLessEqual(selector.items(), pod["metadata"]["labels"].items())
                if "ServiceMonitor" in resources:
                    self.assertLessEqual(resources["ServiceMonitor"]["spec"]["selector"]["matchLabels"].items(),
                                         resources[ADMIN]["metadata"]["labels"].items())
                if "HorizontalPodAutoscaler" in resources:
                    self.assertEqual(resources["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"],
                                     resources["Deployment"]["metadata"]["name"])

    def test_two_instances_in_one_namespace_have_nothing_in_common(self):
        first, second = self.serving["own"], self.serving["second"]
        for one, other in ((first, second), (second, first)):
            pod = other["Deployment"]["spec"]["template"]["metadata"]["labels"]
            for selector in self.selectors(one):
                self.assertFalse(selector.items() <= pod.items(), selector)
            self.assertFalse(one["ServiceMonitor"]["spec"]["selector"]["matchLabels"].items() <=
                             other[ADMIN]["metadata"]["labels"].items())
            for kind in set(first) & set(second):
                self.assertNotEqual(one[kind]["metadata"]["name"], other[kind]["metadata"]["name"])

    def test_replicas_are_spread_over_zones_and_nodes_but_start_anyway(self):
        for name, _, pod, _ in self.each():
            with self.subTest(name):
                spread = pod["spec"]["topologySpreadConstraints"]
                self.assertEqual([each["topologyKey"] for each in spread],
                                 ["topology.kubernetes.io/zone", "kubernetes.io/hostname"])
                self.assertEqual({each["whenUnsatisfiable"] for each in spread}, {"ScheduleAnyway"})

    def test_the_autoscaler_alone_says_how_many_replicas_there_are(self):
        scaled = self.serving["overlays/scale"]
        self.assertNotIn("replicas", scaled["Deployment"]["spec"])
        self.assertEqual(scaled["HorizontalPodAutoscaler"]["spec"]["minReplicas"], 3)
        self.assertEqual(self.serving["base"]["Deployment"]["spec"]["replicas"], 2)

    def test_connections_end_soon_where_replicas_come_and_go(self):
        for name, _, _, container in self.each():
            ages = [each for each in container["args"] if each.startswith("--connection-age-max")]
            self.assertEqual(ages, ["--connection-age-max=5m"] if name in ("overlays/scale", "second") else [])

    def test_what_the_documentation_changes_is_changed(self):
        own = self.serving["own"]
        container = own["Deployment"]["spec"]["template"]["spec"]["containers"][0]
        self.assertRegex(container["image"], r"^registry\.example\.com/arena-server:")
        self.assertEqual(container["lifecycle"]["preStop"]["sleep"]["seconds"], 30)
        self.assertEqual(own["ServiceMonitor"]["metadata"]["labels"]["release"], "kube-prometheus-stack")

    def test_the_load_job_asks_the_service_and_ends_by_itself(self):
        job = self.load["Job"]["spec"]
        words = job["template"]["spec"]["containers"][0]["args"]
        host = re.match(r"http://([\w-]+)/", words[words.index("--url") + 1])[1]
        self.assertEqual(host, self.serving["base"]["Service"]["metadata"]["name"])
        lasts = int(words[words.index("--duration") + 1].removesuffix("s"))
        self.assertGreaterEqual(job["activeDeadlineSeconds"], lasts + 60)
        self.assertEqual(job["backoffLimit"], 0)


if __name__ == "__main__":
    unittest.main()
