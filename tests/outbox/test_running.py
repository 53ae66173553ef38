"""The real clockwork with real receivers: one that hangs keeps nobody waiting, and a kill at the worst moment loses nothing."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from tests.cli.township import SETTING_UP, environment
from tests.outbox.receivers import Receiver, receiving

pytestmark = pytest.mark.slow
ALLOW = {"ZHENWU_OUTBOX_ALLOW": "127.0.0.1"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a township."""
    home = tmp_path_factory.mktemp("pushing") / "home"
    say(home, "init --township 云岭镇 --generate")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture
def works() -> Iterator[list[subprocess.Popen[bytes]]]:
    """The clockworks of a test; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.kill()
        one.wait()


def start(home: Path, works: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "zhenwu.cli.main", "work"]
    works.append(subprocess.Popen(command, env=environment(home, **ALLOW), cwd=home.parent))
    return works[-1]


def say(home: Path, *lines: str) -> str:
    """Commands, in one process to be quick."""
    command = [sys.executable, "-c", SETTING_UP, *lines]
    return subprocess.run(command, env=environment(home, **ALLOW), cwd=home.parent, check=True, capture_output=True, text=True, timeout=120).stdout


def subscription(name: str, receiver: Receiver) -> str:
    return f"outbox subscribe {name} {receiver.url} --kind year.closed --as admin"


def error_of(home: Path) -> str:
    with sqlite3.connect(home / "zhenwu.sqlite3", timeout=20) as store:
        return str(store.execute("SELECT last_error FROM outbox_subscription").fetchone()[0])


def eventually(seen: Callable[[], bool], seconds: float = 120) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if seen():
            return True
        time.sleep(0.1)
    return False


def years(receiver: Receiver) -> list[int]:
    return [one.told["data"]["year"] for one in receiver.heard]


def test_one_that_hangs_keeps_neither_the_other_nor_the_clockwork_waiting(home: Path, works: list[subprocess.Popen[bytes]]) -> None:
    with receiving() as hanging, receiving() as well:
        hanging.ways = ["hang"] * 99
        shown = say(home, subscription("甲", hanging), subscription("乙", well))
        secret = re.findall(r"whsec_\S+", shown)[1]
        work = start(home, works)
        say(home, *(f"year close {year}" for year in (2016, 2017, 2018)))
        assert eventually(lambda: years(well) == [2016, 2017, 2018])
        assert set(years(hanging)) == {2016}
        assert [Webhook(secret).verify(one.body, one.headers)["type"] for one in well.heard] == ["year.closed"] * 3
        work.send_signal(signal.SIGTERM)
        assert work.wait(12) == 0
        shown = say(home, "outbox list")
        assert re.search(r"甲 .* 3 ", shown) and re.search(r"乙 .*正常", shown)


def test_who_is_killed_between_sending_and_noting_sends_again_with_the_same_id(home: Path, works: list[subprocess.Popen[bytes]]) -> None:
    with receiving() as receiver:
        say(home, subscription("甲", receiver), "year close 2016", "year close 2017")
        work = start(home, works)
        receiver.meanwhile = work.kill  # it has sent, and will never read the answer
        assert eventually(lambda: len(receiver.heard) == 1)
        work.wait(10)
        receiver.meanwhile = lambda: None
        start(home, works)  # the killed one's lease has to run out first
        assert eventually(lambda: years(receiver) == [2016, 2016, 2017])
        assert receiver.ids[0] == receiver.ids[1] != receiver.ids[2] and receiver.heard[0].body == receiver.heard[1].body


def test_one_that_was_down_gets_everything_once_it_is_up(home: Path, works: list[subprocess.Popen[bytes]]) -> None:
    with receiving() as receiver:
        port = receiver.port
        say(home, subscription("甲", receiver), "year close 2016", "year close 2017")
    start(home, works)
    assert eventually(lambda: "连接被拒绝" in error_of(home))
    with receiving(port) as receiver:
        say(home, "outbox retry 甲 --as admin")
        assert eventually(lambda: years(receiver) == [2016, 2017])
    assert "核验通过" in say(home, "journal verify")
