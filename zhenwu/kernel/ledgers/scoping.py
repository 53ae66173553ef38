"""The live versions of a scope by plain SQL, as the driver gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from zhenwu.kernel.journal.api import among, ask_of, selecting, stream
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


def rows_of_events(events: Sequence[int], retired: bool) -> Iterator[tuple[Any, ...]]:
    """(event, key, what a fact is made of …) of the versions that these events wrote, or (``retired``) put away."""
    event = "v.retired_by_id" if retired else "v.event_id"
    return ask_of(f"SELECT {event}, {_COLUMNS} FROM ledgers_version v WHERE NOT v.removed AND {event} IN (%s)", events)
