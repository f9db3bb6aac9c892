"""A client of the passes that count: it asks, and is never timed."""

from contextlib import ExitStack

from lab.failures import Invalid
from lab.measure.wire import Connection
from lab.scenario.scenario import Request

CONNECTIONS = 16


class Client:
    """Asks the same in turn over a few connections; over a new one each time if the server
    closes.
    """

    def __init__(self, port: int, request: Request, connections: int = CONNECTIONS):
        self._port, self._request, self._number = port, request, connections

    def __enter__(self) -> "Client":
        self._stack = ExitStack()
        number = 0 if self._request.closes else self._number
        self._connections = [self._stack.enter_context(Connection(self._port))
                             for _ in range(number)]
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    def ask(self, requests: int) -> int:
        """How many were asked: `requests`, rounded up to all connections alike."""
        wire = self._request.wire()
        if self._request.closes:
            for _ in range(requests):
                with Connection(self._port) as connection:
                    connection.send(wire)
                    self._check(connection)
            return requests
        rounds = -(-requests // len(self._connections))
        for _ in range(rounds):
            for connection in self._connections:
                connection.send(wire)
            for connection in self._connections:
                self._check(connection)
        return rounds * len(self._connections)

    def _check(self, connection: Connection) -> None:
        status = connection.receive().status
        if status != self._request.status:
            raise Invalid(f"status {status} instead of {self._request.status} in a counting pass")
