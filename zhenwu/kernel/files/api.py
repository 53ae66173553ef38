"""Put a file in and take it out, checked against its hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.files.models import Blob
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import NotFound, Problem

__all__ = ["MAX_BYTES", "altered", "put_file", "take_file"]

MAX_BYTES = 50 * 1024 * 1024


def put_file(actor: Actor, name: str, media_type: str, content: bytes, op_id: UUID) -> str:
    """Store bytes and return their SHA-256. The bytes reach the disk before the row is written."""
    if len(content) > MAX_BYTES:
        raise Problem("file.too_large", f"文件“{name}”超过 50 MB", "请压缩后再上传。")
    digest = hashlib.sha256(content).hexdigest()
    _write(_path(digest), content)
    act = Act(actor.principal, op_id, "put_file", {"digest": digest, "name": name})

    def change(writer: Writer) -> dict[str, str]:
        if not Blob.objects.filter(digest=digest).exists():
            event = writer.event("file.stored", f"file:{digest}", {"digest": digest, "size": len(content)})
            Blob.objects.create(digest=digest, name=name[:200], media_type=media_type, size=len(content), event=event)
        return {"digest": digest}

    return perform(act, change)["digest"]


def take_file(digest: str) -> tuple[str, str, bytes]:
    """(name, media type, bytes); raises ``NotFound``, or ``Problem('file.altered')`` when the bytes changed."""
    blob = Blob.objects.filter(digest=digest).first()
    if blob is None or not _path(digest).exists():
        raise NotFound("file.unknown", "没有这个文件", "请检查链接，或联系系统管理员核对备份。")
    content = _path(digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Problem("file.altered", f"文件“{blob.name}”的内容被改动过", "请从备份中恢复这个文件。")
    return blob.name, blob.media_type, content


def altered() -> list[str]:
    """Stored files that are missing or changed."""
    found = []
    for blob in Blob.objects.select_related("event").order_by("digest").iterator():
        path, told = _path(blob.digest), blob.event.body
        as_stored = (told.get("digest"), told.get("size")) == (blob.digest, blob.size)
        if not as_stored or not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != blob.digest:
            found.append(blob.name)
    return found


def _path(digest: str) -> Path:
    return Path(settings.HOME) / "files" / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    with open(scratch, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)
