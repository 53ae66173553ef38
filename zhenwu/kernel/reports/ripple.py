"""Ripple: what a correction of one record touches — figures, sentences, issued documents — and nothing else.

A figure is touched when the sum of what moved in the cells under it is not zero. A record that moves between two grids
of one village touches both grids' figures and leaves the village's alone. Where a figure is zero, one record more or less
decides between “0” and “no record”. Of a distinct count every moved key touches: whether it occurs elsewhere is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import fact_of, history
from zhenwu.kernel.metrics.api import PRESENCE, Address, Figures, Footprint, catalogue, touched
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.reports.filling import Filled, Source, fill_source, read_source
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.room.draft import Draft, content_of
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound

Moved = Mapping[tuple[str, int, UUID, Any], int]  # (metric, month, unit, key or None) → what was added
_AHEAD = 9  # a sentence may speak of a year up to this many years after its report's


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report that prints a touched figure, as it now reads."""

    template: str
    year: int
    meaning: str
    text: str
    address: Address


@dataclass(frozen=True)
class Ripple:
    """What the latest version of a record changed.

    ``figures`` are the township's, by year, from the first year touched to this one (or the last touched); ``sentences``
    those of our own templates, for the record's own township; ``issues`` the issued documents that would now print another figure, with what it is.
    """

    record: UUID
    version: int
    figures: tuple[Address, ...]
    sentences: tuple[Sentence, ...]
    issues: tuple[tuple[Issue, tuple[str, ...]], ...]


def ripple(record: UUID) -> Ripple:
    """Follow the latest version of a record to all it moves; raises ``NotFound``."""
    versions = history(record)
    moved = moved_by(record)
    figures = Figures()
    months = [month for _, month, _, _ in moved] or [today().year * 12]
    years = range(min(months) // 12, max(today().year, max(months) // 12) + 1)
    seen = tree()
    home = seen.township_of(versions[-1].unit_id)
    unit = None if home == seen.root else home
    return Ripple(
        record, versions[-1].number, tuple(_figures(figures, moved, years, unit)), tuple(_sentences(figures, moved, years, home)),
        tuple(_issues(figures, moved)),
    )  # fmt: skip


def moved_by(record: UUID) -> Moved:
    """The cells that the latest version of a record moved, and by how much; raises ``NotFound``."""
    versions = history(record)
    if not versions:
        raise NotFound("record.unknown", "没有这条记录", "请核对记录编号。")
    last = versions[-1]
    before = [fact_of(versions[-2])] if len(versions) > 1 and not versions[-2].removed else []
    after = [] if last.removed else [fact_of(last)]
    return touched(before, after, catalogue())


def is_touched(figures: Figures, address: Address, moved: Moved) -> bool:
    """Whether what moved shifts any of the totals a figure is computed from."""
    try:
        footprint = figures.footprint(address)
    except NotFound:
        return False
    return any(_is_shifted(figures, step, moved) for step in footprint)


def _is_shifted(figures: Figures, step: Footprint, moved: Moved) -> bool:
    inside = {cell: value for cell, value in moved.items() if step.holds(*cell[:3])}
    shift = sum(inside.values())
    if shift and step.metric.endswith(PRESENCE):
        rows = figures.total(step)
        return rows == 0 or rows == shift
    return shift != 0 or any(key is not None for _, _, _, key in inside)


def _reached(figures: Figures, moved: Moved) -> set[str]:
    """The metrics that could be touched: counted from a moved cell, or telling “no record” from zero by one."""
    keys = {metric for metric, _, _, _ in moved}
    known = figures.known.metrics.values()
    return figures.known.using(one.key for one in known if one.key in keys or one.counted + PRESENCE in keys)


def _figures(figures: Figures, moved: Moved, years: range, unit: UUID | None) -> Iterator[Address]:
    for key in sorted(_reached(figures, moved)):
        addresses = (Address(key, Period.year(year), unit) for year in years)
        yield from (address for address in addresses if is_touched(figures, address, moved))


def _sentences(figures: Figures, moved: Moved, years: range, home: UUID) -> Iterator[Sentence]:
    reached, unit = _reached(figures, moved), None if home == tree().root else home
    for definition in every("report"):
        for year in range(years.start - _AHEAD, min(years.stop, today().year + 1)):
            source = _read(content_of(Draft(definition.key, year, home)), definition.key)
            said: Filled | None = None
            for slot in source.template.slots:
                binding = source.bindings[source.matched[slot.index]]
                if binding.metric not in reached:
                    continue
                address = Address(binding.metric, resolve_period(binding.period, year), unit)
                if is_touched(figures, address, moved):
                    said = said or fill_source(source, definition.key, year, figures, unit)
                    yield Sentence(said.say(definition.body["label"]), year, binding.meaning, said.sentence(slot), address)


@lru_cache(maxsize=16)
def _read(content: bytes, name: str) -> Source:
    """Most years are told by the same words."""
    return read_source(content, name)


def _issues(figures: Figures, moved: Moved) -> Iterator[tuple[Issue, tuple[str, ...]]]:
    reached = _reached(figures, moved)
    for issue in Issue.objects.order_by("number"):
        meanings = tuple(
            slot["meaning"] for slot in issue.frozen["slots"]
            if slot["address"] and slot["address"][0] in reached and is_touched(figures, _address(slot), moved)
        )  # fmt: skip
        if meanings:
            yield issue, meanings


def _address(slot: Mapping[str, Any]) -> Address:
    metric, period, unit = slot["address"]
    return Address(metric, Period.parse(period), UUID(unit))
