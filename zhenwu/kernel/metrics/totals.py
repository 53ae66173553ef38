"""What a metric's cells add up to: read from the store, or counted from the versions known at a position."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from zhenwu.kernel.metrics import counting, store
from zhenwu.kernel.metrics.catalogue import Catalogue


@dataclass
class Totals:
    """Sums asked for together, each read or counted once; ``position`` None reads the cells."""

    known: Catalogue
    position: int | None
    _read: dict[tuple[str, int | None, int], _Months] = field(default_factory=dict)
    _keys: dict[tuple[str, int, int], _Keys] = field(default_factory=dict)
    _counted: dict[str, dict[tuple[UUID, int, object], int]] = field(default_factory=dict)

    def sum(self, key: str, first: int | None, last: int, units: list[UUID] | None, distinct: bool = False) -> int:
        """A metric's sum (or how many different keys there are) over months, from ``first`` (None: the beginning) to
        ``last``, and units (None: all)."""
        if self.position is not None:
            return self._sum_of_counted(key, first, last, units, distinct)
        if distinct:
            asked = (key, first or 0, last)
            keys = self._keys.get(asked) or self._keys.setdefault(asked, _Keys(*asked))
            return keys.count(units)
        months = self._read.get((key, first, last)) or self._read.setdefault((key, first, last), _Months(key, first, last))
        return months.sum(units)

    def _sum_of_counted(self, key: str, first: int | None, last: int, units: list[UUID] | None, distinct: bool) -> int:
        among = None if units is None else set(units)
        inside = {
            place: value
            for place, value in self._cells(key).items()
            if (first is None or place[1] >= first) and place[1] <= last and (among is None or place[0] in among)
        }
        return len({key for _, _, key in inside}) if distinct else sum(inside.values())

    def _cells(self, key: str) -> dict[tuple[UUID, int, object], int]:
        if key not in self._counted:
            source, additive, _ = counting.wanted(self.known)[key]
            self._counted |= counting.cells_at([additive], source, self.position)
        return self._counted[key]


@dataclass
class _Months:
    """A metric's cells of some months. The first unit is asked for alone; who asks for a second one wants to see many, and
    all are read at once."""

    metric: str
    first: int | None
    last: int
    _whole: int | None = None
    _by_unit: dict[UUID, int] | None = None
    _asked: bool = False

    def sum(self, units: list[UUID] | None) -> int:
        if units is None:
            if self._whole is None:
                self._whole = store.total(self.metric, self.first, self.last, None)
            return self._whole
        if not self._asked:
            self._asked = True
            return store.total(self.metric, self.first, self.last, units)
        if self._by_unit is None:
            self._by_unit = store.by_unit(self.metric, self.first, self.last)
        return sum(self._by_unit.get(unit, 0) for unit in units)


@dataclass
class _Keys:
    """The different keys of a metric's cells of some months; read for all units when a second one is asked for."""

    metric: str
    first: int
    last: int
    _whole: int | None = None
    _by_unit: dict[UUID, set[str]] | None = None
    _asked: bool = False

    def count(self, units: list[UUID] | None) -> int:
        if units is None:
            if self._whole is None:
                self._whole = store.distinct(self.metric, self.first, self.last, None)
            return self._whole
        if not self._asked:
            self._asked = True
            return store.distinct(self.metric, self.first, self.last, units)
        if self._by_unit is None:
            self._by_unit = store.keys_by_unit(self.metric, self.first, self.last)
        return len(set().union(*(self._by_unit.get(unit, ()) for unit in units)))
