"""Real processes on a real home: killed, served."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.township import ROOT, environment, run, set_up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a township."""
    return set_up(tmp_path_factory.mktemp("running") / "home")


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.mark.parametrize("words", [("report", "list"), ("journal", "verify"), ("ledger", "export", "demolition.structure", "-o", "x.csv"), ("serve",), ("--help",)])
def test_looking_into_an_unused_home_leaves_nothing_there(tmp_path: Path, words: tuple[str, ...]) -> None:
    home = tmp_path / "home"
    run(home, *words)
    assert not home.exists() or list(home.iterdir()) == []


def test_the_session_key_is_kept_with_the_store_and_made_again_when_the_keys_stayed_behind(home: Path) -> None:
    key = (home / "keys" / "session").read_text()
    assert run(home, "report", "list").returncode == 0 and (home / "keys" / "session").read_text() == key
    (home / "keys" / "session").unlink()
    assert run(home, "report", "list").returncode == 0
    again = (home / "keys" / "session").read_text()
    assert len(again) > 40 and again != key and (home / "keys" / "session").stat().st_mode & 0o077 == 0


def test_a_store_that_is_older_than_the_program_is_brought_up_by_init_and_founds_nothing_again(home: Path) -> None:
    back = "from django.core.management import call_command as do; import django; django.setup(); do('migrate', 'matters', '0011', verbosity=0)"
    subprocess.run([sys.executable, "-c", back], env=environment(home) | {"DJANGO_SETTINGS_MODULE": "zhenwu.site.settings"}, cwd=ROOT, check=True)
    assert "store.behind" in run(home, "report", "list").stderr
    units = run_sql(home, "SELECT count(*) FROM orgs_unit")
    done = run(home, "init")
    assert done.returncode == 0 and "已升级（1 步）" in done.stdout and run_sql(home, "SELECT count(*) FROM orgs_unit") == units
    assert run(home, "report", "list").returncode == 0


