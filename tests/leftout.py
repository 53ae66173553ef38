"""What a test may need from outside, and whether it is here.

A test marked with one of ``NEEDS`` is left out where the thing is absent, and named at the end of the run.
Under ``CI=true`` nothing may be left out: there the absence is a failure of the machine, and the run fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def seed() -> Path:
    """The folder of the seed document: ``ZHENWU_SEED``, or ``shared/seed`` beside the repository."""
    return Path(os.environ.get("ZHENWU_SEED") or ROOT.parent / "shared" / "seed")


def chromium() -> str:
    """The browser's path, or an empty string."""
    return _first_of("chromium", "chromium-browser", "google-chrome")


def libreoffice() -> str:
    """The office program's path, or an empty string."""
    return _first_of("soffice", "libreoffice")


@cache
def _office_counts() -> bool:
    """Whether the office program opens spreadsheets: it is often installed without that part."""
    if not libreoffice():
        return False
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder, "one.csv")
        sheet.write_text("1", encoding="utf-8")
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [libreoffice(), "--headless", profile, "--convert-to", "xlsx", "--outdir", folder, str(sheet)]
        subprocess.run(command, capture_output=True, timeout=300, check=False)
        return Path(folder, "one.xlsx").exists()


@cache
def node() -> str:
    """The Node.js that Playwright brings, or an empty string where it does not start."""
    import playwright

    path = Path(playwright.__file__).parent / "driver" / "node"
    try:
        return str(path) if subprocess.run([path, "--version"], capture_output=True).returncode == 0 else ""
    except OSError:
        return ""


def _first_of(*names: str) -> str:
    return next((path for name in names if (path := shutil.which(name))), "")


def postgres_url() -> str:
    """Where tests may make and drop databases: ``ZHENWU_TEST_POSTGRES``, or the local server."""
    return os.environ.get("ZHENWU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"


@cache
def _can_read_pdf() -> bool:
    from zhenwu.lib.paper.fonts import find_fonts

    try:
        return bool(find_fonts() and shutil.which("pdftotext"))
    except Exception:  # no Chinese font
        return False


@cache
def _postgres_answers() -> bool:
    try:
        import psycopg

        psycopg.connect(postgres_url(), connect_timeout=3).close()
    except Exception:  # whatever the reason, there is no usable server
        return False
    return True


NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "postgres": ("PostgreSQL", _postgres_answers),
    "chromium": ("Chromium 和 libatomic1", lambda: bool(chromium() and node())),
    "node": ("libatomic1（Playwright 自带的 Node.js 要用）", lambda: bool(node())),
    "seed": ("种子文档（ZHENWU_SEED）", lambda: (seed() / "annual-report-template.txt").is_file()),
    "libreoffice": ("LibreOffice", lambda: bool(libreoffice())),
    "pdf": ("中文字体或 pdftotext", _can_read_pdf),
    "calc": ("LibreOffice Calc", _office_counts),
}


def missing(marks: set[str]) -> list[str]:
    """The labels of what is needed by these marks and absent here."""
    return [label for mark, (label, is_here) in NEEDS.items() if mark in marks and not is_here()]


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")
