"""The servers that are compared: how each is started, and with which allocator.

A name is a server, or a server and an allocator: "heap", "heap+jemalloc". "again" after a name is
the same once more, for the A/A arm: what differs between the two is noise.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from lab.failures import Invalid

STRATEGIES = {
    "arena": "this server, each request in its own bump arena",
    "heap": "the same code, each allocation by operator new and freed by operator delete",
    "new-delete": "the same code on std::pmr::new_delete_resource",
    "monotonic": "the same code, a fresh std::pmr::monotonic_buffer_resource a request",
    "pool": "the same code on a std::pmr::unsynchronized_pool_resource that is kept",
}
OTHERS = {
    "baseline": "the same endpoints as one would write them without arenas: stock Beast, "
                "std::string",
    "floor": "a raw epoll loop with fixed answers: what the kernel's sockets cost",
    "nginx": "nginx, one process, a fixed answer",
}
AGAIN = " again"
AGE_HEAP = "--age-heap"  # a flag of lab-server's and the baseline's: the heap is aged first
BAKED = ("floor", "nginx")  # they answer fixed bytes, so they are not compared with the others

# What is preloaded, and the Debian package that has it.
PRELOADED = {
    "jemalloc": ("libjemalloc.so.2", "libjemalloc2"),
    "mimalloc": ("libmimalloc.so.2*", "libmimalloc2.0"),
    "tcmalloc": ("libtcmalloc_minimal.so.4", "libtcmalloc-minimal4"),
}
# As near as tuning brings glibc to an arena that keeps its blocks: nothing goes back to the kernel.
TUNABLES = ("glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=4294967296:"
            "glibc.malloc.top_pad=4194304")
ALLOCATORS = (*PRELOADED, "tunables")

NGINX_SETTINGS = """
daemon off; master_process off; worker_processes 1; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port};
    location = /plaintext {{ default_type text/plain; return 200 "Hello, World!"; }}
    location = /json {{ default_type application/json;
                        return 200 '{{"message":"Hello, World!"}}'; }} }}
}}
"""


@dataclass(frozen=True)
class Variant:
    """How a server is started, or where it runs. In `command`, {port} is a free port and {folder}
    a folder of its own; without {port} the server tells its port in a line with 127.0.0.1:PORT.
    """

    name: str
    what: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    file: tuple[str, str] | None = None  # (name, content) of what it reads in its folder
    port: int | None = None  # of a server that runs already, and is neither started nor ended
    is_ours: bool = True  # ends with 0 at SIGTERM
    is_compared: bool = True  # must answer as the others do

    def described(self, build_folder: Path) -> dict:
        """For a result: our programs by their names in the build folder, wherever that is here."""
        command = [word.removeprefix(f"{build_folder}/") for word in self.command] or \
            [f"(runs already, on port {self.port})"]
        return {"title": self.name, "what": self.what, "command": command,
                "environment": dict(self.environment)}


def library(allocator: str, folders: Path = Path("/usr/lib")) -> Path | None:
    """The file to preload; None where it is not installed, or nothing is to be."""
    if allocator not in PRELOADED:
        return None
    found = sorted(folders.glob(f"*-linux-gnu/{PRELOADED[allocator][0]}"))
    return found[0] if found else None


def not_installed(name: str) -> str | None:
    """What a variant needs and is not here; None where nothing is missing."""
    kind, _, allocator = name.removesuffix(AGAIN).partition("+")
    if allocator in PRELOADED and library(allocator) is None:
        return f"{allocator} is not installed (Debian package {PRELOADED[allocator][1]})"
    if kind == "nginx" and shutil.which("nginx") is None:
        return "nginx is not installed (Debian package nginx-light)"
    return None


def _environment(allocator: str) -> tuple[tuple[str, str], ...]:
    if not allocator:
        return ()
    if allocator == "tunables":
        return (("GLIBC_TUNABLES", TUNABLES),)
    return (("LD_PRELOAD", str(library(allocator))),)


def is_known(name: str) -> bool:
    server, plus, allocator = name.removesuffix(AGAIN).partition("+")
    return server in (*STRATEGIES, *OTHERS) and (not plus or allocator in ALLOCATORS)


def make(name: str, build_folder: Path, server: str = "arena-server", threads: int = 1,
         flags: tuple[str, ...] = ()) -> Variant:
    """The variant of that name. Raises Invalid where what it needs is not installed."""
    if missing := not_installed(name):
        raise Invalid(f"{name}: {missing}")
    kind, _, allocator = name.removesuffix(AGAIN).partition("+")
    environment = _environment(allocator)
    listen = ("--address", "127.0.0.1", "--port", "0")
    how = f"preloaded {allocator}" if allocator in PRELOADED else allocator
    by = f", {how}" if how else ""
    if kind in STRATEGIES:
        command = (str(build_folder / server), *listen, "--threads", str(threads),
                   f"--memory={kind}", "--drain-delay", "0s", *flags)
        return Variant(name, STRATEGIES[kind] + by, command, environment)
    if kind == "baseline":
        own = tuple(flag for flag in flags if flag == AGE_HEAP)
        command = (str(build_folder / "baseline-server"), *listen, "--threads", str(threads), *own)
        return Variant(name, OTHERS[kind] + by, command, environment)
    if kind == "floor":
        return Variant(name, OTHERS[kind], (str(build_folder / "floor-server"), *listen),
                       is_compared=kind not in BAKED)
    return Variant(name, OTHERS[kind], ("nginx", "-c", "{folder}/nginx.conf"),
                   file=("nginx.conf", NGINX_SETTINGS), is_ours=False,
                   is_compared=kind not in BAKED)
