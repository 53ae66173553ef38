"""Benchmark: what it costs to enter records through the verb, over a bare ``executemany`` of the same rows.

    python bench/load.py [--quick] [--rows ROWS]

200,000 records of one ledger with fifteen fields (four texts, three choices, two decimals, three whole numbers, two days,
one flag; the key is a text) go through one call of ``save_records``: read and checked, versioned, journalled, with its
digests and its answer to a repeated operation; they come in the order of their days, as a ledger is kept, from two hundred
grids. The reference inserts the same rows, the fifteen values typed already, place and day, into a plain table with the same
primary key, by the driver's ``executemany``, with as many rows to a transaction and the same settings of the database. On SQLite and on PostgreSQL (``ZHENWU_TEST_POSTGRES``, else the local server; left out where there is none).

CPU seconds, user and system, of the process and of PostgreSQL's processes (the session's own and the three that write for
all), median of five alternating rounds, each into a fresh copy of one prepared store. Judged: the ratio, at most 4.
``--quick`` takes four thousand records and one round, for trying things out.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.increment_store import enter, open_grids
from bench.timing import Run, Verdict, alternating, cpu_median, report, run, spent, worker

ROWS, QUICK, ROUNDS, LIMIT = 200_000, 4_000, 5, 4.0
LEDGER, TABLE = "site.inspection", "inspection"
KINDS = [(f"kind{n}", f"第{n}类") for n in range(12)]
STATES = [("found", "已发现"), ("ordered", "已责令"), ("removed", "已拆除"), ("closed", "已销号")]
ORIGINS = [("patrol", "巡查"), ("report", "举报"), ("satellite", "卫片"), ("transfer", "移送")]
STREETS = [f"云溪路{n}号" for n in range(400)]
NAMES = ("code", "street", "holder", "remark", "kind", "state", "origin", "area", "fine", "floors", "people", "visits", "found_on",
         "done_on", "certified")  # fmt: skip
_CREATE = f"""CREATE TABLE {TABLE} (code text PRIMARY KEY, street text, holder text, remark text, kind text, state text, origin text,
area bigint, fine bigint, floors bigint, people bigint, visits bigint, found_on date, done_on date, certified boolean,
unit {{uuid}}, day date)"""


def fields() -> list[dict[str, Any]]:
    """The ledger's fields as ``packkit`` would store them."""
    texts = [("code", "编号", 30), ("street", "地址", 60), ("holder", "当事人单位", 60), ("remark", "情况", 200)]
    choices = [("kind", "种类", KINDS), ("state", "状态", STATES), ("origin", "来源", ORIGINS)]
    decimals = [("area", "面积", "平方米"), ("fine", "罚款", "元")]
    numbers = [("floors", "层数", "层"), ("people", "人数", "人"), ("visits", "上门", "次")]
    return [
        *({"id": id, "label": label, "type": "text", "max": str(most), "required": id == "code"} for id, label, most in texts),
        *({"id": id, "label": label, "type": "choice", "choices": some, "required": True} for id, label, some in choices),
        *({"id": id, "label": label, "type": "decimal", "unit": unit, "scale": 2, "min": "0", "max": "1000000"} for id, label, unit in decimals),
        *({"id": id, "label": label, "type": "integer", "unit": unit, "min": "0", "max": "1000"} for id, label, unit in numbers),
        *({"id": id, "label": label, "type": "date"} for id, label in (("found_on", "发现日期"), ("done_on", "办结日期"))),
        {"id": "certified", "label": "有无证件", "type": "flag"},
    ]  # fmt: skip


