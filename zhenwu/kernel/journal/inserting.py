"""New rows by plain SQL: for many rows Django's ``bulk_create`` spends longer on preparing values than the database on storing.

Values come as the database spells them: ids as 32 hexadecimal digits, days as ISO texts or days, JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

IN = 500  # how many values one statement names


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of a model, inside a transaction; ``names`` are the fields that each gives, in order."""
    if not rows:
        return
    if connection.vendor == "postgresql" and len(rows) > 1:
        _copy(model, names, rows)
        return
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model, tuple(names)), rows)


def _copy(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors:
        with cursor.copy(f'COPY "{model._meta.db_table}" ({_columns(model, names)}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    marks = ", ".join(["%s"] * len(names))
    return f'INSERT INTO "{model._meta.db_table}" ({_columns(model, names)}) VALUES ({marks})'


def _columns(model: type[models.Model], names: Sequence[str]) -> str:
    columns = {one.name: one.column for one in model._meta.concrete_fields}
    return ", ".join(f'"{columns[name]}"' for name in names)


def stored_moment(moment: datetime) -> Any:
    """A moment as the database spells it."""
    return connection.ops.adapt_datetimefield_value(moment)


def chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
