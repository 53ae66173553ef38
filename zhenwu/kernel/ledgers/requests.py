"""What a caller said, as a digest: the same request has the same one, and nothing a person types can break it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import orjson

from zhenwu.kernel.journal.api import chunks
from zhenwu.kernel.ledgers.drafting import RecordInput

_SOME = 1000  # rows spelled at a time
_SAID = attrgetter("data", "unit", "day", "until", "authority", "reason")


def digest_of(rows: Sequence[RecordInput]) -> str:
    """The digest of rows as they were entered. It stays within this process: a verb stores it under a key of its own."""
    told = hashlib.sha256()
    for some in chunks(rows, _SOME):
        told.update(_spelled(some))
    return told.hexdigest()


def _spelled(rows: Sequence[RecordInput]) -> bytes:
    said = list(map(_SAID, rows))
    try:
        return orjson.dumps(said, default=_known, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a character, or a number beyond 64 bits: refused later, by the row it stands in
        return ascii([[_plain(part) for part in row] for row in said]).encode()


def _known(part: Any) -> Any:
    return dict(part) if isinstance(part, Mapping) else str(part)


def _plain(part: Any) -> Any:
    return sorted((name, _told(value)) for name, value in part.items()) if isinstance(part, Mapping) else _told(part)


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return f"{value:x}" if isinstance(value, int) else str(value)
