"""New rows by plain SQL: for many rows Django's ``bulk_create`` spends longer on preparing values than the database on storing.

Values come as the database spells them: ids as 32 hexadecimal digits, days as ISO texts or days, JSON as text. Beside what
all rows say alike, a text may also come as its bytes in UTF-8, as databases keep it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection, models, transaction

IN = 500  # how many values one statement names
_CAST = "CAST(%s AS TEXT)"  # bytes as the text that they spell


def insert(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], alike: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Insert rows of a model, inside a transaction; ``names`` are the fields that each gives, in order, ``alike`` what all
    rows say in the other fields."""
    alike = alike or {}
    if len(rows) > 1 and connection.vendor == "postgresql":
        _copy(model, (*names, *alike), rows, tuple(alike.values()))
    elif len(rows) > 1 and alike:
        _insert_alike(model, names, rows, alike)
    elif len(rows) == 1:
        with connection.cursor() as cursor:  # ``executemany`` would be a round trip more
            cursor.execute(_statement(model, (*names, *alike)), [*map(_told, rows[0]), *alike.values()])
    elif rows:
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model, tuple(names)), rows)


def _told(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _copy(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], end: tuple[Any, ...]) -> None:
    from psycopg.adapt import Dumper

    class Utf8(Dumper):
        def dump(self, obj: bytes) -> bytes:
            return obj

    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.adapters.register_dumper(bytes, Utf8)  # of this cursor only
        with cursor.copy(f'COPY "{model._meta.db_table}" ({_columns(model, names)}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row((*row, *end))


def _insert_alike(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], alike: Mapping[str, Any]) -> None:
    """On SQLite handing over a value costs as much as storing it: what all rows say alike stands in the statement, quoted by
    SQLite itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['quote(%s)'] * len(alike))}", list(alike.values()))
        quoted = [str(one).replace("%", "%%") for one in cursor.fetchone()]
        marks = [_CAST if isinstance(one, bytes) else "%s" for one in rows[0]]
        columns, values = _columns(model, (*names, *alike)), ", ".join(marks + quoted)
        cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({values})', rows)


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    marks = ", ".join(["%s"] * len(names))
    return f'INSERT INTO "{model._meta.db_table}" ({_columns(model, names)}) VALUES ({marks})'


def _columns(model: type[models.Model], names: Sequence[str]) -> str:
    columns = {one.name: one.column for one in model._meta.concrete_fields}
    return ", ".join(f'"{columns[name]}"' for name in names)


def refusable() -> AbstractContextManager[object]:
    """Around rows that the database may refuse, where something is still asked before the transaction is given up: PostgreSQL answers
    nothing after a refusal unless they stand apart."""
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


@lru_cache(maxsize=1024)  # steps that are entered together were taken at the same hours
def stored_moment(moment: datetime) -> Any:
    """A moment as the database spells it."""
    return connection.ops.adapt_datetimefield_value(moment)


def chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
