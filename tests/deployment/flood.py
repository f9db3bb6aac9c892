"""Many clients that send the largest bodies that a server takes, as fast as it answers."""

import http.client
import threading
import time
from collections import Counter

BODY_BYTES_MAX = 8 << 20
CLIENTS = 24
# One long text, and of all bodies the one whose document is largest.
BODIES = (b'["' + b"x" * (BODY_BYTES_MAX - 4) + b'"]', b"[" + b"1," * (BODY_BYTES_MAX // 2 - 2) + b"1]")


def status(port: int, path: str, body: bytes | None = None, timeout: float = 30) -> int | None:
    """None where the connection failed before there was a status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET" if body is None else "POST", path, body,
                           {"Content-Type": "application/json"} if body else {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def flood(port: int, seconds: float, clients: int = CLIENTS,
          probed: int | None = None) -> tuple[Counter, Counter]:
    """How often the flood got which status, and meanwhile GET /livez on `probed` or the same port."""
    over, seen, lives = time.monotonic() + seconds, Counter(), Counter()

    def send(body: bytes) -> None:
        while time.monotonic() < over:
            seen[status(port, "/echo", body)] += 1

    threads = [threading.Thread(target=send, args=(body,)) for body in BODIES * (clients // 2)]
    for thread in threads:
        thread.start()
    while time.monotonic() < over:
        lives[status(probed or port, "/livez", timeout=5)] += 1
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    return seen, lives
