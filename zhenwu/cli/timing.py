"""The time limits of matters: what would be told about one to whom and when, and the rows of due times made anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from zhenwu.cli.store import require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.matters.api import Told, catch_up_limits, foretell, in_words, rebuild_limits, timeline
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.lib.clock import LOCAL, today


@click.group()
def matters() -> None:
    """事项：时限和提醒。"""


@matters.command("timeline")
@click.argument("matter", metavar="事项编号", type=click.UUID)
def timeline_command(matter: UUID) -> None:
    """试排：这件事要是一直没有人办，什么时候提醒谁、什么时候提请谁。只看，不发。编号在事项网页的地址里。"""
    require_store()
    found = timeline(SYSTEM, matter)
    rows = [(_minute(one.at), _minute(one.deliver_at), one.limit, in_words(one.what), _whom(one), "已发" if one.done else "") for one in found]
    click.echo(table(("到点", "送到", "时限", "说什么", "给谁", ""), rows) if rows else "现在没有在走的时限：已经办完、挂账，或者这一步不限时。")


@matters.command("due")
@click.option("--on", "day", metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="哪一天，例如 2026-03-05（默认今天）")
def due_command(day: datetime | None) -> None:
    """试排一天：到那天一直没有人办，哪些事要提醒、超期、提级、提请督办，给谁。只看，不发，也不记。"""
    require_store()
    chosen, stands = day.date() if day else today(), tree()
    found = foretell(SYSTEM, chosen)
    rows = [(_minute(one.at), _minute(one.deliver_at), str(one.matter), stands.called(one.unit) if one.unit in stands else "", one.limit, in_words(one.what), _whom(one)) for one in found]
    click.echo(table(("到点", "送到", "事项", "地方", "时限", "说什么", "给谁"), rows) if rows else f"{chosen} 没有要提醒的。")


@matters.command("rebuild")
def rebuild() -> None:
    """把所有没有办完的事的到期时间重算一遍。平时不用：办一步、改日历、改参数都会自动重算。"""
    require_store()
    catch_up_limits()
    click.echo(f"已重算，{rebuild_limits()} 条。")


def _minute(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def _whom(one: Told) -> str:
    return "；".join(f"{post}（{'、'.join(names) or '现在没有人'}）" for post, names in one.to) or "没有人"
