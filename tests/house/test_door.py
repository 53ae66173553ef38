"""``./zw`` in an awkward place: what it runs, when it prepares, what it says when it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT

Done = subprocess.CompletedProcess[str]

# Stands for the interpreter of .venv: answers what it was asked to run, and with which exit code.
ECHO = """#!/bin/sh
[ "$1" = -c ] && exit 0
printf '%s\\n' "PYTHONPATH=$PYTHONPATH" "PWD=$(pwd)" "$@"
exit 7
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a folder with a space, its .venv already prepared for tests."""
    clone = tmp_path / "镇 务"
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / "bench").mkdir()
    (clone / "bench" / "metrics.py").touch()
    shutil.copy(ROOT / "zw", clone)
    for lock in ROOT.glob("requirements*.lock"):
        shutil.copy(lock, clone)
    python = clone / ".venv" / "bin" / "python"
    python.write_text(ECHO, encoding="utf-8")
    python.chmod(0o755)
    stamp(clone, "dev")
    return clone


def stamp(clone: Path, kind: str) -> None:
    lock = "requirements.lock" if kind == "run" else f"requirements-{kind}.lock"
    text = (clone / lock).read_bytes() + (clone / "requirements-uv.lock").read_bytes()
    checksum = subprocess.run(["cksum"], input=text, capture_output=True, check=True).stdout.decode()
    (clone / ".venv" / "zw-stamp").write_text(f"{kind} {checksum}", encoding="utf-8")


def zw(clone: Path, *arguments: str, cwd: Path | None = None, **extra: str) -> Done:
    ours = ("ZHENWU_", "PYTHON")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return subprocess.run(
        [str(clone / "zw"), *arguments],
        env={**environment, "HOME": "", **extra},
        cwd=cwd or clone.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_any_shell_can_read_the_door(shell: str) -> None:
    assert subprocess.run([shell, "-n", str(ROOT / "zw")]).returncode == 0


def test_the_ci_gate_can_be_read() -> None:
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")]).returncode == 0


def test_any_other_word_is_a_command_run_where_the_person_stands(clone: Path, tmp_path: Path) -> None:
    figure = "demolition.area@2020/深塘村"
    done = zw(clone, "explain", figure, cwd=tmp_path)
    places = [f"PYTHONPATH={clone}", f"PWD={tmp_path}"]
    assert done.stdout.splitlines() == [*places, "-m", "zhenwu.cli.main", "explain", figure]
    assert done.returncode == 7
    assert done.stderr == ""


def test_the_demonstration_gets_its_arguments(clone: Path) -> None:
    assert zw(clone, "demo", "--port", "0").stdout.splitlines()[-3:] == ["demo", "--port", "0"]


def test_all_tests_run_two_at_a_time_and_chosen_ones_alone(clone: Path) -> None:
    assert zw(clone, "test").stdout.splitlines()[1:] == [f"PWD={clone}", "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
    assert zw(clone, "test", "-k", "a b").stdout.splitlines()[2:] == ["-m", "pytest", "-k", "a b"]


def test_a_benchmark_is_run_by_name(clone: Path) -> None:
    done = zw(clone, "bench", "metrics", "--quick")
    assert done.stdout.splitlines()[2:] == [f"{clone}/bench/metrics.py", "--quick"]


@pytest.mark.parametrize("name", ["", "nothing", "../zw", "metrics.py", "a b", "?"])
def test_an_unknown_benchmark_is_refused_in_words(clone: Path, name: str) -> None:
    done = zw(clone, "bench", name)
    assert done.returncode == 1
    assert "没有这个基准" in done.stderr and "怎么办" in done.stderr


@pytest.fixture
def no_python(tmp_path: Path) -> str:
    """A PATH on which there is no Python and whose owner is not root: nothing can be prepared."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("cat", "cksum", "dirname", "mkdir", "rm", "sh"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    (tools / "id").write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    (tools / "id").chmod(0o755)
    return str(tools)


def test_a_changed_lock_is_prepared_anew_and_a_missing_python_is_named(clone: Path, no_python: str) -> None:
    """The door leaves no lock behind and does not run the stale .venv."""
    with (clone / "requirements-dev.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    done = zw(clone, "test", PATH=no_python)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "没有找到 Python 3.11" in done.stderr
    assert not (clone / ".zw-lock").exists()


def test_the_database_driver_is_wanted_only_by_who_chose_postgresql(clone: Path, no_python: str) -> None:
    stamp(clone, "run")
    assert zw(clone, "check", PATH=no_python).returncode == 7
    done = zw(clone, "check", PATH=no_python, ZHENWU_DATABASE_URL="postgresql://x")
    assert "没有找到 Python 3.11" in done.stderr


def test_what_is_enough_for_tests_is_enough_for_a_county(clone: Path, no_python: str) -> None:
    done = zw(clone, "check", PATH=no_python, ZHENWU_DATABASE_URL="postgresql://x")
    assert done.returncode == 7
