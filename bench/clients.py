"""Benchmark: eight people at work at once on SQLite, and again while fifty thousand rows are imported.

    python bench/clients.py [--quick] [--turns TURNS] [--rows ROWS]

``zhenwu serve`` with its clockwork on a fresh store with all packs. Eight windows log in by the page as people do; each opens a matter,
takes its next step and looks at the list of matters, forty times without a pause. Then the same, at least so often, until
``zhenwu ledger import`` has brought 50,000 rows into a ledger beside them; its own time is printed.

Judged, both times: writes that were acknowledged and are not in the store, or are there and were not acknowledged (none), answers
that were no success (none: no lock is told to anybody), and a journal that does not verify (none). Printed: how long 95 of 100
requests took at most, in milliseconds, writes and the page apart. ``--quick`` takes four turns and five hundred rows.
"""

from __future__ import annotations

import argparse
import http.cookies
import json
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.increment_store import enter, open_grids
from bench.served import Client, environment, serve
from bench.timing import Verdict, worker

CLIENTS, TURNS, ROWS, QUICK = 8, 40, 50_000, (4, 500)
LEDGER, PASSWORD = "demolition.structure", "ceshi-yong-mima"


def prepare(home: Path, rows: int) -> None:
    """A store with a township, all packs, eight windows, an officer, and a file for him to import; says the grids."""
    enter(home)
    from django.conf import settings
    from django.core.management import call_command

    from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person, tree
    from zhenwu.lib.clock import today
    from zhenwu.packkit.installing import install_packs

    call_command("migrate", verbosity=0)
    install_packs(SYSTEM, settings.PACK_FOLDERS, uuid4())
    grids = open_grids()
    now = tree()
    for number in range(CLIENTS + 1):
        person = enrol_person(SYSTEM, uuid4(), f"ren{number}", f"第{number}人", PASSWORD)
        appoint(SYSTEM, uuid4(), person, "clerk" if number < CLIENTS else "officer", now.root, ["*"], today())
    with (home / "rows.csv").open("w", encoding="utf-8") as file:
        file.write("图斑号,网格,日期,建筑面积,状态\n")
        for number in range(rows):
            day = date(2016, 1, 1) + timedelta(days=number * 1700 // rows)
            file.write(f"A{number},{now.name(grids[number % len(grids)])},{day},{number % 900 + 1}.5,已拆除\n")
    print(json.dumps([str(grid) for grid in grids]))


@dataclass
class Window:
    """One person at work: what they were told was done, what went wrong, and how long they waited (ms)."""

    client: Client
    grids: list[str]
    done: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    waited: dict[str, list[float]] = field(default_factory=lambda: {"write": [], "page": []})

    def turn(self, number: int) -> None:
        """A matter, its next step, the list."""
        sent = {"line": "grid", "unit": self.grids[number % len(self.grids)], "title": f"第{number}件：路灯不亮", "channel": "hotline"}
        made = self._timed("write", "POST", "/api/v1/matters", sent)
        if made:
            self.done[made["matter"]] = 1
            step = self._timed("write", "POST", f"/api/v1/matters/{made['matter']}/steps", {"action": "accept", "base_version": 1})
            if step:
                self.done[made["matter"]] = 2
        self._timed("page", "GET", "/matters")

    def _timed(self, kind: str, method: str, path: str, body: Any = None) -> Any:
        began = time.perf_counter()
        try:
            status, told = self.client.ask(method, path, body, Idempotency_Key=str(uuid4()))
        except OSError as error:
            status, told = 0, repr(error)
        self.waited[kind].append((time.perf_counter() - began) * 1000)
        if status not in (200, 201):
            self.wrong.append(f"{method} {path}: {status} {str(told)[:200]}")
            return None
        return told


def logged_in(port: int, username: str) -> Client:
    """A connection on which somebody has logged in by the page."""
    client, cookies = Client(port), http.cookies.SimpleCookie[str]()

    def go(method: str, body: bytes | None = None, **headers: str) -> int:
        client.connection.request(method, "/login", body, {**client.headers, **headers})
        answer = client.connection.getresponse()
        answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            cookies.load(line)
        client.headers["Cookie"] = "; ".join(f"{name}={one.value}" for name, one in cookies.items())
        return answer.status

    go("GET")
    form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": cookies["csrftoken"].value}
    if go("POST", urlencode(form).encode(), **{"Content-Type": "application/x-www-form-urlencoded"}) != 302:
        raise RuntimeError(f"{username} cannot log in")
    client.headers["X-CSRFToken"] = cookies["csrftoken"].value
    return client


def at_work(windows: list[Window], turns: int, busy: Callable[[], bool]) -> None:
    """All at once, so many turns each and on as long as something else is busy."""

    def work(window: Window, first: int) -> None:
        number = 0
        while number < turns or busy():
            window.turn(first + number * len(windows))
            number += 1

    threads = [threading.Thread(target=work, args=(window, place)) for place, window in enumerate(windows)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lost(home: Path, windows: list[Window]) -> int:
    """Matters that do not stand in the store as somebody was told, or that nobody was told of."""
    told = {UUID(matter): version for window in windows for matter, version in window.done.items()}
    with sqlite3.connect(home / "zhenwu.sqlite3", timeout=60) as store:
        found = {UUID(matter): number for matter, number in store.execute("SELECT matter_id, number FROM matters_step WHERE retired_by_id IS NULL")}
    return sum(found.get(matter) != told.get(matter) for matter in {*told, *found})


def command(home: Path, *words: str) -> subprocess.Popen[bytes]:
    told = (home / "commands.log").open("ab")
    return subprocess.Popen([sys.executable, "-m", "zhenwu.cli.main", *words], env=environment(home), cwd=home, stdout=told, stderr=told)


def judge(turns: int, rows: int) -> None:
    """Both times, and hold what went wrong against nothing."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="clients-") as base:
        home = Path(base) / "home"
        home.mkdir()
        preparing = worker(__file__, "prepare", "--home", str(home), "--rows", str(rows))
        said = subprocess.run(preparing, env=environment(home), check=True, stdout=subprocess.PIPE, text=True).stdout
        server = serve(home)
        try:
            windows = [Window(logged_in(server.port, f"ren{number}"), json.loads(said.splitlines()[-1])) for number in range(CLIENTS)]
            at_work(windows, turns, lambda: False)
            tell(verdict, home, windows, "alone")
            began = time.perf_counter()
            importing = command(home, "ledger", "import", LEDGER, "rows.csv", "--as", f"ren{CLIENTS}")
            at_work(windows, turns, lambda: importing.poll() is None)
            importing.wait()
            verdict.beside("clients: import, s", time.perf_counter() - began)
            tell(verdict, home, windows, "while importing")
        finally:
            server.stop()
        with sqlite3.connect(home / "zhenwu.sqlite3") as store:
            [kept] = store.execute("SELECT count(*) FROM ledgers_version WHERE ledger = ? AND retired_by_id IS NULL", [LEDGER]).fetchone()
        verdict.at_most("clients: imported rows that are missing", rows - kept, 0)
        verdict.at_most("clients: journal that does not verify", command(home, "journal", "verify").wait(), 0)
        if verdict.missed:
            print((home / "commands.log").read_text(errors="replace")[-2000:])
    verdict.leave()


def tell(verdict: Verdict, home: Path, windows: list[Window], name: str) -> None:
    """The figures of one time; the waiting is counted anew for the next."""
    for kind in ("write", "page"):
        waited = [one for window in windows for one in window.waited[kind]]
        print(f"clients {name}: {len(waited)} {kind}s, median {statistics.median(waited):.0f} ms, longest {max(waited):.0f} ms")
        verdict.beside(f"clients {name}: {kind}, p95 ms", statistics.quantiles(waited, n=20)[-1])
    wrong = [one for window in windows for one in window.wrong]
    for one in wrong[:5]:
        print(one)
    verdict.at_most(f"clients {name}: answers that were no success", len(wrong), 0)
    verdict.at_most(f"clients {name}: writes lost or unacknowledged", lost(home, windows), 0)
    for window in windows:
        window.waited, window.wrong = {"write": [], "page": []}, []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few turns and rows, for trying things out")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        prepare(chosen.home, chosen.rows)
    else:
        judge(*(QUICK if chosen.quick else (chosen.turns, chosen.rows)))


if __name__ == "__main__":
    main()
