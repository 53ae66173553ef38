"""The journal, forgetting a person, closing a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import click

from zhenwu.cli.store import acting, home, require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.definitions.api import altered as altered_definitions
from zhenwu.kernel.documents.api import altered as altered_documents
from zhenwu.kernel.files.api import altered as altered_files
from zhenwu.kernel.journal.api import Event, digest_at, events_about, latest_events, seal_head, sequence, verify_chain
from zhenwu.kernel.ledgers.api import altered as altered_records
from zhenwu.kernel.ledgers.api import due_to_forget, find_subject, forget_subject, release_ended
from zhenwu.kernel.metrics.api import altered as altered_series
from zhenwu.kernel.outbox.api import altered as altered_subscriptions
from zhenwu.kernel.reports.api import altered as altered_room
from zhenwu.lib.clock import LOCAL, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.sdk import close_year

SHOWN = 200


@click.group()
def journal() -> None:
    """操作留痕。"""


@journal.command("verify")
def verify() -> None:
    """核验：留痕的封签、库外的封签抄件、记录、定义、文件有没有被改动。"""
    require_store()
    sequence()
    found = list(complaints())
    if found:
        more = f"\n  ……还有 {len(found) - SHOWN} 处" if len(found) > SHOWN else ""
        raise Problem("journal.altered", f"核验不通过，{len(found)} 处：\n  " + "\n  ".join(found[:SHOWN]) + more, "保留现场，联系系统管理员，对照备份查找原因。")
    position, digest = seal_head()
    click.echo(f"核验通过：{position} 号留痕，末尾封签 {digest}。")


@journal.command("show")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 10_000), help="最近多少条")
@click.option("--about", help="只看一件事物，例如 record:编号、year:2020")
def show(last: int, about: str | None) -> None:
    """看最近的操作。这里只有编号和摘要，没有个人信息。"""
    require_store()
    sequence()
    events = events_about(about)[-last:] if about else latest_events(last)
    click.echo(table(("留痕", "时间", "操作", "对象", "谁"), [_line(position, event) for position, event in events], numbers=(0,)))


def complaints() -> Iterator[str]:
    """What does not hold, in words; nothing when all is as it was written."""
    yield from (found.message for found in verify_chain())
    yield from _against_copies()
    yield from (f"台账记录被改动：{name}" for name in altered_records())
    yield from (f"指标或模块定义被改动：{name}" for name in altered_definitions())
    yield from (f"导入的指标数被改动：{name}" for name in altered_series())
    yield from (f"起草室的记录被改动：{name}" for name in altered_room())
    yield from (f"做好的文书被改动：{name}" for name in altered_documents())
    yield from (f"对外推送的订阅被改动：{name}" for name in altered_subscriptions())
    yield from (f"文件缺失或被改动：{name}" for name in altered_files())


@click.group()
def subject() -> None:
    """个人信息。"""


@subject.command("forget")
@click.argument("number", metavar="[身份证号]", required=False)
@click.option("--subject", "identity", type=click.UUID, help="个人编号（不写身份证号时）")
@click.option("--reason", required=True, help="原因，例如“本人申请”")
@click.option("--yes", is_flag=True, help="不再确认")
@click.option("--as", "username", help="以谁的名义（登录名）")
def forget(number: str | None, identity: UUID | None, reason: str, yes: bool, username: str | None) -> None:
    """删除一个人的密钥：姓名、证件号、电话从此打不开，统计数不变。不写号码会提示输入（不显示）。"""
    require_store()
    if identity is None:
        number = number or click.prompt("身份证号（输入时不显示）", hide_input=True)
        identity = find_subject(number)
    if identity is None:
        raise NotFound("subject.unknown", "没有这个人，或已经删除过", "请核对号码。")
    if not yes and not click.confirm("删除后无法恢复。确定吗？"):
        raise click.Abort()
    forget_subject(acting(username), identity, reason, new_id())
    sequence()
    click.echo("已删除。以前的备份里仍有这个人的密钥，请按期销毁旧备份；用旧备份恢复时要带上 forgotten.log，请另存一份。")


@subject.command("release")
@click.option("--dry-run", is_flag=True, help="只看有谁到期，不删")
@click.option("--as", "username", help="以谁的名义（登录名）")
def release(dry_run: bool, username: str | None) -> None:
    """到期就删：随访等已经结束、过了保存期的，删除个人信息。后台每小时自己做一次。"""
    require_store()
    due = due_to_forget(today())
    for label, count in sorted(Counter(due.values()).items()):
        click.echo(f"  {label}：{count} 人到期")
    if dry_run or not due:
        click.echo("没有删除。" if due else "没有到期的。")
        return
    done = release_ended(acting(username), today(), "到期删除")
    sequence()
    click.echo(f"已删除 {done} 人的个人信息。用旧备份恢复时要带上 forgotten.log，请另存一份。")


@click.group()
def year() -> None:
    """年度。"""


@year.command("close")
@click.argument("number", metavar="年度", type=click.IntRange(1950, 2200))
@click.option("--as", "username", help="以谁的名义（登录名）")
def close(number: int, username: str | None) -> None:
    """关账：以后登记到这一年的都标为补录。"""
    require_store()
    close_year(acting(username), number, new_id())
    sequence()
    click.echo(f"{number} 年已关账。以后登记到这一年的，会标为补录。")


def _against_copies() -> Iterator[str]:
    """The seals written outside the database must be those inside."""
    path = home() / "seals.log"
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        position, _, digest = line.partition(" ")
        if position.isdigit() and len(digest) == 64 and digest_at(int(position)) != digest:
            yield f"第 {position} 号的封签与库外抄件（seals.log）不同"


def _line(position: int | None, event: Event) -> tuple[str, ...]:
    when = event.recorded_at.astimezone(LOCAL)
    return (str(position or "—"), f"{when:%Y-%m-%d %H:%M}", event.kind, event.subject, event.principal)
