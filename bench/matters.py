"""Benchmark: what opening a matter and taking its next step cost over HTTP on PostgreSQL, beside django-helpdesk.

    python bench/matters.py [--quick] [--large MATTERS] [--rounds N] [--each N] [--no-peer]

Ours is ``zhenwu serve`` with its clockwork, all packs installed, on a fresh database: ``POST /api/v1/matters`` and then ``…/steps``
(受理) with a system's token and an ``Idempotency-Key`` each; rights are checked, both are journalled. The peer is django-helpdesk from its
package, in an environment of its own, behind the same web server with the same options on the same PostgreSQL: ``POST /api/tickets/``, then
``POST /api/followups/`` with a new status, which is how it keeps a history; no mail is sent. Both by one client that keeps its
connection. Either store begins with a thousand; a second store of ours with a million, loaded by ``take_steps`` (one in ten is still
open), followed to its end and analysed before it is served.

CPU milliseconds a request, user and system, of the web processes and of all PostgreSQL processes in the database, the clockwork's
sessions among them (its own process is printed beside), until the clockwork has caught up; what writes for all databases is shared
out by who was measured. Median of seven rounds of 200 creations and 200 steps, alternating. Judged: each of ours at most 8; the worst
ratio of a median at a million ÷ at a thousand at most 1.3. ``--quick`` takes a hundred and four hundred, two short rounds and no peer.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.increment_store import enter, open_grids
from bench.load import _server
from bench.served import Client, PostgresCpu, Server, cpu, environment, free_port, serve
from bench.timing import Verdict, worker

SMALL, LARGE, QUICK = 1_000, 1_000_000, (100, 400)
ROUNDS, EACH, QUICK_ROUNDS, QUICK_EACH = 7, 200, 2, 10
LIMIT, RATIO_LIMIT = 8.0, 1.3
CALL = 10_000  # matters of one call of the bulk verb
PEER = ("django-helpdesk==2.6.1", *(f"{name}=={version(name)}" for name in ("django", "granian", "psycopg", "psycopg-binary")))
STEPS = ("create", "advance")


def prepare(home: Path, matters: int) -> None:
    """A store with a township, all packs, so many matters and a system that shows a token; says the token and a grid."""
    enter(home)
    from django.conf import settings
    from django.core.management import call_command

    from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_system, issue_token, new_secret, tree
    from zhenwu.lib.clock import today
    from zhenwu.packkit.installing import install_packs

    call_command("migrate", verbosity=0)
    install_packs(SYSTEM, settings.PACK_FOLDERS, uuid4())
    grids = open_grids()
    system = enrol_system(SYSTEM, uuid4(), "hotline", "热线平台")
    appoint(SYSTEM, uuid4(), system, "clerk", tree().root, ["grid"], today())
    secret = new_secret()
    issue_token(SYSTEM, uuid4(), system, "测速", ["read", "write"], today() + timedelta(days=30), secret)
    spent = fill(matters, grids)
    print(json.dumps({"token": secret, "units": [str(grid) for grid in grids], **spent}))


def fill(matters: int, grids: list[UUID]) -> dict[str, float]:
    """Open so many matters by the bulk verb, nine of ten already at their end, and let every follower read them."""
    from zhenwu.jobs.clockwork import followers
    from zhenwu.kernel.journal.api import follow, sequence
    from zhenwu.kernel.matters.api import Report, Taken, take_steps
    from zhenwu.kernel.orgs.api import SYSTEM
    from zhenwu.sdk import catch_up

    began = time.perf_counter()
    for first in range(0, matters, CALL):
        steps = []
        for number in range(first, min(first + CALL, matters)):
            matter = uuid5(NAMESPACE_URL, f"matter {number}")
            report = Report("grid", grids[number % len(grids)], f"第{number}件：路灯不亮", "村口第三盏", "lighting", "hotline")
            steps.append(Taken(matter, "report", report=report))
            steps.append(Taken(matter, "accept", 1) if number % 10 == 0 else Taken(matter, "refuse", 1, given={"reason": "重复"}))
        take_steps(SYSTEM, uuid5(NAMESPACE_URL, f"call {first}"), steps)
        if (first // CALL).bit_count() == 1:  # as often as the store has doubled, as a server does that vacuums by itself
            analyse()
    loaded = time.perf_counter()
    sequence(patience=60)
    catch_up()  # counts everything once, as the clockwork does after a large import
    for one in followers():
        follow(one)
        analyse()
    return {"loading": round(loaded - began, 1), "following": round(time.perf_counter() - loaded, 1)}


def analyse() -> None:
    """Let PostgreSQL know what the tables hold: not every server does so unasked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@dataclass
