"""Who must hold a certificate for a step: the record that the matter cites names them, each by a record that stands on the day (执法证), no two
by the same; where those records say whose they are, whoever acts is one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import Field, form_at, history, named_by
from zhenwu.kernel.orgs.api import Actor, find_person

ACCOUNT = "account"  # the field in which a record says whose it is: a log-in name
Stands = tuple[date, date | None, Mapping[str, Any]]


class Certificates:
    """What certificates say, for the length of one act: each is looked up once, and so are the record that names it and its holder."""

    def __init__(self) -> None:
        self._records: dict[UUID, Any] = {}
        self._named: dict[tuple[str, str], Stands | None] = {}
        self._holders: dict[str, UUID | None] = {}

    def record(self, record: UUID) -> Any:
        """The last version of a record; None for one that is not there."""
        if record not in self._records:
            versions = history(record)
            self._records[record] = versions[-1] if versions else None
        return self._records[record]

    def named(self, ledger: str, key: str) -> Stands | None:
        """From when until when a certificate stands, and what it says."""
        if (ledger, key) not in self._named:
            self._named[ledger, key] = named_by(ledger, [key]).get(key)
        return self._named[ledger, key]

    def holder(self, login: str) -> UUID | None:
        """Who signs in by a name."""
        if login not in self._holders:
            person = find_person(login)
            self._holders[login] = person.id if person else None
        return self._holders[login]


def uncertified(actor: Actor, record: UUID | None, names: Sequence[str], day: date, known: Certificates | None = None) -> str:
    """Why an action that asks for certificates may not be taken on a day; "" where it may. ``names``: the fields of the cited record."""
    if not names:
        return ""
    known = known or Certificates()
    live = known.record(record) if record else None
    if live is None or live.removed:
        return "这件事没有引用登记的记录，看不出由哪些持证的人办：请先在台账里登记"
    fields = {one.id: one for one in form_at(live).fields}
    named = [(fields[name], str(live.data.get(name) or "")) for name in names if name in fields]
    wrong = [told for field, key in named if (told := _fault(field, key, day, known))]
    if wrong:
        return "；".join(wrong)
    if len({key for _, key in named}) < len(named):
        return f"{'、'.join(field.label for field, _ in named)}是同一个证，要两个不同的人"
    return _not_theirs(actor, named, known)


def _fault(field: Field, key: str, day: date, known: Certificates) -> str:
    if not key:
        return f"没有写“{field.label}”"
    stands = known.named(field.ledger, key)
    if stands is None:
        return f"“{field.label}”{key}不在册"
    first, end, _ = stands
    if day < first:
        return f"“{field.label}”{key}到{first}才有效"
    return f"“{field.label}”{key}已经在{end}到期或收回" if end is not None and end <= day else ""


def _not_theirs(actor: Actor, named: Sequence[tuple[Field, str]], known: Certificates) -> str:
    """Where every certificate says whose it is: two persons, and whoever acts is one of them. The system itself asks nobody."""
    found = [known.named(field.ledger, key) for field, key in named]
    logins = [str(one[2].get(ACCOUNT) or "") if one else "" for one in found]
    if len(set(filter(None, logins))) < len([one for one in logins if one]):
        return f"{'、'.join(field.label for field, _ in named)}是同一个人的，要两个不同的人"
    if actor.person_id is None or not all(logins):
        return ""
    holders = {known.holder(login) for login in logins}
    return "" if actor.person_id in holders else f"这一步要由{'、'.join(key for _, key in named)}的持证人本人办"
