"""Small questions by plain SQL: at what every act asks first, Django's query building costs ten times what the database takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar, overload
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from zhenwu.kernel.journal.inserting import IN, chunks

Row = TypeVar("Row", bound=Model)


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement; ids are spelled as 32 hexadecimal digits, days as ISO texts."""
    here = connections[DEFAULT_DB_ALIAS]
    rows: list[tuple[Any, ...]]
    if here.vendor == "sqlite" and here.connection is not None and not (here.queries_logged or here.execute_wrappers):
        with here.wrap_database_errors:  # a question by index takes a tenth of what Django's cursor puts around it
            rows = here.connection.execute(_question_marks(sql), values).fetchall()
            return rows
    with here.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
        return rows


def locking(sql: str) -> str:
    """The question with the rows locked until the transaction ends; SQLite's transactions have its one lock already."""
    return f"{sql} FOR UPDATE" if connection.features.has_select_for_update else sql


def stream(sql: str, *values: Any, some: int = 2000) -> Iterator[tuple[Any, ...]]:
    """``ask`` for many rows, so many at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while found := cursor.fetchmany(some):
            yield from found


def ask_of(sql: str, among: Sequence[Any], *values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement with ``IN (%s)`` as its last question, asked of so many values at a time; ``values`` stand before them."""
    for some in chunks(among, IN):
        yield from ask(_with_marks(sql, len(some)), *values, *some)


def tell_of(sql: str, among: Sequence[Any], *values: Any) -> None:
    """``ask_of`` for a statement that changes rows and returns none."""
    for some in chunks(among, IN):
        with connection.cursor() as cursor:
            cursor.execute(_with_marks(sql, len(some)), [*values, *some])


def last_position() -> int:
    """The last position that the sequencer gave, 0 when there is none."""
    ((last,),) = ask("SELECT MAX(position) FROM journal_sequenced")
    return last or 0


def read_id(told: UUID | str) -> UUID:
    """An id as the driver gives it."""
    return told if isinstance(told, UUID) else UUID(told)


known_id = lru_cache(maxsize=4096)(read_id)  # for those that come in row after row: units


def read_moment(told: datetime | str) -> datetime:
    """A moment as the driver gives it."""
    at = datetime.fromisoformat(told) if isinstance(told, str) else told
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@overload
def read_date(told: date | str) -> date: ...
@overload
def read_date(told: date | str | None) -> date | None: ...
def read_date(told: date | str | None) -> date | None:
    """A day as the driver gives it."""
    return date.fromisoformat(told) if isinstance(told, str) else told


def as_row(model: type[Row], **columns: Any) -> Row:
    """A row of a model, its columns by attribute (``unit_id``); one that is neither given here nor set later is read when it is asked
    for. Django's constructor, which checks each, takes ten times as long."""
    found = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    found.__dict__ = {"_state": state, **columns}
    return found


def plain_rows(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the driver gives them: JSON as text, ids as SQLite spells them. Of many rows Django's
    own conversion, value by value, takes as long as all the rest."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return
    yield from stream(sql, *values)


@lru_cache(maxsize=4096)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


@cache
def _with_marks(sql: str, count: int) -> str:
    head, mark, tail = sql.rpartition("(%s)")
    assert mark and "%s" not in tail, sql
    return f"{head}({', '.join(['%s'] * count)}){tail}"
