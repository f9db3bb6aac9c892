"""A raw keep-alive HTTP/1.1 client: for what must be counted or compared, never timed."""

import socket
from dataclasses import dataclass

from lab.failures import Invalid

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Response:
    status: int
    fields: dict[str, str]  # names in lower case
    body: bytes
    wire_bytes: int | None = None  # with its head and chunks; None where that is not known

    @property
    def is_chunked(self) -> bool:
        return is_chunked(self.fields)


def is_chunked(fields: dict[str, str]) -> bool:
    return fields.get("transfer-encoding", "").lower() == "chunked"


class Connection:
    def __init__(self, port: int):
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        except OSError as error:
            raise Invalid(f"no connection to port {port}: {error.strerror}") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._total = 0  # bytes that came, those of `_received` among them

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        try:
            self._socket.sendall(request)
        except OSError as error:
            raise Invalid(f"a connection failed: {error}") from error

    def receive(self) -> Response:
        before = self._total - len(self._received)
        while b"\r\n\r\n" not in self._received:
            self._read_more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        status = _status(status_line)
        body = self._body(status, fields)
        return Response(status, fields, body, self._total - len(self._received) - before)

    def exchange(self, request: bytes) -> Response:
        self.send(request)
        return self.receive()

    def _body(self, status: int, fields: dict[str, str]) -> bytes:
        if status in (204, 304):
            return b""
        if is_chunked(fields):
            return self._chunks()
        if "content-length" not in fields:
            raise Invalid("a response with neither Content-Length nor chunks")
        return self._take(int(fields["content-length"]))

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._line().partition(b";")[0], 16):
            parts.append(self._take(size))
            self._take(2)
        while self._line():
            pass  # trailers
        return b"".join(parts)

    def _line(self) -> bytes:
        while b"\r\n" not in self._received:
            self._read_more()
        line, _, self._received = self._received.partition(b"\r\n")
        return line

    def _take(self, length: int) -> bytes:
        parts, have = [self._received], len(self._received)
        while have < length:
            parts.append(self._receive_bytes())
            have += len(parts[-1])
        joined = b"".join(parts)
        self._received = joined[length:]
        return joined[:length]

    def _read_more(self) -> None:
        self._received += self._receive_bytes()

    def _receive_bytes(self) -> bytes:
        try:
            part = self._socket.recv(1 << 18)
        except OSError as error:
            raise Invalid(f"a connection failed: {error}") from error
        if not part:
            raise Invalid("a connection was closed in the middle of a response")
        self._total += len(part)
        return part


def _status(line: str) -> int:
    words = line.split()
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdecimal():
        raise Invalid(f"no status line of HTTP/1.1: {line[:80]!r}")
    return int(words[1])
