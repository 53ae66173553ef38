"""Photos and papers of a matter: attached by whoever works on it, seen by whoever sees it, told when they were used before.

What a step asks for (``needs = ["photo"]``) is there when it was attached since the step before. The bytes are kept as they came, by
their hash, so that a photo used for two matters shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.matters.models import Attachment, Matter, Step
from zhenwu.kernel.matters.reading import allowed_actions, current
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import now
from zhenwu.lib.problems import NotFound, Place, Problem, Refused

LARGEST, MOST = 20 * 1024 * 1024, 40
KINDS = {"photo": "照片", "paper": "文书"}
# What a file is, by its first bytes: (sign, where it stands, the kinds it may be, media type). A name says nothing.
_SIGNS: Sequence[tuple[bytes, int, tuple[str, ...], str]] = (
    (b"\xff\xd8\xff", 0, ("photo", "paper"), "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, ("photo", "paper"), "image/png"),
    (b"WEBP", 8, ("photo", "paper"), "image/webp"),
    (b"%PDF-", 0, ("paper",), "application/pdf"),
    (b"PK\x03\x04", 0, ("paper",), "application/octet-stream"),
)


@dataclass(frozen=True)
class Upload:
    """A file as it came: the kind it is meant to be, its name, its bytes."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Attached:
    """A file of a matter; ``elsewhere``: how many other matters have the very same one."""

    number: int
    step: int
    kind: str
    name: str
    digest: str
    principal: str
    at: datetime
    elsewhere: int


def attach(actor: Actor, op_id: UUID, matter: UUID, uploads: Sequence[Upload]) -> dict[str, Any]:
    """Attach files to a matter as it stands; returns ``{"matter", "numbers": [n]}``.

    Raises ``NotFound`` out of reach, ``Refused`` where nothing can be done with it, ``Problem('file.…')`` that names the file.
    """
    step = _to_attach_to(actor, matter)
    if not allowed_actions(actor, step) and actor.principal not in step.hands.get(_opening(step), ()):
        raise Refused("matter.not_yours", "这件事现在不归您办，不能加照片和文书", "请经办的人加。")
    types = [_type_of(one) for one in uploads]
    digests = [
        put_file(actor, one.name, media, one.content, uuid5(op_id, f"file {number}"))
        for number, (one, media) in enumerate(zip(uploads, types, strict=True))
    ]
    told = [[one.kind, one.name, digest] for one, digest in zip(uploads, digests, strict=True)]

    def write(writer: Writer) -> dict[str, Any]:
        Matter.objects.select_for_update().get(id=matter)
        standing = Step.objects.values_list("number", flat=True).get(matter=matter, retired_by=None)
        there = Attachment.objects.filter(matter=matter).count()
        if not uploads or there + len(uploads) > MOST:
            raise _too_many()
        body = {"matter": str(matter), "version": standing, "files": [[kind, digest] for kind, _, digest in told]}
        event = writer.event("matter.attached", f"matter:{matter}", body)
        Attachment.objects.bulk_create(
            Attachment(
                matter_id=matter, number=there + n, step=standing, kind=kind, name=name, digest=digest, principal=actor.principal, at=now(), event=event
            )
            for n, (kind, name, digest) in enumerate(told, 1)
        )  # fmt: skip
        return {"matter": str(matter), "numbers": list(range(there + 1, there + len(told) + 1))}

    return perform(Act(actor.principal, op_id, "attach", {"matter": str(matter), "files": told}), write)


def check_uploads(uploads: Sequence[Upload]) -> None:
    """Raises ``Problem('file.…')`` for files that ``attach`` would not take: asked before a matter is opened that they belong to."""
    for one in uploads:
        _type_of(one)
    if len(uploads) > MOST:
        raise _too_many()


def _too_many() -> Problem:
    return Problem("file.too_many", "没有选文件，或者这件事的照片和文书太多", f"一件事最多 {MOST} 个。")


def attachments(actor: Actor, matter: UUID) -> list[Attached]:
    """The files of a matter within reach, as they came."""
    current(actor, matter)
    rows = list(Attachment.objects.filter(matter=matter).order_by("number"))
    used: dict[str, set[UUID]] = {}
    for digest, other in Attachment.objects.filter(digest__in=[row.digest for row in rows]).values_list("digest", "matter"):
        used.setdefault(digest, set()).add(other)
    return [Attached(row.number, row.step, row.kind, row.name, row.digest, row.principal, row.at, len(used[row.digest]) - 1) for row in rows]


def attachment(actor: Actor, matter: UUID, number: int) -> tuple[str, str, bytes]:
    """(name, media type, bytes) of one file of a matter within reach; raises ``NotFound``."""
    current(actor, matter)
    row = Attachment.objects.filter(matter=matter, number=number).first()
    if row is None:
        raise NotFound("file.unknown", "没有这个文件", "刷新事项页再看。")
    _, media_type, content = take_file(row.digest)
    return row.name, media_type, content


def _to_attach_to(actor: Actor, matter: UUID) -> Step:
    """A matter within reach; or one that this person has just opened for others to look into: its papers come with it, though it is
    not theirs to see."""
    try:
        return current(actor, matter)
    except NotFound:
        mine = Step.objects.filter(matter_id=matter, retired_by=None, number=1, principal=actor.principal)
        if (found := mine.select_related("matter").first()) is None:
            raise
        return found


def _opening(step: Step) -> str:
    return str(Step.objects.filter(matter_id=step.matter_id, number=1).values_list("action", flat=True).get())


def _type_of(one: Upload) -> str:
    """The media type by the first bytes; raises ``Problem`` for what may not be kept."""
    place = Place(file=one.name[:80] if one.name.isprintable() else "")
    if len(one.content) > LARGEST:
        raise Problem("file.too_large", "文件太大", f"每个不超过 {LARGEST // 1024 // 1024} MB。", place)
    if not one.name.strip() or len(one.name) > 200 or not one.name.isprintable() or {"/", "\\"} & set(one.name):
        raise Problem("file.name", "文件名不合要求", "改短些，去掉斜杠和看不见的字符。", place)
    for sign, at, kinds, media_type in _SIGNS:
        if one.content[at : at + len(sign)] == sign and one.kind in kinds:
            return media_type
    able = "照片用 JPG、PNG、WEBP" if one.kind == "photo" else "文书用 PDF、Word、Excel 或照片"
    raise Problem("file.kind", "不是能存的文件" if one.kind in KINDS else "没有这一类附件", f"{able}；手机拍的照片都可以。", place)
