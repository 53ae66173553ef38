"""Tables of a sender in and out by file."""

from __future__ import annotations

from pathlib import Path

import click

from zhenwu.cli.setting_up import find_unit
from zhenwu.cli.store import acting, read_given, require_store, write_whole
from zhenwu.cli.tables import plain, table
from zhenwu.kernel.exchanges.api import (
    DEFAULT,
    Exchange,
    Returned,
    Taking,
    exchange_of,
    exchanges,
    fill_table,
    import_table,
    table_between,
)
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem
from zhenwu.sdk import catch_up


@click.group()
def exchange() -> None:
    """来往表：上级和别的部门导出的来单收进来，办完了回填。"""


@exchange.command("list")
def list_command() -> None:
    """有哪些来往表。"""
    require_store()
    click.echo(table(("编号", "名称", "谁发来"), [(one.key, one.label, one.sender) for one in exchanges()]))


@exchange.command("import")
@click.argument("key", metavar="编号")
@click.argument("file", metavar="来单", type=click.Path(path_type=Path))
@click.option("--as", "username", required=True, help="由谁接收（登录名）")
@click.option("--layout", default=DEFAULT, help=f"按哪一套栏目对照（默认：{DEFAULT}）")
@click.option("--unit", "unit_name", help="哪个乡镇的（只管一个乡镇的不用写）")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
def import_command(key: str, file: Path, username: str, layout: str, unit_name: str | None, dry_run: bool) -> None:
    """接收对方导出的 .xlsx 或 .csv。有一行不对就一行也不收；同一个编号再来就是更正。"""
    require_store()
    one, actor = exchange_of(key), acting(username)
    unit = find_unit(unit_name) if unit_name else None
    done = import_table(actor, one, read_given(file), file.name, layout, write=not dry_run, unit=unit)
    _tell_layout(one, done)
    measure = one.measure
    counts = f"新来 {done.new} {measure}，更正 {done.changed} {measure}，没有变化 {done.same} {measure}"
    counts += "".join(f"，其中{word} {count} {measure}" for word, count in done.told.items())
    if dry_run:
        click.echo(f"检查通过：{counts}。没有写入。")
        return
    catch_up()
    click.echo(f"接收完成：{counts}；开出事项 {len(done.places)} 件，请到“事项”里受理、派遣。")


@exchange.command("export")
@click.argument("key", metavar="编号")
@click.argument("file", metavar="来单", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--out", "target", required=True, type=click.Path(path_type=Path), help="写到哪个文件（和来单同一种格式）")
@click.option("--as", "username", help="以谁的权限导出（登录名）；不写则导出全部")
@click.option("--layout", default=DEFAULT, help=f"按哪一套栏目对照（默认：{DEFAULT}）")
@click.option("--period", help="不给来单文件的：这段时间来的做成一张表，例如 2026-11")
def export_command(key: str, file: Path | None, target: Path, username: str | None, layout: str, period: str | None) -> None:
    """把办理结果填回来单自己的表里，别的栏目、次序、列宽都不动；已有内容的格不改。"""
    require_store()
    one = exchange_of(key)
    if (file is None) == (period is None):
        raise Problem("exchange.which", "要给出来单文件，或者用 --period 写明哪段时间，两样写一样", f"例如：exchange export {one.key} 来单.xlsx -o 回单.xlsx。")
    suffix = ".xlsx" if file is None else file.suffix.lower()
    if target.suffix.lower() != suffix:
        raise Problem("sheet.format", f"回单要和来单同一种格式（{suffix[:10]}）", f"把 -o 后面的文件名改成 {suffix[:10]} 结尾。")
    actor = acting(username)
    if file is not None:
        done = fill_table(actor, one, read_given(file), file.name, layout)
    else:
        span = Period.parse(period or "")
        done = table_between(actor, one, span.start, span.end, layout)
    write_whole(target, done.content)
    _tell(one, done, target)


def _tell(one: Exchange, done: Returned, target: Path) -> None:
    click.echo(f"已写到 {target}：{done.rows} {one.measure}{one.item}，其中 {done.done} {one.measure}已办结。")
    for words in done.told:
        click.echo(f"  注意：{plain(words)}")


def _tell_layout(one: Exchange, done: Taking) -> None:
    """The columns that nobody had told us of, and what we took them for."""
    if not done.layout.guessed:
        return
    rows = [(plain(heading), one.labels[meaning]) for _, heading, meaning in done.layout.columns if heading in done.layout.guessed]
    click.echo(f"“{done.layout.name}”里第一次见到这些栏目，按字面对应如下；不对的，在“{one.layouts_label}”里改，再导入一次：")
    click.echo(table(("对方的栏目", "当作"), rows))
