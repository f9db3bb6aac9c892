"""What is asked of every variant: five requests, their bodies generated and always the same; and
what more is only compared."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    method: str
    target: str
    body: bytes | None
    counted_requests: int  # how many the heap counting pass sends
    stretch: int = 1  # passes so many times as long and so many times fewer: for slow answers,
    # of which a short pass sees too few a connection to know their latency

    def request_bytes(self) -> bytes:
        head = f"{self.method} {self.target} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if self.body is None:
            return (head + "\r\n").encode()
        head += f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        return head.encode() + self.body


def _order(i: int) -> dict:
    return {
        "id": 100_000 + 37 * i,
        "customer": {"name": f"Zoë Müller-{i}", "email": f"customer{i}@example.org",
                     "vip": i % 7 == 0},
        "placed": f"2026-{1 + i % 12:02}-{1 + i % 28:02}T{i % 24:02}:15:00Z",
        "lines": [
            {"sku": f"SKU-{(i * 31 + k) % 9973:04}", "quantity": 1 + (i + k) % 5,
             "price": (499 + 25 * ((i * 7 + k) % 300)) / 100}
            for k in range(1 + i % 3)
        ],
        "note": None if i % 2 else 'Leave at the "blue" door\n',
        "shipped": i % 3 != 0,
        "weight_kg": (i % 40) / 8,
    }


def orders_document(about_bytes: int) -> bytes:
    """A JSON document of orders: strings, numbers, flags, nulls, nesting; the same every time."""
    orders: list[dict] = []
    size = 0
    while size < about_bytes * 0.95:
        orders.append(_order(len(orders)))
        size += len(json.dumps(orders[-1], ensure_ascii=False, separators=(",", ":")).encode()) + 1
    document = {"page": 1, "next": None, "orders": orders}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def all_scenarios() -> list[Scenario]:
    return [
        Scenario("GET /plaintext", "GET", "/plaintext", None, 4000),
        Scenario("GET /items?count=10", "GET", "/items?count=10", None, 4000),
        Scenario("GET /items?count=1000", "GET", "/items?count=1000", None, 400, 2),
        Scenario("POST /echo, 1 KB", "POST", "/echo", orders_document(1_000), 4000),
        Scenario("POST /echo, 100 KB", "POST", "/echo", orders_document(100_000), 400, 2),
    ]


def compared_scenarios() -> list[Scenario]:
    """Asked of those that must say the same, and not timed: the floor has no such answers."""
    targets = ("/json", "/items?count=0", "/items?count=10&via=document",
               "/items?count=1000&via=writer", "/fortunes", "/fortunes?rows=0",
               "/fortunes?rows=1000")
    return [Scenario(f"GET {target}", "GET", target, None, 0) for target in targets]
