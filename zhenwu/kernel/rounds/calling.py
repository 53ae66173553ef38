"""Roll calls: what is on, who is called and within the actor's reach, and the two things one does with a member: tick off, note the return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current, every
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Filler,
    Form,
    RecordInput,
    form_of,
    keyed_facts,
    linked_facts,
    named,
    save_record,
    shown,
    visible_facts,
)
from zhenwu.kernel.orgs.api import Actor, Tree, reach, tree
from zhenwu.kernel.rounds.roll import Roll, read_roll
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import NotFound, Problem, Refused

KEPT = timedelta(days=60)  # how long a roll call that has ended stays in the list
_AFTER = timedelta(days=30)  # until how long after its end what was done is still read


@dataclass(frozen=True)
class Called:
    """One who is called. ``record``: the row of the list; ``made``: what was done (id and version), None while nothing is written;
    ``done``: nothing is left to do, and they are not back too early; ``early``: back before the event ended; ``mine``: whether the person may write it down."""

    record: UUID
    unit: UUID
    key: str
    title: str
    helper: str
    fields: tuple[tuple[str, str], ...]
    made: tuple[UUID, int] | None
    done: bool
    place: str
    reason: str
    back: date | None
    early: bool
    mine: bool


@dataclass(frozen=True)
class Call:
    """One event and all whom it calls within reach. ``ends`` is None while it is on."""

    roll: Roll
    record: UUID
    key: str
    since: date
    ends: date | None
    on: bool
    words: tuple[tuple[str, str], ...]
    members: tuple[Called, ...] = field(default=(), compare=False)

    @property
    def missing(self) -> list[Called]:
        return [one for one in self.members if not one.done]

    @property
    def early(self) -> list[Called]:
        return [one for one in self.members if one.early]


def rolls_for(actor: Actor) -> list[Roll]:
    """The rolls of which the actor may see something."""
    return [one for one in map(read_roll, (found.body for found in every("roll"))) if not reach(actor, "list", one.pack).nothing]


def calls(actor: Actor) -> list[Call]:
    """What is on or ended lately, what is on first, the latest first among these; without those who are called."""
    found = [_head(one, key, fact) for one in rolls_for(actor) for key, fact in _events(one)]
    return sorted(found, key=lambda call: (not call.on, -call.since.toordinal(), call.key))


def call_roll(actor: Actor, key: str, event: UUID) -> Call:
    """One event with everybody within reach whom it calls; raises ``NotFound`` for one that is not there or not theirs to see."""
    roll = next((one for one in rolls_for(actor) if one.key == key), None)
    known = next(((name, fact) for name, fact in _events(roll) if fact.id == event), None) if roll else None
    if roll is None or known is None:
        raise NotFound("roll.unknown", "没有这次点名", "请从“点名”页面打开；结束太久的请在台账里看。")
    head = _head(roll, *known)
    members = tuple(_members(actor, roll, head, known[1]))
    return Call(roll, head.record, head.key, head.since, head.ends, head.on, head.words, members)


def tick(actor: Actor, op_id: UUID, key: str, event: UUID, member: str, on: date | None = None) -> dict[str, Any]:
    """Write down that a member was seen to, as the list says of them; one by one, so that no household is ticked off unseen. ``on``: the
    day on which it was, where it is sent later (no signal). Raises ``Problem('ledger.key_taken')`` for one who is written down already."""
    call = call_roll(actor, key, event)
    found = _member(call, member)
    thing = next(fact for name, fact in keyed_facts(Scope(PREFIX + call.roll.of), [member]) if name == member)
    data = call.roll.ticked(call.key, member, thing.row)
    if call.roll.again and not call.on:  # told of the end at once, the beginning is over
        data |= call.roll.returned(_seen(call, on), True)
    return save_record(actor, call.roll.by, RecordInput(data, found.unit, _day(call, on)), op_id)


def note_return(actor: Actor, op_id: UUID, key: str, event: UUID, member: str, base_version: int, on: date | None = None) -> dict[str, Any]:
    """Write down that a member is back today (or ``on`` a day since the event began), at the version of the record that was seen; before
    the event has ended this is marked as early."""
    call = call_roll(actor, key, event)
    found = _member(call, member)
    if not call.roll.back or found.made is None or (found.back is not None and found.made[1] == base_version):
        raise Problem("roll.not_away", "没有登记转出，或已经登记返回", "刷新这一页，看现在的情况。")
    words, day = call.roll.words, _seen(call, on)
    ended = call.ends is not None and call.ends <= day
    if call.roll.again and not ended:
        raise Problem("roll.too_early", f"还没有{words['ended']}，不能登记{words['returned']}", f"{words['ended']}以后再登记。")
    reason = words["returned"] if ended else f"{words['ended']}以前{words['returned']}"
    return save_record(actor, call.roll.by, RecordInput(call.roll.returned(day, ended), reason=reason), op_id, found.made[0], base_version)


def _seen(call: Call, on: date | None) -> date:
    """Today, or the day that is claimed, if it lies between the beginning and today."""
    return max(call.since, min(on or today(), today()))


def _day(call: Call, on: date | None = None) -> date:
    """Today, or the day that is claimed, if it lies between the beginning and today; of one that has ended, its last day at most."""
    day = _seen(call, on)
    return day if call.ends is None else min(day, max(call.since, call.ends - timedelta(days=1)))


def _member(call: Call, member: str) -> Called:
    found = next((one for one in call.members if one.key == member), None)
    if found is None:
        raise NotFound("roll.unknown", "这次没有叫到这一户", "请刷新这一页。")
    if not found.mine:
        raise Refused("ledger.refused", "这一户不是您负责的地方", "请这个网格的网格员或站所登记。")
    return found


def _events(roll: Roll) -> Iterator[tuple[str, Fact]]:
    day = today()
    for key, fact in keyed_facts(Scope(PREFIX + roll.event, first_day=day - timedelta(days=400), last_day=day)):
        if fact.row["valid_until"] is None or fact.row["valid_until"] + KEPT >= day:
            yield key, fact


def _head(roll: Roll, key: str, fact: Fact) -> Call:
    form, ends = form_of(current("ledger", roll.event)), fact.row["valid_until"]
    words = tuple((one.label, named(one, fact.row[one.id]) or shown(one, fact.row[one.id])) for one in form.fields if not one.is_personal and one.id not in form.key_fields and fact.row[one.id] is not None)
    return Call(roll, fact.id, key, fact.row["valid_from"], ends, ends is None or ends > today(), words)


def _members(actor: Actor, roll: Roll, call: Call, event: Fact) -> Iterator[Called]:
    now, of, by = tree(), form_of(current("ledger", roll.of)), form_of(current("ledger", roll.by))
    filler = Filler(actor, by, now)
    listed = {key: fact for key, fact in visible_facts(actor, "list", Scope(PREFIX + roll.of, alive_on=call.since), roll.pack)}
    things = {key: fact for key, fact in listed.items() if roll.calls(event.row, fact.row) and (roll.anywhere or _within(now, fact.unit, event.unit))}
    last = today() if call.ends is None else call.ends + _AFTER
    done = linked_facts(Scope(PREFIX + roll.by, first_day=call.since, last_day=last), roll.link, things) if things else ()
    made = {fact.row[roll.link]: fact for _, fact in done if fact.row[roll.names] == call.key}
    for key, thing in sorted(things.items(), key=lambda one: (str(one[1].unit), one[0])):
        yield _called(call, of, by, key, thing, made.get(key), filler.covers(thing.unit))


def _called(call: Call, of: Form, by: Form, key: str, thing: Fact, made: Fact | None, mine: bool) -> Called:
    roll = call.roll
    early = bool(made is not None and roll.early and made.row[roll.early])
    told = {one.id: named(one, thing.row[one.id]) or shown(one, thing.row[one.id]) for one in of.fields if not one.is_personal}
    said = {one.id: shown(one, made.row[one.id]) for one in by.fields if made is not None and not one.is_personal}
    aside = {*of.key_fields, roll.title, roll.helper}
    fields = tuple((f"{one.label}", f"{told[one.id]}{one.unit}") for one in of.fields if one.id in told and told[one.id] and one.id not in aside)
    back = made.row[roll.back] if made is not None and roll.back else None
    placed = next((named(one, made.row[one.id]) for one in by.fields if made is not None and one.id == roll.place), "")
    return Called(
        thing.id, thing.unit, key, told.get(roll.title, ""), told.get(roll.helper, ""), fields, (made.id, made.number) if made else None,
        _is_done(call, made, early, back), placed or said.get(roll.place, ""), said.get(roll.reason, ""),
        back, early, mine,
    )  # fmt: skip


def _is_done(call: Call, made: Fact | None, early: bool, back: date | None) -> bool:
    """Whether nothing is left to do with a member: of a roll that calls again, after the end, that they were told of it."""
    if made is None or early and call.on:
        return False
    return back is not None if call.roll.again and not call.on else bool(call.roll.done(made.row))


def _within(now: Tree, unit: UUID, place: UUID) -> bool:
    """Whether a unit lies in the place of the event; a place that is gone calls all."""
    return place not in now or unit == place or (unit in now and place in now.ancestors(unit))
