"""Tallying: what facts add to the cells. A few are counted one by one, by the definition; many at once, by the engine.

Both give the same cells. The engine asks for columns of one type and totals within int64; where it refuses, the
definition counts, so that a field that changed its type stays a slow batch and does not become a wrong one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import polars as pl

from zhenwu.kernel.metrics.additive import Additive, Contribution, contribution
from zhenwu.kernel.metrics.cells import Cells
from zhenwu.kernel.metrics.columns import frame_of, schema_of
from zhenwu.kernel.metrics.engine import compute
from zhenwu.lib.facts import Fact
from zhenwu.lib.problems import Problem

Place = tuple[UUID, int, Any]  # unit, month, key or None
MANY = 200  # from here on the engine is faster than the definition
CHUNK = 50_000  # facts that wait in memory


@dataclass(frozen=True)
class _Bulk:
    """Cells of one chunk over its own units, to be added or (sign −1) taken away."""

    units: Sequence[UUID]
    cells: Cells
    sign: int


class Tally:
    """Sums of contributions, by metric; ``metrics`` names those to be counted by their source."""

    def __init__(self, metrics: Mapping[str, Sequence[Additive]]) -> None:
        self._metrics = metrics
        self._counts = {source: [(one.key, _compiled(one)) for one in named] for source, named in metrics.items()}
        self._waiting: dict[tuple[str, int], list[Fact]] = defaultdict(list)
        self._single: dict[str, dict[Place, int]] = defaultdict(lambda: defaultdict(int))
        self._bulks: list[_Bulk] = []

    def take(self, facts: Iterable[Fact], sign: int = 1) -> None:
        """Add facts, or (sign −1) take them away."""
        for fact in facts:
            waiting = self._waiting[(fact.source, sign)]
            waiting.append(fact)
            if len(waiting) == CHUNK:
                self._count(fact.source, sign)

    def keys(self) -> list[str]:
        """The metrics whose cells may have changed."""
        self._settle()
        touched = set(self._single).union(*(bulk.cells.metrics for bulk in self._bulks))
        return sorted(touched)

    def parts(self, metric: str) -> Iterator[tuple[UUID, int, Any, int]]:
        """What is to be added to a metric's cells: ``(unit, month, key or None, value)``. A cell may come several times."""
        self._settle()
        for (unit, month, key), value in self._single.get(metric, {}).items():
            if value:
                yield unit, month, key, value
        for bulk in self._bulks:
            if metric in bulk.cells.metrics:
                for code, month, key, value in bulk.cells.entries(metric):
                    yield bulk.units[code], month, key, bulk.sign * value

    def cells(self, metric: str) -> dict[Place, int]:
        """The same, added up; no zeros."""
        cells: dict[Place, int] = defaultdict(int)
        for unit, month, key, value in self.parts(metric):
            cells[(unit, month, key)] += value
        return {place: value for place, value in cells.items() if value}

    def _settle(self) -> None:
        for source, sign in list(self._waiting):
            self._count(source, sign)

    def _count(self, source: str, sign: int) -> None:
        facts = self._waiting.pop((source, sign))
        done = self._count_at_once(source, facts, sign) if len(facts) >= MANY else frozenset()
        counts = [(key, count) for key, count in self._counts.get(source, ()) if key not in done]
        for fact in facts if counts else ():
            for key, count in counts:
                for month, item, delta in count(fact.row):
                    self._single[key][(fact.unit, month, item)] += sign * delta

    def _count_at_once(self, source: str, facts: list[Fact], sign: int) -> frozenset[str]:
        """The metrics that the engine could count."""
        metrics = self._metrics.get(source, ())
        if not metrics:
            return frozenset()
        schema = schema_of(source)
        fitting = [metric for metric in metrics if metric.columns <= schema.keys()]
        needed = frozenset[str]().union(*(metric.columns for metric in fitting))
        units = sorted({fact.unit for fact in facts})
        codes = {unit: code for code, unit in enumerate(units)}
        try:
            frame = frame_of(facts, codes, {name: schema[name] for name in sorted(needed)})
            cells = compute(frame.lazy(), fitting, len(units))
        except (Problem, TypeError, OverflowError, pl.exceptions.PolarsError):
            return frozenset()
        self._bulks.append(_Bulk(units, cells, sign))
        return frozenset(cells.metrics)


@lru_cache(maxsize=4096)
def _compiled(metric: Additive) -> Contribution:
    return contribution(metric)
