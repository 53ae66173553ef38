"""A test that could not run is never taken for one that passed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

INNER = """
import pytest

@pytest.mark.seed
def test_the_seed_is_read():
    pass

def test_arithmetic_holds():
    assert 1 + 1 == 2
"""


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """One inner run of two tests, of which one needs the seed that is not there."""
    (folder / "test_inner.py").write_text(INNER, encoding="utf-8")
    environment = {**os.environ, "ZHENWU_SEED": str(folder / "nowhere"), "CI": ci, "PYTHONPATH": str(ROOT)}
    plugins = ["-p", "no:cacheprovider", "-p", "tests.conftest", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", *plugins]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder / "test_inner.py")]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_test_whose_need_is_missing_is_left_out_and_named(tmp_path: Path) -> None:
    done = run(tmp_path, ci="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有测试:" in done.stdout
    assert "test_inner.py::test_the_seed_is_read" in done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith("1 passed, 1 skipped")


@pytest.mark.parametrize("ci", ["true", "1"])
def test_in_ci_leaving_out_is_failing(tmp_path: Path, ci: str) -> None:
    done = run(tmp_path, ci)
    assert done.returncode == 1
    assert "left out: 种子文档" in done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith("1 passed, 1 error")


def test_no_test_leaves_itself_out() -> None:
    """What a test needs is said by a mark: a skip of its own would pass for a success under ``CI=true``."""
    own = re.compile(r"\bskip(if)?\(|\bimportorskip\(|\bxfail\(")
    allowed = {ROOT / "tests" / "conftest.py", Path(__file__)}
    found = [path.name for path in (ROOT / "tests").rglob("*.py") if path not in allowed and own.search(path.read_text(encoding="utf-8"))]
    assert found == []
