"""Facts: what the counting rooms see of a record or a matter, whatever shelf it lies on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID


class Row(dict[str, Any]):
    """Columns of a fact; a column that its form did not have yet is missing (None), not an error."""

    def __missing__(self, column: str) -> None:
        return None


@dataclass(frozen=True)
class Fact:
    """One version of one thing. ``row`` holds the columns that expressions and measures name:
    whole numbers in the field's scale, texts, flags, days (``date``); never personal values."""

    source: str  # ledger:demolition.structure | workflow:standard
    id: UUID
    number: int
    unit: UUID
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Scope:
    """Which facts are wanted. ``None`` means no limit. Days are inclusive and bound the fact's own first day;
    ``alive_on`` keeps what existed on that day. ``position`` is what was known."""

    source: str
    position: int | None = None
    units: frozenset[UUID] | None = None
    first_day: date | None = None
    last_day: date | None = None
    alive_on: date | None = None
