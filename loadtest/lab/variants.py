"""The servers that are compared, and the order in which tables show them."""

from dataclasses import dataclass
from pathlib import Path

LISTEN = ("--address", "127.0.0.1", "--port", "0")


@dataclass(frozen=True)
class Variant:
    name: str
    program: Path
    flags: tuple[str, ...]

    def command(self) -> list[str]:
        return [str(self.program), *self.flags]


BASELINE, HEAP, ARENA, FLOOR = "baseline", "heap", "arena", "floor"
ARENA_AGAIN = "arena again"  # the A/A arm: what differs between it and arena is noise
SHOWN = (BASELINE, HEAP, ARENA, FLOOR)
EQUIVALENT = (BASELINE, HEAP, ARENA)  # the floor answers baked bytes and validates nothing


def all_variants(build_folder: Path) -> dict[str, Variant]:
    one_thread = ("--threads", "1")
    arena_server = build_folder / "arena-server"
    arena_flags = (*LISTEN, *one_thread, "--memory=arena")
    variants = [
        Variant(BASELINE, build_folder / "baseline-server", (*LISTEN, *one_thread)),
        Variant(HEAP, arena_server, (*LISTEN, *one_thread, "--memory=heap")),
        Variant(ARENA, arena_server, arena_flags),
        Variant(FLOOR, build_folder / "floor-server", LISTEN),
        Variant(ARENA_AGAIN, arena_server, arena_flags),
    ]
    return {variant.name: variant for variant in variants}
