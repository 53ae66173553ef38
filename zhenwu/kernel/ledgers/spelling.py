"""Versions as the database keeps them and as their digests read them: spelled out before the transaction begins.

A few drafts are spelled one by one; new records that come by the thousand, column by column. Both spell the same
(``tests/ledgers/test_spelling.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, repeat
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from django.conf import settings

from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import Draft, Fresh
from zhenwu.kernel.ledgers.entering import Remembered
from zhenwu.kernel.ledgers.models import Version
from zhenwu.lib.digests import canonical, digest_bytes, digests_of

_hex = attrgetter("hex")
# What drafts say each for itself, in the order in which ``make_page`` spells it.
_OWN = (
    "record_id", "number", "key", "unit", "starts_on", "ends_on", "data", "authority", "reason", "late", "removed",
)  # fmt: skip


class Claim(NamedTuple):
    """A key that a row brings: the row, the key, the record (32 hexadecimal digits) it is to name."""

    at: int
    key: str
    record: str


@dataclass(frozen=True)
class Page:
    """Versions of one event with all that is to be written of them but the event: columns by field and what all say ``alike``,
    what the event names, the keys they bring. ``drafts`` are those that replace a version or speak of a person."""

    columns: Mapping[str, Sequence[Any]]
    alike: Mapping[str, Any]
    named: Sequence[tuple[str, int, str]]
    claims: Iterable[Claim]  # read only when the database refuses
    late: int
    drafts: Sequence[Draft] = ()


def make_page(desk: Desk, drafts: Sequence[Draft]) -> Page:
    """Spell drafts one by one."""
    ledger, revision = desk.form.key, desk.definition
    rows, named = [], []
    for draft in drafts:
        said = canonical(draft.data)
        late = draft.counts_in(desk.closed, desk.form.shape)
        place, starts_on, ends_on, authority, reason = draft.standing
        unit = place.hex
        told = _digest(
            draft.record, draft.number, ledger, draft.key, revision.digest, unit, starts_on, ends_on, said, authority, reason, late,
            draft.removed, settings.DIGEST,
        )  # fmt: skip
        named.append((draft.record, draft.number, told))
        rows.append((
            draft.record, draft.number, draft.key, unit, starts_on.isoformat(), ends_on and ends_on.isoformat(), said.decode(),
            authority, reason, late, draft.removed,
        ))  # fmt: skip
    claims = (Claim(one.at, one.key, one.record) for one in drafts if one.before is None or one.before.removed or one.key != one.before.key)
    columns = dict(zip(_OWN, zip(*rows, strict=True), strict=True)) if rows else {}
    return Page(columns, {"ledger": ledger, "revision": revision.id}, named, claims, sum(columns.get("late", ())), drafts)


def make_fresh_page(desk: Desk, fresh: Fresh) -> Page:
    """Spell new records column by column; every different unit, day and value once."""
    ledger, revision, records, keys = desk.form.key, desk.definition, fresh.records, fresh.keys
    units = list(map(Remembered(_hex).__getitem__, fresh.units))
    days, said = list(map(Remembered(date.isoformat).__getitem__, fresh.days)), _objects(fresh.data)
    lates = list(map(Remembered(lambda day: _is_late(desk, day)).__getitem__, fresh.days))
    (record, key, unit, day, reason, late), tokens = _tokens_of([records, keys, units, days, fresh.reasons, lates])
    shape = f'[{record},1,"{ledger}",{key},"{revision.digest}",{unit},{day},null,%b,"self",{reason},{late},false]'
    told = map(shape.encode().__mod__, zip(*tokens[:4], said, *tokens[4:], strict=True))
    named = list(zip(records, repeat(1), digests_of(told, settings.DIGEST)))
    columns = {"record_id": records, "key": keys, "unit": units, "starts_on": days, "data": said}
    alike = {"number": 1, "ledger": ledger, "revision": revision.id, "ends_on": None, "authority": "self", "removed": False}
    for name, column in (("reason", fresh.reasons), ("late", lates)):
        if column.count(column[0]) == len(column):
            alike[name] = column[0]
        else:
            columns[name] = column
    return Page(columns, alike, named, map(Claim, count(fresh.first), keys, records), sum(lates))


def _is_late(desk: Desk, day: date) -> bool:
    """As ``Draft.counts_in`` for a record without an end and without a past."""
    return day.year in desk.closed if desk.form.shape == "flow" else any(day.year <= year for year in desk.closed)


def version_digest(version: Version, revision_digest: str, algorithm: str) -> str:
    """What a version said, as a digest: ids, days, data (envelopes, never plain personal values), reason. Who wrote it,
    and when, is in the event that names the digest."""
    return _digest(
        version.record_id.hex, version.number, version.ledger, version.key, revision_digest, version.unit_id.hex, version.starts_on,
        version.ends_on, canonical(version.data), version.authority, version.reason, version.late, version.removed, algorithm,
    )  # fmt: skip


def _digest(
    record: str, number: int, ledger: str, key: str, revision: str, unit: str, starts_on: date, ends_on: date | None, data: bytes,
    authority: str, reason: str, late: bool, removed: bool, algorithm: str,
) -> str:  # fmt: skip
    told = [
        record, number, ledger, key, revision, unit, starts_on, ends_on, orjson.Fragment(data), authority, reason, late, removed,
    ]  # fmt: skip
    return digest_bytes(canonical(told), algorithm)


def _objects(data: Mapping[str, Sequence[Any]]) -> list[bytes]:
    """The data of each record as canonical JSON."""
    names = sorted(data)
    marks, tokens = _tokens_of(map(data.__getitem__, names))
    shape = ",".join(f'"{name}":{mark}' for name, mark in zip(names, marks, strict=True))
    return list(map(f"{{{shape}}}".encode().__mod__, zip(*tokens, strict=True)))


def _tokens_of(columns: Iterable[Sequence[Any]]) -> tuple[Sequence[str], Sequence[Sequence[bytes]]]:
    """Of each column the mark that stands for a value in a format, and how JSON spells the values: not as texts, which would
    have to be encoded again for the digest."""
    marks, tokens = zip(*map(_tokens, columns), strict=True)
    return marks, tokens


def _tokens(column: Sequence[Any]) -> tuple[str, Sequence[bytes]]:
    said = orjson.dumps(column)[1:-1]
    if said[:1] == said[-1:] == b'"' and b'\\"' not in said and b"[" not in said and b"{" not in said:
        mark, tokens = '"%b"', said[1:-1].split(b'","')  # as many parts as values: each comma stood between two texts
    else:
        mark, tokens = "%b", [] if b'"' in said else said.split(b",")
    return (mark, tokens) if len(tokens) == len(column) else ("%b", list(map(orjson.dumps, column)))
