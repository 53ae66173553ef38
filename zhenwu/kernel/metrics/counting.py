"""The follower that keeps the cells: a change adds new − old contributions in the transaction of its position."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from zhenwu.kernel.journal.api import Batch, Follower, follow, position_of, rewind, sequence
from zhenwu.kernel.metrics import store
from zhenwu.kernel.metrics.additive import Additive
from zhenwu.kernel.metrics.catalogue import Catalogue, catalogue
from zhenwu.kernel.metrics.sources import (
    KINDS,
    changes,
    changes_within,
    facts,
    is_among,
    many_recorded_since,
    sources,
)
from zhenwu.kernel.metrics.tallying import Place, Tally
from zhenwu.lib.facts import Fact, Scope

NAME = "cells"
FAR, SHARE = 5000, 4  # versions waiting to be counted, and one in how many of all, from which on counting everything is quicker
PATIENCE = 1.0  # seconds that whoever just wrote waits to see it counted
Deltas = dict[tuple[str, int, UUID, Any], int]  # metric key, month, unit, key or None


def catch_up() -> int:
    """Sequence what is committed and bring the cells to it; returns the position they stand at."""
    sequence(patience=PATIENCE)
    return follow(FOLLOWER)


def position() -> int:
    """The journal position the cells stand at."""
    return position_of(NAME)


def wanted(known: Catalogue) -> dict[str, tuple[str, Additive, str]]:
    """What must have cells: key → (source, additive, digest of its definition)."""
    found = {}
    for source, metrics in known.additives.items():
        for metric in metrics:
            digest = known.metrics[metric.key].digest if metric.key in known.metrics else "presence"
            found[metric.key] = (source, metric, digest)
    return found


def cells_at(metrics: Sequence[Additive], source: str, position: int | None) -> dict[str, dict[Place, int]]:
    """All cells of metrics over one source, counted from the facts known at a position."""
    tally = Tally({source: metrics})
    tally.take(facts(Scope(source, position)) if metrics else ())
    return {metric.key: tally.cells(metric.key) for metric in metrics}


def _leap(until: int) -> None:
    """After a large import count everything once, as a rebuild does: adding change by change would take many times as long."""
    start = position()
    if not many_recorded_since(start, FAR, SHARE):
        return
    write = _prepared((), until, anew=True)
    with transaction.atomic():
        if position() == start:  # else another process was quicker
            write()
            rewind(NAME, until)


def _prepare(batch: Batch) -> Callable[[], None]:
    return _prepared(batch, batch[-1][0])


def _prepared(batch: Batch, until: int, anew: bool = False) -> Callable[[], None]:
    known = catalogue(until)
    targets = wanted(known)
    stored = store.counted()
    stale = {key for key, (_, _, digest) in targets.items() if anew or key not in stored or stored[key].digest != digest}
    gone = [row for key, row in stored.items() if key not in targets]
    ids = store.identified(targets)
    tallies = (_counted_whole(known, stale, until), _counted_changes(batch, known, stale))
    rows = store.rows_of((ids[key], tally.parts(key)) for tally in tallies for key in tally.keys())

    def write() -> None:
        for row in gone:
            row.delete()
        store.begin_anew({ids[key]: targets[key][2] for key in stale})
        store.add(rows)

    return write


def _counted_whole(known: Catalogue, stale: set[str], position: int) -> Tally:
    """Metrics that are new or mean something else now: all their cells, from the facts known at the position."""
    anew = {source: [one for one in metrics if one.key in stale] for source, metrics in known.additives.items()}
    tally, there = Tally(anew), sources() if stale else ()
    for source, metrics in anew.items():
        tally.take(facts(Scope(source, position)) if metrics and is_among(source, there) else ())
    return tally


def _counted_changes(batch: Batch, known: Catalogue, stale: set[str]) -> Tally:
    """What the events of a batch put away and put in place, for the metrics that stay as they were."""
    kept = {source: [one for one in metrics if one.key not in stale] for source, metrics in known.additives.items()}
    tally = Tally(kept)
    wanted = [source for source, metrics in kept.items() if metrics]
    for before, after in changes([event for _, event in batch], wanted, batch[-1][0]) if batch else ():
        tally.take(before, -1)
        tally.take(after)
    return tally


def touched(before: Iterable[Fact], after: Iterable[Fact], known: Catalogue) -> Deltas:
    """The cells that a change moves: what ripple starts from."""
    tally, before, after = Tally(known.additives), list(before), list(after)
    for old, new in ((before, after), *changes_within(before, after, known.additives)):
        tally.take(old, -1)
        tally.take(new)
    return {
        (key, month, unit, item): value for key in tally.keys() for (unit, month, item), value in tally.cells(key).items()
    }


FOLLOWER = Follower(NAME, (*KINDS, "definition."), _prepare, _leap)
