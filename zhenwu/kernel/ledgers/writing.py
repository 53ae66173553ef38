"""Writing versions with their one event, inside the transaction of a verb; what is computed is computed before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from zhenwu.kernel.journal.api import Writer
from zhenwu.kernel.ledgers.desk import Desk, closed_years
from zhenwu.kernel.ledgers.drafting import Draft
from zhenwu.kernel.ledgers.inserting import insert
from zhenwu.kernel.ledgers.models import BlindIndex, Subject, Version
from zhenwu.kernel.ledgers.uniqueness import brought_by_drafts, entered_twice
from zhenwu.lib.digests import canonical, digest_bytes
from zhenwu.lib.problems import Conflict, Place, Problem, Problems

_COLUMNS = (
    "record_id", "number", "ledger", "key", "revision", "unit", "starts_on", "ends_on", "data", "authority", "reason", "late",
    "removed", "event",
)  # fmt: skip
_RETIRE = "UPDATE ledgers_version SET retired_by_id = %s WHERE record_id = %s AND number = %s AND retired_by_id IS NULL"


Where = Callable[[int], Place]


class Overtaken(Exception):
    """What the drafts rest on changed meanwhile: a person in them was entered or forgotten, or a year was closed."""


@dataclass(frozen=True)
class Page:
    """Drafts of one event with all that is to be written of them: rows but for the event, and what the event names."""

    drafts: Sequence[Draft]
    rows: list[tuple[Any, ...]]
    named: list[tuple[str, int, str]]
    late: int


def make_page(desk: Desk, drafts: Sequence[Draft]) -> Page:
    """Spell the drafts as the database keeps them, and digest them."""
    ledger, revision = desk.form.key, desk.definition
    rows, named, late = [], [], 0
    for draft in drafts:
        said = canonical(draft.data)
        is_late = draft.counts_in(desk.closed, desk.form.shape)
        late += is_late
        place, starts_on, ends_on, authority, reason = draft.standing
        unit = place.hex
        named.append((
            draft.record, draft.number,
            _digest(draft.record, draft.number, ledger, draft.key, revision.digest, unit, starts_on, ends_on, said, authority, reason, is_late,
                    draft.removed, settings.DIGEST),
        ))  # fmt: skip
        rows.append((
            draft.record, draft.number, ledger, draft.key, revision.id, unit, starts_on.isoformat(),
            ends_on and ends_on.isoformat(), said.decode(), authority, reason, is_late, draft.removed,
        ))  # fmt: skip
    return Page(drafts, rows, named, late)


def write_page(writer: Writer, desk: Desk, page: Page, subject: str, where: Where) -> dict[str, Any]:
    """Write a page of versions with its one event; ``where`` says where a draft's row stands."""
    if closed_years() != desk.closed:
        raise Overtaken
    body = {
        "ledger": desk.form.key,
        "revision": desk.definition.digest,
        "algorithm": settings.DIGEST,
        "versions": page.named,
    }
    event = writer.event("record.saved", subject, body)
    corrected = _retire(page.drafts, event.id)
    _hold_subjects(page.drafts)
    if doubles := entered_twice(desk, brought_by_drafts(desk, page.drafts), where):
        raise Problems(doubles) if len(page.drafts) > 1 else doubles[0]
    try:
        with transaction.atomic():
            insert(Version, _COLUMNS, [(*row, event.id) for row in page.rows])
            _index(page.drafts)
    except IntegrityError as error:
        faults = [taken(desk, where(at)) for at in of_taken_keys(desk, map(_named, page.drafts))]
        raise (Problems(faults) if len(page.drafts) > 1 else faults[0]) if faults else error from error
    return {"count": len(page.drafts), "corrected": corrected, "late": page.late}


def version_digest(version: Version, revision_digest: str, algorithm: str) -> str:
    """What a version said, as a digest: ids, days, data (envelopes, never plain personal values), reason. Who wrote it,
    and when, is in the event that names the digest."""
    return _digest(
        version.record_id.hex, version.number, version.ledger, version.key, revision_digest, version.unit_id.hex, version.starts_on,
        version.ends_on, canonical(version.data), version.authority, version.reason, version.late, version.removed, algorithm,
    )  # fmt: skip


def _digest(
    record: str, number: int, ledger: str, key: str, revision: str, unit: str, starts_on: date, ends_on: date | None, data: bytes,
    authority: str, reason: str, late: bool, removed: bool, algorithm: str,
) -> str:  # fmt: skip
    told = [
        record,
        number,
        ledger,
        key,
        revision,
        unit,
        starts_on,
        ends_on,
        orjson.Fragment(data),
        authority,
        reason,
        late,
        removed,
    ]
    return digest_bytes(canonical(told), algorithm)


def of_taken_keys(desk: Desk, rows: Iterable[tuple[int, str, str, Version | None]]) -> list[int]:
    """The rows (number, key, record, version before) whose key a record has that is not their own."""
    named = [(at, key, record) for at, key, record, before in rows if before is None or key != before.key]
    holders = desk.holders([key for _, key, _ in named])
    return [at for at, key, record in named if holders.get(key, record) != record]


def taken(desk: Desk, place: Place) -> Problem:
    """The fault of a row whose key another record has."""
    names = "、".join(desk.form.field(name).label for name in desk.form.key_fields)
    return Problem(
        "ledger.key_taken", f"已有{names}相同的记录", "要改它，请打开那条记录点“更正”；不是同一条，请核对编号。", place
    )


def _named(draft: Draft) -> tuple[int, str, str, Version | None]:
    return draft.at, draft.key, draft.record, draft.before


def _retire(drafts: Sequence[Draft], event: int) -> int:
    """Compare and set: whoever read a version that was replaced meanwhile is told so, and nothing is written."""
    replaced = [draft.before for draft in drafts if draft.before]
    if not replaced:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(_RETIRE, [(event, one.record_id.hex, one.number) for one in replaced])
        if cursor.rowcount == len(replaced):
            return len(replaced)
    live = {
        one.record_id: one.number
        for one in Version.objects.filter(record_id__in=[one.record_id for one in replaced]).order_by("number")
    }
    ours = next(one for one in replaced if live[one.record_id] != one.number)
    theirs = live[ours.record_id]
    raise Conflict(f"这条记录刚刚由别人更正到第 {theirs} 版，您手里的是第 {ours.number} 版", ours.number, theirs)


def _hold_subjects(drafts: Sequence[Draft]) -> None:
    """Make the new subjects and see that every key we sealed with is still there: not forgotten, not made twice."""
    sealed = [draft.sealed for draft in drafts if draft.sealed and draft.sealed.subject]
    if not sealed:
        return
    fresh = [one.new_subject for one in sealed if one.new_subject]
    Subject.objects.bulk_create(fresh, ignore_conflicts=True)
    wanted = {one.subject for one in sealed if one.subject}
    if len(Subject.objects.select_for_update().filter(id__in=wanted).values_list("id")) < len(wanted):
        raise Overtaken


def _index(drafts: Sequence[Draft]) -> None:
    rows = [
        (name, token, draft.sealed.subject.hex, draft.record)
        for draft in drafts
        if draft.sealed and draft.sealed.subject
        for name, token in draft.sealed.tokens.items()
    ]
    insert(BlindIndex, ("field", "token", "subject", "record_id"), rows)
