"""Orders of the 12345 hotline in and out by file."""

from __future__ import annotations

from pathlib import Path

import click

from zhenwu.cli.setting_up import find_unit
from zhenwu.cli.store import acting, read_given, require_store, write_whole
from zhenwu.cli.tables import plain, table
from zhenwu.kernel.orders.api import DEFAULT, Returned, Taking, fill_orders, import_orders, orders_between
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem
from zhenwu.sdk import catch_up, current


@click.group()
def hotline() -> None:
    """12345热线。"""


@hotline.command("import")
@click.argument("file", metavar="来单", type=click.Path(path_type=Path))
@click.option("--as", "username", required=True, help="由谁接收（登录名）")
@click.option("--layout", default=DEFAULT, help=f"按哪一套栏目对照（默认：{DEFAULT}）")
@click.option("--unit", "unit_name", help="哪个乡镇的工单（只管一个乡镇的不用写）")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
def import_command(file: Path, username: str, layout: str, unit_name: str | None, dry_run: bool) -> None:
    """接收热线中心导出的 .xlsx 或 .csv。有一行不对就一行也不收；同一个编号再来就是更正。"""
    require_store()
    actor = acting(username)
    unit = find_unit(unit_name) if unit_name else None
    done = import_orders(actor, read_given(file), file.name, layout, write=not dry_run, unit=unit)
    _tell_layout(done)
    counts = f"新来 {done.new} 张，更正 {done.changed} 张，没有变化 {done.same} 张"
    again = f"，其中要求重办 {done.redone} 张" if done.redone else ""
    if dry_run:
        click.echo(f"检查通过：{counts}{again}。没有写入。")
        return
    catch_up()
    click.echo(f"接收完成：{counts}{again}；开出事项 {len(done.places)} 件，请到“事项”里受理、派遣。")


@hotline.command("export")
@click.argument("file", metavar="来单", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--out", "target", required=True, type=click.Path(path_type=Path), help="写到哪个文件（和来单同一种格式）")
@click.option("--as", "username", help="以谁的权限导出（登录名）；不写则导出全部")
@click.option("--layout", default=DEFAULT, help=f"按哪一套栏目对照（默认：{DEFAULT}）")
@click.option("--period", help="不给来单文件的：这段时间来的工单做成一张表，例如 2026-11")
def export_command(file: Path | None, target: Path, username: str | None, layout: str, period: str | None) -> None:
    """把办理结果填回来单自己的表里，别的栏目、次序、列宽都不动；已有内容的格不改。"""
    require_store()
    if (file is None) == (period is None):
        raise Problem("orders.which", "要给出来单文件，或者用 --period 写明哪段时间，两样写一样", "例如：hotline export 来单.xlsx -o 回单.xlsx。")
    suffix = ".xlsx" if file is None else file.suffix.lower()
    if target.suffix.lower() != suffix:
        raise Problem("sheet.format", f"回单要和来单同一种格式（{suffix[:10]}）", f"把 -o 后面的文件名改成 {suffix[:10]} 结尾。")
    actor = acting(username)
    if file is not None:
        done = fill_orders(actor, read_given(file), file.name, layout)
    else:
        span = Period.parse(period or "")
        done = orders_between(actor, span.start, span.end, layout)
    write_whole(target, done.content)
    _tell(done, target)


def _tell(done: Returned, target: Path) -> None:
    click.echo(f"已写到 {target}：{done.orders} 张工单，其中 {done.done} 张已办结。")
    for words in done.told:
        click.echo(f"  注意：{plain(words)}")


def _tell_layout(done: Taking) -> None:
    """The columns that nobody had told us of, and what we took them for."""
    if not done.layout.guessed:
        return
    labels = dict(next(one["choices"] for one in current("ledger", "hotline.layout").body["fields"] if one["id"] == "meaning"))
    rows = [(plain(heading), labels[meaning]) for _, heading, meaning in done.layout.columns if heading in done.layout.guessed]
    click.echo(f"“{done.layout.name}”里第一次见到这些栏目，按字面对应如下；不对的，在“热线来单栏目对照”里改，再导入一次：")
    click.echo(table(("对方的栏目", "当作"), rows))
