"""The kernel's tests again, on PostgreSQL: the same files, in a process of their own whose store lies there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.leftout import ROOT

FILES = ["test_histories.py", "test_ledgers.py", "test_corrections.py", "test_journal.py", "test_sums.py", "test_calendar.py", "../documents/test_making.py"]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("file", FILES)
def test_the_same_holds_on_postgresql(file: str) -> None:
    command = [sys.executable, "-m", "pytest", f"tests/kernel/{file}", "-m", "not slow", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ZHENWU_TEST_ON": "postgres"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
