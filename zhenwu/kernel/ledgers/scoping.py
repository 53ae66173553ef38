"""The live versions of a scope by plain SQL, as the driver gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from zhenwu.kernel.journal.api import among, as_row, ask, ask_of, known_id, read_date, read_id, selecting, stream
from zhenwu.kernel.ledgers.models import Version
from zhenwu.lib.facts import Scope

PREFIX = "ledger:"
# key first; the rest in the order in which a fact is made of them.
_COLUMNS = "v.key, v.revision_id, v.ledger, v.record_id, v.number, v.unit_id, v.starts_on, v.ends_on, v.authority, v.data"
_OLDEST_FIRST = "ORDER BY 7, 4, 5"
Condition = tuple[str, Sequence[Any]]


def rows_in(scope: Scope, ordered: bool = False, more: Condition = ("", ())) -> Iterator[tuple[Any, ...]]:
    """(key, what a fact is made of …) of the versions within a scope; ``ordered``: oldest first. ``more``: a condition on the version ``v``
    with its values."""
    condition, values = more
    own = f"v.ledger = %s AND NOT v.removed{f' AND {condition}' if condition else ''}"
    sql, told = selecting(_COLUMNS, "ledgers_version v", scope, own, [scope.source.removeprefix(PREFIX), *values])
    yield from stream(f"{sql} {_OLDEST_FIRST}" if ordered else sql, *told)


def of_keys(keys: Sequence[str]) -> Condition:
    """The condition that people call the record one of these."""
    return among("v.key", len(keys)), keys


def naming(link: str, keys: Sequence[str]) -> Condition:
    """The condition that the field ``link`` names one of these."""
    assert link.isidentifier(), link
    said = f"v.data ->> '{link}'" if connection.vendor == "postgresql" else f"json_extract(v.data, '$.\"{link}\"')"
    return among(said, len(keys)), keys


def live_version(record: UUID) -> Version | None:
    """The version of a record that stands, a void one too."""
    return next((_version(row) for row in ask(f"SELECT {_WHOLE} FROM ledgers_version WHERE retired_by_id IS NULL AND record_id = %s", record.hex)), None)


def live_by_key(ledger: str, keys: Sequence[str]) -> dict[str, Version]:
    """key → the version that stands of the record that people of a ledger call so."""
    return {one.key: one for one in map(_version, ask_of(_OF_KEYS, keys, ledger))}


def _version(row: tuple[Any, ...]) -> Version:
    record, number, ledger, key, revision, unit, starts_on, ends_on, authority, reason, late, removed, event, data = row
    return as_row(
        Version, record_id=read_id(record), number=number, ledger=ledger, key=key, revision_id=revision, unit_id=known_id(unit),
        starts_on=read_date(starts_on), ends_on=read_date(ends_on), authority=authority, reason=reason, late=bool(late), removed=bool(removed),
        event_id=event, retired_by_id=None, data=orjson.loads(data),
    )  # fmt: skip


_WHOLE = "record_id, number, ledger, key, revision_id, unit_id, starts_on, ends_on, authority, reason, late, removed, event_id, data"
_OF_KEYS = f"SELECT {_WHOLE} FROM ledgers_version WHERE ledger = %s AND retired_by_id IS NULL AND NOT removed AND key IN (%s)"


def rows_of_events(events: Sequence[int], retired: bool) -> Iterator[tuple[Any, ...]]:
    """(event, key, what a fact is made of …) of the versions that these events wrote, or (``retired``) put away."""
    event = "v.retired_by_id" if retired else "v.event_id"
    return ask_of(f"SELECT {event}, {_COLUMNS} FROM ledgers_version v WHERE NOT v.removed AND {event} IN (%s)", events)
