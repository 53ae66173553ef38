"""Who must hold a certificate for a step: the record that the matter cites names them, each by a record that stands on the day (执法证), no two
by the same; where those records say whose they are, whoever acts is one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from zhenwu.kernel.ledgers.api import Field
from zhenwu.kernel.matters.registered import Registered
from zhenwu.kernel.orgs.api import Actor

ACCOUNT = "account"  # the field in which a record says whose it is: a log-in name


def uncertified(actor: Actor, record: UUID | None, names: Sequence[str], day: date, known: Registered) -> str:
    """Why an action that asks for certificates may not be taken on a day; "" where it may. ``names``: the fields of the cited record."""
    if not names:
        return ""
    cited = known.cited(record)
    if cited is None:
        return "这件事没有引用登记的记录，看不出由哪些持证的人办：请先在台账里登记"
    fields, said = cited
    named = [(fields[name], str(said.get(name) or "")) for name in names if name in fields]
    wrong = [told for field, key in named if (told := _fault(field, key, day, known))]
    if wrong:
        return "；".join(wrong)
    if len({key for _, key in named}) < len(named):
        return f"{'、'.join(field.label for field, _ in named)}是同一个证，要两个不同的人"
    return _not_theirs(actor, named, known)


def _fault(field: Field, key: str, day: date, known: Registered) -> str:
    if not key:
        return f"没有写“{field.label}”"
    stands = known.named(field.ledger, key)
    if stands is None:
        return f"“{field.label}”{key}不在册"
    first, end, _ = stands
    if day < first:
        return f"“{field.label}”{key}到{first}才有效"
    return f"“{field.label}”{key}已经在{end}到期或收回" if end is not None and end <= day else ""


def _not_theirs(actor: Actor, named: Sequence[tuple[Field, str]], known: Registered) -> str:
    """Where every certificate says whose it is: two persons, and whoever acts is one of them. The system itself asks nobody."""
    found = [known.named(field.ledger, key) for field, key in named]
    logins = [str(one[2].get(ACCOUNT) or "") if one else "" for one in found]
    if len(set(filter(None, logins))) < len([one for one in logins if one]):
        return f"{'、'.join(field.label for field, _ in named)}是同一个人的，要两个不同的人"
    if actor.person_id is None or not all(logins):
        return ""
    holders = {known.holder(login) for login in logins}
    return "" if actor.person_id in holders else f"这一步要由{'、'.join(key for _, key in named)}的持证人本人办"
