"""The cells in the database: added to, replaced, summed. Plain SQL, the same on SQLite and PostgreSQL.

Beside the cells lie their sums over all leaves, by month (totals) and for keys by year (key years): every change is added
to both in one transaction. What the whole township comes to is read from the sums, what part of it comes to from the cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from zhenwu.kernel.journal.api import ask, chunks, known_id
from zhenwu.kernel.metrics.models import Cell, Counted, KeyCell, KeyYear, Total
from zhenwu.lib.digests import digest

Entry = tuple[UUID, int, Any, int]  # unit, month, key or None, value
CellMap = dict[tuple[UUID, int, str | None], int]
Sums = dict[tuple[int, str | None], int]  # (month, None) of a total, (year, key) of a key year → value
_LONGEST_KEY = 64
_IN = 400  # how many units one statement names


def counted() -> dict[str, Counted]:
    """All base metrics that have cells, by key."""
    return {row.key: row for row in Counted.objects.all()}


def identified(keys: Iterable[str]) -> dict[str, int]:
    """The ids of base metrics by key; those met for the first time are given one, as not counted yet (no digest)."""
    known = _ids()
    fresh = [Counted(key=key) for key in keys if key not in known]
    if fresh:
        Counted.objects.bulk_create(fresh, ignore_conflicts=True)
    return _ids() if fresh else known


def _ids() -> dict[str, int]:
    return dict(ask("SELECT key, id FROM metrics_counted"))


@dataclass
class Rows:
    """What is to be added to cells, in the database's own spelling and in one order for all writers: no deadlock."""

    plain: list[tuple[int, int, str, int]] = field(default_factory=list)
    keyed: list[tuple[int, int, str, str, int]] = field(default_factory=list)
    totals: list[tuple[int, int, int]] = field(default_factory=list)
    key_years: list[tuple[int, int, str, int]] = field(default_factory=list)


