"""PostgreSQL's own tools: a dump of the store, and a dump loaded whole or not at all into an empty database."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Problem

LOADING = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


def dump_database(database: dict[str, Any], dump: Path) -> None:
    """One consistent snapshot in the custom format, while writing goes on; raises ``Problem``."""
    _run("pg_dump", database, "--format=custom", f"--file={dump}")


def load_dump(database: dict[str, Any], dump: Path) -> None:
    """Everything in one transaction: a dump that does not load leaves the database as it was; raises ``Problem``."""
    _run("pg_restore", database, *LOADING, str(dump))


def _run(tool: str, database: dict[str, Any], *options: str) -> None:
    if shutil.which(tool) is None:
        raise Problem(f"store.{tool}", f"没有找到 {tool}", "安装 postgresql-client，版本不低于服务器。")
    place = {"host": database["HOST"], "port": database["PORT"], "username": database["USER"], "dbname": database["NAME"]}
    command = [tool, "--no-password", *(f"--{name}={value}" for name, value in place.items()), *options]
    environment = os.environ | {"PGPASSWORD": database["PASSWORD"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise Problem(f"store.{tool}", f"{tool} 没有成功：{done.stderr.strip()[:300]}", f"检查数据库地址、密码、权限和 {tool} 的版本（不低于做备份的那台）。")
