"""A raw keep-alive HTTP/1.1 client: for what must be counted or compared, never timed."""

import socket
from dataclasses import dataclass

from lab.failures import Invalid

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Response:
    status: int
    fields: dict[str, str]  # names in lower case
    body: bytes


class Connection:
    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def receive(self) -> Response:
        while b"\r\n\r\n" not in self._received:
            self._read_more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        if "content-length" not in fields:
            raise Invalid(f"a response without Content-Length: {status_line}")
        body = self._take(int(fields["content-length"]))
        return Response(int(status_line.split()[1]), fields, body)

    def exchange(self, request: bytes) -> Response:
        self.send(request)
        return self.receive()

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
        return part
