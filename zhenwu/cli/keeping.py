"""Ledgers in and out of spreadsheets."""

from __future__ import annotations

from pathlib import Path

import click

from zhenwu.cli.store import acting, read_given, require_store, write_whole
from zhenwu.cli.tables import table
from zhenwu.kernel.ledgers.api import PREFIX, export_sheet, import_sheet, require_fill, template_sheet, versions_in
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem
from zhenwu.sdk import catch_up, every

SHAPES = {"flow": "发生一次的", "stock": "持续存在的"}


@click.group()
def ledger() -> None:
    """台账。"""


@ledger.command("list")
def list_ledgers() -> None:
    """列出全部台账和现有条数。"""
    require_store()
    rows = [
        (one.key, one.body["label"], SHAPES[one.body["shape"]], str(versions_in(Scope(PREFIX + one.key)).count()))
        for one in every("ledger")
    ]
    click.echo(table(("台账", "名称", "种类", "条数"), rows, numbers=(3,)))


@ledger.command("import")
@click.argument("key", metavar="台账")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--as", "username", required=True, help="由谁填报（登录名）")
@click.option("--correct", is_flag=True, help="关键字已有的行作为更正（否则报错）")
@click.option("--reason", default="", help="更正的原因")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
def import_ledger(key: str, file: Path, username: str, correct: bool, reason: str, dry_run: bool) -> None:
    """从 .xlsx 或 .csv 导入。有一行不对就一行也不写。"""
    require_store()
    actor = acting(username)
    require_fill(actor, key)
    counts = import_sheet(actor, key, read_given(file), file.name, correct=correct, reason=reason, write=not dry_run)
    if dry_run:
        click.echo(f"检查通过：将新增 {counts['saved']} 条，更正 {counts['corrected']} 条。没有写入。")
        return
    position = catch_up()
    if counts["repeated"] == counts["saved"] + counts["corrected"] + counts["unchanged"]:
        click.echo("这份文件以前已经导入过，没有重复写入。")
        return
    if counts["repeated"]:
        click.echo(f"接着上次中断的地方导入：前 {counts['repeated']} 行上次已经写入。")
    click.echo(f"导入完成：新增 {counts['saved']} 条，更正 {counts['corrected']} 条，已计入指标（第 {position} 号留痕）。")


@ledger.command("export")
@click.argument("key", metavar="台账")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个 .xlsx 或 .csv")
@click.option("--year", type=click.IntRange(1900, 2200), help="只要这一年（持续存在的：年末还在的）")
@click.option("--as", "username", help="以谁的权限导出（登录名）；不写则导出全部")
def export_ledger(key: str, target: Path, year: int | None, username: str | None) -> None:
    """导出成表格，改好后可以再导入。个人信息只显示一部分。"""
    require_store()
    done = export_sheet(acting(username), key, target.suffix.lower(), year)
    write_whole(target, done.content)
    beyond = f"，另有 {done.hidden} 行在权限以外" if done.hidden else ""
    click.echo(f"已写到 {target}：{done.rows} 行{beyond}。")


@ledger.command("template")
@click.argument("key", metavar="台账")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个 .xlsx")
def template_ledger(key: str, target: Path) -> None:
    """做一张只有标题行的空表，第二页说明每一栏怎么填。"""
    require_store()
    if target.suffix.lower() != ".xlsx":
        raise Problem("sheet.format", "空表只能是 .xlsx", "把文件名改成 .xlsx 结尾。")
    write_whole(target, template_sheet(key))
    click.echo(f"已写到 {target}。")
