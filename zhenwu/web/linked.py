"""What the link fields of a workflow name, on the screen: the records that stand today to choose from, and what a key that was given is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Field,
    find_record,
    form_at,
    masked,
    masked_several,
    named,
    versions_in,
    visible,
)
from zhenwu.kernel.matters.api import Workflow
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.web.entry import Control
from zhenwu.web.records import plain_words

MOST = 200  # a longer list is typed into, not chosen from


def chosen_from(who: Actor, workflow: Workflow, controls: Iterable[Control]) -> tuple[Control, ...]:
    """The controls of a step; those that name what stands on a day (a roll) offer what stands today, as far as this person sees it."""
    return tuple(_offering(who, workflow.links.get(one.name), one) for one in controls)


def _offering(who: Actor, field: Field | None, control: Control) -> Control:
    if field is None or not field.on_day:
        return control
    query = visible(who, "list", versions_in(Scope(PREFIX + field.ledger, alive_on=today())), field.ledger.partition(".")[0])
    found = list(query.order_by("key")[: MOST + 1])
    if not found or len(found) > MOST:
        return control
    hidden = masked_several(found)
    options = tuple((one.key, _label(one, told)) for one, told in zip(found, hidden, strict=True))
    return replace(control, kind="choice", options=options, hint="")


def _label(one: Any, personal: dict[str, str]) -> str:
    """A record in a list to choose from: its key, who it is (masked), what else it says."""
    return "　".join(filter(None, (one.key, *personal.values(), plain_words(one))))


def called(who: Actor, field: Field, key: str) -> str:
    """A key with what its record is called by everyone in reach; the key alone where it is not within this person's reach."""
    record = find_record(field.ledger, key)
    version = visible(who, "list", versions_in(Scope(PREFIX + field.ledger)), field.ledger.partition(".")[0]).filter(record_id=record).first() if record else None
    if version is None:
        return key
    names = [one.id for one in form_at(version).fields if one.type == "name"]
    words = named(field, key) or masked(version).get(names[0], "") if names else named(field, key)
    return f"{key}（{words}）" if words else key
