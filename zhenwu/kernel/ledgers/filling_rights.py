"""Where an actor may write in a ledger, and how far their word goes: one answer for those who write and for what is offered."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.orgs.api import Actor, Tree, reach, reach_of_posts

RANK = {"self": 0, "reviewed": 1, "recognised": 2}


class Filler:
    """An actor at one ledger. A unit is theirs to fill when their posts reach it for writing and the ledger names one of
    their posts over it (or names none)."""

    def __init__(self, actor: Actor, form: Form, now: Tree) -> None:
        self.form, self.now = form, now
        self.reach = reach(actor, "write", form.pack)
        self.named = reach_of_posts(actor, form.pack, form.fill_by) if form.fill_by else None

    def covers(self, unit: UUID) -> bool:
        """Whether what counts at this unit is theirs to write."""
        return self.reach.covers(unit) and (self.named is None or self.named.covers(unit))

    @cached_property
    def units(self) -> tuple[UUID, ...]:
        """The places of today where they may enter something new: units of the ledger's level."""
        if self.reach.nothing or (self.named is not None and self.named.nothing):
            return ()
        return tuple(unit for unit in self.now.of_kind(self.form.unit_level) if self.covers(unit))

    def may_grade(self, unit: UUID) -> bool:
        """Whether they answer for the whole township of a unit, and so say whose number a record is."""
        return self.covers(unit) and self.reach.covers(self.now.township_of(unit))

    def most(self, unit: UUID) -> str:
        """The authority that their own change of a record's content may still carry: nobody here recognises for the county."""
        return "reviewed" if self.may_grade(unit) else "self"
