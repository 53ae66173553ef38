"""Backup and restore."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from zhenwu.cli.archives import DUMP, SQLITE, Manifest, opened, write_archive
from zhenwu.cli.store import hold, home, is_there, pending_migrations, require_store
from zhenwu.lib.problems import NotFound, Problem

ALLOWED = ("keys", "zhenwu.log", "serving.lock", "demo.lock")  # what looking at an empty home may have made


@click.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--no-keys", is_flag=True, help="不含密钥（密钥另行保管）")
def backup(file: Path, no_keys: bool) -> None:
    """备份到一个 .tar.gz：数据库、附件、密钥、封签抄件。运行中也可以做。"""
    from django.db import connection

    from zhenwu.kernel.journal.api import seal_head, sequence

    require_store()
    sequence()
    made = write_archive(file, home(), connection.settings_dict, seal_head(), keys=not no_keys)
    click.echo(f"已备份到 {file}：{file.stat().st_size / 1024 / 1024:.1f} MB，{len(made.members)} 个文件，至少到第 {made.position} 号留痕。")
    if made.has_keys:
        click.echo("注意：里面有密钥，拿到它就能看到个人信息。请锁好，或用 --no-keys 分开保管。", err=True)
    elif no_keys:
        click.echo(f"密钥不在里面。另行保管 {home() / 'keys'}，没有它个人信息打不开。", err=True)


@click.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """从备份恢复到空目录（ZHENWU_HOME），并核验留痕。"""
    from django.db import connection

    if connection.vendor != "sqlite":
        raise Problem("restore.postgres", "PostgreSQL 的备份要用 pg_restore 恢复", "取出备份里的 zhenwu.pgdump，用 pg_restore 装入空数据库；files 和 keys 放回 ZHENWU_HOME。")
    if not file.is_file():
        raise NotFound("file.none", f"没有“{file}”这个文件", "检查路径和文件名。")
    with hold("serving", f"{home()} 里的镇务正在运行"):
        _refuse_used()
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home()) as folder, opened(file, Path(folder)) as manifest:
            if DUMP in manifest.members:
                raise Problem("restore.postgres", "这是 PostgreSQL 的备份", "取出里面的 zhenwu.pgdump，用 pg_restore 装入空数据库。")
            connection.close()
            _move(Path(folder), manifest)
    _verify(manifest)


def _refuse_used() -> None:
    others = [path.name for path in home().iterdir() if path.name not in ALLOWED]
    keys = [path.name for path in (home() / "keys").glob("*") if path.name != "session"]
    if others or keys or is_there():
        raise Problem("restore.not_empty", f"{home()} 不是空目录", "恢复只写入空目录：用 ZHENWU_HOME 指定一个新目录。")


def _move(folder: Path, manifest: Manifest) -> None:
    """Put everything in place, the database last: a home without it counts as empty, so a broken restore can be repeated."""
    names = sorted(manifest.members, key=lambda name: name == SQLITE)
    for name in names:
        target = home() / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(folder / name, target)


def _verify(manifest: Manifest) -> None:
    if pending_migrations():
        click.echo("备份来自旧版本的程序，数据已放好；请执行 zhenwu init 升级，再用 zhenwu journal verify 核验。", err=True)
        return
    from zhenwu.cli.proving import complaints
    from zhenwu.kernel.journal.api import digest_at, head

    found = list(complaints())
    if manifest.position and digest_at(manifest.position) != manifest.seal:
        found.append(f"第 {manifest.position} 号的封签与备份清单不同")
    if found:
        raise Problem("journal.altered", "数据已恢复，但核验不通过：\n  " + "\n  ".join(found[:50]), "不要使用这份数据，换一份备份。")
    click.echo(f"已恢复到 {home()}：{head()} 号留痕，核验通过。")
    if not manifest.has_keys:
        click.echo(f"备份里没有密钥：把另行保管的 master、index 放回 {home() / 'keys'}，个人信息才能打开。", err=True)
