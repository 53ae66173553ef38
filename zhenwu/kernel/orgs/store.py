"""The units' history out of the database and back into it; nothing outside this shelf imports this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from uuid import UUID

from django.db import connection

from zhenwu.kernel.journal.api import Event, ask, known_at
from zhenwu.kernel.orgs import models
from zhenwu.kernel.orgs.history import History, Placement, Succession
from zhenwu.kernel.orgs.moves import Change
from zhenwu.kernel.orgs.tree import Tree

_CHUNK = 1000
_NEWEST = """SELECT uuid FROM journal_event WHERE id IN ((SELECT MAX(event_id) FROM orgs_placement), (SELECT MAX(retired_by_id) FROM orgs_placement))
ORDER BY id DESC LIMIT 1"""


def load(position: int | None = None) -> History:
    """What was known of the units at a journal position (``None``: everything committed)."""
    return _read(position) if position is not None else _latest(_newest())


def _newest() -> str:
    """The last event that touched the units: while it is the same, so is their past."""
    return "".join(str(uuid) for (uuid,) in ask(_NEWEST))


@lru_cache(maxsize=4)
def _latest(newest: str) -> History:
    return _read(None)


def _read(position: int | None) -> History:
    rows = models.Placement.objects.filter(known_at(position, retired="retired_by")).values_list(
        "unit_id", "parent_id", "unit__kind", "name", "code", "valid_from", "valid_until"
    )
    became = models.Succession.objects.filter(known_at(position)).values_list("unit_id", "into_id", "on")
    return History([Placement(*row) for row in rows], [Succession(*row) for row in became])


def hold() -> None:
    """Let one change of the units go on at a time: each is checked against the whole tree."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('zhenwu.orgs'))")


def save(history: History, change: Change, on: date, event: Event) -> None:
    """Write a change's rows under its event and bring the closure up to date; call inside ``perform``."""
    after = change.applied_to(history)
    _open_units(change, Tree(on, after), event)
    for gone in change.retire:
        models.Placement.objects.filter(
            unit_id=gone.unit_id, valid_from=gone.valid_from, valid_until=gone.valid_until, retired_by=None
        ).update(retired_by=event)
    models.Placement.objects.bulk_create(
        [
            models.Placement(
                unit_id=row.unit_id, parent_id=row.parent_id, name=row.name, code=row.code,
                valid_from=row.valid_from, valid_until=row.valid_until, event=event,
            )
            for row in change.add
        ],
        batch_size=_CHUNK,
    )  # fmt: skip
    models.Succession.objects.bulk_create(
        [models.Succession(unit_id=s.unit_id, into_id=s.into_id, on=s.on, event=event) for s in change.successions]
    )
    _close_over(after, change.touched)


def _open_units(change: Change, tree: Tree, event: Event) -> None:
    known = set(models.Unit.objects.filter(id__in=change.touched).values_list("id", flat=True))
    fresh = [row for row in change.add if row.unit_id not in known]

    @cache
    def township_of(unit_id: UUID) -> UUID | None:
        if tree.kind(unit_id) == "township":
            return unit_id
        above = tree.parent(unit_id)
        return township_of(above) if above else None

    models.Unit.objects.bulk_create(
        [
            models.Unit(
                id=row.unit_id,
                kind=row.kind,
                county=tree.root,
                township=township_of(row.unit_id),
                event=event,
            )
            for row in fresh
        ],
        batch_size=_CHUNK,
    )


def _close_over(after: History, touched: Iterable[UUID]) -> None:
    """Rebuild the closure of what was touched and of all that ever counted under it; no other can change."""
    below = models.Closure.objects.filter(ancestor__in=touched).values_list("descendant", flat=True)
    stale = {*touched, *below}
    models.Closure.objects.filter(descendant__in=stale).delete()
    models.Closure.objects.bulk_create(
        [
            models.Closure(
                ancestor_id=span.ancestor, descendant_id=span.descendant,
                valid_from=span.valid_from, valid_until=span.valid_until,
            )
            for unit_id in sorted(stale)
            for span in after.lineage(unit_id)
        ],
        batch_size=_CHUNK,
    )  # fmt: skip


def rebuild_closure() -> int:
    """Derive the closure anew from the placements; returns its number of rows. Call in a transaction."""
    history = load()
    models.Closure.objects.all().delete()
    _close_over(history, history.units)
    return models.Closure.objects.count()
