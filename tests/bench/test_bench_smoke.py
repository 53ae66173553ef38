"""Every benchmark runs to its end on a small scale. Its figures are judged by ``./zw bench``, never here."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def is_benchmark(path: Path) -> bool:
    """A file of ``bench/`` that is run, not one that others import."""
    return "__main__" in path.read_text(encoding="utf-8")


BENCHMARKS = sorted(path for path in (ROOT / "bench").glob("*.py") if is_benchmark(path))


def marked(path: Path) -> Any:
    """A benchmark that uses the PostgreSQL server runs where its tests do; one that measures nothing else is left out where there is none."""
    uses_server = "psycopg" in path.read_text(encoding="utf-8")
    marks = [pytest.mark.xdist_group("postgres")] if uses_server else []
    return pytest.param(path, id=path.stem, marks=[*marks, pytest.mark.postgres] if path.stem == "matters" else marks)


@pytest.mark.slow
@pytest.mark.parametrize("path", list(map(marked, BENCHMARKS)))
def test_a_benchmark_runs_to_its_end(path: Path, tmp_path: Path) -> None:
    """At a tiny size the limits mean nothing: 1 (missed) is as good as 0; a traceback is not."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ZHENWU_HOME": str(tmp_path)}
    command = [sys.executable, str(path), "--quick"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert any(is_figure(line) for line in done.stdout.splitlines()), done.stdout


def is_figure(line: str) -> bool:
    """``NAME figure VALUE limit LIMIT``."""
    words = line.split()
    return "figure" in words and "limit" in words


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_says_what_it_measures(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
