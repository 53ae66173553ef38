"""How the room keeps its rows: written once, digests in the event, and checked against it by ``journal verify``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from zhenwu.kernel.journal.api import Event, Writer
from zhenwu.kernel.reports.models import (
    BrokenHold,
    DraftEdition,
    Erratum,
    FigureSheet,
    Kept,
    Manuscript,
    ManuscriptHead,
    Opinion,
    OpinionRuling,
    ParagraphHold,
    ParagraphOwner,
    ParagraphVersion,
    Ruling,
    SetAside,
    SheetAnswer,
    SignOff,
)
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Problem

KINDS: tuple[type[Kept], ...] = (
    Manuscript, ParagraphVersion, ParagraphOwner, ParagraphHold, DraftEdition, Opinion, OpinionRuling, Erratum,
    FigureSheet, SheetAnswer, Ruling, SignOff, ManuscriptHead, BrokenHold, SetAside,
)  # fmt: skip
_SPOKEN = {
    "Manuscript": "文稿", "ParagraphVersion": "段落", "ParagraphOwner": "段落责任人", "ParagraphHold": "谁在改", "DraftEdition": "稿次",
    "Opinion": "意见", "OpinionRuling": "意见采纳", "Erratum": "更正说明",
    "FigureSheet": "报数单", "SheetAnswer": "报数单的答复", "Ruling": "会商裁定", "SignOff": "审签",
    "ManuscriptHead": "统稿人", "BrokenHold": "收回的段落", "SetAside": "搁下的文字",
}  # fmt: skip
_APART = ("event", "retired_by")
_FAMILY = "drafting."


def keep(writer: Writer, kind: str, subject: str, rows: Sequence[Kept], retired: Sequence[Kept] = ()) -> Event:
    """Write rows and retire others by one event ``drafting.<kind>``.

    Raises ``Problem('drafting.overtaken')`` when somebody else changed the same thing meanwhile.
    """
    body = {
        "digests": {_name(row): digest(content_of(row), settings.DIGEST) for row in rows},
        "retires": [_name(row) for row in retired], "algorithm": settings.DIGEST,
    }  # fmt: skip
    event = writer.event(_FAMILY + kind, subject, body)
    for row in retired:
        if not _model(row).objects.filter(pk=row.pk, retired_by=None).update(retired_by=event):
            raise _overtaken()
    try:
        with transaction.atomic():
            for row in rows:
                row.event = event
                row.save(force_insert=True)
    except IntegrityError as error:
        raise _overtaken() from error
    return event


def content_of(row: Kept) -> dict[str, Any]:
    """Everything a row says, as JSON: all its columns but who wrote and who retired it."""
    fields = [field for field in row._meta.concrete_fields if field.name not in _APART]
    return {field.attname: _plain(getattr(row, field.attname)) for field in fields}


def altered() -> list[str]:
    """Rows of the room that differ from what the journal says was written or retired, in words."""
    written: dict[str, tuple[Event, str]] = {}
    retired: dict[str, int] = {}
    for event in Event.objects.filter(kind__startswith=_FAMILY).order_by("id").iterator():
        written |= {name: (event, told) for name, told in event.body.get("digests", {}).items()}
        retired |= dict.fromkeys(event.body.get("retires", ()), event.id)
    found = [_spoken(row) for kind in KINDS for row in _rows(kind) if not _as_told(row, written, retired)]
    here = {_name(row) for kind in KINDS for row in _rows(kind)}
    lost = (name.partition(":") for name in set(written) - here)
    return sorted({*found, *(f"{_SPOKEN.get(kind, kind)} {key}（缺失）" for kind, _, key in lost)})


def _as_told(row: Kept, written: dict[str, tuple[Event, str]], retired: dict[str, int]) -> bool:
    event, told = written.get(_name(row), (None, ""))
    if event is None or event.id != row.event_id or row.retired_by_id != retired.get(_name(row)):
        return False
    return digest(content_of(row), event.body.get("algorithm", "sha256")) == told


def _rows(kind: type[Kept]) -> Iterator[Kept]:
    return kind._default_manager.order_by("pk").iterator()  # type: ignore[return-value]


def _model(row: Kept) -> Any:
    return type(row)


def _name(row: Kept) -> str:
    return f"{type(row).__name__}:{row.pk}"


def _spoken(row: Kept) -> str:
    number = getattr(row, "number", None)
    return _SPOKEN[type(row).__name__] + (f"第{number}号" if number is not None else f" {row.pk}")


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | datetime):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    return value


def _overtaken() -> Problem:
    return Problem("drafting.overtaken", "别人刚刚改过同一处，您的没有写入", "刷新后看一看别人改了什么，再提交一次。")


