"""Taking back the report's .docx that people edited (改稿)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from zhenwu.cli.store import read_given, require_store, write_whole
from zhenwu.cli.tables import plain
from zhenwu.cli.templates import YEAR, read_template
from zhenwu.kernel.reports.api import UNKNOWN, Choices, Stopped, TakenBack, read_original, take_back
from zhenwu.lib.problems import Problem, Problems
from zhenwu.sdk import catch_up

SHOWN = 40
_LONGEST = 60
_BY = {"control": "内容控件", "bookmark": "书签", "words": "前后文字", "place": "前后文字"}


@click.command("takeback")
@click.argument("draft", metavar="改稿.docx", type=click.Path(path_type=Path))
@click.option("--against", required=True, metavar="原稿或模板", help="发出去的那份 .docx，或填出它的模板")
@click.option("--template", "template", metavar="模板", help="原稿由哪份模板填出；不写就从已安装的里面认")
@click.option("--year", required=True, type=YEAR, help="报告的年度")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="新稿写到哪个文件（.docx）")
@click.option("--approximate", multiple=True, type=int, metavar="号", help="第几个数写成约数（近、约），可写多次")
@click.option("--leave-out", "leave_out", multiple=True, type=int, metavar="号", help="第几个数不写，可写多次")
def takeback_command(
    draft: Path, against: str, template: str | None, year: int, target: Path, approximate: tuple[int, ...], leave_out: tuple[int, ...]
) -> None:
    """取回在 Word、WPS 里改过的稿子：文字照改，数字按来源刷新；改了数字的拦下，由人选出路。"""
    require_store()
    _refuse_overwriting(target, (draft, Path(against)))
    content = read_given(draft)
    catch_up()
    name, went_out = read_template(against, year)
    original = read_original(went_out, name, year, read_template(template, year)[::-1] if template else None)
    taken = take_back(content, draft.name, original, year, Choices(frozenset(approximate), frozenset(leave_out)))
    _tell_changes(taken)
    if taken.document is None:
        raise Problems([_told(one) for one in taken.stopped])
    write_whole(target, taken.document)
    _tell_figures(taken, target)


def _refuse_overwriting(target: Path, given: Iterable[Path]) -> None:
    if target.suffix.lower() != ".docx":
        raise Problem("report.format", f"新稿要写成 .docx，不能写成“{target.name}”", "文件名以 .docx 结尾。")
    if target.exists() and any(one.exists() and target.samefile(one) for one in given):
        raise Problem("report.overwrite", "输出文件就是改稿或原稿本身", "换一个文件名，原来的要留着。")


def _told(one: Stopped) -> Problem:
    """A stopped figure with its three ways out."""
    who = f"{plain(one.author)}修订" if one.author else "没有留修订痕迹"
    typed = f"改成“{plain(one.typed)}”" if one.typed else "被删去"
    what = f"单位由“{one.unit[0]}”改成“{one.unit[1]}”" if one.unit else f"原稿是“{plain(one.was)}”，{typed}"
    message = f"第 {one.number} 个数“{plain(one.meaning)}”{what}（{who}）；来源现在是“{plain(one.now)}”。句子：{_short(one.sentence)}"
    look = f"（看明细：zhenwu explain {one.address}）" if "@" in one.address else ""
    source = f"更正来源 {one.address}{look}后再取回" if one.address else "先给它找到来源再取回"
    remedy = f"三条出路：--approximate {one.number} 写成约数；--leave-out {one.number} 不写这个数；{source}。是误改的，在改稿里改回原数。"
    return Problem("draft.figure_changed", message, remedy)


def _tell_changes(taken: TakenBack) -> None:
    by_author: dict[str, list[str]] = {}
    for change in taken.changes:
        by_author.setdefault(change.author, []).append(f"{change.kind}“{_short(change.words)}”" + (f"　{change.day}" if change.day else ""))
    for author, words in taken.comments:
        by_author.setdefault(author, []).append(f"批注“{_short(words)}”")
    for author, told in by_author.items():
        click.echo(f"{plain(author)}：{len(told)} 处")
        _tell_some(told)
    if not by_author:
        click.echo("没有修订和批注。")
    for gone in taken.gone:
        click.echo(f"随句子删去的数：第 {gone.number} 个“{plain(gone.title)}”，原稿是“{plain(gone.text)}”。")
    if taken.unsourced:
        click.echo(f"没有来处的数字 {len(taken.unsourced)} 个，请逐个核对：")
        _tell_some([f"{plain(one.text)}　{_short(one.sentence)}" for one in taken.unsourced])


def _tell_figures(taken: TakenBack, target: Path) -> None:
    written = [one for one in taken.decisions if one.text is not None]
    counts = Counter(_BY[one.found.by] for one in written)
    how = "，".join(f"凭{by} {count} 个" for by, count in counts.items())
    click.echo(f"已写到 {target}：找回 {len(written)} 个数（{how}）。数据截至第 {taken.filled.position} 号留痕。")
    moved = [one for one in written if one.text != one.found.printed.text]
    _tell_some([f"第 {one.found.printed.number} 个“{plain(one.answer.meaning)}”：{plain(one.found.printed.text)} → {plain(one.text or UNKNOWN)}" for one in moved])
    for one in taken.decisions:
        if one.entry and one.text is None:
            click.echo(f"  不写第 {one.found.printed.number} 个数“{plain(one.answer.meaning)}”，请再读一遍这一句。")
        if one.found.copied:
            click.echo(f"  第 {one.found.printed.number} 个数是复制出来的，同样按来源刷新。")
    for found in taken.filled.contradictions:
        click.echo(f"  数字不一致：{plain(found.message)}")


def _tell_some(lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo(f"  ……还有 {len(lines) - SHOWN} 处。")


def _short(words: str) -> str:
    words = plain(words)
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "……"
