"""./run bench queries: the same questions of the same million rows, to arena-server and to SQLite.

SQLite holds the table in memory, without an index, in this process; each question is asked of both in
turn, and the answers must be the same. What is compared is CPU time: the server's includes HTTP.
The CSV is written once, to bench/ in the build folder.
"""

import csv
import http.client
import json
import math
import random
import sqlite3
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

from lab.bench.claims import Claim
from lab.bench.program import Comparison, built
from lab.failures import Invalid
from lab.measure import cores, proc_figures
from lab.measure.server_process import ServerProcess
from lab.scenario import variants

ROWS = 1_000_000
TYPES = {"id": "INTEGER", "name": "TEXT", "city": "TEXT", "category": "TEXT", "price": "REAL",
         "rating": "REAL", "stock": "INTEGER", "sold": "INTEGER", "created": "TEXT", "note": "TEXT"}
WORDS = ["amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "islet", "jetty"]


@dataclass(frozen=True)
class Question:
    name: str
    path: str  # the query of a URL, not yet encoded
    sql: str


QUESTIONS = (
    Question("filter, sort, limit",
             "select=id,price&stock=gt.500&category=eq.cedar&order=price.desc,id&limit=20",
             "SELECT id, price FROM rows WHERE stock > 500 AND category = 'cedar' "
             "ORDER BY price DESC, id LIMIT 20"),
    Question("group by average",
             "select=category,price.avg()&order=category",
             "SELECT category, avg(price) AS avg FROM rows GROUP BY category ORDER BY category"),
    Question("group, 1000 groups",
             "select=city,count(),stock.sum()&order=count.desc,city&limit=10",
             "SELECT city, count(*) AS count, sum(stock) AS sum FROM rows GROUP BY city "
             "ORDER BY count DESC, city LIMIT 10"),
    Question("text search", "select=count()&note=like.*grove ember*",
             "SELECT count(*) AS count FROM rows WHERE note LIKE '%grove ember%'"),
)


def write_csv(path: Path, rows: int) -> None:
    """Ten columns, the same for the same number of rows."""
    chosen = random.Random(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(TYPES)
        for number in range(rows):
            out.writerow((
                number, f"item {chosen.randrange(10**6)}", f"city {chosen.randrange(1000)}",
                chosen.choice(WORDS), f"{chosen.randrange(10**6) / 100:.2f}",
                round(chosen.uniform(0, 5), 3), chosen.randrange(1000), chosen.randrange(10**5),
                f"2026-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 29):02}",
                " ".join(chosen.choice(WORDS) for _ in range(3))))
    unfinished.rename(path)


def load(path: Path) -> sqlite3.Connection:
    table = sqlite3.connect(":memory:")
    table.execute("PRAGMA case_sensitive_like = ON")
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    table.execute(f"CREATE TABLE rows ({columns})")
    with path.open(newline="") as file:
        lines = csv.reader(file)
        next(lines)
        table.executemany(f"INSERT INTO rows VALUES ({','.join('?' * len(TYPES))})", lines)
    return table


def _same(ours: list[dict], theirs: list[dict]) -> bool:
    def equal(one, other) -> bool:
        if isinstance(one, float) and isinstance(other, (int, float)):
            return math.isclose(one, other, rel_tol=1e-9)
        return one == other
    return len(ours) == len(theirs) and all(
        mine.keys() == its.keys() and all(equal(mine[key], its[key]) for key in mine)
        for mine, its in zip(ours, theirs))


class _Sqlite:
    def __init__(self, table: sqlite3.Connection):
        self._table = table
        self._table.row_factory = sqlite3.Row

    def rows(self) -> int:
        return self._table.execute("SELECT count(*) FROM rows").fetchone()[0]

    def ask(self, question: Question) -> tuple[float, list[dict]]:
        before = time.process_time_ns()
        rows = self._table.execute(question.sql).fetchall()
        return (time.process_time_ns() - before) / 1e6, [dict(row) for row in rows]


class _Server:
    def __init__(self, running: ServerProcess, collection: str):
        self._pid = running.pid
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port)
        self._collection = collection

    def ask(self, question: Question) -> tuple[float, list[dict]]:
        before = proc_figures.read(self._pid)
        path = f"/collections/{self._collection}?{quote(question.path, safe='=&,.()*')}"
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        text = answer.read()
        cost = (proc_figures.read(self._pid) - before).cpu_ns / 1e6
        if answer.status != 200:
            raise Invalid(f"{path}: {answer.status} {text.decode()}")
        return cost, json.loads(text)

    def close(self) -> None:
        self._connection.close()

    def resident_bytes(self) -> int:
        return proc_figures.rss_bytes(self._pid)


def measure(build_folder: Path, path: Path, rounds: int) -> dict:
    """What was found of the CSV: its and the store's bytes, and each question's milliseconds."""
    table = _Sqlite(load(path))
    variant = variants.make("arena", build_folder.resolve(), flags=("--data", str(path)))
    found = {"rows": table.rows(), "file_bytes": path.stat().st_size, "questions": {}}
    with ExitStack() as stack:
        running = stack.enter_context(
            ServerProcess(variant, set(cores.choose().server), path.parent))
        server = stack.enter_context(closing(_Server(running, path.stem)))
        found["resident_bytes"] = server.resident_bytes()
        for question in QUESTIONS:
            ours, theirs = [], []
            for _ in range(rounds):
                cost, rows_of_ours = server.ask(question)
                ours.append(cost)
                cost, rows_of_theirs = table.ask(question)
                theirs.append(cost)
                if not _same(rows_of_ours, rows_of_theirs):
                    raise Invalid(f"{question.name}: the answers differ:\n{rows_of_ours}\n"
                                  f"{rows_of_theirs}")
            found["questions"][question.name] = {"server_ms": ours, "sqlite_ms": theirs}
    return found


def _ratio(costs: dict) -> float:
    return median(ours / its for ours, its in zip(costs["server_ms"], costs["sqlite_ms"]))


def claims(found: dict) -> list[Claim]:
    result = []
    for name in (QUESTIONS[0].name, QUESTIONS[1].name):
        measured = _ratio(found["questions"][name])
        result.append(Claim(f"{name}: at most 1.5 of SQLite's time", f"{measured:.2f}",
                            measured <= 1.5))
    size = found["resident_bytes"] / found["file_bytes"]
    return [*result, Claim("the server holds at most twice the file", f"{size:.2f}", size <= 2)]


def compare(build_folder: Path, quick: bool) -> Comparison:
    built(build_folder / "arena-server")
    path = build_folder / "bench" / f"rows-{ROWS}.csv"
    if not path.exists():
        write_csv(path, ROWS)
    found = measure(build_folder, path, rounds=3 if quick else 9)
    return Comparison([*lines(found), ""], claims(found), found, found)


def lines(found: dict) -> list[str]:
    text = [f"{found['rows']} rows, {found['file_bytes'] / 1e6:.1f} MB of CSV; the server holds "
            f"{found['resident_bytes'] / 1e6:.1f} MB in all "
            f"(× {found['resident_bytes'] / found['file_bytes']:.2f} of the file)",
            "", "CPU ms, the median of the rounds, and of their ratios",
            f"{'':<22}{'arena-server':>14}{'SQLite':>10}{'ratio':>8}"]
    for name, costs in found["questions"].items():
        text.append(f"{name:<22}{median(costs['server_ms']):>14.1f}"
                    f"{median(costs['sqlite_ms']):>10.1f}{_ratio(costs):>8.2f}")
    return text