class Store:
    """Somebody's server on its database, and what a request to it costs; milliseconds by step and round."""

    name: str
    database: str
    server: Server
    create: Callable[[], Any]
    advance: Callable[[Any], Any]
    settle: Callable[[], None] = lambda: None
    costs: dict[str, list[dict[str, float]]] = field(default_factory=lambda: {step: [] for step in STEPS})

    def measure(self, each: int, watch: PostgresCpu, keep: bool) -> None:
        """One round: so many creations, then a step of each of them."""
        made: list[Any] = []
        works = {"create": lambda: made.extend(self.create() for _ in range(each)), "advance": lambda: [self.advance(one) for one in made]}
        for step, work in works.items():
            before, began = self._spent(watch), time.perf_counter()
            work()
            waited = time.perf_counter() - began
            self.settle()
            spent = {name: (now - before[name]) * 1000 / each for name, now in self._spent(watch).items()}
            if keep:
                self.costs[step].append({**spent, "waited": waited * 1000 / each})

    def _spent(self, watch: PostgresCpu) -> dict[str, float]:
        roles = self.server.processes()
        return {
            "web": cpu(roles["web"]), "clockwork": cpu(roles["clockwork"]), "database": watch.spent(self.database), "writers": watch.spent(""),
        }  # fmt: skip

    def median(self, step: str) -> float:
        """CPU milliseconds a request, web and PostgreSQL."""
        return statistics.median(one["web"] + one["database"] + one["writers"] for one in self.costs[step])

    def part(self, step: str, name: str) -> float:
        return statistics.median(one[name] for one in self.costs[step])


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A fresh database, dropped in the end; its address."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def ours(stack: ExitStack, base: Path, server: str, name: str, matters: int) -> Store:
    """A store of so many matters, served."""
    url, home = stack.enter_context(database(server, name)), base / name
    home.mkdir(parents=True)
    command = worker(__file__, "prepare", "--home", str(home), "--matters", str(matters))
    said = subprocess.run(command, env=environment(home, url), check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    told = json.loads(said)
    print(f"a store of {matters} matters, seconds: loading {told['loading']} following {told['following']}", flush=True)
    served = serve(home, url)
    stack.callback(served.stop)
    client, units = Client(served.port, Authorization=f"Bearer {told['token']}"), told["units"]
    count = iter(range(10**9))

    def create() -> str:
        number = next(count)
        sent = {"line": "grid", "unit": units[number % len(units)], "title": f"新{number}件：路灯不亮", "text": "村口第三盏"}
        return str(client.write("/api/v1/matters", {**sent, "category": "lighting", "channel": "hotline"})["matter"])

    def advance(matter: str) -> None:
        client.write(f"/api/v1/matters/{matter}/steps", {"action": "accept", "base_version": 1})

    return Store(f"at {matters}", name, served, create, advance, _settling(stack, url))


def _settling(stack: ExitStack, url: str) -> Callable[[], None]:
    """Waits until the clockwork has read all that was written."""
    import psycopg

    connection = stack.enter_context(psycopg.connect(url, autocommit=True, application_name="bench"))
    behind = """SELECT EXISTS (SELECT 1 FROM journal_event WHERE NOT taken)
    OR (SELECT max(position) FROM journal_sequenced) > (SELECT min(position) FROM journal_cursor)"""

    def settle() -> None:
        while connection.execute(behind).fetchone() != (False,):
            time.sleep(0.2)

    return settle


def peer(stack: ExitStack, base: Path, server: str, name: str, tickets: int) -> Store | None:
    """django-helpdesk with so many tickets, served; None where it cannot be installed."""
    python = installed(base / "peer")
    if python is None:
        return None
    url = stack.enter_context(database(server, name))
    env = environment(base, PEER_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="bench.helpdesk_site")
    said = subprocess.run([python, "-c", _PEER_STORE, str(tickets)], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    told, port = json.loads(said.splitlines()[-1]), free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
    command = [python, "-m", "granian", "--interface", "wsgi", *options, "--factory", "django.core.wsgi:get_wsgi_application"]
    served = Server(command, port, env, base / "peer.log")
    stack.callback(served.stop)
    client, count = Client(port, Authorization=f"Token {told['token']}"), iter(range(10**9))

    def create() -> int:
        sent = {"queue": told["queue"], "title": f"新{next(count)}件：路灯不亮", "description": "村口第三盏", "priority": 3, "status": 1}
        return int(client.write("/api/tickets/", sent)["id"])

    def advance(ticket: int) -> None:
        client.write("/api/followups/", {"ticket": ticket, "user": told["user"], "title": "受理", "comment": "", "new_status": 3})

    return Store(f"django-helpdesk at {tickets}", name, served, create, advance)


_PEER_STORE = """
import json, sys
import django
django.setup()
from django.db import connection
from django.contrib.auth.models import User
from django.core.management import call_command
from helpdesk.models import Queue, Ticket
from rest_framework.authtoken.models import Token
call_command("migrate", verbosity=0)
user = User.objects.create_superuser("hotline")
queue = Queue.objects.create(title="grid", slug="grid")
Ticket.objects.bulk_create((Ticket(queue=queue, title=f"old {n}", description="a lamp", status=4 if n % 10 else 1) for n in range(int(sys.argv[1]))), batch_size=1000)
connection.cursor().execute("ANALYZE")
print(json.dumps({"token": Token.objects.create(user=user).key, "queue": queue.id, "user": user.id}))
"""


def installed(folder: Path) -> str | None:
    """An environment with the peer, made when it is not there; its Python, or None."""
    kept = Path(os.environ.get("ZHENWU_BENCH_STORES") or os.environ.get("ZHENWU_HOME") or folder) / "django-helpdesk"
    python = kept / "bin" / "python"
    try:
        if not (kept / "ready").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(kept)], check=True, capture_output=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *PEER], check=True, capture_output=True, text=True)
            (kept / "ready").touch()
    except subprocess.CalledProcessError as error:
        print(f"django-helpdesk cannot be installed here, left out: {str(error.stderr)[-300:]}")
        return None
    return str(python)


