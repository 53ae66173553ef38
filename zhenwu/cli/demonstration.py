"""The demonstration: an invented township, made once and reused."""

from __future__ import annotations

import contextlib
import importlib
import json
import shutil
from typing import Any

import click

from zhenwu.cli.serving import refuse_taken, run_both
from zhenwu.cli.store import hold, home, is_there, migrate, pending_migrations, synced_loosely, write_whole
from zhenwu.cli.tables import table
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem

MARK = "demo.json"  # in the home: which demonstration lies here, and whether it was finished
HOST, PORT = "127.0.0.1", 8000
SEED = 1


@click.command()
@click.option("--year", type=click.IntRange(2000, 2100), help="最近一个完整的年度（不写：去年），数据从它之前五年开始")
@click.option("--seed", default=SEED, show_default=True, type=click.IntRange(0, 2**31), help="换一个数字，生成另一个乡镇")
@click.option("--fresh", is_flag=True, help="丢掉已有的演示，重新生成")
@click.option("--no-serve", is_flag=True, help="只生成，不打开网页")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="端口")
def demo(year: int | None, seed: int, fresh: bool, no_serve: bool, port: int) -> None:
    """生成演示数据（已有就直接用），然后启动网页。"""
    if not no_serve:
        refuse_taken(HOST, port)  # before minutes are spent on data
    with hold("demo", f"{home()} 里另一个演示正在生成"):
        _prepare({"year": year or today().year - 1, "seed": seed}, fresh)
    _tell(port)
    if not no_serve:
        run_both(HOST, port)


def _prepare(wanted: dict[str, int], fresh: bool) -> None:
    mark = _mark()
    if mark is None and is_there():
        raise Problem("demo.real", f"{home()} 里有正式数据，不能用来演示", "用 ZHENWU_HOME 指定一个空目录，再执行 demo。")
    if mark and mark.get("finished") and not fresh and _same(mark, wanted):
        if pending_migrations():
            migrate()
        click.echo("演示数据已经有了，直接使用（重新生成：加 --fresh）。")
        return
    if mark:
        _clear()
    build = _package().build
    home().mkdir(parents=True, exist_ok=True)
    _write_mark(wanted | {"finished": False})
    click.echo("正在建库……")
    migrate()
    _write_mark(wanted | {"finished": False})
    click.echo(f"正在生成 {wanted['year']} 年的演示数据……")
    with synced_loosely():
        summary = build(wanted["year"], wanted["seed"], click.echo)
    click.echo(str(summary))
    _write_mark(wanted | {"finished": True})


def _tell(port: int) -> None:
    accounts = _package().accounts()
    rows = [(one.username, one.password, one.name, one.post_label) for one in accounts]
    click.echo(f"\n网页：http://{HOST}:{port}/　数据目录：{home()}")
    click.echo(table(("登录名", "密码", "姓名", "岗位"), rows))
    click.echo("")


def _same(mark: dict[str, Any], wanted: dict[str, int]) -> bool:
    return all(mark.get(name) == value for name, value in wanted.items())


def _mark() -> dict[str, Any] | None:
    path = home() / MARK
    if not path.exists():
        return None
    with contextlib.suppress(ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _write_mark(content: dict[str, Any]) -> None:
    write_whole(home() / MARK, json.dumps(content).encode())


def _clear() -> None:
    """Remove a demonstration. Only what this home owns, and never while somebody is served from it."""
    from django.db import connection

    if connection.vendor != "sqlite":
        raise Problem("demo.postgres", "PostgreSQL 里的旧演示不能自动清除", "换一个空的数据库再执行 demo。")
    with hold("serving", f"{home()} 里的演示还在运行"):
        connection.close()
        for path in home().iterdir():
            if path.name == "keys" or path.suffix == ".lock" or path.name == MARK:
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for path in (home() / "keys").glob("*"):
            if path.name != "session":
                path.unlink()


def _package() -> Any:
    """The generator is no part of an installed package: it comes with the source."""
    try:
        return importlib.import_module("demo")
    except ModuleNotFoundError as error:
        if error.name != "demo":
            raise
        raise Problem("demo.absent", "这个安装里没有演示数据的生成程序", "从源码目录执行 ./zw demo。") from None
