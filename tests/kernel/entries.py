"""What people enter in the yard, and how its tests tell what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.people import People
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.lib.codes import identity_check
from zhenwu.lib.problems import Problems

DAY = "2020-03-01"
HERE, THERE = "深塘一格", "上垟一格"


def number(serial: int) -> str:
    first = f"33252219680512{serial:03d}"
    return first + identity_check(first)


def house(people: People, code: str, area: str | None = "10", place: str = HERE, **more: Any) -> RecordInput:
    return RecordInput({"code": code, "area": area, "state": "removed"}, people.town[place], DAY, **more)


def tally(people: People, code: str, place: str = HERE, **data: Any) -> RecordInput:
    return RecordInput({"code": code, "paid": "1", **data}, people.town[place], DAY)


def import_(people: People, rows: list[RecordInput], op_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return ledgers.save_records(people.zhou, yard.HOUSE, rows, op_id or uuid4(), **more)


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    """(saved, corrected, unchanged)."""
    return answer["saved"], answer["corrected"], answer["unchanged"]


def faults(act: Callable[[], Any]) -> list[tuple[str, int | None]]:
    """(code, row) of everything that is wrong."""
    with pytest.raises(Problems) as raised:
        act()
    return [(found.code, found.place.row) for found in raised.value.found]
