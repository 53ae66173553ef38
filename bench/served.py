"""Real servers for the benchmarks over HTTP: a database of their own, ``zhenwu serve`` or a peer, clients that keep their connection,
and the CPU seconds of the processes that answer.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
IDLE = 1.0  # seconds after which a connection is made anew: servers close those that rest
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, database: str = "", **more: str) -> dict[str, str]:
    """What a store's processes find in their shell."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHENWU_", "DJANGO_"))}
    return kept | {"ZHENWU_HOME": str(home), "ZHENWU_DATABASE_URL": database, "PYTHONPATH": str(ROOT), "ZHENWU_API_PER_MINUTE": "1000000"} | more


class Server:
    """A web server that was started, until ``stop``; ``command`` listens on ``port``."""

    def __init__(self, command: list[str], port: int, env: Mapping[str, str], log: Path) -> None:
        self.port, self.log = port, log
        with log.open("ab") as told:
            self.process = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=told, stderr=told, stdin=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                Client(self.port).ask("HEAD", "/")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"no server came up: {self.log.read_text(errors='replace')[-2000:]}")

    def processes(self) -> dict[str, list[int]]:
        """``web``: whatever answers requests; ``clockwork``: what runs beside it."""
        children, found = _children(), {"web": [], "clockwork": []}
        waiting = [(self.process.pid, "web")]
        while waiting:
            pid, role = waiting.pop()
            role = "clockwork" if "zhenwu.jobs.clockwork" in _command(pid) else role
            found[role].append(pid)
            waiting += [(child, role) for child in children.get(pid, ())]
        return found

    def stop(self) -> None:
        """End it, and what it started."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(home: Path, database: str = "") -> Server:
    """``zhenwu serve`` on a store, as it is."""
    port = free_port()
    command = [sys.executable, "-m", "zhenwu.cli.main", "serve", "--port", str(port)]
    return Server(command, port, environment(home, database), home / "serve.log")


class Client:
    """One connection that is kept; answers are JSON, or the bare text."""

    def __init__(self, port: int, **headers: str) -> None:
        self.headers = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._used = time.monotonic()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and answer."""
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if sent is not None else {}
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if time.monotonic() - self._used > IDLE:
            self.connection.close()
        self.connection.request(method, path, sent, {**self.headers, **kind, **told})
        answer = self.connection.getresponse()
        read, self._used = answer.read(), time.monotonic()
        return answer.status, json.loads(read) if "json" in answer.headers.get("Content-Type", "") else read.decode(errors="replace")

    def write(self, path: str, body: Any) -> Any:
        """A write under an operation of its own; raises ``RuntimeError`` unless it was done."""
        status, told = self.ask("POST", path, body, Idempotency_Key=str(uuid4()))
        if status not in (200, 201):
            raise RuntimeError(f"{path}: {status} {str(told)[:500]}")
        return told


def cpu(pids: Iterable[int]) -> float:
    """CPU seconds so far, user and system, of processes that still live and of the children they waited for."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, pids) if fields) / TICK


class PostgresCpu:
    """CPU seconds of PostgreSQL's processes: all that work in the databases of one name, or begin so, and those that write for all.

    A session that ends takes its sum along, so they are looked at all the time, in a thread.
    """

    _ASK = """SELECT pid, datname FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name <> 'bench'
    AND (datname LIKE %s OR backend_type IN ('checkpointer', 'background writer', 'walwriter'))"""

    def __init__(self, server: str, prefix: str) -> None:
        import psycopg

        self._connection, self._prefix = psycopg.connect(server, autocommit=True, application_name="bench"), prefix
        self._spent: dict[int, tuple[str, float]] = {}
        self._first: dict[int, float] = {}
        self._lock, self._over = threading.Lock(), threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)
        self._thread.start()

    def spent(self, database: str) -> float:
        """Since the beginning, of one database's sessions; of those that write for all, for an empty name."""
        with self._lock:
            self._look()
            return sum(now - self._first[pid] for pid, (name, now) in self._spent.items() if name == database)

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._connection.close()

    def _keep_looking(self) -> None:
        while not self._over.wait(0.5):
            with self._lock:
                self._look()

    def _look(self) -> None:
        began = not self._first
        for pid, database in self._connection.execute(self._ASK, (f"{self._prefix}%",)).fetchall():
            fields = _stat(pid)
            if fields:
                now = (int(fields[11]) + int(fields[12])) / TICK
                self._first.setdefault(pid, now if began or not database else 0.0)
                self._spent[pid] = (database or "", now)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(path.name))
        if fields:
            found.setdefault(int(fields[1]), []).append(int(path.name))
    return found
