"""Small questions by plain SQL: at what every act asks first, Django's query building costs ten times what the database takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from zhenwu.kernel.journal.inserting import IN, chunks


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement; ids are spelled as 32 hexadecimal digits, days as ISO texts."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def ask_of(sql: str, among: Sequence[Any], *values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement with ``IN (%s)`` as its last question, asked of so many values at a time; ``values`` stand before them."""
    for some in chunks(among, IN):
        yield from ask(_with_marks(sql, len(some)), *values, *some)


def tell_of(sql: str, among: Sequence[Any], *values: Any) -> None:
    """``ask_of`` for a statement that changes rows and returns none."""
    for some in chunks(among, IN):
        with connection.cursor() as cursor:
            cursor.execute(_with_marks(sql, len(some)), [*values, *some])


def read_id(told: UUID | str) -> UUID:
    """An id as the driver gives it."""
    return told if isinstance(told, UUID) else UUID(told)


known_id = lru_cache(maxsize=4096)(read_id)  # for those that come in row after row: units


def plain_rows(rows: QuerySet[Any, Any], some: int = 2000) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the driver gives them, so many at a time: JSON as text, ids as SQLite spells them. Of many rows Django's
    own conversion, value by value, takes as long as all the rest."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while found := cursor.fetchmany(some):
            yield from found


@cache
def _with_marks(sql: str, count: int) -> str:
    head, mark, tail = sql.rpartition("(%s)")
    assert mark and "%s" not in tail, sql
    return f"{head}({', '.join(['%s'] * count)}){tail}"
