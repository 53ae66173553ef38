"""The cells in the database: added to, replaced, summed. Plain SQL, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from zhenwu.kernel.metrics.models import Cell, Counted, KeyCell
from zhenwu.lib.digests import digest

Place = tuple[int, int, UUID]  # counted id, month, unit
KeyPlace = tuple[int, int, UUID, str]
_LONGEST_KEY = 64
_IN = 400  # how many units one statement names


def counted() -> dict[str, Counted]:
    """All base metrics that have cells, by key."""
    return {row.key: row for row in Counted.objects.all()}


def add(cells: Mapping[Place, int], keys: Mapping[KeyPlace, int]) -> None:
    """Add to cells and drop those that become zero. Called inside the follower's transaction."""
    _add("metrics_cell", "metric_id, month, unit_id", [(*_sql(place), value) for place, value in cells.items() if value])
    _add("metrics_keycell", "metric_id, month, unit_id, key", [(*_sql(place), value) for place, value in keys.items() if value])


def replace(metric: Counted, cells: Iterable[tuple[UUID, int, Any, int]]) -> None:
    """Put a rebuilt metric's cells in place of the old ones: ``(unit, month, key or None, value)``."""
    Cell.objects.filter(metric=metric).delete()
    KeyCell.objects.filter(metric=metric).delete()
    plain: dict[Place, int] = {}
    keyed: dict[KeyPlace, int] = {}
    for unit, month, key, value in cells:
        if key is None:
            plain[(metric.id, month, unit)] = value
        else:
            keyed[(metric.id, month, unit, key_text(key))] = value
    add(plain, keyed)


def key_text(key: object) -> str:
    """A key of a distinct count as it is stored: its text, or the digest of a long one."""
    text = str(key)
    return text if len(text) <= _LONGEST_KEY else digest(text)


def total(metric: str, first: int | None, last: int, units: Sequence[UUID] | None) -> int:
    """The sum of a metric's cells from month ``first`` (None: from the beginning) to ``last``, over units (None: all)."""
    return sum(int(row[0] or 0) for row in _select("SUM(cell.value)", "metrics_cell", metric, first, last, units))


def distinct(metric: str, first: int, last: int, units: Sequence[UUID] | None) -> int:
    """How many different keys occur."""
    rows = _select("DISTINCT cell.key", "metrics_keycell", metric, first, last, units)
    return len({row[0] for row in rows})


def by_month(metric: str, first: int, last: int, units: Sequence[UUID] | None) -> dict[int, int]:
    """month → sum, for drawing a course."""
    found: dict[int, int] = {}
    for month, value in _select("cell.month, SUM(cell.value)", "metrics_cell", metric, first, last, units, "GROUP BY cell.month"):
        found[month] = found.get(month, 0) + int(value)  # PostgreSQL sums bigints as numeric
    return found


def every_cell(metric: str) -> dict[tuple[UUID, int, str | None], int]:
    """All cells of a base metric, for comparing with a rebuild: (unit, month, key or None) → value."""
    plain = Cell.objects.filter(metric__key=metric).values_list("unit_id", "month", "value")
    keyed = KeyCell.objects.filter(metric__key=metric).values_list("unit_id", "month", "key", "value")
    cells: dict[tuple[UUID, int, str | None], int] = {(unit, month, None): value for unit, month, value in plain}
    return cells | {(unit, month, key): value for unit, month, key, value in keyed}


def _select(
    what: str, table: str, metric: str, first: int | None, last: int, units: Sequence[UUID] | None, tail: str = ""
) -> list[tuple[Any, ...]]:
    sql = f"SELECT {what} FROM {table} cell JOIN metrics_counted base ON base.id = cell.metric_id WHERE base.key = %s AND cell.month <= %s"
    values: list[Any] = [metric, last]
    if first is not None:
        sql += " AND cell.month >= %s"
        values.append(first)
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if units is None:
            cursor.execute(f"{sql} {tail}", values)
            return cursor.fetchall()
        for start in range(0, len(units), _IN):
            chunk = [_hex(unit) for unit in units[start : start + _IN]]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"{sql} AND cell.unit_id IN ({marks}) {tail}", [*values, *chunk])
            rows += cursor.fetchall()
    return rows


def _add(table: str, key: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({key}, value) VALUES ({marks}) "
            f"ON CONFLICT ({key}) DO UPDATE SET value = {table}.value + excluded.value",
            sorted(rows),  # one order for all writers: no deadlock
        )
        cursor.execute(f"DELETE FROM {table} WHERE value = 0")


def _sql(place: tuple[Any, ...]) -> tuple[Any, ...]:
    return (place[0], place[1], _hex(place[2]), *place[3:])


def _hex(unit: UUID) -> str:
    return unit.hex if connection.vendor == "sqlite" else str(unit)
