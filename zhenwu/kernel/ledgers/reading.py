"""Reading the ledgers: facts for counting (no personal values), histories, what an event changed, proof of integrity.

These reads are for the system's own rooms. What is shown to a person goes through ``access``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet

from zhenwu.kernel.definitions.api import revision
from zhenwu.kernel.journal.api import Event, known_at
from zhenwu.kernel.ledgers.drafting import form_of
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.writing import version_digest
from zhenwu.lib.facts import Fact, Row, Scope

PREFIX = "ledger:"


def versions_in(scope: Scope) -> QuerySet[Version]:
    """The live versions of a ledger within a scope, as known at its position."""
    wanted = known_at(scope.position, retired="retired_by") & Q(ledger=scope.source.removeprefix(PREFIX), removed=False)
    if scope.units is not None:
        wanted &= Q(unit_id__in=scope.units)
    if scope.first_day:
        wanted &= Q(starts_on__gte=scope.first_day)
    if scope.last_day:
        wanted &= Q(starts_on__lte=scope.last_day)
    if scope.alive_on:
        wanted &= Q(starts_on__lte=scope.alive_on) & (Q(ends_on=None) | Q(ends_on__gt=scope.alive_on))
    return Version.objects.filter(wanted)


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope, oldest first."""
    for version in versions_in(scope).order_by("starts_on", "id").iterator(chunk_size=2000):
        yield fact_of(version)


def fact_of(version: Version) -> Fact:
    """The columns of one version."""
    days = _day_fields(version.revision_id)
    row = Row((name, value) for name, value in version.data.items() if name not in days.personal and name != "_subject")
    for name in days.fields:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    row["authority"] = version.authority
    row["occurred_on"] = row["valid_from"] = version.starts_on
    row["valid_until"] = version.ends_on
    return Fact(PREFIX + version.ledger, version.record_id, version.number, version.unit_id, row)


def changes(event: Event) -> tuple[list[Fact], list[Fact]]:
    """What an event put away and what it put in its place: (before, after)."""
    before = Version.objects.filter(retired_by=event, removed=False)
    after = Version.objects.filter(event=event, removed=False)
    return [fact_of(row) for row in before], [fact_of(row) for row in after]


def history(record: UUID) -> list[Version]:
    """All versions of a record, oldest first. No rights are checked: see ``access``."""
    return list(Version.objects.filter(record_id=record).select_related("event", "event__sequenced").order_by("number"))


def form_at(version: Version) -> Form:
    """The form a version was filled under."""
    return form_of(revision(version.revision_id))


def altered(ids: Sequence[tuple[UUID, int]] | None = None) -> list[str]:
    """Versions whose content no longer has the digest that the journal names (all of them, or those asked for)."""
    rows = Version.objects.select_related("event").order_by("id")
    if ids is not None:
        rows = rows.filter(record_id__in=[record for record, _ in ids])
    wanted = set(ids) if ids is not None else None
    found, named = [], {}
    for version in rows.iterator(chunk_size=1000):
        if wanted is not None and (version.record_id, version.number) not in wanted:
            continue
        if version.event_id not in named:
            named = {version.event_id: {(record, number): digest for record, number, digest in version.event.body["versions"]}}
        told = named[version.event_id].get((version.record_id.hex, version.number))
        actual = version_digest(version, revision(version.revision_id).digest, version.event.body["algorithm"])
        if not told == version.digest == actual:
            found.append(f"{version.ledger} {version.record_id} 第{version.number}版")
    return found + _wrongly_retired()


def _wrongly_retired() -> list[str]:
    """Versions put away by another event than the one that wrote their successor, or not put away at all."""
    from django.db.models import F, OuterRef, Subquery

    following = Version.objects.filter(record=OuterRef("record"), number=OuterRef("number") + 1).values("event_id")[:1]
    rows = Version.objects.annotate(next_event=Subquery(following)).exclude(retired_by_id=F("next_event"))
    rows = rows.exclude(retired_by_id=None, next_event=None)
    return [f"{row.ledger} {row.record_id} 第{row.number}版（替换关系）" for row in rows[:50]]


class _Days:
    def __init__(self, form: Form) -> None:
        self.fields = [one.id for one in form.fields if one.type == "date"]
        self.personal = {one.id for one in form.fields if one.is_personal}


@lru_cache(maxsize=512)
def _day_fields(revision_id: int) -> _Days:
    return _Days(form_of(revision(revision_id)))