def typed(rows: int) -> Iterator[tuple[Any, ...]]:
    """The values as they are stored, in the order of ``NAMES``; the same for the same number of rows."""
    chance = random.Random(rows)
    for number in range(rows):
        found = date(2016, 1, 1) + timedelta(days=number * 1700 // rows)
        done = found + timedelta(days=chance.randrange(120))
        yield (
            f"YL-{found:%Y}-{number:06d}", chance.choice(STREETS), f"第{chance.randrange(5000)}合作社", f"现场第{chance.randrange(90)}次复核，一切照旧",
            chance.choice(KINDS)[0], chance.choice(STATES)[0], chance.choice(ORIGINS)[0], chance.randrange(1, 2_000_000),
            chance.randrange(5_000_000), chance.randrange(1, 7), chance.randrange(12), chance.randrange(30), found.isoformat(),
            done.isoformat(), chance.random() < 0.5,
        )  # fmt: skip


def entries(rows: int, grids: list[UUID]) -> list[Any]:
    """The same rows as a person hands them over: amounts with a point, choices by their labels, yes and no."""
    from zhenwu.sdk import RecordInput

    labels, told = dict([*KINDS, *STATES, *ORIGINS]), []
    for number, row in enumerate(typed(rows)):
        data = dict(zip(NAMES, row, strict=True))
        data |= {name: labels[data[name]] for name in ("kind", "state", "origin")}
        data |= {name: f"{data[name] // 100}.{data[name] % 100:02d}" for name in ("area", "fine")}
        data["certified"] = "是" if data["certified"] else "否"
        told.append(RecordInput(data, grids[number % len(grids)], data["found_on"]))
    return told


def prepare(home: Path) -> None:
    """A store with the township and the ledger, to be copied for each round."""
    enter(home)
    from django.core.management import call_command

    from zhenwu.kernel.definitions.api import Draft, install
    from zhenwu.sdk import SYSTEM

    call_command("migrate", verbosity=0)
    open_grids()
    body = {
        "key": LEDGER,
        "label": "巡查台账",
        "pack": "site",
        "unit_level": "grid",
        "shape": "flow",
        "key_fields": ["code"],
        "fields": fields(),
    }
    install(
        SYSTEM,
        [Draft("pack", "site", "site", {"id": "site", "label": "巡查"}), Draft("ledger", LEDGER, "site", body)],
        uuid4(),
    )
    report(0)


def load(home: Path, rows: int) -> None:
    """One run of the verb."""
    enter(home)
    from django.db import connection

    from zhenwu.sdk import SYSTEM, save_records, tree

    told, op_id = entries(rows, list(tree(date(2020, 12, 31)).of_kind("grid"))), uuid4()
    connection.ensure_connection()
    clock = _clock(lambda sql: _fetch(connection, sql) if connection.vendor == "postgresql" else [])
    answer = save_records(SYSTEM, LEDGER, told, op_id)
    report(clock(), saved=answer["saved"])


def bare(home: Path, rows: int) -> None:
    """One run of the reference, by the driver alone."""
    enter(home)
    from django.db import connection

    from zhenwu.kernel.ledgers.bulk import CHUNK
    from zhenwu.sdk import tree

    grids = [unit.hex for unit in tree(date(2020, 12, 31)).of_kind("grid")]
    told = [(*row, grids[number % len(grids)], row[12]) for number, row in enumerate(typed(rows))]
    connection.ensure_connection()  # with the settings that the system gives its connections
    driver, mark = connection.connection, "?" if connection.vendor == "sqlite" else "%s"
    cursor = driver.cursor()
    cursor.execute(_CREATE.format(uuid="char(32)" if mark == "?" else "uuid"))
    driver.commit()
    sql = f"INSERT INTO {TABLE} VALUES ({', '.join([mark] * (len(NAMES) + 2))})"
    begin = (lambda: cursor.execute("BEGIN IMMEDIATE")) if isinstance(driver, sqlite3.Connection) else (lambda: None)
    if connection.vendor == "postgresql":
        driver.autocommit = False
    clock = _clock(lambda query: _fetch(connection, query) if connection.vendor == "postgresql" else [])
    for first in range(0, rows, CHUNK):
        begin()
        cursor.executemany(sql, told[first : first + CHUNK])
        driver.commit()
    report(clock())


def _clock(ask: Callable[[str], list[Any]]) -> Callable[[], float]:
    """From now on; what it returns says the CPU seconds spent since, PostgreSQL's included."""
    began = spent(), _servers(ask)
    return lambda: spent() - began[0] + sum(now - began[1].get(pid, now) for pid, now in _servers(ask).items())


_SERVERS = """SELECT pid FROM pg_stat_activity WHERE pid = pg_backend_pid()
OR backend_type IN ('checkpointer', 'background writer', 'walwriter')"""


def _servers(ask: Callable[[str], list[Any]]) -> dict[int, float]:
    """CPU seconds of PostgreSQL's processes that work for this session, by process."""
    found = {}
    for (pid,) in ask(_SERVERS):
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found[pid] = (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    return found


def _fetch(connection: Any, sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


class Stores:
    """One prepared store, and a fresh copy of it for each run."""

    def __init__(self, base: Path, server: str) -> None:
        self.base, self.server, self.count = base, server, 0
        self.template = f"load_bench_{os.getpid()}"
        if server:
            self._ask(f'CREATE DATABASE "{self.template}"')
        self._run("prepare", base / "template", self.template, 0)

    def copy_and_run(self, name: str, rows: int) -> Run:
        """Run a worker in a copy that is thrown away afterwards."""
        home, database = self.base / "copy", f"{self.template}_copy"
        shutil.copytree(self.base / "template", home)
        if self.server:
            self._ask(f'CREATE DATABASE "{database}" TEMPLATE "{self.template}"')
        try:
            return self._run(name, home, database, rows)
        finally:
            shutil.rmtree(home)
            if self.server:
                self._ask(f'DROP DATABASE "{database}" WITH (FORCE)')

    def close(self) -> None:
        """Leave nothing behind on the server."""
        if self.server:
            self._ask(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')

    def _run(self, name: str, home: Path, database: str, rows: int) -> Run:
        home.mkdir(parents=True, exist_ok=True)
        os.environ["ZHENWU_DATABASE_URL"] = f"{self.server.rpartition('/')[0]}/{database}" if self.server else ""
        return run(worker(__file__, name, "--home", str(home), "--rows", str(rows)))

    def _ask(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]


def judge(rows: int, rounds: int) -> None:
    """Measure on both databases and hold the ratios against the limit."""
    verdict = Verdict()
    for label, server in (("SQLite", ""), ("PostgreSQL", _server())):
        if label == "PostgreSQL" and not server:
            print("no PostgreSQL here: left out")
            continue
        with tempfile.TemporaryDirectory(prefix="load-") as base:
            stores = Stores(Path(base), server)
            try:
                works = {name: partial(stores.copy_and_run, name, rows) for name in ("bare", "load")}
                runs = alternating(works, rounds)
            finally:
                stores.close()
        for name in runs:
            verdict.beside(f"load {label} {name}, µs a record", cpu_median(runs[name]) / rows * 1e6)
        verdict.at_most(f"load {label}", cpu_median(runs["load"]) / cpu_median(runs["bare"]), LIMIT)
    verdict.leave()


def _server() -> str:
    """A server where databases may be made, or nothing."""
    import psycopg

    url = os.environ.get("ZHENWU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return ""
    return url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few records, for trying things out")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work == "prepare":
        prepare(chosen.home)
    elif chosen.work:
        {"load": load, "bare": bare}[chosen.work](chosen.home, chosen.rows)
    else:
        judge(QUICK if chosen.quick else chosen.rows, 1 if chosen.quick else ROUNDS)


if __name__ == "__main__":
    main()
