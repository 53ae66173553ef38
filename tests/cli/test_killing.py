"""kill −9 in a loop under load: whatever process of a running township dies, nothing that was acknowledged is lost."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cli.test_running import children, eventually, free_port
from tests.cli.township import environment, run, set_up

pytestmark = pytest.mark.slow

CLIENTS, LOAD = 4, 1.5  # seconds of work before somebody is killed
VICTIMS = ("worker", "parent", "clockwork", "web", "worker", "parent")
MATTERS = "/api/v1/matters"


@dataclass
class Write:
    """An operation, sent again under its key until it was answered; what it was told."""

    path: str
    body: dict[str, Any]
    key: UUID = field(default_factory=uuid4)
    told: Any = None


@dataclass
class Hotline:
    """Systems at work: each opens a matter, takes its next step, and so on, whoever dies meanwhile."""

    port: int
    secret: str
    unit: str
    over: threading.Event = field(default_factory=threading.Event)
    done: list[Write] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    def work(self) -> None:
        while not self.over.is_set():
            opened = self.written(Write(MATTERS, {"line": "grid", "unit": self.unit, "title": "路灯不亮"}))
            self.written(Write(f"{MATTERS}/{opened['matter']}/steps", {"action": "accept", "base_version": 1}))

    def written(self, write: Write) -> Any:
        """Until somebody answers; what is no success is kept and ends the client."""
        while True:
            try:
                status, told = self.send(write)
                break
            except (OSError, http.client.HTTPException, ValueError):  # nobody there, or cut off in the middle
                time.sleep(0.05)
        if status != 201:
            self.refused.append((status, told))
            raise SystemExit
        write.told = told
        self.done.append(write)
        return told

    def send(self, write: Write) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": str(write.key), "Content-Type": "application/json"}
        try:
            connection.request("POST", write.path, json.dumps(write.body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class Township:
    """A served home, started again when it has ended."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.parent = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "zhenwu.cli.main", "serve", "--port", str(self.port)]
        with (self.home.parent / "serve.log").open("ab") as told:
            return subprocess.Popen(command, env=environment(self.home, ZHENWU_API_PER_MINUTE="1000000"), cwd=self.home.parent, stdout=told, stderr=told)

    def kill(self, victim: str) -> None:
        """SIGKILL to one of the processes."""
        below = children(self.parent.pid)
        [web] = [pid for pid, told in below.items() if "granian" in told]
        [clockwork] = [pid for pid, told in below.items() if "clockwork" in told]
        workers = [pid for pid, told in children(web).items() if "tracker" not in told]
        found = {"worker": workers[-1:], "web": [web], "clockwork": [clockwork], "parent": [self.parent.pid]}[victim]
        os.kill(found[0], signal.SIGKILL)
        if victim == "clockwork":  # its parent lives on and starts another
            return
        self.parent.wait(30)
        assert eventually(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() and self._ours(pid) for pid in (web, clockwork, *workers)))
        assert eventually(lambda: not listening(self.port))
        self.parent = self._start()

    def is_up(self) -> bool:
        return listening(self.port) and len(children(self.parent.pid)) == 2

    def end(self) -> None:
        self.parent.send_signal(signal.SIGTERM)
        self.parent.wait(30)

    @staticmethod
    def _ours(pid: int) -> bool:
        """Whether a process still runs: one that ended and was not waited for has no command."""
        try:
            return bool(Path(f"/proc/{pid}/cmdline").read_text())
        except OSError:
            return False


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a township and another system that may report."""
    return set_up(tmp_path_factory.mktemp("killing") / "home")


def test_whoever_is_killed_under_load_nothing_acknowledged_is_lost(home: Path) -> None:
    assert run(home, "user", "add", "hotline", "热线平台", "--system", "--post", "窗口").returncode == 0
    issued = run(home, "token", "issue", "hotline", "--name", "测试用", "--until", str(date.today() + timedelta(days=90))).stdout
    [secret] = re.findall(r"zw_[A-Za-z0-9_-]{43}", issued)
    with sqlite3.connect(home / "zhenwu.sqlite3") as store:
        [unit] = store.execute("SELECT unit_id FROM orgs_placement WHERE name = '一网格'").fetchone()
    town = Township(home, free_port())
    hotline = Hotline(town.port, secret, str(UUID(unit)))
    clients = [threading.Thread(target=hotline.work) for _ in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        for victim in VICTIMS:
            assert eventually(town.is_up, 120), victim
            before = len(hotline.done)
            assert eventually(lambda before=before: len(hotline.done) > before or bool(hotline.refused), 120)
            time.sleep(LOAD)
            town.kill(victim)
        assert eventually(town.is_up, 120)
        hotline.over.set()
        for client in clients:
            client.join(60)
        assert not any(client.is_alive() for client in clients)
        again = [(hotline.send(write), write.told) for write in hotline.done[:: max(1, len(hotline.done) // 200)]]
        assert eventually(lambda: waiting(home) == 0)
    finally:
        hotline.over.set()
        town.end()
    assert hotline.refused == []
    assert all(told == (201, first) for told, first in again)
    opened = {write.told["matter"] for write in hotline.done if write.path == MATTERS}
    stepped = {write.told["matter"] for write in hotline.done if write.path != MATTERS}
    with sqlite3.connect(home / "zhenwu.sqlite3") as store:
        found = {str(UUID(matter)): number for matter, number in store.execute("SELECT matter_id, max(number) FROM matters_step GROUP BY matter_id")}
    assert found == {matter: 2 if matter in stepped else 1 for matter in opened}
    assert "核验通过" in run(home, "journal", "verify").stdout


def waiting(home: Path) -> int:
    """How many events have no position yet."""
    with sqlite3.connect(home / "zhenwu.sqlite3", timeout=20) as store:
        return int(store.execute("SELECT count(*) FROM journal_event WHERE NOT taken").fetchone()[0])
