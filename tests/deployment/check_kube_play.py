"""The Deployment of docker/kubernetes, rendered by kustomize, runs under podman and answers its probes.

By hand, as root, with podman, runc and a kubectl of 1.21 or later:
  python3 tests/deployment/check_kube_play.py [IMAGE.tar]
IMAGE.tar is the image arena-server, as `docker save` writes it; without it podman has it already. PODMAN
are podman's words where it needs some: "podman --runtime runc --cgroup-manager cgroupfs".
"""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

KUBERNETES = Path(__file__).resolve().parents[2] / "docker/kubernetes"
PODMAN = os.environ.get("PODMAN", "podman").split()
SUPPORTED = ("Deployment", "ConfigMap")  # by podman 4.3


def run(*command: str, **options) -> str:
    done = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def answer(path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def main() -> None:
    if len(sys.argv) > 1:
        print(run(*PODMAN, "load", "-i", sys.argv[1]).strip())
    rendered = run("kubectl", "kustomize", str(KUBERNETES / "overlays/small"))
    parts = [part for part in rendered.split("---\n")
             if re.search(rf"^kind: ({'|'.join(SUPPORTED)})$", part, re.M)]
    manifest = "---\n".join(parts).replace("image: arena-server:", "image: localhost/arena-server:")
    try:
        print(run(*PODMAN, "kube", "play", "-", input=manifest).strip())
        probed = dict(re.findall(r"(\w+Probe):\n(?: +\w+:.*\n)*? +httpGet:\n +path: (\S+)", manifest))
        assert set(probed) == {"startupProbe", "readinessProbe", "livenessProbe"}, probed
        deadline = time.monotonic() + 30
        while answer(probed["startupProbe"]) != 200:
            if time.monotonic() > deadline:
                sys.exit("not ready: " + run(*PODMAN, "ps", "-a"))
            time.sleep(0.2)
        for probe, path in probed.items():
            print(f"{probe} {path}: {answer(path)}")
            assert answer(path) == 200
        rows = answer("/collections/planets")
        print(f"/collections/planets: {rows}")
        assert rows == 200, "the ConfigMap's data is served"
        pods = json.loads(run(*PODMAN, "pod", "ps", "--format", "json"))
        print("pods:", [(pod["Name"], pod["Status"]) for pod in pods])
    finally:
        subprocess.run([*PODMAN, "kube", "down", "-"], input=manifest, text=True, check=False)


if __name__ == "__main__":
    main()
