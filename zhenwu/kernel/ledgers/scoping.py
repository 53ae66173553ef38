"""The live versions of a scope by plain SQL: what followers ask at every event costs Django's query building more than the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from zhenwu.kernel.journal.api import ask_of, stream
from zhenwu.lib.facts import Scope

PREFIX = "ledger:"
# key first; the rest in the order in which a fact is made of them.
_COLUMNS = "v.key, v.revision_id, v.ledger, v.record_id, v.number, v.unit_id, v.starts_on, v.ends_on, v.authority, v.data"
_OLDEST_FIRST = "ORDER BY 7, 4, 5"
_NOW = "v.retired_by_id IS NULL"
# What was known at a position: what still stands, and what was put away later. Asked apart, each is found by its own index.
_LATER = "(SELECT s.event_id FROM journal_sequenced s WHERE s.position > %s UNION ALL SELECT e.id FROM journal_event e WHERE NOT e.taken)"
_KNOWN = f"v.event_id NOT IN {_LATER}"


def rows_in(scope: Scope, ordered: bool = False, more: tuple[str, Sequence[Any]] = ("", ())) -> Iterator[tuple[Any, ...]]:
    """(key, what a fact is made of …) of the versions within a scope as the driver gives them; ``ordered``: oldest first. ``more``: a
    condition on the version ``v`` with its values."""
    asked = [_question(scope, *more, known, at) for known, at in _times(scope.position)]
    sql = " UNION ALL ".join(one for one, _ in asked)
    yield from stream(f"{sql} {_OLDEST_FIRST}" if ordered else sql, *(value for _, values in asked for value in values))


def _times(position: int | None) -> list[tuple[str, tuple[int, ...]]]:
    if position is None:
        return [(_NOW, ())]
    return [(f"{_NOW} AND {_KNOWN}", (position,)), (f"v.retired_by_id IN {_LATER} AND {_KNOWN}", (position, position))]


def _question(scope: Scope, more: str, values: Sequence[Any], known: str, at: Sequence[int]) -> tuple[str, list[Any]]:
    """(the statement, its values)."""
    where, told = ["v.ledger = %s", "NOT v.removed", known], [scope.source.removeprefix(PREFIX), *at]
    if scope.units is not None:
        where.append(_among("v.unit_id", len(scope.units)))
        told += sorted(unit.hex for unit in scope.units)
    for day, condition in (
        (scope.first_day, "v.starts_on >= %s"), (scope.last_day, "v.starts_on <= %s"), (scope.alive_on, "v.starts_on <= %s"),
        (scope.alive_on, "(v.ends_on IS NULL OR v.ends_on > %s)"),
    ):  # fmt: skip
        if day is not None:
            where.append(condition)
            told.append(day.isoformat())
    if more:
        where.append(more)
        told += values
    return f"SELECT {_COLUMNS} FROM ledgers_version v WHERE {' AND '.join(where)}", told


def of_keys(keys: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The condition that people call the record one of these."""
    return _among("v.key", len(keys)), keys


def naming(link: str, keys: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The condition that the field ``link`` names one of these."""
    assert link.isidentifier(), link
    said = f"v.data ->> '{link}'" if connection.vendor == "postgresql" else f"json_extract(v.data, '$.\"{link}\"')"
    return _among(said, len(keys)), keys


def _among(what: str, count: int) -> str:
    return f"{what} IN ({', '.join(['%s'] * count)})" if count else "FALSE"


def rows_of_events(events: Sequence[int], retired: bool) -> Iterator[tuple[Any, ...]]:
    """(event, key, what a fact is made of …) of the versions that these events wrote, or (``retired``) put away."""
    event = "v.retired_by_id" if retired else "v.event_id"
    return ask_of(f"SELECT {event}, {_COLUMNS} FROM ledgers_version v WHERE NOT v.removed AND {event} IN (%s)", events)
