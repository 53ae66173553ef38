"""The door of orgs: verbs that change units and staff, and what may be read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F, Q, QuerySet

from zhenwu.kernel.journal.api import ask, known_at
from zhenwu.kernel.orgs import store
from zhenwu.kernel.orgs.access import (
    Reach,
    above,
    posts_at,
    posts_over,
    reach,
    reach_filter,
    reach_of_posts,
    require,
    standing,
    stands,
)
from zhenwu.kernel.orgs.actors import PURPOSES, SYSTEM, Actor, Held, PostKind, Purpose, Right, post_kinds
from zhenwu.kernel.orgs.history import History, Home
from zhenwu.kernel.orgs.models import Charge, Person, Post
from zhenwu.kernel.orgs.people import FirstPassword, appoint, dismiss, enrol_person, enrol_system, set_charge
from zhenwu.kernel.orgs.saved_views import SavedView, drop_view, save_view, saved_views
from zhenwu.kernel.orgs.store import rebuild_closure
from zhenwu.kernel.orgs.tokens import (
    SCOPES,
    BadToken,
    Bearer,
    TokenRow,
    bearer_of,
    issue_token,
    new_secret,
    note_refusal,
    revoke_token,
    tokens,
)
from zhenwu.kernel.orgs.tree import Tree
from zhenwu.kernel.orgs.units import (
    UnitRow,
    close_unit,
    merge_units,
    move_unit,
    open_unit,
    open_units,
    rename_unit,
    split_unit,
)
from zhenwu.lib.clock import today

__all__ = [
    "PURPOSES",
    "SCOPES",
    "SYSTEM",
    "Actor",
    "BadToken",
    "Bearer",
    "ChargeHeld",
    "FirstPassword",
    "Held",
    "History",
    "Home",
    "PostKind",
    "Purpose",
    "Reach",
    "Right",
    "SavedView",
    "TokenRow",
    "Tree",
    "UnitRow",
    "above",
    "actor_of",
    "appoint",
    "bearer_of",
    "charges",
    "close_unit",
    "dismiss",
    "drop_view",
    "enrol_person",
    "enrol_system",
    "find_person",
    "holders",
    "issue_token",
    "merge_units",
    "move_unit",
    "names_of",
    "new_secret",
    "note_refusal",
    "open_unit",
    "open_units",
    "past",
    "post_kinds",
    "posts_at",
    "posts_over",
    "reach",
    "reach_filter",
    "reach_of_posts",
    "rebuild_closure",
    "rename_unit",
    "require",
    "revoke_token",
    "save_view",
    "saved_views",
    "set_charge",
    "split_unit",
    "staff",
    "stands",
    "tokens",
    "tree",
    "trees",
]


@dataclass(frozen=True, slots=True)
class ChargeHeld:
    """Who answers for a duty at a unit, from when until when (exclusive)."""

    person_id: UUID
    unit_id: UUID
    duty: str
    valid_from: date
    valid_until: date | None


def tree(day: date | None = None, position: int | None = None) -> Tree:
    """The tree of a day (default today) as known at a journal position (default: everything committed)."""
    return _tree(day or today(), store.load(position))


@lru_cache(maxsize=8)
def _tree(day: date, history: History) -> Tree:
    """Nobody changes a tree, so all who ask for one day of one past share it."""
    return Tree(day, history)


def past(position: int | None = None) -> History:
    """The dated past of all units as known at a position, read once: ``Tree(day, past())`` for any day."""
    return store.load(position)


def trees(days: Iterable[date], position: int | None = None) -> dict[date, Tree]:
    """The trees of many days, as known at one position, read once."""
    history = store.load(position)
    return {day: Tree(day, history) for day in days}


def actor_of(person: Person, day: date | None = None) -> Actor:
    """The person as an actor, with the posts of a day (default today) at units that exist on it.

    Somebody whose account is switched off holds nothing.
    """
    if not person.is_active:
        return Actor(person.id, person.name)
    when = (day or today()).isoformat()
    held = ask(_POSTS, person.id.hex, when, when, when, when)
    return Actor(person.id, person.name, tuple(Held(kind, _id(unit), frozenset(orjson.loads(lines)), township and _id(township), _id(root)) for kind, unit, lines, township, root in held))


def staff(day: date | None = None) -> list[Actor]:
    """Everybody who holds a post on a day (default today), as ``actor_of`` gives them, by name."""
    held: dict[Person, list[Held]] = {}
    for post in _posts_on(day or today()).filter(person__is_active=True).select_related("person", "unit").order_by("kind", "unit_id", "id"):
        held.setdefault(post.person, []).append(_held(post))
    return sorted((Actor(one.id, one.name, tuple(posts)) for one, posts in held.items()), key=lambda actor: actor.name)


def find_person(username: str) -> Person | None:
    """An active member of the staff by log-in name."""
    return Person.objects.filter(username=username, is_active=True).first()


def holders(kind: str, line: str, unit: UUID | None = None, day: date | None = None) -> list[UUID]:
    """Who holds a post of a kind for a line on a day; with ``unit``, only at that very unit. Sorted ids."""
    found = _posts_on(day or today()).filter(kind=kind, person__is_active=True)
    if unit is not None:
        found = found.filter(unit_id=unit)
    whole = post_kinds()[kind].all_lines
    return sorted({post.person_id for post in found if whole or "*" in post.lines or line in post.lines})


def charges(
    day: date | None = None, *, unit: UUID | None = None, duty: str | None = None, person: UUID | None = None,
    position: int | None = None,
) -> list[ChargeHeld]:  # fmt: skip
    """The charges of a day (default today), narrowed by unit, duty or person, as known at a position."""
    when = day or today()
    rows = Charge.objects.filter(
        known_at(position, retired="retired_by"),
        Q(valid_until=None) | Q(valid_until__gt=when),
        valid_from__lte=when,
    )
    wanted = {"unit_id": unit, "duty": duty, "person_id": person}
    rows = rows.filter(**{field: value for field, value in wanted.items() if value is not None})
    fields = ("person_id", "unit_id", "duty", "valid_from", "valid_until")
    return [ChargeHeld(*row) for row in rows.order_by("duty", "unit_id", "person_id").values_list(*fields)]


def names_of(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people of the staff, by id."""
    return dict(Person.objects.filter(id__in=set(people)).values_list("id", "name"))


# Asked with every request: ``_posts_on`` of one person, by plain SQL.
_POSTS = """SELECT p.kind, p.unit_id, p.lines, u.township, u.county FROM orgs_post p JOIN orgs_unit u ON u.id = p.unit_id
WHERE p.person_id = %s AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s) AND EXISTS (
    SELECT 1 FROM orgs_closure c WHERE c.ancestor_id = p.unit_id AND c.descendant_id = p.unit_id
    AND c.valid_from <= %s AND (c.valid_until IS NULL OR c.valid_until > %s)
) ORDER BY p.kind, p.unit_id, p.id"""


def _posts_on(day: date) -> QuerySet[Post]:
    """Posts of a day, but for those at units that have ended: nobody inherits rights by a merger."""
    alive = standing(day).filter(ancestor=F("descendant")).values("descendant")
    found = Post.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day, unit__in=alive)
    return found.select_related("unit")


def _id(told: Any) -> UUID:
    return UUID(str(told))


def _held(post: Post) -> Held:
    return Held(post.kind, post.unit_id, frozenset(post.lines), post.unit.township, post.unit.county)
