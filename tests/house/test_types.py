"""Types hold everywhere: mypy with Django's stubs finds nothing in the package or the demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_types_of_the_package_and_the_demonstration_hold(tmp_path: Path) -> None:
    environment = {**os.environ, "ZHENWU_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhenwu.site.settings"}
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "zhenwu", "demo"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout
