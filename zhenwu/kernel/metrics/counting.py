"""The follower that keeps the cells: a change adds new − old contributions in the transaction of its position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Batch, Event, Follower, follow, position_of, sequence
from zhenwu.kernel.metrics import store
from zhenwu.kernel.metrics.additive import Additive, Contribution, contribution
from zhenwu.kernel.metrics.catalogue import Catalogue, catalogue
from zhenwu.kernel.metrics.models import Counted
from zhenwu.kernel.metrics.sources import KINDS, changes, facts
from zhenwu.lib.facts import Fact, Scope

NAME = "cells"
Place = tuple[UUID, int, Any]  # unit, month, key or None
Deltas = dict[tuple[str, int, UUID, Any], int]  # metric key, month, unit, key or None


def catch_up() -> int:
    """Sequence what is committed and bring the cells to it; returns the position they stand at."""
    sequence()
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
    """All cells of metrics over one source, counted row by row from the facts known at a position."""
    counts = [(_compiled(metric), defaultdict[Place, int](int)) for metric in metrics]
    for fact in facts(Scope(source, position)) if metrics else ():
        for count, cells in counts:
            for month, key, delta in count(fact.row):
                cells[(fact.unit, month, key)] += delta
    return {
        metric.key: {place: value for place, value in cells.items() if value}
        for metric, (_, cells) in zip(metrics, counts, strict=True)
    }


def _prepare(batch: Batch) -> Callable[[], None]:
    until = batch[-1][0]
    known = catalogue(until)
    targets = wanted(known)
    stored = store.counted()
    stale = {key for key, (_, _, digest) in targets.items() if key not in stored or stored[key].digest != digest}
    gone = [row for key, row in stored.items() if key not in targets]
    rebuilt: dict[str, dict[Place, int]] = {}
    for source, metrics in known.additives.items():
        rebuilt |= cells_at([metric for metric in metrics if metric.key in stale], source, until)
    deltas = _deltas([event for _, event in batch if event.kind.startswith(KINDS)], known, stale)

    def write() -> None:
        for row in gone:
            row.delete()
        ids = {key: row.id for key, row in stored.items()}
        for key, cells in rebuilt.items():
            row, _ = Counted.objects.update_or_create(key=key, defaults={"digest": targets[key][2]})
            ids[key] = row.id
            store.replace(row, ((unit, month, item, value) for (unit, month, item), value in cells.items()))
        _add(deltas, ids)

    return write


def _deltas(events: Sequence[Event], known: Catalogue, skip: set[str]) -> Deltas:
    deltas: Deltas = defaultdict(int)
    for event in events:
        before, after = changes(event)
        _count(before, known, skip, -1, deltas)
        _count(after, known, skip, +1, deltas)
    return deltas


def _count(rows: Iterable[Fact], known: Catalogue, skip: set[str], sign: int, deltas: Deltas) -> None:
    for fact in rows:
        for metric in known.additives.get(fact.source, ()):
            if metric.key in skip:
                continue
            for month, key, delta in _compiled(metric)(fact.row):
                deltas[(metric.key, month, fact.unit, key)] += sign * delta


def touched(before: Iterable[Fact], after: Iterable[Fact], known: Catalogue) -> Deltas:
    """The cells that a change moves: what ripple starts from."""
    deltas: Deltas = defaultdict(int)
    _count(before, known, set(), -1, deltas)
    _count(after, known, set(), +1, deltas)
    return {place: value for place, value in deltas.items() if value}


def _add(deltas: Deltas, ids: dict[str, int]) -> None:
    plain: dict[store.Place, int] = {}
    keyed: dict[store.KeyPlace, int] = {}
    for (metric, month, unit, key), value in deltas.items():
        if key is None:
            plain[(ids[metric], month, unit)] = value
        else:
            keyed[(ids[metric], month, unit, store.key_text(key))] = value
    store.add(plain, keyed)


@lru_cache(maxsize=4096)
def _compiled(metric: Additive) -> Contribution:
    return contribution(metric)


FOLLOWER = Follower(NAME, (*KINDS, "definition."), _prepare)
