"""Who may see what: the reach of an actor for a purpose on a line of work. What no post allows is denied.

Rights use today's tree and today's posts, whatever the day of the records: after a merger the successor's
people see what the merged villages recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from zhenwu.kernel.orgs.actors import EVERY_LINE, PURPOSES, Actor, Held, Purpose, Right, post_kinds
from zhenwu.kernel.orgs.models import Closure
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Refused


@dataclass(frozen=True, slots=True)
class Reach:
    """``everywhere``, or these units and all that counts under them today. Neither: nothing."""

    everywhere: bool = False
    units: frozenset[UUID] = frozenset()

    @property
    def nothing(self) -> bool:
        return not self.everywhere and not self.units


def reach(actor: Actor, purpose: Purpose, line: str) -> Reach:
    """Where the actor may see (or ``write``) records of a line (a pack id) for a purpose."""
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    if actor.person_id is None:
        return Reach(everywhere=True)
    tops = {top: held for held in actor.posts if _allows(held, purpose, line) for top in _tops(held)}
    if any(top == held.root_id for top, held in tops.items()):
        return Reach(everywhere=True)
    return Reach(units=frozenset(tops))


def reach_filter(reach: Reach, field: str = "unit_id", day: date | None = None) -> Q:
    """The reach as a filter on a field that holds a unit's id; ``day`` chooses the tree (default today's)."""
    if reach.everywhere:
        return Q()
    if reach.nothing:
        return Q(pk__in=[])
    return Q(
        **{f"{field}__in": standing(day or today()).filter(ancestor__in=reach.units).values("descendant")}
    )


def within(reach: Reach, unit_id: UUID, day: date | None = None) -> bool:
    """Whether one unit lies in the reach."""
    if reach.everywhere or reach.nothing:
        return reach.everywhere
    return standing(day or today()).filter(ancestor__in=reach.units, descendant=unit_id).exists()


def require(actor: Actor, right: Right) -> None:
    """Raises ``Refused('access.refused')`` unless a post of the actor carries the right."""
    if not actor.may(right):
        able = "、".join(kind.label for kind in post_kinds().values() if right in kind.rights)
        raise Refused("access.refused", "您的岗位不能做这件事", f"请联系{able}。")


def standing(day: date) -> QuerySet[Closure]:
    """The closure's rows of a day."""
    return Closure.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


def _allows(held: Held, purpose: str, line: str) -> bool:
    kind = post_kinds().get(held.kind)
    if kind is None or purpose not in kind.purposes:
        return False
    return kind.all_lines or EVERY_LINE in held.lines or line in held.lines


def _tops(held: Held) -> tuple[UUID, ...]:
    if post_kinds()[held.kind].scope == "own":
        return (held.unit_id,)
    # At the county a post of township scope has no township to see: it reaches nothing until appointed in
    # one.
    return (held.township_id,) if held.township_id else ()
