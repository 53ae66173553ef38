"""The same on PostgreSQL, in a process of its own whose store lies there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.leftout import ROOT


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("file", ["test_notices.py", "test_sending.py", "test_telling.py"])
def test_the_same_holds_on_postgresql(file: str) -> None:
    command = [sys.executable, "-m", "pytest", f"tests/outbox/{file}", "-m", "not slow", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ZHENWU_TEST_ON": "postgres"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
