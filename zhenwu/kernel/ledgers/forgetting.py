"""Forgetting a person: the key goes, and a list outside the database keeps an older backup from bringing it back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from zhenwu.kernel.definitions.api import newest, number_on
from zhenwu.kernel.journal.api import IN, Act, Writer, chunks, perform
from zhenwu.kernel.ledgers.models import BlindIndex, Subject, Version
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Place, Problem

FORGOTTEN_LOG = "forgotten.log"


def forget_subject(actor: Actor, subject: UUID, reason: str, op_id: UUID) -> dict[str, Any]:
    """Delete a subject's key and indexes. Versions keep their envelopes, which no longer open; seals still verify."""
    act = Act(actor.principal, op_id, "forget_subject", {"subject": str(subject), "reason": reason})

    def change(writer: Writer) -> dict[str, Any]:
        if not Subject.objects.filter(id=subject).exists():
            raise NotFound("subject.unknown", "没有这个人，或已经删除过", "请核对后再试。")
        earlier = _earlier_selves(subject)
        Subject.objects.filter(id__in=[subject, *earlier]).delete()
        BlindIndex.objects.filter(subject__in=[subject, *earlier]).delete()
        selves = [str(one) for one in earlier]
        writer.event("subject.forgotten", f"subject:{subject}", {"subject": str(subject), "earlier": selves})
        return {"forgotten": str(subject), "earlier": selves}

    answer = perform(act, change)
    _purge()
    _note([UUID(one) for one in (answer["forgotten"], *answer["earlier"])])
    return answer


def forget_again(actor: Actor, subjects: Iterable[UUID], reason: str) -> int:
    """Forget those of the subjects whose keys a backup brought back; returns how many it were."""
    listed = list(subjects)
    found = list(Subject.objects.filter(id__in=listed).order_by("id").values_list("id", flat=True))
    for subject in found:
        if Subject.objects.filter(id=subject).exists():  # not gone with somebody's later self
            forget_subject(actor, subject, reason, new_id())
    _note(listed)
    return len(found)


def due_to_forget(day: date) -> dict[UUID, str]:
    """subject → the label of the ledger whose record of them ended so long ago that their data is to be deleted.

    Only ledgers that say ``forget_after`` are asked, also those of a pack that was switched off meanwhile. Nobody is named of whom another
    record that has not ended, or a ledger without such a rule, still holds something.
    """
    return {subject: label for subject, label, record in _ended(day) if not _held_elsewhere(subject, record)}


def release_ended(actor: Actor, day: date, reason: str) -> int:
    """Forget everybody who is due by a day; returns how many it were."""
    due = due_to_forget(day)
    for subject in due:
        if Subject.objects.filter(id=subject).exists():  # not gone with somebody's later self
            forget_subject(actor, subject, reason, new_id())
    return len(due)


def _ended(day: date) -> Iterator[tuple[UUID, str, UUID]]:
    """(subject, ledger's label, record) of what ended and was kept as long as its parameter says."""
    params = newest("param")
    for body in (one.body for one in newest("ledger").values() if one.body.get("forget_after") in params):
        days = number_on(params[body["forget_after"]].body, day)
        if days is None:
            continue
        ended = Version.objects.filter(ledger=body["key"], retired_by=None, ends_on__lte=day - timedelta(days=int(days)))
        subjects = {UUID(data["_subject"]): record for record, data in ended.values_list("record_id", "data").iterator() if data.get("_subject")}
        for some in chunks(sorted(subjects), IN):
            for one in Subject.objects.filter(id__in=some).order_by("id").values_list("id", flat=True):
                yield one, body["label"], subjects[one]


def _held_elsewhere(subject: UUID, record: UUID) -> bool:
    """Whether a record that has not been removed, other than this one, holds something of the person."""
    others = BlindIndex.objects.filter(subject=subject).exclude(record_id=record).values("record_id")
    return Version.objects.filter(record_id__in=others, retired_by=None, removed=False).exists()


def read_forgotten(text: str, place: Place) -> list[UUID]:
    """The subjects of a ``forgotten.log``; raises ``Problem`` at the first line that is none."""
    found = []
    for row, line in enumerate(text.splitlines(), start=1):
        try:
            found += [UUID(line.strip())] if line.strip() else []
        except ValueError:
            raise Problem("forgotten.line", "这一行不是个人编号", "请用镇务数据目录里的 forgotten.log。", Place(place.file, row)) from None
    return found


def _note(subjects: Iterable[UUID]) -> None:
    """Add to the list outside the database who is not in it yet: opaque ids whose keys are gone, one a line."""
    path = Path(settings.HOME) / FORGOTTEN_LOG
    known = set(path.read_text().split()) if path.exists() else set()
    new = [str(subject) for subject in subjects if str(subject) not in known]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.writelines(f"{one}\n" for one in new)
        file.flush()
        os.fsync(file.fileno())


def _earlier_selves(subject: UUID) -> list[UUID]:
    """Who this person was before the identity number was entered or put right: known only from the same records."""
    records = BlindIndex.objects.filter(subject=subject).values("record_id")
    others = BlindIndex.objects.filter(record_id__in=records).exclude(subject=subject).values_list("subject", flat=True).distinct()
    elsewhere = BlindIndex.objects.filter(subject__in=others).exclude(record_id__in=records).values_list("subject", flat=True)
    return sorted(set(others) - set(elsewhere))


def _purge() -> None:
    """Drop the deleted key's old pages too: SQLite overwrites them (secure_delete) once the write-ahead log is folded in."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f'VACUUM "{Subject._meta.db_table}"')
