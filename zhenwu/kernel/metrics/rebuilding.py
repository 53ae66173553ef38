"""Rebuilding: all cells again from typed columns in one pass, and whether they equal those kept by increments."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from zhenwu.kernel.journal.api import rewind
from zhenwu.kernel.metrics import counting, store
from zhenwu.kernel.metrics.catalogue import catalogue
from zhenwu.kernel.metrics.columns import columns_at
from zhenwu.kernel.metrics.engine import compute
from zhenwu.kernel.metrics.models import Counted
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.clock import today


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: the position, how many metrics and cells, and which metrics had differed."""

    position: int
    metrics: int
    cells: int
    differed: tuple[str, ...]


def rebuild(write: bool = True) -> Rebuilt:
    """Count everything afresh at the cells' position, compare, and (unless ``write=False``) put it in place."""
    position = counting.catch_up()
    fresh = computed(position)
    differed = tuple(sorted(key for key, cells in fresh.items() if _differs(key, cells)))
    if write and differed:
        digests = {key: digest for key, (_, _, digest) in counting.wanted(catalogue(position)).items()}
        with transaction.atomic():
            if counting.position() != position:
                return rebuild(write)
            for key in differed:
                row, _ = Counted.objects.update_or_create(key=key, defaults={"digest": digests[key]})
                store.replace(row, ((unit, month, item, value) for (unit, month, item), value in fresh[key].items()))
            rewind(counting.NAME, position)
    return Rebuilt(position, len(fresh), sum(map(len, fresh.values())), differed)


def computed(position: int) -> dict[str, store.CellMap]:
    """All cells of all base metrics at a position, by the vectorised engine."""
    units = sorted(tree(today(), None).history.units)
    codes = {unit: code for code, unit in enumerate(units)}
    found: dict[str, store.CellMap] = {}
    for source, metrics in catalogue(position).additives.items():
        cells = compute(columns_at(source, position, codes), metrics, len(units))
        for metric in metrics:
            found[metric.key] = {
                (units[unit], month, None if key is None else store.key_text(key)): value
                for unit, month, key, value in cells.entries(metric.key)
            }
    return found


def _differs(metric: str, fresh: store.CellMap) -> bool:
    """Whether a metric's cells, or the sums kept beside them, are others than these."""
    return fresh != store.every_cell(metric) or store.summed(fresh) != store.every_sum(metric)
