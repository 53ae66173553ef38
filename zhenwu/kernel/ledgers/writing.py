"""Writing versions with their one event, inside the transaction of a verb; what is computed is computed before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection

from zhenwu.kernel.journal.api import Writer, ask_of, insert, locking, refusable
from zhenwu.kernel.ledgers.desk import Desk, closed_years
from zhenwu.kernel.ledgers.drafting import Draft
from zhenwu.kernel.ledgers.models import BlindIndex, Subject, Version
from zhenwu.kernel.ledgers.spelling import Claim, Page
from zhenwu.kernel.ledgers.uniqueness import brought_by_drafts, entered_twice
from zhenwu.lib.problems import Conflict, Place, Problem, Problems

_SUBJECTS = "SELECT id FROM ledgers_subject WHERE id IN (%s)"
_RETIRE = "UPDATE ledgers_version SET retired_by_id = %s WHERE record_id = %s AND number = %s AND retired_by_id IS NULL"


Where = Callable[[int], Place]


class Overtaken(Exception):
    """What the drafts rest on changed meanwhile: a person in them was entered or forgotten, or a year was closed."""


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
        raise Problems(doubles) if len(page.named) > 1 else doubles[0]
    try:
        with refusable():
            insert(Version, tuple(page.columns), list(zip(*page.columns.values(), strict=True)), {**page.alike, "event": event.id})
            _index(page.drafts)
    except IntegrityError as error:
        claims = list(page.claims)
        faults = [taken(desk, where(at)) for at in of_taken_keys(desk, [claim.key for claim in claims], claims)]
        raise (Problems(faults) if len(page.named) > 1 else faults[0]) if faults else error from error
    return {"count": len(page.named), "corrected": corrected, "late": page.late}


def of_taken_keys(desk: Desk, keys: Sequence[str], claims: Iterable[Claim]) -> list[int]:
    """The rows whose key another record has; ``keys`` are those of the claims, and may be more. Mostly nobody has any."""
    holders = desk.holders(keys)
    return [claim.at for claim in claims if holders.get(claim.key, claim.record) != claim.record] if holders else []


def taken(desk: Desk, place: Place) -> Problem:
    """The fault of a row whose key another record has."""
    names = "、".join(desk.form.field(name).label for name in desk.form.key_fields)
    return Problem(
        "ledger.key_taken", f"已有{names}相同的记录", "要改它，请打开那条记录点“更正”；不是同一条，请核对编号。", place
    )


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
    if fresh:
        Subject.objects.bulk_create(fresh, ignore_conflicts=True)
    wanted = {one.subject.hex for one in sealed if one.subject}
    if sum(1 for _ in ask_of(locking(_SUBJECTS), sorted(wanted))) < len(wanted):
        raise Overtaken


def _index(drafts: Sequence[Draft]) -> None:
    rows = [
        (name, token, draft.sealed.subject.hex, draft.record)
        for draft in drafts
        if draft.sealed and draft.sealed.subject
        for name, token in draft.sealed.tokens.items()
    ]
    insert(BlindIndex, ("field", "token", "subject", "record_id"), rows)
