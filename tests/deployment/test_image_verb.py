"""What ./run image tells docker or podman, which are stubs here that note their words."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from deployment.programs import ROOT

VERSION = re.search(r"^project\(\S+ VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]
STUB = """#!/bin/sh
case "$*" in
  info) exit {info} ;;
  --version) echo "{name} version 20.10.24" ;;
  *) printf '%s\\n' {name} "$@" >"{said}" ;;
esac
"""


class ImageVerbTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="image-verb-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tree = self.folder / "tree"
        self.tree.mkdir()
        for name in ("run", "CMakeLists.txt"):
            shutil.copy(ROOT / name, self.tree)
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "a tree")
        self.stub("docker")
        self.stub("podman")

    def git(self, *words: str) -> str:
        return subprocess.run(["git", *words], cwd=self.tree, text=True, check=True,
                              capture_output=True).stdout.strip()

    def stub(self, name: str, info: int = 0) -> None:
        file = self.folder / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(STUB.format(name=name, info=info, said=self.folder / "said"))
        file.chmod(0o755)

    def image(self, *words: str) -> list[str]:
        """What the engine was told, its name first."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(["./run", "image", *words], cwd=self.tree, text=True, check=False,
                              capture_output=True, env={**os.environ, "PATH": path})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return (self.folder / "said").read_text().splitlines()

    def source(self) -> str:
        return self.build_arguments(self.image())["SOURCE"]

    @staticmethod
    def after(words: list[str], flag: str) -> list[str]:
        return [words[at + 1] for at, word in enumerate(words) if word == flag]

    def build_arguments(self, words: list[str]) -> dict[str, str]:
        return dict(each.split("=", 1) for each in self.after(words, "--build-arg"))

    def test_each_target_has_its_tags(self):
        tags = {"server": ["arena-server", f"arena-server:{VERSION}"],
                "static": ["arena-server:static", f"arena-server:static-{VERSION}"],
                "loadtest": ["arena-server-loadtest", f"arena-server-loadtest:{VERSION}"]}
        for target, expected in tags.items():
            with self.subTest(target=target):
                words = self.image(target)
                self.assertEqual(words[:2], ["docker", "build"])
                self.assertEqual(words[-1], ".")
                self.assertEqual(self.after(words, "--file"), ["docker/Dockerfile"])
                self.assertEqual(self.after(words, "--target"), [target])
                self.assertEqual(self.after(words, "--tag"), expected)
        self.assertEqual(self.after(self.image(), "--target"), ["server"])

    def test_the_image_is_told_its_version_and_revision(self):
        told = self.build_arguments(self.image())
        self.assertEqual(set(told), {"VERSION", "REVISION", "SOURCE"})
        self.assertEqual(told["VERSION"], VERSION)
        self.assertEqual(told["REVISION"], self.git("rev-parse", "HEAD"))
        with (self.tree / "CMakeLists.txt").open("a") as file:
            file.write("# changed\n")
        self.assertEqual(self.build_arguments(self.image())["REVISION"], told["REVISION"] + "-dirty")

    def test_no_secret_of_the_remote_is_kept(self):
        self.assertEqual(self.source(), "unknown")
        self.git("remote", "add", "origin", "https://example.com/a/b.git")
        for address, kept in {
                "https://example.com/a/b.git": "https://example.com/a/b.git",
                "https://TOKEN@example.com/a/b.git": "https://example.com/a/b.git",
                "https://me:TOKEN@example.com:8443/a/b.git": "https://example.com:8443/a/b.git",
                "HTTPS://me@work:TOKEN@example.com/a/b": "HTTPS://example.com/a/b",
                "https://example.com/a/b?private_token=TOKEN": "https://example.com/a/b",
                "https://example.com/a@b/c.git": "https://example.com/a@b/c.git",
                "ssh://git@example.com/a/b.git": "ssh://example.com/a/b.git",
                "git@example.com:a/b.git": "git@example.com:a/b.git",
                "/srv/git/b.git": "/srv/git/b.git"}.items():
            with self.subTest(address=address):
                self.git("remote", "set-url", "origin", address)
                self.assertEqual(self.source(), kept)

    def test_more_words_go_to_the_engine(self):
        words = self.image("static", "--no-cache", "--network", "host")
        self.assertEqual(words[-4:], ["--no-cache", "--network", "host", "."])

    def test_podman_where_docker_has_no_engine(self):
        self.stub("docker", info=1)
        words = self.image()
        self.assertEqual(words[:2], ["podman", "build"])
        self.assertEqual(self.after(words, "--format"), ["docker"])


if __name__ == "__main__":
    unittest.main()
