"""Writing versions with their one event, inside the transaction of a verb."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from zhenwu.kernel.journal.api import Writer
from zhenwu.kernel.ledgers.drafting import Desk, Draft
from zhenwu.kernel.ledgers.inserting import insert
from zhenwu.kernel.ledgers.models import BlindIndex, Record, Subject, Version, YearClosing
from zhenwu.kernel.ledgers.uniqueness import entered_twice
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Conflict, Problem, Problems


class Overtaken(Exception):
    """A person in the drafts was entered or forgotten by somebody else meanwhile: the drafts are sealed to no key."""


def write_versions(writer: Writer, desk: Desk, drafts: Sequence[Draft], subject: str) -> dict[str, Any]:
    """Write a chunk of versions with its one event."""
    moment, versions = now(), []
    closed = set(YearClosing.objects.values_list("year", flat=True))
    for draft in drafts:
        version = Version(
            record_id=draft.record_id, number=draft.number, ledger=desk.form.key, revision_id=desk.definition.id,
            unit_id=draft.unit_id, starts_on=draft.starts_on, ends_on=draft.ends_on, data=draft.data,
            authority=draft.authority, author=writer.act.principal, reason=draft.reason, recorded_at=moment,
            late=draft.counts_in(closed, desk.form.shape), removed=draft.removed,
        )  # fmt: skip
        version.digest = version_digest(version, desk.definition.digest, settings.DIGEST)
        versions.append(version)
    named = [[version.record_id.hex, version.number, version.digest] for version in versions]
    body = {"ledger": desk.form.key, "revision": desk.definition.digest, "algorithm": settings.DIGEST, "versions": named}
    event = writer.event("record.saved", subject, body)
    for version in versions:
        version.event_id = event.id
    _retire(drafts, event.id)
    _hold_subjects(drafts)
    if doubles := entered_twice(desk, drafts):
        raise Problems(doubles) if len(drafts) > 1 else doubles[0]
    try:
        with transaction.atomic():
            _insert(desk, drafts, versions)
    except IntegrityError as error:
        faults = [taken(desk, draft) for draft in of_taken_keys(desk, drafts)]
        raise (Problems(faults) if len(drafts) > 1 else faults[0]) if faults else error from error
    corrected = sum(draft.before is not None for draft in drafts)
    return {"count": len(drafts), "corrected": corrected, "late": sum(version.late for version in versions)}


def version_digest(version: Version, revision_digest: str, algorithm: str) -> str:
    """What a version said, as a digest: ids, days, data (envelopes, never plain personal values), author, reason."""
    return digest(
        [version.record_id.hex, version.number, version.ledger, revision_digest, version.unit_id.hex, version.starts_on,
         version.ends_on, version.data, version.authority, version.author, version.reason,
         version.recorded_at.isoformat(), version.late, version.removed],
        algorithm,
    )  # fmt: skip


def of_taken_keys(desk: Desk, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts whose key a record has that is not their own."""
    named = [draft for draft in drafts if draft.before is None or draft.key != draft.before.record.key]
    others = desk.live_by_key([draft.key for draft in named])
    return [draft for draft in named if draft.key in others and others[draft.key].record_id != draft.record_id]


def taken(desk: Desk, draft: Draft) -> Problem:
    names = "、".join(desk.form.field(name).label for name in desk.form.key_fields)
    return Problem(
        "ledger.key_taken", f"已有{names}相同的记录", "要改它，请打开那条记录点“更正”；不是同一条，请核对编号。", draft.place
    )


def _retire(drafts: Sequence[Draft], event_id: int) -> None:
    """Compare and set: whoever read a version that was replaced meanwhile is told so, and nothing is written."""
    replaced = {draft.before.id: draft.before for draft in drafts if draft.before}
    if not replaced or Version.objects.filter(id__in=replaced, retired_by=None).update(retired_by=event_id) == len(replaced):
        return
    ours = Version.objects.filter(id__in=replaced).exclude(retired_by=None).exclude(retired_by=event_id).earliest("id")
    theirs = Record.objects.get(id=ours.record_id).number
    raise Conflict(f"这条记录刚刚由别人更正到第 {theirs} 版，您手里的是第 {ours.number} 版", ours.number, theirs)


def _hold_subjects(drafts: Sequence[Draft]) -> None:
    """Make the new subjects and see that every key we sealed with is still there: not forgotten, not made twice."""
    sealed = [draft.sealed for draft in drafts if draft.sealed and draft.sealed.subject]
    fresh = [one.new_subject for one in sealed if one.new_subject]
    Subject.objects.bulk_create(fresh, ignore_conflicts=True)
    wanted = {one.subject for one in sealed if one.subject}
    if len(Subject.objects.select_for_update().filter(id__in=wanted).values_list("id")) < len(wanted):
        raise Overtaken


def _insert(desk: Desk, drafts: Sequence[Draft], versions: Sequence[Version]) -> None:
    fresh = [draft for draft in drafts if draft.before is None]
    insert([Record(id=draft.record_id, ledger=desk.form.key, key=draft.key, number=1) for draft in fresh])
    for draft in drafts:
        if draft.before is not None:
            Record.objects.filter(id=draft.record_id).update(number=draft.number, key=draft.key, removed=draft.removed)
    insert(versions)
    BlindIndex.objects.bulk_create(
        BlindIndex(field=name, token=token, subject=draft.sealed.subject, record_id=draft.record_id)
        for draft in drafts
        if draft.sealed and draft.sealed.subject
        for name, token in draft.sealed.tokens.items()
    )
