"""Telling other systems: who is told, what waits and why, and what an administrator does about it."""

from __future__ import annotations

from datetime import datetime

import click

from zhenwu.cli.store import acting, require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.outbox.api import (
    EVERYTHING,
    KINDS,
    Standing,
    Wish,
    bad_entries,
    change_subscription,
    drop,
    latest,
    named,
    pause,
    resume,
    retry,
    rotate_secret,
    send_test,
    spoken,
    standings,
    subscribe,
    troubles,
    unsubscribe,
)
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem

AS = click.option("--as", "username", required=True, help="由谁办（系统管理员的登录名）")
NAME = click.argument("name", metavar="订阅")
REASON = click.option("--reason", required=True, help="原因")


@click.group(invoke_without_command=True)
@click.pass_context
def outbox(ctx: click.Context) -> None:
    """对外推送。不写子命令就列出全部订阅和积压。"""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command)


@outbox.command("list")
def list_command() -> None:
    """看推给谁、积压多少、等了多久、最近一次为什么没发到、什么时候再试。"""
    require_store()
    rows = [_row(one) for one in standings(acting(None))]
    if not rows:
        click.echo("还没有订阅。用 zhenwu outbox subscribe 添加。")
        return
    click.echo(table(("订阅", "状态", "积压", "最早的等了", "上次发到", "再试", "漏推", "最近的错误"), rows, numbers=(2, 6)))
    for one in standings(acting(None)):
        wanted = "全部动态" if set(one.kinds) == set(EVERYTHING) else "、".join(KINDS.get(kind, kind) for kind in one.kinds)
        click.echo(f"  {one.name}：{one.url}　{wanted}" + (f"　只推 {one.line}" if one.line else ""))
    for words in troubles(acting(None)):
        click.echo(f"注意：{words}。", err=True)


@outbox.command("check")
def check() -> None:
    """有等了超过15分钟的，就说明并以 1 结束：给定时检查用。"""
    require_store()
    found = troubles(acting(None))
    if found:
        raise Problem("outbox.late", "；".join(found), "用 zhenwu outbox list 看详情；对方修好后会自动补发，也可以 zhenwu outbox retry。")
    click.echo("没有等了超过15分钟的。")


@outbox.command("latest")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000), help="最近多少条")
def latest_command(last: int) -> None:
    """看最近发到的和丢弃的（留两周）。"""
    require_store()
    rows = [
        (f"{one.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}", one.receiver, str(one.position), one.label, "发到" if one.delivered else "丢弃", str(one.status or "—"), str(one.tries))
        for one in latest(acting(None), last)
    ]  # fmt: skip
    click.echo(table(("时间", "订阅", "留痕", "动态", "结果", "对方答复", "试了几次"), rows, numbers=(2, 5, 6)))


@outbox.command("kinds")
def kinds_command() -> None:
    """列出可以推送的动态。"""
    click.echo(table(("编号", "动态"), list(KINDS.items())))


@outbox.command("subscribe")
@NAME
@click.argument("url", metavar="地址")
@click.option("--kind", "kinds", multiple=True, required=True, help="推哪种动态（zhenwu outbox kinds），可写多个；all 表示全部，提醒除外")
@click.option("--line", default="", help="只推一个业务模块的（编号）；不写表示全部")
@AS
def subscribe_command(name: str, url: str, kinds: tuple[str, ...], line: str, username: str) -> None:
    """添加订阅：从现在起的动态推到这个地址。签名密钥只显示这一次。"""
    require_store()
    _check_setting()
    made = subscribe(acting(username), new_id(), Wish(name, url, _kinds(kinds), line))
    click.echo(f"已添加“{name}”。把签名密钥交给对方，只显示这一次：\n  {made.secret}")
    click.echo("接着：zhenwu outbox test 发一条试试。")


