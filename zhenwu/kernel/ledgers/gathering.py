"""What many ledgers say of one person or household: who is meant, and the records that name it. Every read is within the actor's reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.definitions.api import current, every
from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.access import visible
from zhenwu.kernel.ledgers.desk import form_of
from zhenwu.kernel.ledgers.forms import Field, Form
from zhenwu.kernel.ledgers.models import BlindIndex, Version
from zhenwu.kernel.ledgers.reading import PREFIX, versions_in
from zhenwu.kernel.ledgers.subjects import index_token, open_person
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope

MOST = 30


@dataclass(frozen=True)
class Gathered:
    """The records of one ledger that name what was asked for in a field, newest first; ``more``: there are others."""

    form: Form
    field: Field
    versions: tuple[Version, ...]
    more: bool


def find_called(actor: Actor, ledger: str, field: str, text: str) -> list[Version]:
    """The live records of a ledger, within reach, whose sealed field says exactly this; thirty at most, in the order of their keys.

    What is looked for is kept nowhere: the blind index answers.
    """
    form = form_of(current("ledger", ledger))
    ids = BlindIndex.objects.filter(field=field, token=index_token(field, text)).values("record_id")
    rows = visible(actor, "list", versions_in(Scope(PREFIX + ledger, alive_on=today())), form.pack).filter(record_id__in=ids)
    return [one for one in rows.order_by("key")[:MOST] if open_person(one.data, [field]).get(field) == text]


def alike(actor: Actor, version: Version, field: str) -> list[Version]:
    """The records of today that share a link of this record (of a person: the household), this one first."""
    shared = version.data.get(field)
    if not shared:
        return [version]
    form = form_of(current("ledger", version.ledger))
    rows = visible(actor, "list", versions_in(Scope(PREFIX + version.ledger, alive_on=today())), form.pack)
    found = rows.filter(**{f"data__{field}": shared}).exclude(record_id=version.record_id).order_by("key")[:MOST]
    return [version, *found]


def gathered(actor: Actor, ledger: str, keys: Collection[str], but: Collection[str] = ()) -> Iterator[Gathered]:
    """Of every ledger in force that has a link to ``ledger``: its records within reach that name one of these keys."""
    for definition in every("ledger"):
        form = form_of(definition)
        if form.key in but or reach(actor, "list", form.pack).nothing:
            continue
        for field in form.fields:
            if field.type == "link" and field.ledger == ledger:
                found = list(_naming(actor, form, field, keys))
                if found:
                    yield Gathered(form, field, tuple(found[:MOST]), len(found) > MOST)


def _naming(actor: Actor, form: Form, field: Field, keys: Collection[str]) -> Iterator[Version]:
    for some in chunks(sorted(set(keys)), IN):
        rows = visible(actor, "list", versions_in(Scope(PREFIX + form.key)), form.pack).filter(**{f"data__{field.id}__in": some})
        yield from rows.select_related("event").order_by("-starts_on", "-event_id")[: MOST + 1]


def ids_of(found: Collection[Gathered]) -> set[UUID]:
    """The records of what was gathered."""
    return {version.record_id for one in found for version in one.versions}
