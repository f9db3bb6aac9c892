"""What a server's own metrics say of its arenas."""

import re

from lab.measure.wire import Connection


class ArenaBytes:
    """The arena's bytes a request, by the server's own metrics; nothing where it has none."""

    METRIC = re.compile(
        r'^arena_server_request_arena_bytes_(sum|count)\{endpoint="([^"]*)"\} (\S+)$',
        re.MULTILINE)

    def __init__(self, port: int):
        self._before = self._read(port)

    def _read(self, port: int) -> dict[tuple[str, str], float]:
        with Connection(port) as connection:
            answer = connection.exchange(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        if answer.status != 200:
            return {}
        return {(endpoint, kind): float(value) for kind, endpoint, value in
                self.METRIC.findall(answer.body.decode("utf-8", "replace"))}

    def since(self, port: int) -> dict[str, float]:
        now = self._read(port)
        risen = {key: value - self._before.get(key, 0) for key, value in now.items()
                 if not key[0].endswith("/metrics")}
        asked = sum(value for (_, kind), value in risen.items() if kind == "count")
        total = sum(value for (_, kind), value in risen.items() if kind == "sum")
        return {"arena_bytes": total / asked} if asked and total else {}
