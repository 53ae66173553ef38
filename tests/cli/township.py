"""A small township for the tests of the command: in the test's database, or in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

from click.testing import CliRunner, Result

from zhenwu.cli.main import zhenwu

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "long-enough-to-pass"
ROWS = "图斑号,网格,日期,建筑面积,状态\nA1,一网格,2020-03-01,120.50,已拆除\nA2,二网格,2020-06-01,30,已拆除\n"


def say(*words: str, typed: str = "") -> Result:
    """Run a command in this process, on the test's database."""
    return CliRunner().invoke(zhenwu, list(words), input=typed)


def found_township() -> None:
    """云岭镇 with 深塘村 (two grids), all packs, 老周 (officer) and 阿莲 (grid worker of 一网格)."""
    from django.conf import settings

    from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, appoint, enrol_person, open_units
    from zhenwu.packkit.installing import install_packs

    start = date(2016, 1, 1)
    rows = [
        UnitRow("云岭镇", "township", None, "01"), UnitRow("深塘村", "village", 0, "0101"),
        UnitRow("一网格", "grid", 1, "010101"), UnitRow("二网格", "grid", 1, "010102"), UnitRow("上垟村", "village", 0, "0102"),
        UnitRow("二网格", "grid", 4, "010201"),
    ]  # fmt: skip
    ids = open_units(SYSTEM, uuid4(), rows, start)
    install_packs(SYSTEM, settings.PACK_FOLDERS, uuid4())
    for username, name, kind, unit in (("laozhou", "老周", "officer", ids[0]), ("alian", "阿莲", "grid_worker", ids[2])):
        person = enrol_person(SYSTEM, uuid4(), username, name, PASSWORD)
        appoint(SYSTEM, uuid4(), person, kind, unit, ["*"], start)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a user's shell would hold."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHENWU_", "DJANGO_"))}
    return kept | {"ZHENWU_HOME": str(home), "PYTHONPATH": str(ROOT)} | more


def run(home: Path, *words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the real command on a home of its own."""
    command = [sys.executable, "-m", "zhenwu.cli.main", *words]
    return subprocess.run(command, env=environment(home, **more), cwd=home.parent, input=typed, capture_output=True, text=True, timeout=120)


SETTING_UP = """
import sys
from zhenwu.cli.main import zhenwu
for line in sys.argv[1:]:
    zhenwu.main(line.split(), standalone_mode=False)
"""


def set_up(home: Path, **more: str) -> Path:
    """Make a home with a township, 老周 and two structures by the commands alone, in one process to be quick."""
    home.parent.mkdir(parents=True, exist_ok=True)
    (home.parent / "rows.csv").write_text(ROWS.replace("状态", "状态,户主").replace("已拆除", "已拆除,王小明"))
    lines = [
        "init --township 云岭镇 --generate", "unit add 深塘村 --kind village", "unit add 一网格 --kind grid --under 深塘村",
        "unit add 二网格 --kind grid --under 深塘村", "user add laozhou 老周 --post 站所干部 --generate",
        "ledger import demolition.structure rows.csv --as laozhou",
    ]  # fmt: skip
    command = [sys.executable, "-c", SETTING_UP, *lines]
    subprocess.run(command, env=environment(home, **more), cwd=home.parent, check=True, capture_output=True, timeout=120)
    return home
