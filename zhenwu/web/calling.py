"""What a record is called by people who read it, beside its code: its title, the masked name of whom it is, what it names in its key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.api import PREFIX, Field, Form, form_of, masked, named, shown, versions_in, visible
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope

DEEPEST = 3  # links followed: what is on a list is a household, that is its head
SOME = 500  # keys asked for at once


def called(who: Actor, ledger: str, keys: Collection[str]) -> dict[str, str]:
    """key → what the record of today with this key is called, of those within this person's reach; keys without a name are left out.

    A name of a person is masked, as everywhere where nobody said why they look. Whoever sees the record that names somebody (who is on
    the list) learns that masked name with it, though the register of persons be closed to them: a list of codes is nobody's to visit.
    """
    definition = find("ledger", ledger)
    form = form_of(definition) if definition else None
    if form is None:
        return {}
    return _called(form, [row for some in _live(form, keys) for row in visible(who, "list", some, form.pack)], DEEPEST)


def linked(link: Field, key: str) -> str:
    """What the record that a link names is called, "" for one without a name; for whoever sees the record with the link."""
    definition = find("ledger", link.ledger)
    form = form_of(definition) if definition and key else None
    return _called(form, [row for some in _live(form, [key]) for row in some], DEEPEST).get(key, "") if form else ""


def _called(form: Form, rows: list[Any], deepest: int) -> dict[str, str]:
    if title := next((one for one in form.fields if one.id == "title" and not one.is_personal), None):
        return {row.key: shown(title, row.data["title"]) for row in rows if row.data.get("title")}
    if name := next((one.id for one in form.fields if one.type == "name"), ""):
        return {row.key: text for row in rows if (text := masked(row).get(name))}
    if links := [one for one in form.fields if one.type == "link" and one.id in form.key_fields]:
        return _by_links(rows, links[0], deepest)
    return {row.key: words for row in rows if (words := _described(form, row))}


def _live(form: Form, keys: Collection[str]) -> Iterator[Any]:
    """The records of today with these keys, some at a time."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), SOME):
        yield versions_in(Scope(PREFIX + form.key, alive_on=today())).filter(key__in=wanted[start : start + SOME])


def _by_links(rows: list[Any], link: Field, deepest: int) -> dict[str, str]:
    definition, named_by = find("ledger", link.ledger), {row.key: str(row.data.get(link.id) or "") for row in rows}
    if definition is None or not deepest:
        return {}
    form = form_of(definition)
    names = _called(form, [row for some in _live(form, set(named_by.values()) - {""}) for row in some], deepest - 1)
    return {key: names[other] for key, other in named_by.items() if other in names}


def _described(form: Form, row: Any) -> str:
    """What has no name of its own is told by what must be said of it: its kind, and what it names."""
    must = [one for one in form.fields if one.required and not one.is_personal and one.id not in form.key_fields]
    told = [named(one, row.data.get(one.id)) if one.type == "link" else shown(one, row.data.get(one.id)) for one in must if one.type in ("link", "choice")]
    return "，".join(words for words in told if words)
