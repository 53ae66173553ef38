"""Reading the ledgers: facts for counting (no personal values), histories, what an event changed, proof of integrity.

These reads are for the system's own rooms. What is shown to a person goes through ``access``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db.models import BigIntegerField, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhenwu.kernel.definitions.api import current, revision
from zhenwu.kernel.journal.api import IN, Event, ask, ask_of, chunks, in_scope, known_id, plain_rows, read_date, read_id
from zhenwu.kernel.ledgers.desk import form_of
from zhenwu.kernel.ledgers.forms import Field, Form, shown
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.scoping import PREFIX, naming, of_keys, rows_in, rows_of_events
from zhenwu.kernel.ledgers.spelling import version_digest
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.facts import Fact, Row, Scope


def versions_in(scope: Scope) -> QuerySet[Version]:
    """The live versions of a ledger within a scope, as known at its position."""
    return Version.objects.filter(in_scope(scope), ledger=scope.source.removeprefix(PREFIX), removed=False)


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope, oldest first."""
    return (_plain_fact(*told) for _, *told in rows_in(scope, ordered=True))


def authorities_in(scope: Scope) -> frozenset[str]:
    """Which authorities the facts within a scope have."""
    return frozenset(versions_in(scope).order_by().values_list("authority", flat=True).distinct())


def fact_of(version: Version) -> Fact:
    """The columns of one version."""
    return _fact(*(getattr(version, name) for name in _TOLD))


# What a fact is made from, in the order that ``_fact`` takes it: model instances would cost twice the time.
_TOLD = ("revision_id", "ledger", "record_id", "number", "unit_id", "starts_on", "ends_on", "authority", "data")


def _plain_fact(
    revision_id: int, ledger: str, record: UUID | str, number: int, unit: UUID | str, starts_on: date, ends_on: date | None,
    authority: str, data: str,
) -> Fact:  # fmt: skip
    """A fact from a row as the driver gives it."""
    return _fact(revision_id, ledger, read_id(record), number, known_id(unit), read_date(starts_on), read_date(ends_on), authority, orjson.loads(data))


def _fact(
    revision_id: int, ledger: str, record: UUID, number: int, unit: UUID, starts_on: date, ends_on: date | None,
    authority: str, data: dict[str, Any],
) -> Fact:  # fmt: skip
    days = _day_fields(revision_id)
    row = Row((name, value) for name, value in data.items() if name not in days.personal and name != "_subject")
    for name in days.fields:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    row["authority"], row["month"] = authority, starts_on.month
    row["occurred_on"] = row["valid_from"] = starts_on
    row["valid_until"] = ends_on
    return Fact(PREFIX + ledger, record, number, unit, row)


News = tuple[list[Fact], list[Fact]]  # what was put away, what was put in its place


def changes(events: Sequence[Event]) -> News:
    """What events put away and what they put in its place: (before, after)."""
    ids = [event.id for event in events]
    before, after = ([_plain_fact(*told) for _, _, *told in rows_of_events(ids, retired)] for retired in (True, False))
    return before, after


def news_of(events: Sequence[Event]) -> dict[int, News]:
    """event id → its ``changes``."""
    ids = [event.id for event in events]
    found: dict[int, News] = {id: ([], []) for id in ids}
    for place, retired in ((0, True), (1, False)):
        for event, _, *told in rows_of_events(ids, retired):
            found[event][place].append(_plain_fact(*told))
    return found


def keyed_facts(scope: Scope, keys: Collection[str] | None = None) -> Iterator[tuple[str, Fact]]:
    """(what people call the record, its fact) of a scope; of these keys alone, where they are named."""
    some = [None] if keys is None else list(chunks(sorted(set(keys)), IN))
    for part in some:
        yield from _keyed(rows_in(scope, more=("", ()) if part is None else of_keys(part)))


def keyed(versions: QuerySet[Version]) -> Iterator[tuple[str, Fact]]:
    """(what people call the record, its fact) of versions."""
    return _keyed(plain_rows(versions.values_list("key", *_TOLD)))


def _keyed(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Fact]]:
    return ((key, _plain_fact(*told)) for key, *told in rows)


def linked_facts(scope: Scope, link: str, keys: Collection[str]) -> Iterator[tuple[str, Fact]]:
    """(its own key, fact) of the records in a scope whose field ``link`` names one of these keys, oldest first.

    The scope should bound the days: rows between them are looked at, not those of all years.
    """
    for part in chunks(sorted(set(keys)), IN):
        yield from _keyed(rows_in(scope, ordered=True, more=naming(link, part)))


