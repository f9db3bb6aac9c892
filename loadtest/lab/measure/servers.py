"""The servers that are measured: started for it, or running already."""

from pathlib import Path

from lab.measure.attached_server import AttachedServer
from lab.measure.server_process import ServerProcess
from lab.scenario.variants import Variant

Server = ServerProcess | AttachedServer


def of(variant: Variant, cores: set[int], folder: Path) -> Server:
    if variant.port is not None:
        return AttachedServer(variant, cores)
    return ServerProcess(variant, cores, folder)
