"""Small trees of invented places, for the tests of orgs."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from zhenwu.kernel.orgs.history import History
from zhenwu.kernel.orgs.moves import NewUnit, opening

SPACE = UUID(int=1)
BEGINNING = date(2019, 1, 1)


def unit(name: str) -> UUID:
    """The id of an invented place."""
    return uuid5(SPACE, name)


def new(name: str, parent: str | None, kind: str, code: str = "") -> NewUnit:
    return NewUnit(unit(name), unit(parent) if parent else None, kind, name.rpartition("/")[2], code)


def township() -> History:
    """云岭镇 with 深塘村 (two grids), 上垟村 (one grid), 林边村 (none), an office; since 2019."""
    places = [
        new("云岭镇", None, "township", "33"),
        new("深塘村", "云岭镇", "village", "33-1"),
        new("深塘一格", "深塘村", "grid", "33-1-1"),
        new("深塘二格", "深塘村", "grid", "33-1-2"),
        new("上垟村", "云岭镇", "village", "33-2"),
        new("上垟一格", "上垟村", "grid", "33-2-1"),
        new("林边村", "云岭镇", "village", "33-3"),
        new("综合站", "云岭镇", "office", "33-9"),
    ]
    return opening(History([]), places, BEGINNING).applied_to(History([]))
