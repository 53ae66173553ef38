"""A house of its own for tests that kill, race or search bytes: real files, a real database, processes of its own.

Run as a module it is the inside of such a house: ``python -m tests.kernel.house <function> <JSON arguments>``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]

@dataclass
class House:
    """Where the house lies and what its processes are told."""

    home: Path
    url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def is_postgres(self) -> bool:
        return bool(self.url)

    def spawn(self, function: str, *args: Any) -> subprocess.Popen[str]:
        """Start a function of ``tests.kernel.inside`` in a process; it prints JSON lines."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(("ZHENWU_", "DJANGO_"))}
        env |= {"ZHENWU_HOME": str(self.home), "ZHENWU_DATABASE_URL": self.url, "PYTHONPATH": str(ROOT), **self.more}
        told = self.home.parent / f"{function}-{uuid4().hex}.json"  # a file: a command line holds no long stories
        told.write_text(json.dumps(args), encoding="utf-8")
        command = [sys.executable, "-m", "tests.kernel.inside", function, str(told)]
        return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def run(self, function: str, *args: Any) -> Any:
        """Run it to its end; its last line is its answer."""
        process = self.spawn(function, *args)
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0, out
        return json.loads(out.splitlines()[-1])

    def bytes_kept(self) -> dict[str, bytes]:
        """Every file under the house, the keys apart, and (PostgreSQL) a dump."""
        kept = {str(path): path.read_bytes() for path in self.home.rglob("*") if path.is_file() and "keys" not in path.parts}
        if self.is_postgres:
            kept["dump"] = subprocess.run(["pg_dump", self.url], check=True, capture_output=True).stdout
        return kept
