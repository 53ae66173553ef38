"""Who acts, in which posts, and what a kind of post allows (``posts.toml``). Pure; no database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from uuid import UUID

Purpose = Literal["figures", "list", "evidence", "export", "map", "api", "write"]
PURPOSES: tuple[Purpose, ...] = ("figures", "list", "evidence", "export", "map", "api", "write")
Right = Literal["units", "people", "posts", "charges", "years", "journal", "outbox"]
EVERY_LINE = "*"


@dataclass(frozen=True, slots=True)
class PostKind:
    """What holders of a kind of post may see (``purposes`` over ``scope``) and administer (``rights``)."""

    id: str
    label: str
    scope: Literal["own", "township"]
    purposes: frozenset[str]
    rights: frozenset[str]
    all_lines: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A post held today: its kind, at a unit, for lines of work (pack ids, or ``*``).

    ``township_id`` is the township of the unit (None at the county), ``root_id`` the topmost unit.
    """

    kind: str
    unit_id: UUID
    lines: frozenset[str]
    township_id: UUID | None
    root_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person with the posts held today; ``SYSTEM`` acts for no person and is refused nothing."""

    person_id: UUID | None
    name: str
    posts: tuple[Held, ...] = ()

    @property
    def principal(self) -> str:
        """How the journal names the actor."""
        return "system" if self.person_id is None else f"person:{self.person_id}"

    @property
    def post_kinds(self) -> frozenset[str]:
        return frozenset(held.kind for held in self.posts)

    def may(self, right: Right) -> bool:
        """Whether any post carries an administrative right."""
        known = post_kinds()
        return self.person_id is None or any(
            held.kind in known and right in known[held.kind].rights for held in self.posts
        )


SYSTEM = Actor(None, "系统")


@cache
def post_kinds() -> Mapping[str, PostKind]:
    """All kinds of post by id, in the order of ``posts.toml``."""
    raw = tomllib.loads((Path(__file__).parent / "posts.toml").read_text(encoding="utf-8"))
    return {
        key: PostKind(
            key,
            body["label"],
            body["scope"],
            frozenset(body["purposes"]),
            frozenset(body.get("rights", ())),
            body.get("all_lines", False),
            body.get("apart", False),
        )
        for key, body in raw.items()
    }
