"""办件查询: what whoever holds a receipt may know of a matter, without an account. The only read of matters that asks for no actor.

The code on a receipt is a keyed digest of the matter's id: nothing is stored, nothing can be reckoned without the key. A workflow says what is
told (``lookup_table``); what lies in a confidential line or was sealed is not there, in the same words as what never was.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.api import every, find
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.ledgers.api import find_record, key_of
from zhenwu.kernel.matters.barring import sealed_for
from zhenwu.kernel.matters.deadlines import promised
from zhenwu.kernel.matters.lookup_table import Lookup
from zhenwu.kernel.matters.models import Matter, MatterNumber, Step
from zhenwu.kernel.matters.steps import pinned
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.envelopes import blind, key_at
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound

LOOKUP_PATH = "lookup"  # of the page, as receipts print it
LONGEST_NUMBER = 120
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's thirty-two: none that is read for another
_READ_FOR = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 10  # fifty bits
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Receipt:
    """What a receipt prints: the number by which people call the matter, and its code."""

    number: str
    code: str


@dataclass(frozen=True)
class LookedUp:
    """How a matter stands, in plain words: nothing of what it is about, nothing of any person. ``promised_on``: the last day (or minute) of
    the first promise that runs, and ``promise`` what it is for; ``ended_on`` with ``words`` that say how."""

    kind: str
    number: str
    words: str
    office: str
    received_on: date
    accepted_on: date | None
    ended_on: date | None
    ready: bool
    joined: bool
    promise: str = ""
    promised_on: str = ""
    late: bool = False


def receipt_of(step: Step) -> Receipt | None:
    """What a receipt of a matter, as it stands, prints; None where it cannot be looked up."""
    table = _table(step)
    number = _number(table, step) if table else ""
    return Receipt(number, code_of(step.matter_id)) if number else None


def code_of(matter: UUID) -> str:
    """The code of a matter: ten signs in two groups."""
    told = int(blind(f"lookup:{matter.hex}", key_at(f"{settings.HOME}/keys/lookup"), settings.DIGEST), 16)
    signs = "".join(_SIGNS[told >> (5 * place) & 31] for place in range(_LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def look_up(number: str, code: str) -> LookedUp:
    """How the matter stands that people call ``number``, for whoever knows its code; ``NotFound`` reads the same for a number that is none, for
    a code that is another's, and for what is told to nobody."""
    told = "".join(sign for sign in code.upper().translate(_READ_FOR) if sign in _SIGNS)
    found = None
    for step in [*_called(number.strip()[:LONGEST_NUMBER]), None]:  # one more than there are: a number that is none costs a comparison too
        same = hmac.compare_digest(code_of(step.matter_id if step else _NOBODY).replace("-", ""), told)
        found = step if same and step and found is None else found
    table = _table(found) if found else None
    if found is None or table is None:
        raise NotFound("lookup.none", "没有查到", "请照回执（告知书）上印的再输一次，编号和查询码都要对；还查不到，请问给您回执的窗口。")
    return _looked_up(found, table)


def note_guessing(number: str) -> None:
    """Somebody tried too many codes for a number: the journal says so of the matter that is called so, if there is one."""
    for step in _called(number.strip()[:LONGEST_NUMBER]):
        body = {"matter": str(step.matter_id)}
        perform(Act("system", new_id(), "note_guessing", body), lambda writer, body=body: _note(writer, body))  # type: ignore[misc]


def _note(writer: Writer, body: dict[str, str]) -> dict[str, str]:
    writer.event("lookup.guessed", f"matter:{body['matter']}", body)
    return body


def _looked_up(step: Step, table: Lookup) -> LookedUp:
    now, (_, workflow) = tree(), pinned(step.matter.workflow)
    township = now.township_of(step.unit_id) if step.unit_id in now else step.unit_id
    office = now.called(township) + ("" if step.assigned_id in (None, township) else f" {now.called(step.assigned_id)}")
    accepted = step.columns.get("accepted_on")
    next_one = promised(step, table.promised)
    told = (next_one.label, next_one.last_day, next_one.late or next_one.lapsed) if next_one else ("", "", False)
    return LookedUp(
        workflow.label, _number(table, step), table.says[step.state], office, step.starts_on, date.fromisoformat(accepted) if accepted else None,
        step.ends_on, step.state in table.ready, bool(step.columns.get("merged")), *told,
    )  # fmt: skip


def _table(step: Step) -> Lookup | None:
    """What may be told of a matter as it stands, by its workflow as it is in force; None where nothing may."""
    if step.matter.line in settings.CLOSED_LINES or sealed_for(step):
        return None
    found = find("workflow", step.matter.workflow)
    table = pinned(found.key)[1].lookup if found and found.body.get("lookup") else None
    return table if table is not None and step.state in table.says else None


def _in_force() -> dict[str, Lookup]:
    """workflow → its table, of the packs that are switched on."""
    told = {one.key: pinned(one.key)[1].lookup for one in every("workflow") if one.body.get("lookup")}
    return {key: table for key, table in told.items() if table is not None}


def _number(table: Lookup, step: Step) -> str:
    if table.number:
        return str(step.columns.get(table.number) or "")
    return key_of(step.matter.record) if step.matter.record else ""


def _called(number: str) -> Iterator[Step]:
    """The matters that people call so and that may be looked up at all; in each township there may be one."""
    if not number or not number.isprintable():
        return
    tables, now = _in_force(), tree()
    towns = [unit for unit in now.order if now.kind(unit) == "township"]
    ids: set[UUID] = set()
    for key, table in tables.items():
        if table.number:
            rows = MatterNumber.objects.filter(workflow=key, township__in=towns, field=table.number, value=number)
            ids.update(rows.values_list("matter_id", flat=True))
        else:
            record = find_record(table.ledger, number)
            ids.update(Matter.objects.filter(record=record, workflow=key).values_list("id", flat=True) if record else ())
    live = Step.objects.filter(matter__in=ids, retired_by=None).select_related("matter").order_by("matter_id")
    yield from (step for step in live if _table(step) is not None)
