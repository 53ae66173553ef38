"""One person, one record: a ledger that says ``unique`` holds an identity number in one live record only.

Numbers lie in envelopes, so they are compared by their blind index. A record keeps the indexes of numbers it had before:
whose number it is today, its live version says.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from zhenwu.kernel.ledgers.drafting import Desk, Draft
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import BlindIndex, Version
from zhenwu.lib.problems import Place, Problem

_CHUNK = 500


def entered_twice(desk: Desk, drafts: Sequence[Draft]) -> list[Problem]:
    """A fault (``ledger.unique``) for every draft that brings a number which an earlier draft or a live record has.

    It holds against writers at the same moment when asked inside the transaction with the drafts' subjects held.
    """
    form = desk.form
    if not form.unique:
        return []
    newcomers = [(draft, _token(form, draft)) for draft in drafts if not draft.removed and _token(form, draft)]
    holders = _holders(form, sorted({token for _, token in newcomers}))
    first: dict[str, Draft] = {}
    faults = []
    for draft, token in newcomers:
        if first.setdefault(token, draft) is not draft:
            row = first[token].place.row
            faults.append(
                _fault(form, draft, f"与第 {row} 行的{_label(form)}相同", "是同一个人，留下一行；不是，请核对号码。")
            )
        elif holders.get(token, set()) - {draft.record_id}:
            remedy = "一个人只登记一条：先查到那条记录，点“更正”；不是同一个人，请核对号码。"
            faults.append(_fault(form, draft, f"本台账里已有这个{_label(form)}", remedy))
    return faults


def _token(form: Form, draft: Draft) -> str:
    """The blind index of the number a draft brings; "" when it brings none, or the one its record has."""
    return draft.sealed.tokens.get(form.subject, "") if draft.sealed else ""


def _holders(form: Form, tokens: Sequence[str]) -> dict[str, set[UUID]]:
    """token → the live records of the ledger whose number it is."""
    found: dict[str, set[UUID]] = {}
    for start in range(0, len(tokens), _CHUNK):
        rows = BlindIndex.objects.filter(field=form.subject, token__in=tokens[start : start + _CHUNK])
        claims = [row for row in rows.values_list("token", "record_id", "subject") if row[1] is not None]
        owners = _subjects_today(form, {record for _, record, _ in claims})
        for token, record, subject in claims:
            if owners.get(record) == subject.hex:
                found.setdefault(token, set()).add(record)
    return found


def _subjects_today(form: Form, records: set[UUID]) -> dict[UUID, str]:
    live = Version.objects.filter(record_id__in=records, ledger=form.key, retired_by=None, removed=False)
    return {record: data.get(f"{form.subject}_subject") or "" for record, data in live.values_list("record_id", "data")}


def _label(form: Form) -> str:
    return form.field(form.subject).label


def _fault(form: Form, draft: Draft, message: str, remedy: str) -> Problem:
    return Problem("ledger.unique", message, remedy, Place(draft.place.file, draft.place.row, _label(form)))
