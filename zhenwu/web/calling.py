"""What a record is called by people who read it, beside its code: its title, the masked name of whom it is, what it names in its key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Field,
    Form,
    form_of,
    masked_several,
    shown,
    standing,
    versions_in,
    visible,
)
from zhenwu.kernel.matters.api import records_behind
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.facts import Scope

DEEPEST = 3  # links followed: what is on a list is a household, that is its head
SOME = 500  # keys asked for at once
Words = dict[UUID, str]  # record → what it is called


def called(who: Actor, ledger: str, keys: Collection[str]) -> dict[str, str]:
    """key → what the record with this key is called, of those within this person's reach; keys without a name are left out.

    A name of a person is masked, as everywhere where nobody said why they look. Whoever sees the record that names somebody (who is on
    the list) learns that masked name with it, though the register of persons be closed to them: a list of codes is nobody's to visit.
    """
    form = _form(ledger)
    return {} if form is None else _by_key(form, [row for some in _live(form, keys) for row in visible(who, "list", some, form.pack)], DEEPEST)


def linked(link: Field, key: str) -> str:
    """What the record that a link names is called, "" for one without a name; for whoever sees the record with the link."""
    form = _form(link.ledger) if key else None
    return _by_key(form, [row for some in _live(form, [key]) for row in some], DEEPEST).get(key, "") if form else ""


def cited(who: Actor, matters: Iterable[Any]) -> dict[UUID, str]:
    """matter → whom or what the record that it cites is called, beside its title (which may hold nothing personal, so that a rule's says a
    code); what the title says itself is not said twice, what lies beyond this person's reach not at all.

    In bulk: the statements are as many as ledgers are cited, not as matters are listed.
    """
    wanted = list(matters)
    behind = records_behind(wanted)
    rows = standing(who, behind.values())
    words: Words = {}
    for ledger in {row.ledger for row in rows}:
        if (form := _form(ledger)) is not None:
            words |= _called(form, [row for row in rows if row.ledger == ledger], DEEPEST, kinds=False)
    told = {one.id: _untold(words[behind[one.id]], one.title) for one in wanted if behind.get(one.id) in words}
    return {matter: said for matter, said in told.items() if said}


def _untold(words: str, title: str) -> str:
    return "，".join(part for part in words.split("，") if part not in title)


def _form(ledger: str) -> Form | None:
    definition = find("ledger", ledger)
    return form_of(definition) if definition else None


def _by_key(form: Form, rows: list[Any], deepest: int) -> dict[str, str]:
    words = _called(form, rows, deepest)
    return {row.key: words[row.record_id] for row in rows if row.record_id in words}


def _called(form: Form, rows: list[Any], deepest: int, kinds: bool = True) -> Words:
    """What records of one ledger are called; ``kinds``: of what has no name also what kind it is, not only whom or what it names."""
    if title := next((one for one in form.fields if one.id == "title" and not one.is_personal), None):
        return {row.record_id: shown(title, row.data["title"]) for row in rows if row.data.get("title")}
    if name := _name_of(form):
        return {row.record_id: text for row, hidden in zip(rows, masked_several(rows), strict=True) if (text := hidden.get(name))}
    links = [one for one in form.fields if one.type == "link" and one.id in form.key_fields]
    if links:
        return _joined(rows, [_by_link(rows, one, deepest, kinds) for one in links])
    return _described(form, rows, deepest, kinds)


def _name_of(form: Form | None) -> str:
    return next((one.id for one in form.fields if one.type == "name"), "") if form else ""


def _live(form: Form, keys: Collection[str]) -> Iterator[Any]:
    """The records with these keys, some at a time; also those that have ended: a bed that was given up still was somebody's."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), SOME):
        yield versions_in(Scope(PREFIX + form.key)).filter(key__in=wanted[start : start + SOME])


def _by_link(rows: list[Any], link: Field, deepest: int, kinds: bool) -> Words:
    form, named_by = _form(link.ledger), {row.record_id: str(row.data.get(link.id) or "") for row in rows}
    if form is None or not deepest:
        return {}
    found = [row for some in _live(form, set(named_by.values()) - {""}) for row in some]
    names = _called(form, found, deepest - 1, kinds)
    by_key = {row.key: names[row.record_id] for row in found if row.record_id in names}
    return {record: by_key[other] for record, other in named_by.items() if other in by_key}


def _described(form: Form, rows: list[Any], deepest: int, kinds: bool) -> Words:
    """What has no name of its own is told by what must be said of it: its kind, and what it names; and by whom it names, must it or not."""
    told = []
    for one in form.fields:
        if one.id in form.key_fields or one.is_personal:
            continue
        if one.type == "link" and (one.required or _name_of(_form(one.ledger))):
            told.append(_by_link(rows, one, deepest, kinds))
        elif one.type == "choice" and one.required and kinds:
            told.append({row.record_id: shown(one, row.data.get(one.id)) for row in rows})
    return _joined(rows, told)


def _joined(rows: list[Any], told: list[Words]) -> Words:
    """What several fields say of each record, the same thing once."""
    words = {row.record_id: "，".join(dict.fromkeys(said[row.record_id] for said in told if said.get(row.record_id))) for row in rows}
    return {record: said for record, said in words.items() if said}
