"""Bodies and data that are generated, and always the same."""

import csv
import json
import random
from functools import cache
from pathlib import Path

CITIES = ("Aarhus", "Bergen", "Ghent", "Graz", "Łódź", "Málaga", "Porto", "Tartu", "Turku",
          "Žilina")
CATEGORIES = ("amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven")


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


@cache
def orders_document(about_bytes: int) -> bytes:
    """A JSON document of orders: strings, numbers, flags, nulls, nesting; the same every time."""
    orders: list[dict] = []
    size = 0
    while size < about_bytes * 0.95:
        orders.append(_order(len(orders)))
        size += len(json.dumps(orders[-1], ensure_ascii=False, separators=(",", ":")).encode()) + 1
    document = {"page": 1, "next": None, "orders": orders}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def write_rows(path: Path, rows: int) -> None:
    """A CSV file of that many rows and seven columns, the same for the same number."""
    chosen = random.Random(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("id", "name", "city", "category", "price", "stock", "created"))
        for i in range(rows):
            out.writerow((i + 1, f"item-{chosen.randrange(1_000_000):06}", chosen.choice(CITIES),
                          chosen.choice(CATEGORIES), f"{chosen.randrange(100, 100_000) / 100:.2f}",
                          chosen.randrange(1000),
                          f"2026-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 29):02}"))
    part.rename(path)  # whole or not at all
