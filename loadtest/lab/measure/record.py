"""A result while it is made: every raw run, kept in a file so that nothing measured is lost."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from lab.failures import Invalid, WrongUse

FORMAT = 2
MEMBERS = ("kind", "title", "started", "took_seconds", "command", "partial", "invalid", "machine",
           "settings", "variants", "scenarios", "runs", "counts", "series", "probes")
WRITE_SECONDS = 15  # at most so much work is lost if the lab is killed


class Record:
    """The document of docs/loadtest.md. `blocks` names what is done: [round, scenario], and after
    these "failed" and the reason where it is. `retried` are those that had failed when the result
    was gone on with: {round, scenario, reason}, both None for what failed outside of a block.
    """

    def __init__(self, path: Path, document: dict):
        self.path = path
        self.document = document
        self._written = time.monotonic()

    @classmethod
    def begin(cls, path: Path, head: dict) -> "Record":
        """An empty result; `head` has what is known before: kind, machine, settings, scenarios."""
        return cls(path, {"format": FORMAT, "partial": True, "invalid": [], "took_seconds": 0,
                          **head, "runs": [], "counts": {}, "series": {}, "probes": [],
                          "not_counted": [], "retried": [], "capacity": {}, "lengths": {},
                          "wire_bytes": {}, "blocks": []})

    @classmethod
    def resume(cls, path: Path, head: dict) -> "Record":
        """Goes on with an interrupted result. Raises WrongUse if it was made otherwise."""
        document = read(path)
        for name in ("kind", "settings", "scenarios", "variants"):
            if document[name] != json.loads(json.dumps(head[name])):
                raise WrongUse(f"{path} cannot be resumed: its {name} are not the same as now")
        for name in ("cpu", "git_revision", "git_changed"):
            if document["machine"][name] != head["machine"][name]:
                raise WrongUse(f"{path} cannot be resumed: its {name} was "
                              f"{document['machine'][name]}, now it is {head['machine'][name]}")
        for name, empty in (("not_counted", []), ("wire_bytes", {}), ("retried", [])):
            document.setdefault(name, empty)
        # What failed has left no runs, and is tried once more; that it failed is not forgotten.
        document["retried"] += _failed(document)
        document["blocks"] = [block for block in document["blocks"] if len(block) == 2]
        document["invalid"] = []
        return cls(path, document)

    def is_done(self, number: int, scenario: str) -> bool:
        return [number, scenario] in [block[:2] for block in self.document["blocks"]]

    def add(self, number: int, scenario: str, runs: list[dict], series: dict) -> None:
        """A block, whole."""
        self.document["runs"] += runs
        if series:
            self.document["series"][scenario] = series
        self.document["blocks"].append([number, scenario])

    def drop(self, number: int, scenario: str, reason: str) -> None:
        """A block that failed: the result is invalid, and says why."""
        self.document["invalid"].append(reason)
        self.document["blocks"].append([number, scenario, "failed", reason])

    def write_now_and_then(self) -> None:
        if time.monotonic() - self._written > WRITE_SECONDS:
            self.write()

    def write(self) -> None:
        """Whole or not at all. Raises Invalid where it cannot be written."""
        temporary = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(self.document, separators=(",", ":")) + "\n")
            os.replace(temporary, self.path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise Invalid(f"the result cannot be written to {self.path}: "
                          f"{error.strerror}") from error
        self._written = time.monotonic()


def _failed(document: dict) -> list[dict]:
    """The blocks that failed, with their reasons, and what else made the result invalid."""
    blocks = [block for block in document["blocks"] if len(block) > 2]
    found = [{"round": block[0], "scenario": block[1],
              "reason": block[3] if len(block) > 3 else "its reason was not kept"}
             for block in blocks]
    told = {each["reason"] for each in found}
    return found + [{"round": None, "scenario": None, "reason": reason}
                    for reason in document["invalid"] if reason not in told]


def retried_line(retried: dict) -> str:
    where = "" if retried["round"] is None else f"round {retried['round'] + 1}, "
    return f"tried again, for it failed before: {where}{retried['reason']}"


def read(path: Path) -> dict:
    """A result of this format. Raises WrongUse for anything else."""
    try:
        document = json.loads(path.read_text())
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise WrongUse(f"{path}: not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise WrongUse(f"{path} is not a result of ./run loadtest (format {FORMAT})")
    missing = [name for name in MEMBERS if name not in document]
    if missing:
        raise WrongUse(f"{path} is no whole result: it lacks {', '.join(missing)}")
    return document
