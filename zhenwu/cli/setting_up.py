"""Setting up: the store, the packs, the first units and people."""

from __future__ import annotations

from uuid import UUID

import click

from zhenwu.cli.store import acting, ask_password, is_there, migrate, pending_migrations, require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.orgs.api import (
    SYSTEM,
    appoint,
    enrol_person,
    enrol_system,
    open_unit,
    open_units,
    post_kinds,
    staff,
    tree,
)
from zhenwu.kernel.orgs.api import UnitRow as Row
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem

KINDS = {"township": "乡镇", "village": "村", "grid": "网格"}


@click.command()
@click.option("--township", help="乡镇（街道）名称；第一次执行时必须写")
@click.option("--code", default="", help="乡镇的行政区划代码")
@click.option("--admin", default="admin", show_default=True, help="第一个系统管理员的登录名")
@click.option("--name", default="系统管理员", show_default=True, help="第一个系统管理员的姓名")
@click.option("--generate", is_flag=True, help="自动生成密码，显示一次")
def init(township: str | None, code: str, admin: str, name: str, generate: bool) -> None:
    """建库或升级：建表、安装业务模块，第一次还设立乡镇和系统管理员。可以重复执行。"""
    steps = len(pending_migrations()) if is_there() else 0
    fresh = not is_there() or not _has_units()
    if fresh and not township:
        raise Problem("init.township", "没有写乡镇名称", "例如：./zw init --township 云岭镇。")
    password = ask_password(generate) if fresh else ""
    migrate()
    click.echo(f"数据库已升级（{steps} 步）。" if steps else "数据库已就绪。")
    _install()
    if fresh:
        [top] = open_units(SYSTEM, new_id(), [Row(township or "", "township", None, code)], today().replace(month=1, day=1))
        person = enrol_person(SYSTEM, new_id(), admin, name, password)
        appoint(SYSTEM, new_id(), person, "admin", top, ["*"], today())
        click.echo(f"已设立{township}，系统管理员的登录名是 {admin}" + (f"，密码 {password}（请记下，不再显示）" if generate else "") + "。")
        click.echo("接着：zhenwu unit add 设立村和网格，zhenwu user add 开通人员，zhenwu serve 启动。")


@click.group()
def user() -> None:
    """人员。"""


@user.command("add")
@click.argument("username", metavar="登录名")
@click.argument("name", metavar="姓名")
@click.option("--post", "kind", help="岗位，例如 grid_worker 或 网格员")
@click.option("--unit", "unit_name", help="任职的单位（默认乡镇）")
@click.option("--line", "lines", multiple=True, help="条线（业务模块的编号，可写多个；默认全部）")
@click.option("--generate", is_flag=True, help="自动生成密码，显示一次")
@click.option("--system", is_flag=True, help="登记的是别的系统：没有密码，凭令牌使用接口")
def add_user(username: str, name: str, kind: str | None, unit_name: str | None, lines: tuple[str, ...], generate: bool, system: bool) -> None:
    """开通账号；写了 --post 就同时任职。"""
    require_store()
    unit = find_unit(unit_name) if unit_name else tree().root
    post = _post(kind) if kind else None
    password = "" if system else ask_password(generate)
    person = enrol_system(SYSTEM, new_id(), username, name) if system else enrol_person(SYSTEM, new_id(), username, name, password)
    if post:
        appoint(SYSTEM, new_id(), person, post, unit, list(lines) or ["*"], today())
    label = f"，{post_kinds()[post].label}（{tree().name(unit)}）" if post else "，还没有任职"
    told = f"用 zhenwu token issue {username} 发令牌。" if system else f"密码 {password}（请记下，不再显示）" if generate else ""
    click.echo(f"已开通 {username}（{name}）{label}。{told}")


@user.command("list")
def list_users() -> None:
    """列出有岗位的人：姓名、岗位、编号（推送的提醒里写的就是这个编号）。"""
    require_store()
    seen, kinds = tree(), post_kinds()
    rows = [(one.name, "、".join(f"{seen.called(held.unit_id)} {kinds[held.kind].label}" for held in one.posts), str(one.person_id)) for one in staff()]
    click.echo(table(("姓名", "岗位", "编号"), rows))


@click.group()
def unit() -> None:
    """机构。"""


@unit.command("list")
def list_units() -> None:
    """列出现有的乡镇、村、网格。"""
    require_store()
    seen = tree()
    rows = [("　" * len(seen.ancestors(one)) + seen.name(one), seen.code(one), KINDS.get(seen.kind(one), seen.kind(one))) for one in seen.order]
    click.echo(table(("名称", "代码", "级别"), rows))


@unit.command("add")
@click.argument("name", metavar="名称")
@click.option("--kind", required=True, type=click.Choice([*KINDS]), help="village 村，grid 网格")
@click.option("--under", help="上级单位（默认乡镇）")
@click.option("--code", default="", help="代码")
@click.option("--as", "username", help="以谁的名义（登录名）")
def add_unit(name: str, kind: str, under: str | None, code: str, username: str | None) -> None:
    """设立一个村或网格，从今年1月1日起。"""
    require_store()
    parent = find_unit(under) if under else tree().root
    open_unit(acting(username), new_id(), name=name, kind=kind, parent=parent, on=today().replace(month=1, day=1), code=code)
    click.echo(f"已设立{name}（{KINDS[kind]}，属{tree().name(parent)}）。")


def find_unit(text: str) -> UUID:
    """A unit of today by name or code; raises ``NotFound``, or ``Problem`` when several are called so."""
    seen = tree()
    found = [one for one in seen.order if text in (seen.name(one), seen.code(one), str(one))]
    if not found:
        raise NotFound("unit.unknown", f"没有“{text}”这个单位", "用 zhenwu unit list 查看。")
    if len(found) > 1:
        raise Problem("unit.several", f"有 {len(found)} 个单位叫“{text}”", "请改写代码。")
    return found[0]


def _has_units() -> bool:
    """Whether a township was ever founded here; asked of the table itself, for the store may be older than the program."""
    from django.db import connection

    if "orgs_unit" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM orgs_unit)")
        return bool(cursor.fetchone()[0])


def _install() -> None:
    from django.conf import settings

    from zhenwu.packkit.installing import install_packs

    answer = install_packs(SYSTEM, settings.PACK_FOLDERS, new_id())
    click.echo(f"业务模块：{len(answer['changed'])} 项定义有更新。" if answer["changed"] else "业务模块没有变化。")


def _post(text: str) -> str:
    table_ = {kind.label: key for key, kind in post_kinds().items()} | {key: key for key in post_kinds()}
    if text not in table_:
        known = "、".join(f"{kind.label}（{key}）" for key, kind in post_kinds().items())
        raise Problem("orgs.post.kind", f"没有“{text}”这种岗位", f"可选：{known}。")
    return table_[text]
