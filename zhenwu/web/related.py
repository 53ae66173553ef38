"""台账里与本件有关的记录: what the ledgers hold about one matter, of what its reader may see.

Two ties are followed, both of them data of the packs: a ledger of the same pack whose key begins with a number that the matter bears
(案号; a text field of the workflow that is ``unique``), and whatever links to the record that the matter is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Filler,
    Form,
    form_at,
    form_of,
    gathered,
    masked,
    versions_in,
    visible,
    visible_history,
)
from zhenwu.kernel.matters.api import Step, workflow_of
from zhenwu.kernel.orgs.api import Actor, Reach, reach_filter, tree
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound
from zhenwu.web.records import plain_words

MOST = 30


@dataclass(frozen=True)
class Related:
    """The records of one ledger that are about a matter: (record, what it is called, its day, what it says); ``more``: there are others;
    ``form``: where another is entered, "" for whoever may not."""

    label: str
    ledger: str
    rows: tuple[tuple[UUID, str, date, str], ...]
    more: bool = False
    form: str = ""


def related(who: Actor, step: Step) -> list[Related]:
    """What the ledgers hold about a matter as it stands; a ledger without a row is there for whoever may enter the first."""
    found = [*_by_number(who, step), *_by_record(who, step)]
    return [one for one in found if one.rows or one.form]


def _by_number(who: Actor, step: Step) -> Iterator[Related]:
    workflow, pack, now = workflow_of(step.matter), step.matter.workflow.partition(".")[0], tree()
    numbers = {name: str(step.columns[name]) for name in workflow.unique if step.columns.get(name)}
    if not numbers:
        return
    place = reach_filter(Reach(units=frozenset({now.township_of(step.unit_id)})))
    for form in (form_of(one) for one in every("ledger") if one.pack == pack):
        first = form.field(form.key_fields[0]) if form.key_fields else None
        if first is None or first.type != "text" or first.id not in numbers:
            continue
        number = numbers[first.id]
        keyed = Q(key=number) if len(form.key_fields) == 1 else Q(key__startswith=f"{number}/")
        rows = versions_in(Scope(PREFIX + form.key)).filter(keyed, place, **{f"data__{first.id}": number})
        versions = list(visible(who, "list", rows, form.pack).order_by("key")[: MOST + 1])
        yield Related(form.label, form.key, tuple(_rows(versions[:MOST])), len(versions) > MOST, _new(who, form, step, {f"f_{first.id}": number}))


def _by_record(who: Actor, step: Step) -> Iterator[Related]:
    """What links to the record that a matter is about."""
    if step.matter.record is None:
        return
    try:
        about = visible_history(who, step.matter.record)[-1]
    except NotFound:
        return
    for one in gathered(who, about.ledger, [about.key]):
        yield Related(one.form.label, one.form.key, tuple(_rows(one.versions)), one.more)


def _rows(versions: Iterable[Any]) -> Iterator[tuple[UUID, str, date, str]]:
    for one in versions:
        names = masked(one) if form_at(one).personal else {}
        name = next((names[field.id] for field in form_at(one).fields if field.type == "name" and names.get(field.id)), one.key)
        yield one.record_id, name, one.starts_on, plain_words(one)


def _new(who: Actor, form: Form, step: Step, given: dict[str, str]) -> str:
    """The form of a new record with the matter's number, and its place where that is one to choose; "" for whoever may not fill it in."""
    units, now = set(Filler(who, form, tree()).units), tree()
    if not units or step.ends_on is not None:
        return ""
    place = next((unit for unit in (step.unit_id, *(now.ancestors(step.unit_id) if step.unit_id in now else ())) if unit in units), None)
    return f"{reverse('new_record', args=[form.key])}?{urlencode(given | ({'unit': str(place)} if place else {}))}"
