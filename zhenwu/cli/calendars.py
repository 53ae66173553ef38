"""The calendar by which due times are reckoned: shown, set by the day, or a whole year's notice from a sheet."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import click

from zhenwu.cli.store import acting, read_given, require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.definitions.api import DayInput, own_days, set_days, set_hours
from zhenwu.kernel.definitions.api import calendar as calendar_in_force
from zhenwu.kernel.ledgers.api import read_day, read_file
from zhenwu.lib.calendars import Shift
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Place, Problem, Problems

YEAR = click.IntRange(2000, 2200)
WORKED = {"是": True, "上班": True, "否": False, "休": False, "放假": False}


@click.group()
def calendar() -> None:
    """日历：时限按它算。"""


@calendar.command("show")
@click.argument("year", metavar="年份", type=YEAR)
def show(year: int) -> None:
    """看一年里放假和调休的日子。"""
    require_store()
    known, own = calendar_in_force(), {row.day: "导入的安排" if row.notice else "本地" for row in own_days(year)}
    days = [day for day in sorted(known.days) if day.year == year]
    for begins, shifts in known.seasons:
        if begins.year <= year:
            click.echo(f"从 {begins} 起上班：{'，'.join(f'{opens:%H:%M}-{closes:%H:%M}' for opens, closes in shifts)}")
    rows = [(str(day), "上班" if known.is_worked(day) else "休", known.name(day), own.get(day, "国家")) for day in days]
    click.echo(table(("日期", "上不上班", "名称", "谁定的"), rows) if rows else f"{year} 年没有放假和调休的日子。")
    if year not in known.published:
        click.echo(f"{year} 年的放假安排还没有：只按周末和固定日期的假日算，算出的到期日都标“暂定”。公布后用 zhenwu calendar import 导入。")


@calendar.command("set")
@click.argument("first", metavar="日期")
@click.option("--to", "last", help="到哪一天（连着几天的）")
@click.option("--work/--rest", "worked", default=False, help="上班，还是放假（默认放假）")
@click.option("--name", default="", help="叫什么，例如 三月三")
@click.option("--undo", is_flag=True, help="取消以前的设定，回到国家的安排")
@click.option("--as", "username", required=True, help="由谁设定（系统管理员的登录名）")
def set_command(first: str, last: str | None, worked: bool, name: str, undo: bool, username: str) -> None:
    """设一天或连着几天：本地假日、临时调休。取消后回到国家的安排。"""
    require_store()
    begins, ends = date.fromisoformat(read_day(first)), date.fromisoformat(read_day(last or first))
    if not timedelta(0) <= ends - begins <= timedelta(days=60):
        raise Problem("calendar.span", f"从 {begins} 到 {ends} 不对", "后一天不早于前一天，一次不超过两个月。")
    days = [begins + timedelta(days=ahead) for ahead in range((ends - begins).days + 1)]
    done = set_days(acting(username), [DayInput(day, None if undo else worked, "" if undo else name) for day in days], new_id())
    click.echo(f"已设定 {done['set']} 天，取消 {done['taken_back']} 天。到期时间都按新的日历重算。")


@calendar.command("hours")
@click.argument("shifts", metavar="[08:30-12:00 …]", nargs=-1)
@click.option("--from", "first", required=True, help="从哪一天起")
@click.option("--as", "username", required=True, help="由谁设定（系统管理员的登录名）")
def hours_command(shifts: tuple[str, ...], first: str, username: str) -> None:
    """设从一天起的上班时间（冬夏作息不同就各设一次）。不写时间就是取消那一天的设定。"""
    require_store()
    begins = date.fromisoformat(read_day(first))
    done = set_hours(acting(username), begins, [_shift(told) for told in shifts], new_id())
    click.echo(f"从 {begins} 起一天上 {done['shifts']} 段班。按工作小时算的时限都重算。" if done["shifts"] else f"取消了 {begins} 的设定。")


def _shift(told: str) -> Shift:
    opens, _, closes = told.partition("-")
    try:
        return time.fromisoformat(opens), time.fromisoformat(closes)
    except ValueError:
        raise Problem("calendar.hours", f"“{told[:20]}”不是上班时间", "写成 08:30-12:00，几段就写几个，中间空格。") from None


@calendar.command("import")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--year", required=True, type=YEAR, help="哪一年的放假安排")
@click.option("--as", "username", required=True, help="由谁导入（系统管理员的登录名）")
def import_command(file: Path, year: int, username: str) -> None:
    """导入一年的放假安排（.xlsx 或 .csv，三栏：日期、上班（是/否）、名称）。导入后这一年不再是暂定。"""
    require_store()
    actor = acting(username)
    done = set_days(actor, _read(read_given(file), file.name), new_id(), notice=year)
    click.echo(f"已导入 {year} 年的放假安排：{done['set']} 天。到期时间都按新的日历重算。")


def _read(content: bytes, name: str) -> list[DayInput]:
    days, faults, sheets = [], [], read_file(content, name)
    for number, cells in sheets[0].rows if sheets else ():
        told = [str(cell or "").strip() for cell in cells[:3]] + [""] * (3 - len(cells))
        if number == 1 and told[0] == "日期":
            continue
        try:
            worked = WORKED.get(told[1])
            if worked is None:
                raise Problem("calendar.worked", f"“{told[1][:20]}”不是“是”或“否”", "第二栏写这一天上不上班：是、否。")
            days.append(DayInput(date.fromisoformat(read_day(cells[0])), worked, told[2]))
        except Problem as problem:
            faults.append(problem.at(Place(name, number)))
    if faults:
        raise Problems(faults)
    return days
