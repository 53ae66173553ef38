"""The list behind a roll as it stands on a day: how many households it has, how many people live there by the register, group by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import PREFIX, Field, form_of, linked_facts, named, shown, visible_facts
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.rounds.calling import rolls_for
from zhenwu.kernel.rounds.roll import Roll
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import NotFound


@dataclass(frozen=True)
class Group:
    """Those of a list who are called together. ``key``: what they share, as it is stored, and ``title`` in words; ``people``: who lives
    with them by the register, None where the roll names no register or the actor may not see it."""

    key: str
    title: str
    households: int
    people: int | None


@dataclass(frozen=True)
class Book:
    """A list on a day: ``groups``, and the whole, in which nobody is counted twice."""

    roll: Roll
    label: str
    asks: str
    day: date
    groups: tuple[Group, ...]
    households: int
    people: int | None


def book(actor: Actor, key: str, day: date) -> Book:
    """The list of a roll as far as it is within the actor's reach; raises ``NotFound`` for a roll that is not theirs to see. A household
    that is in two groups (two waterworks feed it) counts in both, and once in the whole."""
    roll = next((one for one in rolls_for(actor) if one.key == key), None)
    if roll is None:
        raise NotFound("roll.unknown", "没有这份名单", "请从“点名”页面打开。")
    form = form_of(current("ledger", roll.of))
    field = next((one for one in form.fields if roll.same and one.id == roll.same[0]), None)
    members = list(visible_facts(actor, "list", Scope(PREFIX + roll.of, alive_on=day), roll.pack))
    homes = {key: str(fact.row[roll.home]) if roll.home else key for key, fact in members}
    living = _living(actor, roll, set(homes.values()), day)
    groups: dict[str, set[str]] = {}
    for member, fact in members:
        for said in {value for value in roll.said(fact.row, field.id) if value is not None} if field else ():
            groups.setdefault(str(said), set()).add(homes[member])
    told = (Group(said, _title(field, said), len(there), _sum(living, there)) for said, there in groups.items() if field)
    whole = set(homes.values())
    return Book(roll, form.label, field.label if field else "", day, tuple(sorted(told, key=lambda one: one.key)), len(whole), _sum(living, whole))


def _living(actor: Actor, roll: Roll, homes: set[str], day: date) -> Counter[str] | None:
    """household → how many live there on the day; None where that is not this person's to know: the register is another line's."""
    if not roll.people:
        return None
    within = reach(actor, "list", roll.people.partition(".")[0])
    if within.nothing:
        return None
    found: Iterable[tuple[str, Fact]] = linked_facts(Scope(PREFIX + roll.people, alive_on=day), roll.home, homes) if homes else ()
    seen: dict[UUID, bool] = {}
    count: Counter[str] = Counter()
    for _, fact in found:
        if seen.setdefault(fact.unit, within.covers(fact.unit)):
            count[str(fact.row[roll.home])] += 1
    return count


def _sum(living: Counter[str] | None, homes: set[str]) -> int | None:
    return None if living is None else sum(living[one] for one in homes)


def _title(field: Field | None, said: str) -> str:
    return "" if field is None else named(field, said) or shown(field, said)
