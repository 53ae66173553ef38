"""Who may see what: the reach of an actor for a purpose on a line of work. What no post allows is denied.

Rights use today's tree and today's posts, whatever the day of the records: after a merger the successor's
people see what the merged villages recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from zhenwu.kernel.journal.api import ask, ask_of, known_id, read_id
from zhenwu.kernel.orgs.actors import EVERY_LINE, PURPOSES, Actor, Held, Purpose, Right, post_kinds
from zhenwu.kernel.orgs.models import Closure
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Refused

_ABOVE = """SELECT ancestor_id FROM orgs_closure WHERE descendant_id = %s
AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)"""
_BELOW = """SELECT descendant_id FROM orgs_closure
WHERE valid_from <= %s AND (valid_until IS NULL OR valid_until > %s) AND ancestor_id IN (%s)"""


@dataclass(frozen=True)
class Reach:
    """``everywhere``, or these units and all that counts under them today. Neither: nothing.

    Short-lived: what lies under the units is read once, when first asked for.
    """

    everywhere: bool = False
    units: frozenset[UUID] = frozenset()

    @property
    def nothing(self) -> bool:
        return not self.everywhere and not self.units

    def covers(self, unit_id: UUID) -> bool:
        """Whether a unit counts, today, in the reach."""
        return self.everywhere or unit_id in self._below

    def covers_one(self, unit_id: UUID) -> bool:
        """``covers``, where only one unit is asked about: what lies above it is read, not all that lies in the reach."""
        return self.everywhere or (bool(self.units) and not self.units.isdisjoint(above(unit_id)))

    @cached_property
    def _below(self) -> frozenset[UUID]:
        if self.nothing:
            return frozenset()
        when = today().isoformat()
        return frozenset(known_id(one) for (one,) in ask_of(_BELOW, [unit.hex for unit in self.units], when, when))


def reach(actor: Actor, purpose: Purpose, line: str, *, named: bool = False) -> Reach:
    """Where the actor may see (or ``write``) records of a line (a pack id) for a purpose.

    ``named``: what is confidential to a line. It is reached only by posts over a whole township whose appointment names
    this very line; ``*`` and the posts that see all lines do not count.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    if actor.person_id is None:
        return Reach(everywhere=True)
    return _over(held for held in actor.posts if _allows(held, purpose, line, named))


def _over(posts: Iterable[Held]) -> Reach:
    tops = {top: held for held in posts for top in _tops(held)}
    if any(top == held.root_id for top, held in tops.items()):
        return Reach(everywhere=True)
    return Reach(units=frozenset(tops))


def reach_of_posts(actor: Actor, line: str, kinds: Collection[str]) -> Reach:
    """Where the actor holds one of these kinds of post for a line, whatever they allow."""
    if actor.person_id is None:
        return Reach(everywhere=True)
    return _over(held for held in actor.posts if held.kind in kinds and _for_line(held, line, named=False))


def reach_filter(reach: Reach, field: str = "unit_id", day: date | None = None) -> Q:
    """The reach as a filter on a field that holds a unit's id; ``day`` chooses the tree (default today's)."""
    if reach.everywhere:
        return Q()
    if reach.nothing:
        return Q(pk__in=[])
    return Q(**{f"{field}__in": standing(day or today()).filter(ancestor__in=reach.units).values("descendant")})


def posts_at(actor: Actor, line: str, unit_id: UUID, *, named: bool = False) -> frozenset[str]:
    """The kinds of post an actor holds over a unit for a line: who they are to a matter there. ``SYSTEM`` is all.
    ``named`` as in ``reach``.
    """
    return posts_over(actor, line, above(unit_id) if actor.person_id else (), named=named)


def posts_over(actor: Actor, line: str, above: Collection[UUID], *, named: bool = False) -> frozenset[str]:
    """``posts_at`` for a unit whose ancestors (itself among them) are known already."""
    if actor.person_id is None:
        return frozenset(post_kinds())
    known = frozenset(above)
    return frozenset(held.kind for held in actor.posts if _for_line(held, line, named) and not known.isdisjoint(_tops(held)))


def require(actor: Actor, right: Right) -> None:
    """Raises ``Refused('access.refused')`` unless a post of the actor carries the right."""
    if not actor.may(right):
        able = "、".join(kind.label for kind in post_kinds().values() if right in kind.rights)
        raise Refused("access.refused", "您的岗位不能做这件事", f"请联系{able}。")


def standing(day: date) -> QuerySet[Closure]:
    """The closure's rows of a day."""
    return Closure.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


def above(unit_id: UUID, day: date | None = None) -> frozenset[UUID]:
    """The units under which one counts on a day (default today), itself among them while it exists."""
    when = (day or today()).isoformat()
    return frozenset(read_id(one) for (one,) in ask(_ABOVE, unit_id.hex, when, when))


def stands(unit_id: UUID, day: date | None = None) -> bool:
    """Whether a unit exists on a day (default today)."""
    return unit_id in above(unit_id, day)


def _allows(held: Held, purpose: str, line: str, named: bool) -> bool:
    kind = post_kinds().get(held.kind)
    return kind is not None and purpose in kind.purposes and _for_line(held, line, named)


def _for_line(held: Held, line: str, named: bool) -> bool:
    kind = post_kinds().get(held.kind)
    if kind is None:
        return False
    if named:
        return line in held.lines and kind.scope == "township"
    return kind.all_lines or EVERY_LINE in held.lines or line in held.lines


def _tops(held: Held) -> tuple[UUID, ...]:
    if post_kinds()[held.kind].scope == "own":
        return (held.unit_id,)
    # At the county a post of township scope has no township to see: it reaches nothing until appointed in
    # one.
    return (held.township_id,) if held.township_id else ()
