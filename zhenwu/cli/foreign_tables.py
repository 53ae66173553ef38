"""Tables that other offices demand: bind their headings to metrics, fill their cells."""

from __future__ import annotations

from pathlib import Path

import click

from zhenwu.cli.reporting import YEAR
from zhenwu.cli.setting_up import find_unit
from zhenwu.cli.store import acting, read_given, require_store, write_whole
from zhenwu.cli.tables import plain
from zhenwu.kernel.reports.api import (
    UNKNOWN,
    FilledTable,
    fill_table,
    note_table,
    propose_bindings,
    read_table_bindings,
)
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem
from zhenwu.sdk import Figures, catch_up

SHOWN = 40
BINDINGS = ".toml"


@click.group()
def table() -> None:
    """报表。"""


@table.command("bind")
@click.argument("file", metavar="报表", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), help="关联文件写到哪里（默认与报表同名，.toml）"
)
@click.option("--year", type=YEAR, help="这张表是哪一年的（默认去年）")
@click.option("--unit", "unit_name", help="哪个乡镇的报表（只有一个乡镇时不用写）")
@click.option("--force", is_flag=True, help="关联文件已经有了也重写")
def bind_command(file: Path, target: Path | None, year: int | None, unit_name: str | None, force: bool) -> None:
    """按表头的字面提出关联，写成一个可以改的文件；认不出的逐项列出。"""
    require_store()
    target = target or file.with_suffix(BINDINGS)
    if target.exists() and not force:
        raise Problem(
            "table.exists", f"{target} 已经有了", "里面可能有您改过的内容；用 -o 换个文件名，或加 --force 重写。"
        )
    unit = find_unit(unit_name) if unit_name else None
    proposal = propose_bindings(read_given(file), file.name, year or today().year - 1, Figures(), unit)
    write_whole(target, proposal.toml.encode())
    click.echo(
        f"已写到 {target}：认出 {len(proposal.bindings.figures)} 项，{len(proposal.open)} 项没有认出。请核对后再填。"
    )
    for one in proposal.bindings.figures:
        click.echo(
            f"  {plain(one.sheet)} · {plain(proposal.words(one))} → {proposal.labels[one.metric]}（{one.metric}，{one.unit}）"
        )
    for other in proposal.open[:SHOWN]:
        near = f"；相近：{'、'.join(other.near)}" if other.near else ""
        click.echo(f"  没有认出：{plain(other.sheet)} · {plain(proposal.words(other))}（{plain(other.why)}{near}）")


@table.command("fill")
@click.argument("file", metavar="报表", type=click.Path(path_type=Path))
@click.option("--year", required=True, type=YEAR, help="填哪一年")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个 .xlsx")
@click.option("--bindings", "bindings_file", type=click.Path(path_type=Path), help="关联文件（默认与报表同名，.toml）")
@click.option("--unit", "unit_name", help="哪个乡镇的报表（只有一个乡镇时不用写）")
@click.option("--as", "username", help="以谁的权限填（登录名）；不写则不受限制")
def fill_command(
    file: Path, year: int, target: Path, bindings_file: Path | None, unit_name: str | None, username: str | None
) -> None:
    """按关联文件填好报表：公式、合并格、格式都不动，另加一张“取数说明”。"""
    require_store()
    bindings_file = bindings_file or file.with_suffix(BINDINGS)
    if target.suffix.lower() != ".xlsx":
        raise Problem("table.format", f"“{target.name}”不是 .xlsx", "把文件名改成 .xlsx 结尾。")
    if target.exists() and file.exists() and target.samefile(file):
        raise Problem("table.overwrite", "输出文件就是报表本身", "换一个文件名，原表要留着。")
    who, unit = acting(username), find_unit(unit_name) if unit_name else None
    content, bindings = read_given(file), read_table_bindings(read_given(bindings_file), bindings_file.name)
    catch_up()
    filled = fill_table(content, bindings, year, who, Figures(), unit)
    note_table(who, filled, year, new_id())
    write_whole(target, filled.content)
    _tell(filled, target)


def _tell(filled: FilledTable, target: Path) -> None:
    kept = sum(one.kept for one in filled.cells)
    left = f"，{kept} 格没有动" if kept else ""
    click.echo(
        f"已写到 {target}：填了 {filled.known} 格，{len(filled.pending)} 格{UNKNOWN}{left}。数据截至第 {filled.position} 号留痕。"
    )
    for one in filled.pending[:SHOWN]:
        click.echo(f"  {UNKNOWN}：{plain(one.sheet)} {one.cell} · {plain(one.words)}（{plain(one.why)}）")
    for words in filled.told[:SHOWN]:
        click.echo(f"  注意：{plain(words)}")
