"""A township in the database with its people: 阿莲, 老周, 何书记 and 外乡人."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from zhenwu.kernel.orgs import api
from zhenwu.kernel.orgs.api import SYSTEM, UnitRow
from zhenwu.kernel.orgs.models import Person

BEGINNING = date(2019, 1, 1)
PASSWORD = "long-enough-to-pass"
ROWS = [
    UnitRow("云岭县", "county", None, "33"),
    UnitRow("云岭镇", "township", 0, "33-1"),
    UnitRow("外乡", "township", 0, "33-2"),
    UnitRow("深塘村", "village", 1, "33-1-1"),
    UnitRow("深塘一格", "grid", 3, "33-1-1-1"),
    UnitRow("上垟村", "village", 1, "33-1-2"),
    UnitRow("上垟一格", "grid", 5, "33-1-2-1"),
    UnitRow("综合站", "office", 1, "33-1-9"),
    UnitRow("外乡一村", "village", 2, "33-2-1"),
]


@dataclass(frozen=True)
class Town:
    """The ids of the places by name."""

    units: dict[str, UUID]

    def __getitem__(self, name: str) -> UUID:
        return self.units[name]


def found_town() -> Town:
    """云岭县 with 云岭镇 (two villages with a grid each, an office) and 外乡 next door."""
    ids = api.open_units(SYSTEM, uuid4(), ROWS, BEGINNING)
    return Town(dict(zip((row.name for row in ROWS), ids, strict=True)))


def enrol(username: str, name: str) -> UUID:
    """An account without a post."""
    return api.enrol_person(SYSTEM, uuid4(), username, name, PASSWORD)


def actor(person: UUID, day: date | None = None) -> api.Actor:
    """The person as an actor."""
    return api.actor_of(Person.objects.get(id=person), day)


def posted(username: str, name: str, kind: str, unit: UUID, *lines: str) -> api.Actor:
    """Somebody enrolled and appointed since the beginning."""
    person = enrol(username, name)
    api.appoint(SYSTEM, uuid4(), person, kind, unit, lines or ["*"], BEGINNING)
    return actor(person)
