"""New rows by plain SQL: for many rows Django's ``bulk_create`` spends longer on preparing values than the database on storing.

Values come as the database spells them: ids as 32 hexadecimal digits, days as ISO texts or days, JSON as text. Beside what
all rows say alike, a text may also come as its bytes in UTF-8, as databases keep it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.db import connection, models, transaction

IN = 500  # how many values one statement names
_CAST = "CAST(%s AS TEXT)"  # bytes as the text that they spell
_TOGETHER = 100  # rows to a statement on SQLite: more win little


def insert(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], alike: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Insert rows of a model, inside a transaction; ``names`` are the fields that each gives, in order, ``alike`` what all
    rows say in the other fields."""
    alike = alike or {}
    if len(rows) == 1:
        with connection.cursor() as cursor:
            cursor.execute(_statement(model, (*names, *alike)), [*map(_told, rows[0]), *alike.values()])
    elif rows and connection.vendor == "postgresql":
        _copy(model, (*names, *alike), rows, tuple(alike.values()))
    elif rows:
        _insert_some(model, tuple(names), rows, alike)


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


def _insert_some(model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]], alike: Mapping[str, Any]) -> None:
    """Many rows on SQLite: a hundred to a statement, which opens the table and its indexes once for all of them, where
    ``executemany`` opens them for each, and is handed once what all say alike. Fewer are not worth a statement of their own length.
    Past Django's cursor, which would look through the long text for marks each time."""
    whole, end = len(rows) - len(rows) % _TOGETHER, tuple(alike.values())
    spelled = tuple(isinstance(value, bytes) for value in rows[0])
    with connection.wrap_database_errors:
        for some in chunks(rows[:whole], _TOGETHER):
            connection.connection.execute(_selection(model, names, spelled, tuple(alike)), [*end, *chain.from_iterable(some)])
    if whole < len(rows):
        marks = [_CAST if one else "%s" for one in spelled] + ["%s"] * len(end)
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model, (*names, *alike), tuple(marks)), [(*row, *end) for row in rows[whole:]])


@cache
def _selection(model: type[models.Model], names: tuple[str, ...], spelled: tuple[bool, ...], alike: tuple[str, ...]) -> str:
    own = [f"CAST(column{at} AS TEXT)" if one else f"column{at}" for at, one in enumerate(spelled, 1)]
    values = ",".join([f"({','.join('?' * len(own))})"] * _TOGETHER)
    said = ", ".join(["?"] * len(alike) + own)
    return f'INSERT INTO "{model._meta.db_table}" ({_columns(model, (*alike, *names))}) SELECT {said} FROM (VALUES {values})'


@cache
def _statement(model: type[models.Model], names: tuple[str, ...], marks: tuple[str, ...] = ()) -> str:
    told = ", ".join(marks or ["%s"] * len(names))
    return f'INSERT INTO "{model._meta.db_table}" ({_columns(model, names)}) VALUES ({told})'


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
