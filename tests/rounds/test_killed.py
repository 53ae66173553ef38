"""Real processes and a real file: a turn killed anywhere, and two that turn at once, tell each span once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEEKS = range(10, 17)
TRIPS = {10, 11, 13}


def spawn(home: Path, function: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ZHENWU_", "DJANGO_"))}
    env |= {"ZHENWU_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "tests.rounds.inside", function], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def run(home: Path, function: str) -> Any:
    return answer(spawn(home, function))


def answer(process: subprocess.Popen[str]) -> Any:
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0, out
    return json.loads(out.splitlines()[-1])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    assert run(tmp_path / "home", "prepare") == "ready"
    return tmp_path / "home"


def expected(weeks: range) -> dict[str, str]:
    return {
        f"{code}/2020-W{week}": "1/1/1√" if code == "H1" and week in TRIPS else "1/0/0" for code in ("H1", "H2", "H3") for week in weeks
    }


@pytest.mark.slow
def test_a_turn_killed_before_any_of_its_statements_is_made_up_once(home: Path) -> None:
    assert run(home, "die_everywhere") > 25
    assert run(home, "examine") == {"told": expected(WEEKS), "most": 1, "wrong": []}


@pytest.mark.slow
def test_two_processes_that_turn_at_the_same_time_write_nothing_twice(home: Path) -> None:
    both = [spawn(home, "close") for _ in range(2)]
    assert [answer(one) for one in both]
    assert run(home, "examine") == {"told": expected(WEEKS), "most": 1, "wrong": []}
