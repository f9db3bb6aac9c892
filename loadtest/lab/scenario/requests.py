"""A request of a scenario file."""

import json
import re
from pathlib import Path

from lab.scenario import kinds
from lab.scenario.documents import orders_document
from lab.scenario.place import Place, Type
from lab.scenario.scenario import Request

TEXT, FLAG = Type((str,)), Type((bool,))
POSITIVE, COUNT = Type((int,), least=1), Type((int,), least=0)
KEYS = {
    "method": TEXT, "target": TEXT, "fields": Type((dict,), (str, int, float)),
    "more_fields": COUNT, "body": TEXT, "body_file": TEXT, "orders_bytes": POSITIVE, "raw": TEXT,
    "status": Type((int,), least=200), "closes": FLAG, "weight": POSITIVE,
    "write_bytes_per_s": POSITIVE, "read_bytes_per_s": POSITIVE, "varies": FLAG, "echoes": FLAG,
}
BODIES = ("body", "body_file", "orders_bytes")
INSTEAD_OF_RAW = ("method", "target", "fields", "more_fields", *BODIES)
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, section 5.6.2


def read(table, kind: str, place: Place, folder: Path) -> Request:
    """Raises WrongUse for what is wrong, and for what that kind of load cannot do."""
    place.checked(table, KEYS)
    kinds.check_request(table, kind, place)
    raw = _raw(table, place)
    body = _body(table, place, folder)
    if raw is None and not re.fullmatch(r"/[!-~]*", table.get("target", "")):
        raise place.wrong("target is missing, or is no path of printable characters")
    method = table.get("method", "GET" if body is None else "POST")
    if not re.fullmatch(TOKEN, method):
        raise place.wrong(f"method {method!r} is no method")
    return Request(
        method, table.get("target", "/"), _fields(table, place), body, raw,
        table.get("status", 200), table.get("closes", False), table.get("weight", 1),
        table.get("write_bytes_per_s", 0), table.get("read_bytes_per_s", 0),
        table.get("varies", False), _echoes(table, body, place))


def _echoes(table: dict, body: bytes | None, place: Place) -> bool:
    if not table.get("echoes", False):
        return False
    if table.get("varies", False):
        raise place.wrong("echoes and varies exclude each other")
    if "orders_bytes" in table:
        return True  # it is JSON
    try:
        json.loads(body or b"")
    except ValueError as error:
        raise place.wrong("echoes needs a body of JSON, which the answer must be") from error
    return True


def _raw(table: dict, place: Place) -> bytes | None:
    if "raw" not in table:
        return None
    for key in INSTEAD_OF_RAW:
        if key in table:
            raise place.wrong(f"raw is the whole request: {key} beside it does nothing")
    if not table["raw"]:
        raise place.wrong("raw is empty")
    try:
        return table["raw"].encode("latin-1")
    except UnicodeEncodeError as error:
        raise place.wrong("raw has characters that are no bytes: each must be one of U+0000 to "
                          f"U+00FF, and {table['raw'][error.start]!r} is not") from error


def _fields(table: dict, place: Place) -> tuple[tuple[str, str], ...]:
    fields = tuple((name, str(value)) for name, value in table.get("fields", {}).items())
    for name, value in fields:
        if not re.fullmatch(TOKEN, name) or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
            raise place.wrong(f"fields: {name!r} with {value!r} is no header field")
    return fields + tuple((f"X-Field-{i:03}", f"value {i} of a header that is read and not used")
                          for i in range(table.get("more_fields", 0)))


def _body(table: dict, place: Place, folder: Path) -> bytes | None:
    given = [key for key in BODIES if key in table]
    if len(given) > 1:
        raise place.wrong(f"{' and '.join(given)} are given, one is enough")
    if "body" in table:
        return table["body"].encode()
    if "orders_bytes" in table:
        return orders_document(table["orders_bytes"])
    if "body_file" in table:
        file = folder / table["body_file"]
        try:
            return file.read_bytes()
        except OSError as error:
            raise place.wrong(f"body_file {file}: {error.strerror}") from error
    return None