def last_days(scope: Scope, link: str, keys: Collection[str]) -> dict[str, date]:
    """key → the last day on which a record in a scope names it in the field ``link``; those never named are left out."""
    found: dict[str, date] = {}
    for part in chunks(sorted(set(keys)), IN):
        rows = versions_in(scope).filter(**{f"data__{link}__in": part}).order_by()
        found |= dict(rows.values_list(f"data__{link}").annotate(last=Max("starts_on")))
    return found


def keyed_changes(events: Sequence[Event]) -> Iterator[tuple[str, Fact]]:
    """(key, fact) of what events put away and of what they put in its place."""
    ids = [event.id for event in events]
    for retired in (True, False):
        yield from _keyed(told for _, *told in rows_of_events(ids, retired))  # type: ignore[misc]


def said_over_time(records: Collection[UUID], name: str) -> dict[UUID, list[tuple[date, Any]]]:
    """record → [(the local day on which a version was written, what it says in a field)], oldest first."""
    found: dict[UUID, list[tuple[date, Any]]] = {}
    for part in chunks(sorted(set(records)), IN):
        rows = Version.objects.filter(record_id__in=part).order_by("record_id", "number")
        for record, moment, data in rows.values_list("record_id", "event__recorded_at", "data"):
            found.setdefault(record, []).append((moment.astimezone(LOCAL).date(), data.get(name)))
    return found


def keys_of(records: Iterable[UUID]) -> dict[UUID, str]:
    """record → what people call it, or called it when it was made void."""
    ids = [record.hex for record in records]
    return {read_id(record): key for record, key in ask_of("SELECT record_id, key FROM ledgers_version WHERE retired_by_id IS NULL AND record_id IN (%s)", ids)}


def recorded_since(position: int, most: int) -> int:
    """How many versions were written after a position; no more than ``most`` are counted."""
    return Version.objects.filter(event__sequenced__position__gt=position)[:most].count()


def sources() -> set[str]:
    """The ledgers of which anything was ever recorded, as sources of facts: the last version of a record always stands."""
    return {PREFIX + ledger for ledger in Version.objects.filter(retired_by=None).order_by().values_list("ledger", flat=True).distinct()}


def recorded() -> int:
    """How many versions there are."""
    return Version.objects.count()


def years_recorded(ledgers: Iterable[str]) -> range:
    """The years from the first to the last day recorded in these ledgers; empty when nothing is."""
    years = []
    for ledger in ledgers:
        days = Version.objects.filter(ledger=ledger, retired_by=None).order_by("starts_on").values_list("starts_on", flat=True)
        years += [day.year for day in (days.first(), days.last()) if day]
    return range(min(years), max(years) + 1) if years else range(0)


def history(record: UUID) -> list[Version]:
    """All versions of a record, oldest first. No rights are checked: see ``access``."""
    return list(Version.objects.filter(record_id=record).select_related("event", "event__sequenced").order_by("number"))


def find_record(ledger: str, key: str) -> UUID | None:
    """The live record of a ledger that people call ``key``."""
    return next((read_id(record) for (record,) in ask(_BEARS, ledger, key)), None)


def key_of(record: UUID) -> str:
    """What people call a live record; "" for one that was taken back."""
    return Version.objects.filter(record_id=record, retired_by=None, removed=False).values_list("key", flat=True).first() or ""


_BEARS = "SELECT record_id FROM ledgers_version WHERE ledger = %s AND key = %s AND retired_by_id IS NULL AND NOT removed"


def said_at(ledger: str, key: str, moment: datetime) -> dict[str, Any] | None:
    """What the record that people call ``key`` said at a moment, or what it first said if that was later; None when there is none."""
    return Sayings()(ledger, key, moment)


class Sayings:
    """``said_at`` for the length of one act: what a record said is read once, whatever the moments asked about."""

    def __init__(self) -> None:
        self._own: dict[tuple[str, str], list[_Told]] = {}
        self._all: dict[tuple[str, str], list[_Told]] = {}

    def __call__(self, ledger: str, key: str, moment: datetime) -> dict[str, Any] | None:
        own = _remembered(self._own, _BORNE_NOW, ledger, key)
        if known := [data for at, data in own if at <= moment]:
            return orjson.loads(known[-1])  # type: ignore[no-any-return]
        told = _remembered(self._all, _BORNE_EVER, ledger, key)  # another record bore the key then, or none did yet
        known = [data for at, data in told if at <= moment]
        return orjson.loads(known[-1] if known else told[0][1]) if told else None


