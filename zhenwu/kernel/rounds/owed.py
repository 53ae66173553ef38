"""What is still owed in the spans that run today: for the person who does it, and for the page of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import PREFIX, Filler, form_of, last_days, visible_facts
from zhenwu.kernel.orgs.api import Actor, Purpose, reach, tree
from zhenwu.kernel.rounds.following import in_force
from zhenwu.kernel.rounds.round import Duty, Round, count
from zhenwu.kernel.rounds.settling import due_rows
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Fact, Scope

_BACK = timedelta(days=400)  # how far back the last visit is looked for


@dataclass(frozen=True)
class Owed:
    """One thing (a record of ``of``) and the span that runs today. ``days_left``: after today; ``last``: the last visit of any kind; ``mine``:
    whether the person may write the visit down; ``link``: the field of ``by`` that names the thing."""

    round: str
    round_label: str
    pack: str
    of: str
    by: str
    link: str
    record: UUID
    unit: UUID
    key: str
    title: str
    chief: str
    span: str
    ends: date
    due: int
    made: int
    valid: int
    last: date | None
    days_left: int
    mine: bool

    @property
    def short(self) -> int:
        """How many visits were made that do not count."""
        return self.made - self.valid

    @property
    def left(self) -> int:
        """How many visits are missing."""
        return max(0, self.due - self.valid)


def owed(actor: Actor, key: str = "", only_mine: bool = False) -> list[Owed]:
    """What runs today within the actor's reach (of one round, where it is named): what ends first stands first, and among
    that what is missing most."""
    found = [row for one in in_force() if key in ("", one.key) for row in _of_round(actor, one, only_mine)]
    return sorted(found, key=lambda row: (not row.left, row.ends, -row.left, row.round, row.title))


def owing(actor: Actor) -> list[list[Owed]]:
    """What is the actor's to do and still wants a visit, round by round; what ends first stands first."""
    groups: dict[str, list[Owed]] = {}
    for row in owed(actor, only_mine=True):
        if row.left:
            groups.setdefault(row.round, []).append(row)
    return list(groups.values())


def rounds_for(actor: Actor) -> dict[str, str]:
    """The rounds of which the actor may see something: key → label."""
    return {one.key: one.label for one in in_force() if not reach(actor, "list", one.pack).nothing}


def visit_ledgers(actor: Actor) -> list[str]:
    """The ledgers in which the visits of these rounds are written down."""
    return sorted({one.by for one in in_force() if not reach(actor, "list", one.pack).nothing})


def _of_round(actor: Actor, one: Round, only_mine: bool) -> Iterator[Owed]:
    purpose: Purpose = "write" if only_mine else "list"
    if reach(actor, purpose, one.pack).nothing:
        return
    day, filler = today(), Filler(actor, form_of(current("ledger", one.by)), tree())
    things = dict(visible_facts(actor, purpose, Scope(PREFIX + one.of, alive_on=day), one.pack))
    mine = {key for key, thing in things.items() if filler.covers(thing.unit)}
    shown = {key: (day, day) for key in things if not only_mine or key in mine}
    rows = due_rows(one, shown, None) if shown else []
    seen = last_days(Scope(PREFIX + one.by, first_day=day - _BACK, last_day=day), one.link, shown) if rows and not only_mine else {}
    for key, thing, duty, visits in rows:
        yield _owed(one, key, thing, duty, visits, seen, key in mine)


def _owed(one: Round, key: str, thing: Fact, duty: Duty, visits: list[Fact], seen: Mapping[str, date], mine: bool) -> Owed:
    done = count(one, thing, duty, visits)
    title = thing.row[one.title] if one.title else None
    return Owed(
        one.key, one.label, one.pack, one.of, one.by, one.link, thing.id, thing.unit, key, str(title or key), str(thing.row[one.chief] or "") if one.chief else "",
        duty.span.label, duty.span.last, duty.times, done.made, done.valid, seen.get(key), (duty.span.last - today()).days, mine,
    )  # fmt: skip
