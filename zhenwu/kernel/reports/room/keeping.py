"""How the drafting room writes: rows with their digests in the event, retired by a later event; and whether that still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from zhenwu.kernel.journal.api import Event, Writer
from zhenwu.kernel.reports.models import FigureSheet, Kept, Ruling, SheetAnswer, SignOff
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Problem

KINDS: dict[type[Kept], str] = {FigureSheet: "报数单", SheetAnswer: "报数单的答复", Ruling: "会商裁定", SignOff: "审签"}


def keep(writer: Writer, kind: str, subject: str, fresh: Sequence[Kept], old: Sequence[Kept] = ()) -> Event:
    """Write rows and retire others in one event that names both. Raises ``Problem('room.overtaken')`` when somebody else
    did either meanwhile."""
    body = {
        "kept": [[str(row.id), digest(row.content, settings.DIGEST)] for row in fresh],
        "retired": [str(row.id) for row in old], "algorithm": settings.DIGEST,
    }  # fmt: skip
    event = writer.event(kind, subject, body)
    for row in old:
        if not type(row)._default_manager.filter(id=row.id, retired_by=None).update(retired_by=event):
            raise _overtaken()
    try:
        with transaction.atomic():
            for row in fresh:
                row.event = event
                row.save(force_insert=True)
    except IntegrityError as error:
        raise _overtaken() from error
    return event


def altered() -> list[str]:
    """Rows that are not what the journal says was kept, that are missing, or whose end is another than it says."""
    return sorted({told for model, label in KINDS.items() for told in _altered(model, label)})


def _altered(model: type[Kept], label: str) -> Iterator[str]:
    there: dict[int, set[str]] = defaultdict(set)
    for row in model._default_manager.select_related("event", "retired_by").iterator():
        there[row.event_id].add(str(row.id))
        told = dict(row.event.body.get("kept", ()))
        if told.get(str(row.id)) != digest(row.content, row.event.body.get("algorithm", "sha256")):
            yield f"{label} {row.id}"
        if row.retired_by is not None and str(row.id) not in row.retired_by.body.get("retired", ()):
            yield f"{label} {row.id}（替换关系）"
    yield from _lost(model, label, there)


def _lost(model: type[Kept], label: str, there: dict[int, set[str]]) -> Iterator[str]:
    """What an event wrote and is gone, or what it retired and stands on."""
    for event in Event.objects.filter(kind__in=_EVENTS[model]).iterator():
        yield from (f"{label} {one}（缺失）" for one, _ in event.body["kept"] if one not in there[event.id])
        ended = {UUID(one) for one in event.body["retired"]}
        standing = model._default_manager.filter(id__in=ended).exclude(retired_by=event)
        yield from (f"{label} {row.id}（替换关系）" for row in standing)


# Which events write rows of a kind: ``keep`` is called with no other.
_EVENTS: dict[type[Kept], tuple[str, ...]] = {
    FigureSheet: ("sheet.sent", "sheet.recalled"), SheetAnswer: ("sheet.answered",), Ruling: ("figure.ruled",),
    SignOff: ("figure.signed",),
}  # fmt: skip


def _overtaken() -> Problem:
    return Problem("room.overtaken", "别人刚刚改过这里，您的没有写入", "刷新页面看一看，需要时再做一次。")
