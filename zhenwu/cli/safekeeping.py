"""Backup and restore."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click

from zhenwu.cli.archives import DUMP, SQLITE, Manifest, opened, write_archive
from zhenwu.cli.postgres_dumps import load_dump
from zhenwu.cli.store import hold, home, is_there, pending_migrations, read_given, require_store
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.problems import NotFound, Place, Problem

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
@click.option("--forgotten", type=click.Path(path_type=Path), help="原来目录里的 forgotten.log：备份以后删除过的人再删除一次")
def restore(file: Path, forgotten: Path | None) -> None:
    """从备份恢复到空目录（ZHENWU_HOME）和空数据库，并核验留痕。"""
    from django.db import connection

    if not file.is_file():
        raise NotFound("file.none", f"没有“{file}”这个文件", "检查路径和文件名。")
    listed = _listed(forgotten) if forgotten else None
    with hold("serving", f"{home()} 里的镇务正在运行"):
        _refuse_used()
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home()) as folder, opened(file, Path(folder)) as manifest:
            _refuse_other_kind(manifest)
            connection.close()
            with _in_place(Path(folder), manifest):
                if DUMP in manifest.members:
                    load_dump(connection.settings_dict, Path(folder) / DUMP)
        _settle(manifest, listed)


def _listed(path: Path) -> list[UUID]:
    from zhenwu.kernel.ledgers.api import read_forgotten

    return read_forgotten(read_given(path).decode("ascii", "replace"), Place(path.name))


def _refuse_used() -> None:
    from django.db import connection

    others = [path.name for path in home().iterdir() if path.name not in ALLOWED]
    keys = [path.name for path in (home() / "keys").glob("*") if path.name != "session"]
    if others or keys or is_there():
        raise Problem("restore.not_empty", f"{home()} 不是空目录，或数据库里已有数据", "恢复只写入空的：用 ZHENWU_HOME 指定一个新目录（用 PostgreSQL 的，再建一个空数据库）。")
    if connection.vendor != "sqlite" and connection.introspection.table_names():
        raise Problem("restore.not_empty", f"数据库 {connection.settings_dict['NAME']} 里已有别的表", "建一个空数据库，写进 ZHENWU_DATABASE_URL。")


def _refuse_other_kind(manifest: Manifest) -> None:
    from django.db import connection

    if connection.vendor == "sqlite" and DUMP in manifest.members:
        raise Problem("restore.postgres", "这是 PostgreSQL 的备份", "建一个空数据库，把地址写进 ZHENWU_DATABASE_URL，再恢复。")
    if connection.vendor != "sqlite" and SQLITE in manifest.members:
        raise Problem("restore.sqlite", "这是 SQLite 的备份，不能装进 PostgreSQL", "去掉 ZHENWU_DATABASE_URL，再恢复。")


@contextmanager
def _in_place(folder: Path, manifest: Manifest) -> Iterator[None]:
    """Put the files where they belong, SQLite's database last; whatever fails meanwhile, they are taken away again."""
    moved: list[Path] = []
    try:
        for name in sorted(manifest.members.keys() - {DUMP}, key=lambda name: (name == SQLITE, name)):
            target = home() / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(folder / name, target)
            moved.append(target)
        yield
    except BaseException:
        for target in moved:
            target.unlink(missing_ok=True)
            for parent in (target.parent, target.parent.parent):
                if parent != home() and home() in parent.parents and not any(parent.iterdir()):
                    parent.rmdir()
        raise


def _settle(manifest: Manifest, listed: list[UUID] | None) -> None:
    """Prove what was restored, and let nobody come back whose key was deleted since."""
    from zhenwu.kernel.journal.api import head, release_waiting, sequence
    from zhenwu.kernel.ledgers.api import forget_again
    from zhenwu.kernel.orgs.api import SYSTEM

    release_waiting()
    if pending_migrations():
        click.echo("备份来自旧版本的程序，数据已放好；请执行 zhenwu init 升级，再用 zhenwu journal verify 核验。", err=True)
        return _warn_of_the_forgotten(manifest)
    _verify(manifest)
    click.echo(f"已恢复到 {home()}：{head()} 号留痕，核验通过。")
    if listed is None:
        _warn_of_the_forgotten(manifest)
    else:
        click.echo(f"forgotten.log 里有 {len(listed)} 人，其中 {forget_again(SYSTEM, listed, '恢复备份后重做')} 人在备份里还有密钥，已再次删除。")
        sequence()
    if not manifest.has_keys:
        click.echo(f"备份里没有密钥：把另行保管的 master、index 放回 {home() / 'keys'}，个人信息才能打开。", err=True)


def _verify(manifest: Manifest) -> None:
    from zhenwu.cli.proving import complaints
    from zhenwu.kernel.journal.api import digest_at

    found = list(complaints())
    if manifest.position and digest_at(manifest.position) != manifest.seal:
        found.append(f"第 {manifest.position} 号的封签与备份清单不同")
    if found:
        raise Problem("journal.altered", "数据已恢复，但核验不通过：\n  " + "\n  ".join(found[:50]), "不要使用这份数据，换一份备份。")


def _warn_of_the_forgotten(manifest: Manifest) -> None:
    click.echo(
        f"注意：备份是 {manifest.made_at.astimezone(LOCAL):%Y-%m-%d %H:%M} 做的。此后如果有人依申请被删除，在这份数据里又能打开了。\n"
        "  怎么办：有原来目录的 forgotten.log，就换一个空目录，加 --forgotten 重新恢复；没有，就按申请逐个再执行 zhenwu subject forget。",
        err=True,
    )
