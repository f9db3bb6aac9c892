"""The Deployment of docker/kubernetes, rendered by kustomize, runs under podman and answers its probes.

Called by .ci/run through verify-image.sh, which has started a Docker engine (DOCKER_HOST) and built the
default target as IMAGE. As root, with podman, runc, catatonit and a kubectl of 1.22 or later.
What podman keeps is in a folder of its own, which is removed at the end.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KUBERNETES = Path(__file__).resolve().parents[2] / "docker/kubernetes"
IMAGE = os.environ.get("IMAGE", "vi-app:ci")
PORT, ADMIN_PORT = 8080, 8081  # the container's, which podman publishes as the same
SUPPORTED = ("Deployment", "ConfigMap")  # by podman 4.3
# runc without limits of resources: podman asks for more than who lacks CAP_SYS_RESOURCE may have.
RUNTIME = """#!/usr/bin/env python3
import json, os, pathlib, sys
words = sys.argv[1:]
for at, word in enumerate(words):
    flag, _, value = word.partition("=")
    if flag in ("--bundle", "-b", "--process", "-p"):
        file = pathlib.Path(value or words[at + 1])
        file = file / "config.json" if file.is_dir() else file
        said = json.loads(file.read_text())
        for part in (said, said.get("process", {})):
            part.pop("rlimits", None)
        file.write_text(json.dumps(said))
os.execvp("runc", ["runc", *words])
"""


def configure_podman(folder: Path) -> None:
    """It leaves what the machine's own podman has alone."""
    (folder / "runtime").write_text(RUNTIME)
    (folder / "runtime").chmod(0o755)
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n')
    (folder / "containers.conf").write_text(
        '[containers]\nlog_driver = "k8s-file"\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "plain"\n'
        f'[engine.runtimes]\nplain = ["{folder}/runtime"]\n')
    os.environ.pop("DOCKER_CONFIG", None)  # verify-image.sh's, without a file, which podman wants to read
    os.environ |= {"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
                   "CONTAINERS_CONF": str(folder / "containers.conf"), "TMPDIR": str(folder)}


def load_image(folder: Path, name: str) -> None:
    """From docker to podman, by the name that the manifest has."""
    file = str(folder / "image.tar")
    run("/usr/bin/docker", "tag", IMAGE, name)
    run("/usr/bin/docker", "save", "--output", file, name)
    run("/usr/bin/docker", "rmi", name)
    run("podman", "load", "--quiet", "--input", file)
    Path(file).unlink()


def run(*command: str, **options) -> str:
    done = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def answer(path: str, port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def play(folder: Path) -> None:
    rendered = run("kubectl", "kustomize", str(KUBERNETES / "overlays/small"))
    parts = [part for part in rendered.split("---\n")
             if re.search(rf"^kind: ({'|'.join(SUPPORTED)})$", part, re.M)]
    manifest = "---\n".join(parts).replace("image: arena-server:", "image: localhost/arena-server:")
    load_image(folder, re.search(r"image: (\S+)", manifest)[1])
    try:
        print(run("podman", "kube", "play", "-", input=manifest).strip())
        probed = dict(re.findall(r"(\w+Probe):\n(?: +\w+:.*\n)*? +httpGet:\n +path: (\S+)", manifest))
        assert set(probed) == {"startupProbe", "readinessProbe", "livenessProbe"}, probed
        deadline = time.monotonic() + 30
        while answer(probed["startupProbe"], ADMIN_PORT) != 200:
            if time.monotonic() > deadline:
                sys.exit("not ready: " + run("podman", "ps", "-a"))
            time.sleep(0.2)
        for probe, path in probed.items():
            print(f"{probe} {path}: {answer(path, ADMIN_PORT)}")
            assert answer(path, ADMIN_PORT) == 200
        rows = answer("/collections/planets", PORT)
        print(f"/collections/planets: {rows}")
        assert rows == 200, "the ConfigMap's data is served"
        figures = answer("/metrics", PORT), answer("/metrics", ADMIN_PORT)
        print(f"/metrics: {figures}")
        assert figures == (404, 200), "on the admin port alone"
        pods = json.loads(run("podman", "pod", "ps", "--format", "json"))
        print("pods:", [(pod["Name"], pod["Status"]) for pod in pods])
    finally:
        subprocess.run(["podman", "kube", "down", "-"], input=manifest, text=True, check=False,
                       capture_output=True)


def main() -> None:
    for port in (PORT, ADMIN_PORT):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                sys.exit(f"port {port}, which podman publishes the container's as, is taken")
    folder = Path(tempfile.mkdtemp(prefix="kube-play-", dir="/var/tmp"))  # overlayfs takes no tmpfs
    try:
        configure_podman(folder)
        play(folder)
    finally:
        subprocess.run(["podman", "rmi", "--all", "--force"], check=False, capture_output=True)
        for mount in Path("/proc/mounts").read_text().splitlines():
            if mount.split()[1].startswith(f"{folder}/"):
                subprocess.run(["umount", "-l", mount.split()[1]], check=False)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