def rows_of(changes: Iterable[tuple[int, Iterable[Entry]]]) -> Rows:
    """Entries of metrics (by their id), made ready before the write lock is taken."""
    named, rows = _Names(), Rows()
    for metric, entries in changes:
        for unit, month, key, value in entries:
            if key is None:
                rows.plain.append((metric, month, named[unit], value))
            else:
                rows.keyed.append((metric, month, named[unit], key_text(key), value))
    rows.plain.sort()
    rows.keyed.sort()
    rows.totals = sorted(_added(((metric, month), value) for metric, month, _, value in rows.plain))
    rows.key_years = sorted(_added(((metric, month // 12, key), value) for metric, month, _, key, value in rows.keyed))
    return rows


def add(rows: Rows) -> None:
    """Add to cells and drop those that become zero. Called inside a transaction."""
    _add("metrics_cell", "metric_id, month, unit_id", rows.plain)
    _add("metrics_keycell", "metric_id, month, unit_id, key", rows.keyed)
    _add("metrics_total", "metric_id, month", rows.totals)
    _add("metrics_keyyear", "metric_id, year, key", rows.key_years)


def begin_anew(digests: Mapping[int, str]) -> None:
    """Drop all cells of metrics (by their id), and their sums; what is counted from now on is what their digests say."""
    clear(list(digests))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE metrics_counted SET digest = %s WHERE id = %s", [(said, metric) for metric, said in digests.items()])


def clear(metrics: Sequence[int]) -> None:
    """Drop all cells of metrics, and their sums."""
    for some in chunks(metrics, _IN):
        for kept in (Cell, KeyCell, Total, KeyYear):
            kept.objects.filter(metric_id__in=some).delete()


def replace(metric: Counted, cells: Iterable[Entry]) -> None:
    """Put a rebuilt metric's cells in place of the old ones."""
    clear([metric.id])
    add(rows_of([(metric.id, cells)]))


def key_text(key: object) -> str:
    """A key of a distinct count as it is stored: its text, or the digest of a long one."""
    text = str(key)
    return text if len(text) <= _LONGEST_KEY else digest(text)


def total(metric: str, first: int | None, last: int, units: Sequence[UUID] | None) -> int:
    """The sum of a metric's cells from month ``first`` (None: from the beginning) to ``last``, over units (None: all)."""
    table = "metrics_total" if units is None else "metrics_cell"
    return sum(int(row[0] or 0) for row in _select("SUM(cell.value)", table, metric, first, last, units))


def distinct(metric: str, first: int, last: int, units: Sequence[UUID] | None) -> int:
    """How many different keys occur."""
    if units is None and first % 12 == 0 and last % 12 == 11:
        rows = _select("COUNT(DISTINCT cell.key)", "metrics_keyyear", metric, first // 12, last // 12, None)
        return int(rows[0][0])
    rows = _select("DISTINCT cell.key", "metrics_keycell", metric, first, last, units)
    return len({row[0] for row in rows})


def by_month(metric: str, first: int, last: int, units: Sequence[UUID] | None) -> dict[int, int]:
    """month → sum, for drawing a course."""
    table, found = "metrics_total" if units is None else "metrics_cell", dict[int, int]()
    for month, value in _select("cell.month, SUM(cell.value)", table, metric, first, last, units, "GROUP BY cell.month"):
        found[month] = found.get(month, 0) + int(value)  # PostgreSQL sums bigints as numeric
    return found


def by_unit(metric: str, first: int | None, last: int) -> dict[UUID, int]:
    """unit → the sum of its cells of these months."""
    rows = _select("cell.unit_id, SUM(cell.value)", "metrics_cell", metric, first, last, None, "GROUP BY cell.unit_id")
    return {known_id(unit): int(value) for unit, value in rows}


def keys_by_unit(metric: str, first: int, last: int) -> dict[UUID, set[str]]:
    """unit → the different keys in its cells of these months."""
    found: dict[UUID, set[str]] = {}
    for unit, key in _select("DISTINCT cell.unit_id, cell.key", "metrics_keycell", metric, first, last, None):
        found.setdefault(known_id(unit), set()).add(key)
    return found


def every_cell(metric: str) -> CellMap:
    """All cells of a base metric, for comparing with a rebuild: (unit, month, key or None) → value."""
    plain = Cell.objects.filter(metric__key=metric).values_list("unit_id", "month", "value")
    keyed = KeyCell.objects.filter(metric__key=metric).values_list("unit_id", "month", "key", "value")
    cells: CellMap = {(unit, month, None): value for unit, month, value in plain}
    return cells | {(unit, month, key): value for unit, month, key, value in keyed}


def every_sum(metric: str) -> Sums:
    """The sums kept beside a metric's cells, for comparing with ``summed``."""
    totals = Total.objects.filter(metric__key=metric).values_list("month", "value")
    key_years = KeyYear.objects.filter(metric__key=metric).values_list("year", "key", "value")
    sums: Sums = {(month, None): value for month, value in totals}
    return sums | {(year, key): value for year, key, value in key_years}


def summed(cells: Mapping[tuple[UUID, int, str | None], int]) -> Sums:
    """The sums that belong beside cells."""
    places = (((month if key is None else month // 12, key), value) for (_, month, key), value in cells.items())
    return {(time, key): value for time, key, value in _added(places)}


def _added(changes: Iterable[tuple[tuple[Any, ...], int]]) -> list[tuple[Any, ...]]:
    """Changes of the same place added up, as rows of place and value; no zeros."""
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for place, value in changes:
        sums[place] += value
    return [(*place, value) for place, value in sums.items() if value]


def _select(
    what: str, table: str, metric: str, first: int | None, last: int, units: Sequence[UUID] | None, tail: str = ""
) -> list[tuple[Any, ...]]:
    time = "year" if table == "metrics_keyyear" else "month"
    sql = f"SELECT {what} FROM {table} cell JOIN metrics_counted base ON base.id = cell.metric_id WHERE base.key = %s AND cell.{time} <= %s"
    values: list[Any] = [metric, last]
    if first is not None:
        sql += f" AND cell.{time} >= %s"
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


def _add(table: str, key: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({key}, value) VALUES ({marks}) "
            f"ON CONFLICT ({key}) DO UPDATE SET value = {table}.value + excluded.value",
            rows,
        )
        cursor.execute(f"DELETE FROM {table} WHERE value = 0")


def _hex(unit: UUID) -> str:
    return unit.hex if connection.vendor == "sqlite" else str(unit)


class _Names(dict[UUID, str]):
    """Units as the database writes them, each spelled once."""

    def __missing__(self, unit: UUID) -> str:
        self[unit] = _hex(unit)
        return self[unit]
