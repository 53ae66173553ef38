"""A backup as one ``.tar.gz``: the manifest first, then a consistent copy of the database, files, keys, written seals.

The manifest names every member with size and SHA-256. What can be rebuilt (columns, static files, logs) is left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from zhenwu.cli.postgres_dumps import dump_database
from zhenwu.lib.problems import Place, Problem

FORMAT = 1
MANIFEST, SQLITE, DUMP = "manifest.json", "zhenwu.sqlite3", "zhenwu.pgdump"
LOOSE = ("seals.log", "forgotten.log", "demo.json", "demo")
_MEMBER = re.compile(r"zhenwu\.(sqlite3|pgdump)|(?:seals|forgotten)\.log|demo(?:\.json)?|keys/[a-z0-9_]{1,40}|files/[0-9a-f]{2}/[0-9a-f]{64}")
_MOST_MANIFEST = 256 * 1024 * 1024
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: member name → (size, SHA-256), and where the journal stood."""

    members: dict[str, tuple[int, str]]
    position: int
    seal: str
    made_at: datetime

    @property
    def has_keys(self) -> bool:
        return "keys/master" in self.members


def write_archive(target: Path, home: Path, database: dict[str, Any], seal: tuple[int, str], keys: bool) -> Manifest:
    """Write a backup whole or not at all; raises ``Problem``. Readable by its owner alone."""
    if target.exists():
        raise Problem("backup.exists", f"“{target}”已经有了", "换一个文件名；旧备份不覆盖。")
    if not target.name.endswith((".tar.gz", ".tgz")):
        raise Problem("backup.format", f"“{target.name}”的格式不支持", "文件名以 .tar.gz 结尾。")
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(prefix=".zhenwu-", dir=target.parent) as folder:
            loose = _loose(home, Path(folder))  # before the database: what they say of it must be in it
            copy = copy_database(database, Path(folder))
            sources = {copy.name: copy, **loose, **_stored(home, keys)}
            manifest = Manifest({name: _measure(path) for name, path in sources.items()}, *seal, datetime.now(UTC))
            descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                _pack(file, sources, manifest)
                file.flush()
                os.fsync(file.fileno())
        os.replace(scratch, target)
    except OSError as error:
        raise Problem("backup.write", f"“{target}”写不进去", "检查文件夹是否存在、有没有权限、磁盘空间够不够。") from error
    finally:
        scratch.unlink(missing_ok=True)
    return manifest


def copy_database(database: dict[str, Any], folder: Path) -> Path:
    """A consistent copy while writing goes on: SQLite's online backup, or ``pg_dump``."""
    if "sqlite" in database["ENGINE"]:
        copy = folder / SQLITE
        source, target = sqlite3.connect(f"file:{database['NAME']}?mode=ro", uri=True), sqlite3.connect(copy)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a write-ahead log beside it
        finally:
            source.close()
            target.close()
        return copy
    copy = folder / DUMP
    dump_database(database, copy)
    return copy


@contextmanager
def opened(archive: Path, into: Path) -> Iterator[Manifest]:
    """Unpack a backup under ``into`` and check every digest, trusting nothing in it; raises ``Problem``.

    Members of unknown name or kind, or longer than the manifest says, are refused before they are written.
    """
    place = Place(archive.name)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or not first.isreg() or first.size > _MOST_MANIFEST:
                raise Problem("restore.manifest", "这不是镇务的备份", "请选用 zhenwu backup 生成的文件。", place)
            manifest = read_manifest(_content(tar, first).read(), place)
            needed = sum(size for size, _ in manifest.members.values())
            if needed > shutil.disk_usage(into).free:
                raise Problem("restore.space", f"磁盘空间不够，需要 {needed // 1024 // 1024 + 1} MB", "清理磁盘，或换一个目录。", place)
            _unpack(tar, manifest, into, place)
        yield manifest
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Problem("restore.damaged", "备份文件已损坏，或没有下载完整", "换一份备份。", place) from error


def read_manifest(content: bytes, place: Place) -> Manifest:
    """A manifest from its JSON; raises ``Problem`` for anything odd."""
    try:
        body = json.loads(content)
        members = {name: (size, digest) for name, (size, digest) in body["members"].items()}
        sound = all(_MEMBER.fullmatch(name) and type(size) is int and size >= 0 for name, (size, _) in members.items())
        if body["format"] == FORMAT and sound and {SQLITE, DUMP} & members.keys():
            return Manifest(members, int(body["position"]), str(body["seal"]), datetime.fromisoformat(body["made_at"]).astimezone(UTC))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Problem("restore.manifest", "备份的清单读不懂，可能来自更新的版本", "用生成它的那个版本（或更新的）恢复。", place)


def _loose(home: Path, folder: Path) -> dict[str, Path]:
    """Copies of the loose files, some of which grow while we look."""
    names = [name for name in LOOSE if (home / name).exists()]
    return {name: Path(shutil.copyfile(home / name, folder / name)) for name in names}


def _stored(home: Path, keys: bool) -> dict[str, Path]:
    found = {}
    for pattern in ["files/*/*", *(["keys/*"] if keys else [])]:
        for path in sorted(home.glob(pattern)):
            name = path.relative_to(home).as_posix()
            if _MEMBER.fullmatch(name) and path.is_file() and not path.is_symlink():
                found[name] = path
    return found


def _measure(path: Path) -> tuple[int, str]:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _pack(file: IO[bytes], sources: dict[str, Path], manifest: Manifest) -> None:
    import io

    told = {"format": FORMAT, "position": manifest.position, "seal": manifest.seal, "made_at": manifest.made_at.isoformat(timespec="seconds"), "members": manifest.members}
    content = json.dumps(told, sort_keys=True).encode()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
        tar.addfile(_about(MANIFEST, len(content)), io.BytesIO(content))
        for name, path in sources.items():
            with open(path, "rb") as source:
                tar.addfile(_about(name, manifest.members[name][0]), source)


def _about(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(info)
    assert found is not None  # a regular member has content
    return found


def _unpack(tar: tarfile.TarFile, manifest: Manifest, into: Path, place: Place) -> None:
    missing = set(manifest.members)
    for info in tar:
        if info.name == MANIFEST:
            continue
        if info.name not in missing or not info.isreg() or info.size != manifest.members[info.name][0]:
            raise Problem("restore.member", f"备份里有清单以外的内容：{info.name[:80]}", "这份备份被改动过，不要使用。", place)
        missing.remove(info.name)
        target = into / info.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            source = _content(tar, info)
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != manifest.members[info.name][1]:
            raise Problem("restore.digest", f"备份里的 {info.name} 与清单不符", "备份已损坏或被改动，换一份备份。", place)
    if missing:
        raise Problem("restore.missing", f"备份里缺少 {sorted(missing)[0]} 等 {len(missing)} 个文件", "备份不完整，换一份备份。", place)
