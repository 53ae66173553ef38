"""What stands within a scope, as conditions for plain SQL: on rows ``v`` with ``unit_id``, ``starts_on``, ``ends_on``, ``event_id``, ``retired_by_id``.

``in_scope`` says the same to Django; followers and counting ask so often that building its queries costs more than answering them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhenwu.lib.facts import Scope

# What was known at a position: what still stands, and what was put away later. Asked apart, each is found by its own index; what came
# later is mostly a short list, so that a row is not looked up in the journal to be known.
_LATER = "(SELECT s.event_id FROM journal_sequenced s WHERE s.position > %s UNION ALL SELECT e.id FROM journal_event e WHERE NOT e.taken)"
_KNOWN = f"v.event_id NOT IN {_LATER}"
_NOW = "v.retired_by_id IS NULL"


def selecting(columns: str, source: str, scope: Scope, more: str = "", given: Sequence[Any] = ()) -> tuple[str, list[Any]]:
    """(statement, its values): ``columns`` of the rows of ``source`` (a FROM clause) within a scope, ``more`` a condition with the values ``given``."""
    parts, values = [], []
    for known, at in _times(scope.position):
        where, told = _bounds(scope)
        conditions = [known, *where, *([more] if more else [])]
        parts.append(f"SELECT {columns} FROM {source} WHERE {' AND '.join(conditions)}")
        values += [*at, *told, *given]
    return " UNION ALL ".join(parts), values


def among(what: str, count: int) -> str:
    """The condition that something is one of so many values."""
    return f"{what} IN ({', '.join(['%s'] * count)})" if count else "1 = 0"


def _times(position: int | None) -> list[tuple[str, tuple[int, ...]]]:
    if position is None:
        return [(_NOW, ())]
    return [(f"{_NOW} AND {_KNOWN}", (position,)), (f"v.retired_by_id IN {_LATER} AND {_KNOWN}", (position, position))]


def _bounds(scope: Scope) -> tuple[list[str], list[Any]]:
    where, told = [], []
    if scope.units is not None:
        where.append(among("v.unit_id", len(scope.units)))
        told += sorted(unit.hex for unit in scope.units)
    for day, condition in (
        (scope.first_day, "v.starts_on >= %s"), (scope.last_day, "v.starts_on <= %s"), (scope.alive_on, "v.starts_on <= %s"),
        (scope.alive_on, "(v.ends_on IS NULL OR v.ends_on > %s)"),
    ):  # fmt: skip
        if day is not None:
            where.append(condition)
            told.append(day.isoformat())
    return where, told