@outbox.command("change")
@NAME
@click.option("--name", "fresh", help="新名称")
@click.option("--url", help="新地址")
@click.option("--kind", "kinds", multiple=True, help="改推哪些动态（写全）")
@click.option("--line", help="改为只推一个业务模块的；写空表示全部")
@AS
def change(name: str, fresh: str | None, url: str | None, kinds: tuple[str, ...], line: str | None, username: str) -> None:
    """修改订阅。没写的不改；已经在等的照原样发到新地址。"""
    require_store()
    actor = acting(username)
    found = named(actor, name)
    wish = Wish(fresh or found.name, url or found.url, _kinds(kinds) or found.kinds, found.line if line is None else line)
    change_subscription(actor, new_id(), found.id, wish)
    click.echo("已修改。")


@outbox.command("unsubscribe")
@NAME
@REASON
@AS
def unsubscribe_command(name: str, reason: str, username: str) -> None:
    """退订。还在等的一并丢弃。"""
    require_store()
    actor = acting(username)
    count = unsubscribe(actor, new_id(), named(actor, name).id, reason)
    click.echo("已退订。" + (f"还在等的 {count} 条丢弃了。" if count else ""))


@outbox.command("rotate")
@NAME
@AS
def rotate(name: str, username: str) -> None:
    """换签名密钥。一天之内新旧两把都签，让对方有时间换。"""
    require_store()
    actor = acting(username)
    made = rotate_secret(actor, new_id(), named(actor, name).id)
    click.echo(f"新的签名密钥，只显示这一次：\n  {made.secret}\n旧的还能用一天。")


@outbox.command("test")
@NAME
@AS
def test(name: str, username: str) -> None:
    """发一条没有内容的试推送，排在还在等的后面。"""
    require_store()
    actor = acting(username)
    send_test(actor, new_id(), named(actor, name).id)
    click.echo("已排上。几秒后用 zhenwu outbox latest 看对方怎么答复（后台要在运行）。")


@outbox.command("retry")
@NAME
@AS
def retry_command(name: str, username: str) -> None:
    """不等到下次，马上再试。"""
    require_store()
    actor = acting(username)
    retry(actor, new_id(), named(actor, name).id)
    click.echo("马上再试（后台要在运行）。")


@outbox.command("pause")
@NAME
@REASON
@AS
def pause_command(name: str, reason: str, username: str) -> None:
    """暂停：动态照样排队，先不发。"""
    require_store()
    actor = acting(username)
    pause(actor, new_id(), named(actor, name).id, reason)
    click.echo("已暂停。用 zhenwu outbox resume 恢复。")


@outbox.command("resume")
@NAME
@AS
def resume_command(name: str, username: str) -> None:
    """恢复，先发积压的。"""
    require_store()
    actor = acting(username)
    resume(actor, new_id(), named(actor, name).id)
    click.echo("已恢复。")


@outbox.command("drop")
@NAME
@REASON
@click.option("--all", "everything", is_flag=True, help="全部丢弃（默认只丢最早的一条）")
@AS
def drop_command(name: str, reason: str, everything: bool, username: str) -> None:
    """丢弃最早的一条：对方永远不会认的那种，让后面的发得出去。"""
    require_store()
    actor = acting(username)
    count = drop(actor, new_id(), named(actor, name).id, reason, everything=everything)
    click.echo(f"已丢弃 {count} 条，原因已留痕。")


def _row(one: Standing) -> tuple[str, ...]:
    waits = spoken(now() - one.oldest) if one.oldest else ""
    return (one.name, one.state, str(one.waiting), waits, _when(one.last_delivered_at), _when(one.next_try_at), str(one.lost), one.last_error)


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(LOCAL):%m-%d %H:%M}" if moment else ""


def _kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return EVERYTHING if kinds == ("all",) else kinds


def _check_setting() -> None:
    from django.conf import settings

    if wrong := bad_entries(settings.OUTBOX_ALLOW):
        raise Problem("outbox.setting", f"ZHENWU_OUTBOX_ALLOW 里的“{wrong[0][:60]}”不是主机名、地址或网段", "例如 shuju.example.gov.cn,10.20.0.0/16；几个之间用逗号隔开。")
