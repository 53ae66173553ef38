"""The plan: its tasks and lights, adopting what an issued report promises, the 任务分解表."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from zhenwu.cli.store import acting, require_store, write_whole
from zhenwu.cli.tables import plain, table
from zhenwu.cli.templates import YEAR
from zhenwu.kernel.ledgers.api import note_export
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.plans.api import (
    LIGHTS,
    SORTS,
    STATES,
    TASKS,
    Adoption,
    adopt,
    breakdown_xlsx,
    compare,
    lines_of,
    plan_years,
    reached_words,
    scope_words,
    standings,
    target_words,
)
from zhenwu.kernel.reports.api import confirmed_rows, find_issue, plan_of_issue, seat_of_issue
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem
from zhenwu.sdk import catch_up


@click.group()
def plan() -> None:
    """计划。"""


@plan.command("list")
@click.option("--year", type=YEAR, help="哪一年的计划（默认最近一年）")
@click.option("--light", type=click.Choice([*LIGHTS]), help="、".join(f"{name} {label}" for name, label in LIGHTS.items()))
@click.option("--as", "username", help="以谁的权限看（登录名）；不写则不受限制")
def list_command(year: int | None, light: str | None, username: str | None) -> None:
    """列出任务：目标、现在到了、亮灯、时限。"""
    require_store()
    catch_up()
    found = [one for one in standings(acting(username), _year(year)) if light in (None, one.light.colour)]
    rows = [
        (one.task.code, plain(one.task.title), one.light.label, target_words(one.task.target, one.task.target_unit, one.task.bound),
         reached_words(one), plain(one.task.office), plain(one.task.owner), str(one.task.due_on))
        for one in found
    ]  # fmt: skip
    click.echo(table(("编号", "任务", "亮灯", "目标", "现在到了", "牵头单位", "责任人", "时限"), rows) if rows else "没有符合条件的任务。")


@plan.command("adopt")
@click.argument("number", metavar="定稿编号")
@click.option("--as", "username", required=True, help="由谁采纳（登录名）")
@click.option("--passed-on", metavar="日期", help="大会通过日期，写成 2026-01-20（默认定稿那天）")
@click.option("--look", is_flag=True, help="只看读出了什么，不写入")
def adopt_command(number: str, username: str, passed_on: str | None, look: bool) -> None:
    """采纳一份定稿的计划：一句一句成为任务，目标、指标、时限、牵头单位按系统的提议；要逐句改正的用网页。"""
    require_store()
    issue, who = find_issue(number), acting(username)
    promises = plan_of_issue(issue)
    matches = compare(issue.year + 1, [one.words for one in promises])
    for promise, match in zip(promises, matches, strict=False):
        click.echo(f"  {SORTS[promise.sort]}　{STATES[match.state]}　{plain(promise.words)}")
    gone = [one.code for one in matches if one.state == "dropped"]
    if gone:
        click.echo(f"这一版没有了的句子：{'、'.join(gone)}。它们的任务要取消的，请在网页里办。")
    if look:
        return
    rows = confirmed_rows(promises, [one.code for one in matches])
    day = _day(passed_on) if passed_on else issue.event.recorded_at.astimezone(LOCAL).date()
    told = adopt(who, Adoption(str(issue.number), issue.year + 1, seat_of_issue(issue), day, rows), new_id())
    click.echo(f"已采纳：新句 {told['new']} 条，改了的 {told['changed']} 条，下达任务 {told['tasks']} 项。")


@plan.command("export")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="写到哪个 .xlsx")
@click.option("--year", type=YEAR, help="哪一年的计划（默认最近一年）")
@click.option("--as", "username", required=True, help="由谁导出（登录名）")
def export_command(target: Path, year: int | None, username: str) -> None:
    """导出任务分解表：A4 横向，可以直接打印、下发。"""
    require_store()
    if target.suffix.lower() != ".xlsx":
        raise Problem("plan.format", f"“{target.name}”不是 .xlsx", "把文件名改成 .xlsx 结尾。")
    catch_up()
    who, wanted = acting(username), _year(year)
    found = standings(who, wanted, purpose="export")
    scope = scope_words("", "", "", LIGHTS, {})
    title = f"{tree().name(found[0].task.unit) if found else ''}{wanted}年重点工作任务分解表"
    told = f"{now().astimezone(LOCAL):%Y-%m-%d %H:%M}"
    about = [("导出人", who.name), ("导出时间", told), ("范围", scope), ("条数", str(len(found)))]
    note_export(who, TASKS, f"{wanted}年{scope}", len(found), new_id())
    write_whole(target, breakdown_xlsx(title, about, lines_of(found)))
    click.echo(f"已写到 {target}：{len(found)} 项任务。")


def _year(asked: int | None) -> int:
    if asked is not None:
        return asked
    years = plan_years()
    return today().year if today().year in years or not years else years[0]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem("plan.day", f"“{text[:20]}”不是日期", "写成 2026-01-20 这样。") from error
