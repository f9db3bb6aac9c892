"""A variant that a scenario file declares: a server of one's own."""

import re

from lab.scenario.place import Place, Type
from lab.scenario.variants import Variant

KEYS = {"what": Type((str,)), "command": Type((list,), (str, int, float), is_filled=True),
        "port": Type((int,)), "environment": Type((dict,), (str, int, float)),
        "preload": Type((str,)), "baked": Type((bool,))}
PLACES = ("port", "folder", "build")  # what stands for something in a command


def read(name: str, table, place: Place) -> Variant:
    """Raises WrongUse, with its place, for whatever is wrong."""
    place.checked(table, KEYS)
    if ("command" in table) == ("port" in table):
        raise place.wrong("it needs one of command (it is started) and port (it runs already)")
    return _running(name, table, place) if "port" in table else _started(name, table, place)


def _running(name: str, table: dict, place: Place) -> Variant:
    for key in ("environment", "preload"):
        if key in table:
            raise place.wrong(f"{key} belongs to a server that is started, not to one that runs")
    if not 0 < table["port"] < 65536:
        raise place.wrong("port must be from 1 to 65535")
    return Variant(name, table.get("what", "a server that runs already"), (), port=table["port"],
                   is_ours=False, is_compared=not table.get("baked", False))


def _started(name: str, table: dict, place: Place) -> Variant:
    command = tuple(str(word) for word in table["command"])
    for word in command:
        for unknown in set(re.findall(r"\{(\w+)\}", word)) - set(PLACES):
            raise place.wrong(f"command has {{{unknown}}}; there are "
                              + ", ".join(f"{{{known}}}" for known in PLACES))
    environment = {key: str(value) for key, value in table.get("environment", {}).items()}
    if "preload" in table:
        environment["LD_PRELOAD"] = table["preload"]
    return Variant(name, table.get("what", "a server of the scenario file's"), command,
                   tuple(environment.items()), is_ours=False,
                   is_compared=not table.get("baked", False))