_Told = tuple[datetime, str]
# By indexes: a standard is asked for by each limit that begins or ends. Whoever bore a key ever is looked for among the records of
# the ledger, each of which has one version that stands.
_BORNE_NOW = """SELECT e.recorded_at, v.data FROM ledgers_version v JOIN journal_event e ON e.id = v.event_id
WHERE v.record_id = (SELECT record_id FROM ledgers_version WHERE ledger = %s AND key = %s AND NOT removed AND retired_by_id IS NULL)
AND v.key = %s AND NOT v.removed ORDER BY v.number"""
_BORNE_EVER = """SELECT e.recorded_at, v.data FROM ledgers_version one
JOIN ledgers_version v ON v.record_id = one.record_id JOIN journal_event e ON e.id = v.event_id
WHERE one.ledger = %s AND one.retired_by_id IS NULL AND v.key = %s AND NOT v.removed ORDER BY v.number"""


def _remembered(kept: dict[tuple[str, str], list[_Told]], question: str, ledger: str, key: str) -> list[_Told]:
    if (ledger, key) not in kept:
        keys = (key,) * (question.count("%s") - 1)
        kept[ledger, key] = [(at if at.tzinfo else at.replace(tzinfo=UTC), data) for at, data in ask(question, ledger, *keys)]
    return kept[ledger, key]


def named(field: Field, value: object) -> str:
    """What the record that a link names calls itself: its field ``title``, if it has one that anybody may read; else ""."""
    if field.type != "link" or value is None:
        return ""
    titles = [one for one in form_of(current("ledger", field.ledger)).fields if one.id == "title" and not one.is_personal]
    told = said_at(field.ledger, str(value), now()) if titles else None
    return shown(titles[0], told.get("title")) if told else ""


def form_at(version: Version) -> Form:
    """The form a version was filled under."""
    return form_of(revision(version.revision_id))


def altered(ids: Sequence[tuple[UUID, int]] | None = None) -> list[str]:
    """Versions whose content no longer has the digest that the journal names (all of them, or those asked for)."""
    rows = Version.objects.select_related("event").order_by("event_id", "record_id", "number")
    if ids is not None:
        rows = rows.filter(record_id__in=[record for record, _ in ids])
    wanted = set(ids) if ids is not None else None
    found, named = _missing(ids), {}
    for version in rows.iterator(chunk_size=1000):
        if wanted is not None and (version.record_id, version.number) not in wanted:
            continue
        if version.event_id not in named:
            named = {version.event_id: {(record, number): digest for record, number, digest in version.event.body.get("versions", ())}}
        told = named[version.event_id].get((version.record_id.hex, version.number))
        actual = version_digest(version, revision(version.revision_id).digest, version.event.body.get("algorithm", "sha256"))
        if told != actual:
            found.append(f"{version.ledger} {version.record_id} 第{version.number}版")
    return found + _wrongly_retired()


def _missing(ids: Sequence[tuple[UUID, int]] | None) -> list[str]:
    """Versions that the journal names and that are no longer there."""
    there = set(Version.objects.values_list("record_id", "number"))
    wanted = set(ids) if ids is not None else None
    found = []
    for event in Event.objects.filter(kind="record.saved").order_by("id").iterator(chunk_size=1000):
        named = [(UUID(record), number) for record, number, _ in event.body["versions"]]
        lost = [one for one in named if one not in there and (wanted is None or one in wanted)]
        found += [f"{event.body['ledger']} {record} 第{number}版（缺失）" for record, number in lost]
    return found


def _wrongly_retired() -> list[str]:
    """Versions put away by another event than the one that wrote their successor, or not put away at all."""
    following = Version.objects.filter(record_id=OuterRef("record_id"), number=OuterRef("number") + 1).values("event_id")[:1]
    whole = BigIntegerField()
    rows = Version.objects.annotate(
        ended=Coalesce("retired_by_id", 0, output_field=whole), followed=Coalesce(Subquery(following), 0, output_field=whole)
    )
    rows = rows.exclude(ended=F("followed"))  # 0 for none: comparing with NULL would say nothing
    return [f"{row.ledger} {row.record_id} 第{row.number}版（替换关系）" for row in rows[:50]]


class _Days:
    def __init__(self, form: Form) -> None:
        self.fields = [one.id for one in form.fields if one.type == "date"]
        self.personal = {one.id for one in form.fields if one.is_personal}


@lru_cache(maxsize=512)
def _day_fields(revision_id: int) -> _Days:
    return _Days(form_of(revision(revision_id)))