def run_sql(home: Path, sql: str) -> int:
    with sqlite3.connect(home / "zhenwu.sqlite3", timeout=20) as store:
        return int(store.execute(sql).fetchone()[0])


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "zhenwu.cli.main", *words]
    return subprocess.Popen(command, env=environment(home), cwd=home.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def eventually(seen: Callable[[], bool], seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if seen():
            return True
        time.sleep(0.1)
    return False


def cells_at(home: Path) -> tuple[int, int]:
    """(how many events there are, where the cells stand)."""
    with sqlite3.connect(home / "zhenwu.sqlite3", timeout=20) as store:
        events = store.execute("SELECT count(*) FROM journal_event").fetchone()[0]
        position = store.execute("SELECT coalesce(max(position), 0) FROM journal_cursor WHERE follower = 'cells'").fetchone()[0]
    return events, position


def test_a_killed_clockwork_goes_on_where_it_was(home: Path) -> None:
    assert run(home, "unit", "add", "三网格", "--kind", "grid", "--under", "深塘村").returncode == 0
    first = start(home, "work")
    assert eventually(lambda: len(set(cells_at(home))) == 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert run(home, "unit", "add", "四网格", "--kind", "grid", "--under", "深塘村").returncode == 0
    assert len(set(cells_at(home))) == 2
    second = start(home, "work")
    assert eventually(lambda: len(set(cells_at(home))) == 1)
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    sealed = [int(line.split()[0]) for line in (home / "seals.log").read_text().splitlines()]
    assert sealed == sorted(set(sealed)) and sealed[-1] == cells_at(home)[0]
    assert "核验通过" in run(home, "journal", "verify").stdout


def test_a_seal_kept_outside_betrays_a_rewritten_journal(home: Path) -> None:
    (home / "seals.log").write_text(f"3 {'a' * 64}\n")
    done = run(home, "journal", "verify")
    assert (done.returncode, "seals.log" in done.stderr) == (1, True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_serving_answers_restarts_its_clockwork_and_ends_its_children(home: Path) -> None:
    port = free_port()
    parent = start(home, "serve", "--port", str(port))
    try:
        assert parent.stdout is not None and "已启动" in parent.stdout.readline()
        assert answered(port)
        taken = run(home, "serve", "--port", str(port))
        assert (taken.returncode, "serve.port_taken" in taken.stderr) == (1, True)
        assert eventually(lambda: len(children(parent.pid)) == 2)
        [clockwork] = [pid for pid, told in children(parent.pid).items() if "clockwork" in told]
        os.kill(clockwork, signal.SIGKILL)
        assert eventually(lambda: any("clockwork" in told and pid != clockwork for pid, told in children(parent.pid).items()))
        mine = list(children(parent.pid))
        parent.send_signal(signal.SIGINT)
        assert parent.wait(30) == 130
        assert [pid for pid in mine if Path(f"/proc/{pid}").exists()] == []
    finally:
        parent.kill()
        parent.wait()


def answered(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    return True


def children(parent: int) -> dict[int, str]:
    """pid → command line of the processes that a process started."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text()
        except (OSError, ValueError):
            continue
    return found


FAKE = '''
from dataclasses import dataclass
from pathlib import Path
import os

@dataclass
class Account:
    username: str
    password: str
    name: str
    post_label: str

def accounts():
    return [Account("laozhou", "demo-password", "老周", "站所干部")]

def build(year, seed=1, report=print):
    report("一年的记录")
    if Path("break").exists():
        os._exit(9)
    Path("built").write_text(Path("built").read_text() + "x" if Path("built").exists() else "x")
    return f"{year} 年"
'''


@pytest.fixture
def fake(tmp_path: Path) -> str:
    """A generator that is quick; where Python finds it before any other."""
    (tmp_path / "generator" / "demo").mkdir(parents=True)
    (tmp_path / "generator" / "demo" / "__init__.py").write_text(FAKE)
    return f"{tmp_path / 'generator'}{os.pathsep}{ROOT}"


def test_a_finished_demonstration_is_reused_and_a_half_built_one_made_anew(tmp_path: Path, fake: str) -> None:
    home, built = tmp_path / "home", tmp_path / "built"
    (tmp_path / "break").touch()
    assert run(home, "demo", "--no-serve", PYTHONPATH=fake).returncode == 9
    (tmp_path / "break").unlink()
    first = run(home, "demo", "--no-serve", PYTHONPATH=fake)
    assert first.returncode == 0, first.stderr
    assert "demo-password" in first.stdout and "一年的记录" in first.stdout
    assert "直接使用" in run(home, "demo", "--no-serve", PYTHONPATH=fake).stdout
    assert built.read_text() == "x"
    assert run(home, "demo", "--no-serve", "--fresh", PYTHONPATH=fake).returncode == 0
    assert built.read_text() == "xx"


FIGURES = """
import django; django.setup()
import json; from fractions import Fraction; from pathlib import Path
from django.conf import settings
from zhenwu.sdk import Figures
told = json.loads((Path(settings.HOME) / "truth.json").read_text(encoding="utf-8"))["figures"]
figures = Figures()
print(len(told), [name for name in told if abs((figures.figure(name).value or 0) - Fraction(told[name])) > Fraction(1, 5000)])
"""


def test_the_demonstration_of_this_very_day_is_built_and_its_figures_are_what_was_written_down(tmp_path: Path) -> None:
    """The tests of the demonstration hold to one year and one last day; who tries it gets last year, lived up to yesterday."""
    home = tmp_path / "home"
    built = subprocess.run(
        [sys.executable, "-m", "zhenwu.cli.main", "demo", "--no-serve"], env=environment(home), cwd=ROOT, capture_output=True, text=True, timeout=1200
    )
    assert built.returncode == 0, built.stderr
    assert "作废" in built.stdout and "heshuji" in built.stdout
    asked = subprocess.run(
        [sys.executable, "-c", FIGURES], env=environment(home) | {"DJANGO_SETTINGS_MODULE": "zhenwu.site.settings"}, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    count, _, differing = asked.stdout.strip().partition(" ")
    assert (differing, int(count) > 200) == ("[]", True), asked.stdout + asked.stderr


def test_a_demonstration_never_touches_real_data(home: Path, fake: str) -> None:
    before = (home / "zhenwu.sqlite3").stat().st_size
    refused = run(home, "demo", "--no-serve", "--fresh", PYTHONPATH=fake)
    assert (refused.returncode, "demo.real" in refused.stderr) == (1, True)
    assert (home / "zhenwu.sqlite3").stat().st_size == before
