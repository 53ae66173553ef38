"""Business packs: look, check, begin, install, switch off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from zhenwu.cli.store import require_store
from zhenwu.cli.tables import table
from zhenwu.kernel.matters.api import Workflow, mermaid, read_workflow, standard
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem, Problems
from zhenwu.packkit import check_pack, check_packs, folders, load_pack, load_packs, new_pack, warn_pack
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import SYSTEM, catch_up, packs, switch_off


@click.group()
def pack() -> None:
    """业务模块。"""


@pack.command("list")
def list_packs() -> None:
    """列出已安装的业务模块。"""
    require_store()
    rows = [(one.key, one.body["label"], one.body["version"], one.body["steward"]) for one in packs()]
    click.echo(table(("编号", "名称", "版本", "主管"), rows) if rows else "还没有安装业务模块。执行 zhenwu pack install。")


@pack.command("check")
@click.argument("folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """检查一个业务模块，或一个文件夹里的全部；不写就查程序自带的。"""
    shelves = [folder] if folder else _shelves()
    found: dict[str, list[Problem]] = {}
    for shelf in shelves:
        single = (shelf / "pack.toml").exists() or not shelf.is_dir()
        found |= {shelf.name: check_pack(shelf)} if single else check_packs(shelf)
    wrong = [problem for problems in found.values() for problem in problems]
    if wrong:
        raise Problems(wrong)
    for folder in (one for shelf in shelves for one in ([shelf] if (shelf / "pack.toml").exists() else folders(shelf))):
        for warning in warn_pack(folder):
            click.echo(f"请看一看 {folder.name}/{warning.place}：{warning.message}。{warning.remedy}")
    click.echo(f"检查通过：{'、'.join(found)}。" if found else "这里没有业务模块（没有 pack.toml）。")


@pack.command("draw")
@click.argument("named", metavar="模块")
def draw(named: str) -> None:
    """把一个业务模块的流程画成图（Mermaid）：写模块的编号，或它的文件夹。贴进 Markdown 文件就能看。"""
    bodies = load_pack(_folder(named)).workflows.values()
    drawn = [_workflow(body) for body in bodies] or [standard()]
    if not bodies:
        click.echo("这个模块没有自己的流程，事项按一般事项办：\n")
    click.echo("\n".join(f"## {one.label}\n\n```mermaid\n{mermaid(one)}```\n" for one in drawn), nl=False)


@pack.command("new")
@click.argument("id", metavar="编号")
@click.argument("label", metavar="名称")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="放到哪个文件夹（默认当前文件夹）")
def new(id: str, label: str, folder: Path | None) -> None:
    """新建一个能用的业务模块，再照着改。"""
    made = new_pack(id, label, folder or Path.cwd())
    click.echo(f"已建好 {made}。改好后：zhenwu pack check {made}")


@pack.command("install")
def install() -> None:
    """安装或更新业务模块（程序自带的，和 ZHENWU_PACKS 里的）。"""
    require_store()
    answer = install_packs(SYSTEM, _shelves(), new_id())
    catch_up()
    for name in answer["changed"]:
        click.echo(f"  更新 {name}")
    for name in answer["retired"]:
        click.echo(f"  停用 {name}")
    click.echo(f"完成：{len(answer['changed'])} 项更新，{len(answer['retired'])} 项停用。")


@pack.command("on")
@click.argument("id", metavar="编号")
def on(id: str) -> None:
    """启用一个平时不启用的业务模块。"""
    require_store()
    standing_by = {one.id: one.label for shelf in _shelves() for one in load_packs(shelf) if one.standby}
    if id not in standing_by:
        known = "、".join(f"{key}（{label}）" for key, label in standing_by.items())
        raise NotFound("pack.unknown", f"没有“{id}”这个平时不启用的业务模块", f"可以启用的：{known or '没有'}；别的用 zhenwu pack install。")
    answer = install_packs(SYSTEM, _shelves(), new_id(), on=[id])
    catch_up()
    click.echo(f"已启用 {id}（{standing_by[id]}）：{len(answer['changed'])} 项定义有更新。")


@pack.command("off")
@click.argument("id", metavar="编号")
def off(id: str) -> None:
    """停用一个业务模块。记录、旧定义和已定稿的文件仍可查看、核验。"""
    require_store()
    if id not in {one.key for one in packs()}:
        raise NotFound("pack.unknown", f"没有启用“{id}”这个业务模块", "用 zhenwu pack list 查看。")
    answer = switch_off(SYSTEM, id, new_id())
    catch_up()
    click.echo(f"已停用 {id}：{len(answer['retired'])} 项定义。")


def _workflow(body: Mapping[str, Any]) -> Workflow:
    return read_workflow({name: part for name, part in body.items() if name not in ("key", "pack")})


def _folder(named: str) -> Path:
    """The folder of a pack: as it is given, or by the pack's id on one of the shelves."""
    for folder in (Path(named), *(shelf / named for shelf in _shelves())):
        if (folder / "pack.toml").is_file():
            return folder
    raise NotFound("pack.unknown", f"没有“{named}”这个业务模块", "写模块的编号（zhenwu pack list），或者写它的文件夹。")


def _shelves() -> list[Path]:
    from django.conf import settings

    return list(settings.PACK_FOLDERS)
