"""Reports: fill, issue, verify, and what a correction touches."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import click

from zhenwu.cli.drafting import takeback_command
from zhenwu.cli.setting_up import find_unit
from zhenwu.cli.store import acting, require_store, write_whole
from zhenwu.cli.tables import plain, table
from zhenwu.cli.templates import YEAR, read_template
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.reports.api import (
    EDITIONS,
    UNKNOWN,
    Filled,
    edition,
    fill,
    find_issue,
    fonts_here,
    imprint_of,
    issue_report,
    issued,
    issued_document,
    issued_text,
    known_edition,
    officially,
    verify_report,
)
from zhenwu.kernel.reports.api import ripple as ripple_of
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.sdk import catch_up, every

SUFFIXES = {".txt": "txt", ".md": "txt", ".docx": "docx", ".pdf": "pdf", ".xlsx": "xlsx"}
ISSUED = {".docx": "docx", ".txt": "txt"}  # the forms in which an issued document is kept
SHOWN = 40
BLANK = re.compile("⟦[^⟧]*⟧")


@click.group()
def report() -> None:
    """报告。"""


report.add_command(takeback_command)


@report.command("fill")
@click.argument("template", metavar="模板")
@click.option("--year", required=True, type=YEAR, help="报告的年度")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个文件")
@click.option("--format", "form", type=click.Choice(sorted({form for one in EDITIONS.values() for form in one.forms})), help="默认按文件名的后缀")
@click.option("--edition", "name", type=click.Choice([*EDITIONS]), default="clean", show_default=True, help="、".join(f"{one.name} {one.label}" for one in EDITIONS.values()))
@click.option("--unit", "unit_name", help="哪个乡镇的报告（只有一个乡镇时不用写）")
@click.option("--official", is_flag=True, help="模板是 .docx 时，不用它的版式，按公文格式重新排")
def fill_command(template: str, year: int, target: Path, form: str | None, name: str, unit_name: str | None, official: bool) -> None:
    """把模板里的空填好。模板写文件名，或已安装的报告（如 report.annual；起草室里改过的，按改过的稿子填）。"""
    require_store()
    form = form or SUFFIXES.get(target.suffix.lower())
    if form is None:
        raise Problem("report.format", f"从“{target.name}”看不出要哪种格式", "文件名以 .docx、.pdf、.txt 或 .xlsx 结尾，或写 --format。")
    known_edition(name, form)
    unit = find_unit(unit_name) if unit_name else None
    file, content = read_template(template, year, unit)
    if target.exists() and Path(template).exists() and target.samefile(template):
        raise Problem("report.overwrite", "输出文件就是模板本身", "换一个文件名，模板要留着。")
    catch_up()
    filled = fill(content, file, year, unit=unit)
    write_whole(target, edition(officially(filled) if official else filled, name, form))
    _tell(filled, target)
    if filled.docx is not None and form == "pdf":
        click.echo("模板自带的版式只在 .docx 里保留，PDF 按公文格式排。")
    _tell_fonts(form)


@report.command("issue")
@click.argument("template", metavar="模板")
@click.option("--year", required=True, type=YEAR, help="报告的年度")
@click.option("--title", required=True, help="文件标题")
@click.option("--unit", "unit_name", help="哪个乡镇的报告（只有一个乡镇时不用写）")
@click.option("--as", "username", required=True, help="由谁定稿（登录名）")
@click.option("--unsigned-reason", default="", help="还有数没有审签也要定稿的，写明理由（留痕，印在定稿存档里）")
def issue_command(template: str, year: int, title: str, unit_name: str | None, username: str, unsigned_reason: str) -> None:
    """定稿：冻结数字、定义和文件，以后随时可以核验。"""
    require_store()
    unit = find_unit(unit_name) if unit_name else None
    name, content = read_template(template, year, unit)
    issue = issue_report(acting(username), content, name, year, title, new_id(), unit, unsigned_reason)
    click.echo(f"《{plain(issue.title)}》{imprint_of(issue.frozen)}")
    click.echo(f"取出：zhenwu report export {issue.number} -o 文件　　核验：zhenwu report verify {issue.number}")


@report.command("list")
def list_command() -> None:
    """列出可填的报告和已定稿的文件。"""
    require_store()
    click.echo(table(("报告", "名称"), [(one.key, BLANK.sub("……", one.body["label"])) for one in every("report")]))
    rows = [(str(one.number), str(one.year), one.title, str(one.frozen["position"])) for one in issued()[::-1]]
    click.echo("\n" + (table(("编号", "年度", "标题", "截至留痕"), rows) if rows else "还没有定稿的文件。"))


@report.command("verify")
@click.argument("number", metavar="编号")
def verify_command(number: str) -> None:
    """从记录重算一份定稿，并核对封签、定义、文件有没有被改动。"""
    require_store()
    issue = find_issue(number)
    complaints = verify_report(issue)
    if complaints:
        raise Problem("report.altered", f"编号 {issue.number}《{issue.title}》核验不通过：\n  " + "\n  ".join(complaints), "保留现场，联系系统管理员，对照备份查找原因。")
    counted = sum(slot["value"] is not None for slot in issue.frozen["slots"])
    click.echo(f"核验通过：编号 {issue.number}《{issue.title}》，{counted} 个数由记录重算，与定稿时一致。")


@report.command("export")
@click.argument("number", metavar="编号")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个 .docx 或 .txt")
def export_command(number: str, target: Path) -> None:
    """取出一份定稿：.docx 是定稿的原件，.txt 是它的文字。末尾都印着编号和封存印记。"""
    require_store()
    issue, kind = find_issue(number), ISSUED.get(target.suffix.lower())
    if kind is None:
        raise Problem("report.format", f"从“{target.name}”看不出要哪种格式", "文件名以 .txt 或 .docx 结尾。")
    write_whole(target, issued_text(issue).encode() if kind == "txt" else issued_document(issue))
    click.echo(f"已写到 {target}：定稿第 {issue.number} 号《{plain(issue.title)}》。")


@report.command("ripple")
@click.argument("record", metavar="记录")
def ripple_command(record: str) -> None:
    """一条记录最近的更正影响了哪些数、哪些句子、哪些定稿。记录写编号，或 台账:关键字（demolition.structure:A1）。"""
    require_store()
    catch_up()
    found = ripple_of(_record(record))
    click.echo(f"记录 {found.record} 第 {found.version} 版，影响 {len(found.figures)} 个数：")
    for address in found.figures:
        click.echo(f"  {address}")
    click.echo(f"报告里的 {len(found.sentences)} 处：")
    for one in found.sentences:
        click.echo(f"  {one.year} 年 {plain(one.template)} · {plain(one.meaning)}：{plain(one.text)}")
    click.echo(f"已定稿的 {len(found.issues)} 份：")
    for issue, meanings in found.issues:
        click.echo(f"  编号 {issue.number}《{plain(issue.title)}》：{'、'.join(map(plain, meanings))}")


def _record(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        ledger, _, key = text.partition(":")
        found = find_record(ledger, key) if key else None
        if found is None:
            raise NotFound("record.unknown", f"没有“{text}”这条记录", "写记录编号，或 台账:关键字，例如 demolition.structure:A1。") from None
        return found


def _tell(filled: Filled, target: Path) -> None:
    known = len(filled.answers) - len(filled.pending)
    click.echo(f"已写到 {target}：{len(filled.answers)} 处空，填了 {known} 处，{len(filled.pending)} 处{UNKNOWN}。数据截至第 {filled.position} 号留痕。")
    for answer in filled.pending[:SHOWN]:
        click.echo(f"  {UNKNOWN}：{plain(answer.meaning)}（{plain(answer.why)}）{plain(filled.sentence(answer.slot))[:60]}")
    if len(filled.pending) > SHOWN:
        click.echo(f"  ……还有 {len(filled.pending) - SHOWN} 处{UNKNOWN}。")
    if filled.contradictions:
        click.echo(f"数字之间有 {len(filled.contradictions)} 处矛盾：")
        for one in filled.contradictions:
            click.echo(f"  {plain(one.message)}")
    else:
        click.echo("没有发现数字之间的矛盾。")


def _tell_fonts(form: str) -> None:
    """Which fonts stand in for the prescribed ones in a PDF: nobody should find out from the printer."""
    missing = fonts_here().stand_ins if form == "pdf" else {}
    if missing:
        click.echo("这台电脑缺公文规定的字体，已代用：" + "，".join(f"{face} → {family}" for face, family in missing.items()) + "。")
