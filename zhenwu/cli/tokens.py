"""Tokens by which other systems come in: issued, listed, taken back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click

from zhenwu.cli.store import acting, require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.ledgers.api import read_day
from zhenwu.kernel.orgs.api import SCOPES, find_person, issue_token, new_secret, revoke_token, tokens
from zhenwu.lib.clock import LOCAL, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound


@click.group()
def token() -> None:
    """令牌：别的系统凭它使用接口。"""


@token.command("issue")
@click.argument("username", metavar="登录名")
@click.option("--name", required=True, help="给谁、做什么用，例如 热线平台转办")
@click.option("--until", required=True, help="截止日期（从这一天起不能再用）")
@click.option("--read-only", is_flag=True, help="只能查看，不能办理")
@click.option("--as", "username_of_actor", help="由谁发（系统管理员的登录名）")
def issue(username: str, name: str, until: str, read_only: bool, username_of_actor: str | None) -> None:
    """给登记的系统（user add --system）发一个令牌，只显示一次。"""
    require_store()
    system = find_person(username)
    if system is None:
        raise NotFound("orgs.person.unknown", f"没有登录名为“{username}”的系统，或账号已停用", "先用 zhenwu user add --system 登记系统。")
    secret, scopes = new_secret(), ["read"] if read_only else ["read", "write"]
    number = issue_token(acting(username_of_actor), new_id(), system.id, name, scopes, date.fromisoformat(read_day(until)), secret)
    click.echo(f"已发给 {username}（{system.name}）：{secret}")
    click.echo(f"编号 {number}。令牌只显示这一次，请交给对方存好，不要写在地址、邮件和程序里。")


@token.command("list")
def list_tokens() -> None:
    """列出发过的令牌（不显示令牌本身）。"""
    require_store()
    rows = [
        (str(row.id), f"{row.username}（{row.system}）", row.name, SCOPES["write" if "write" in row.scopes else "read"],
         f"{row.issued_at.astimezone(LOCAL):%Y-%m-%d}", str(row.until), "已收回" if row.revoked_at else "已过期" if row.until <= today() else "有效")
        for row in tokens()
    ]  # fmt: skip
    click.echo(table(("编号", "系统", "名称", "范围", "发出", "截止", "状态"), rows) if rows else "还没有发过令牌。")


@token.command("revoke")
@click.argument("number", metavar="编号", type=UUID)
@click.option("--as", "username", help="由谁收回（系统管理员的登录名）")
def revoke(number: UUID, username: str | None) -> None:
    """收回一个令牌，立刻不能再用。"""
    require_store()
    revoke_token(acting(username), new_id(), number)
    click.echo("已收回。")
