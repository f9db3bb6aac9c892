"""Where in a scenario file something stands: what is wrong there is said with the file, the
scenario and the key.
"""

from dataclasses import dataclass
from pathlib import Path

from lab.failures import WrongUse


@dataclass(frozen=True)
class Type:
    """What the value of a key must be."""

    kinds: tuple[type, ...]
    of: tuple[type, ...] = ()  # the elements of a list or table; any where none is named
    least: float | None = None
    is_filled: bool = False  # a list that must not be empty

    def wrong(self, value) -> str | None:
        if not _is_one_of(value, self.kinds):
            return f"must be of type {_told(self.kinds)}"
        if self.is_filled and not value:
            return "is empty"
        elements = value.values() if isinstance(value, dict) else value
        if self.of and not all(_is_one_of(each, self.of) for each in elements):
            return f"must hold nothing but {_told(self.of)}"
        if self.least is not None and value < self.least:
            return f"must be at least {self.least}"
        return None


def _is_one_of(value, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _told(kinds: tuple[type, ...]) -> str:
    return " or ".join(kind.__name__ for kind in kinds)


class Place:
    def __init__(self, path: Path, within: str = ""):
        self._path, self._within = path, within

    def inside(self, what: str) -> "Place":
        return Place(self._path, f"{self._within}.{what}" if self._within else what)

    def wrong(self, what: str) -> WrongUse:
        return WrongUse(f"{self._path}: {self._within + ': ' if self._within else ''}{what}")

    def checked(self, table, keys: dict[str, Type], needed: tuple[str, ...] = ()) -> dict:
        """`table`, if it has nothing but these keys, of these types, and all that is needed."""
        if not isinstance(table, dict):
            raise self.wrong(f"{table!r} stands where a table of keys must")
        for key, value in table.items():
            if key not in keys:
                raise self.wrong(f"unknown key {key!r}; there are {', '.join(keys)}")
            if found := keys[key].wrong(value):
                raise self.wrong(f"{key} {found}")
        for key in needed:
            if key not in table:
                raise self.wrong(f"{key} is missing")
        return table

    def one_of(self, value: str, choices: tuple[str, ...], what: str) -> str:
        if value not in choices:
            raise self.wrong(f"{what} {value!r} is not one of {', '.join(choices)}")
        return value
