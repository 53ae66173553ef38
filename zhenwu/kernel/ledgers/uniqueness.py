"""One person, one record: a ledger that says ``unique`` holds an identity number in one live record only.

Numbers lie in envelopes, so they are compared by their blind index. A record keeps the indexes of numbers it had before:
whose number it is today, its live version says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import Checked, Draft
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import BlindIndex, Version
from zhenwu.lib.problems import Place, Problem

Brought = tuple[int, str, str]  # the row, its record (32 hexadecimal digits), the blind index of the number it brings


def brought_by_rows(checked: Checked) -> Iterator[Brought]:
    """What the rows of a sheet bring, before anything is sealed."""
    desk, subject = checked.desk, checked.desk.form.subject
    if desk.form.unique:
        for at, number in enumerate(checked.entries.column(subject)):
            if type(number) is str:
                yield at, checked.records[at], desk.sealer.token(subject, number)


def brought_by_drafts(desk: Desk, drafts: Iterable[Draft]) -> Iterator[Brought]:
    """What drafts bring; one that keeps the number its record has brings none, but for one that stands again after it was void."""
    subject = desk.form.subject
    for draft in drafts:
        if draft.before is not None and draft.before.removed and (number := desk.sealer.standing(draft.data).get(subject)):
            yield draft.at, draft.record, desk.sealer.token(subject, number)
            continue
        token = draft.sealed.tokens.get(subject, "") if draft.sealed and not draft.removed else ""
        if token:
            yield draft.at, draft.record, token


def entered_twice(desk: Desk, brought: Iterable[Brought], where: Callable[[int], Place]) -> list[Problem]:
    """A fault (``ledger.unique``) for every row whose number an earlier row or another live record has.

    It holds against writers at the same moment when asked inside the transaction with the drafts' subjects held.
    """
    form, rows = desk.form, list(brought) if desk.form.unique else []
    holders = _holders(form, sorted({token for _, _, token in rows}))
    first: dict[str, tuple[int, str]] = {}
    faults = []
    for at, record, token in rows:
        earlier, owner = first.setdefault(token, (at, record))
        if owner != record:
            message = f"与第 {where(earlier).row} 行的{_label(form)}相同"
            faults.append(_fault(form, where(at), message, "是同一个人，留下一行；不是，请核对号码。"))
        elif holders.get(token, set()) - {UUID(record)}:
            remedy = "一个人只登记一条：先查到那条记录，点“更正”；不是同一个人，请核对号码。"
            faults.append(_fault(form, where(at), f"本台账里已有这个{_label(form)}", remedy))
    return faults


def _holders(form: Form, tokens: Sequence[str]) -> dict[str, set[UUID]]:
    """token → the live records of the ledger whose number it is."""
    found: dict[str, set[UUID]] = {}
    for some in chunks(tokens, IN):
        rows = BlindIndex.objects.filter(field=form.subject, token__in=some).values_list("token", "record_id", "subject")
        claims = list(rows)
        owners = _subjects_today(form, sorted({record for _, record, _ in claims}))
        for token, record, subject in claims:
            if owners.get(record) == subject.hex:
                found.setdefault(token, set()).add(record)
    return found


def _subjects_today(form: Form, records: Sequence[UUID]) -> dict[UUID, str]:
    live = Version.objects.filter(ledger=form.key, retired_by=None, removed=False)
    rows = [row for some in chunks(records, IN) for row in live.filter(record_id__in=some).values_list("record_id", "data")]
    return {record: data.get(f"{form.subject}_subject") or "" for record, data in rows}


def _label(form: Form) -> str:
    return form.field(form.subject).label


def _fault(form: Form, place: Place, message: str, remedy: str) -> Problem:
    return Problem("ledger.unique", message, remedy, Place(place.file, place.row, _label(form)))