def judge(sizes: tuple[int, int], rounds: int, each: int, with_peer: bool) -> None:
    """Measure the stores in turn and hold the figures against their limits."""
    server = _server()
    if not server:
        print("no PostgreSQL here: left out")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end what was started
    verdict, prefix = Verdict(), f"matters_bench_{os.getpid()}"
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matters-")))
        small, large = (ours(stack, base, server, f"{prefix}_{size}", size) for size in sizes)
        other = peer(stack, base, server, f"{prefix}_peer", sizes[0]) if with_peer else None
        stores, watch = [one for one in (small, other, large) if one], PostgresCpu(server, prefix)
        stack.callback(watch.end)
        for turn in range(-1, rounds):  # the first warms up
            for one in stores:
                one.measure(each, watch, turn >= 0)
    for one in stores:
        for step in STEPS:
            parts = " ".join(f"{name} {one.part(step, name):.2f}" for name in ("web", "database", "writers", "clockwork", "waited"))
            print(f"matters {step} {one.name}, ms a request: {parts}")
    for step in STEPS:
        if other:
            verdict.beside(f"matters {step}, django-helpdesk, CPU ms a request", other.median(step))
            verdict.beside(f"matters {step}, ours ÷ django-helpdesk", small.median(step) / other.median(step))
        verdict.beside(f"matters {step} at {sizes[1]}, CPU ms a request", large.median(step))
        verdict.at_most(f"matters {step}, CPU ms a request", small.median(step), LIMIT)
    verdict.at_most(f"matters ratio at {sizes[1]} ÷ at {sizes[0]}", max(large.median(step) / small.median(step) for step in STEPS), RATIO_LIMIT)
    verdict.leave()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small stores and no peer, for trying things out")
    parser.add_argument("--large", type=int, default=LARGE, help="matters in the large store")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--each", type=int, default=EACH, help="creations and steps in a round")
    parser.add_argument("--no-peer", action="store_true", help="without django-helpdesk")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--matters", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        prepare(chosen.home, chosen.matters)
    elif chosen.quick:
        judge(QUICK, QUICK_ROUNDS, QUICK_EACH, False)
    else:
        judge((SMALL, chosen.large), chosen.rounds, chosen.each, not chosen.no_peer)


if __name__ == "__main__":
    main()
