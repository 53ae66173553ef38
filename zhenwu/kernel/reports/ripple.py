"""Ripple: what a correction of one record touches — figures, sentences, issued documents — and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import fact_of, history
from zhenwu.kernel.metrics.api import Address, Figures, catalogue, touched
from zhenwu.kernel.reports.bindings import resolve_period
from zhenwu.kernel.reports.filling import read_source, sentence_of
from zhenwu.kernel.reports.models import Issue
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem

Cell = tuple[str, int, UUID]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a template that prints a touched figure."""

    template: str
    year: int
    meaning: str
    text: str
    address: Address


@dataclass(frozen=True)
class Ripple:
    """What the latest version of a record changed."""

    record: UUID
    version: int
    figures: tuple[Address, ...]
    sentences: tuple[Sentence, ...]
    issues: tuple[tuple[Issue, tuple[str, ...]], ...]


def ripple(record: UUID) -> Ripple:
    """Follow the latest version of a record to all it moves; raises ``NotFound``."""
    versions = history(record)
    if not versions:
        raise NotFound("record.unknown", "没有这条记录", "请核对记录编号。")
    last = versions[-1]
    before = [fact_of(versions[-2])] if len(versions) > 1 and not versions[-2].removed else []
    after = [] if last.removed else [fact_of(last)]
    cells = {(metric, month, unit) for metric, month, unit, _ in touched(before, after, catalogue())}
    figures = Figures()
    first = min((month // 12 for _, month, _ in cells), default=today().year + 1)
    years = range(first, max(today().year, first) + 1)
    return Ripple(
        record, last.number, tuple(_figures(figures, cells, years)), tuple(_sentences(figures, cells, years)),
        tuple(_issues(figures, cells)),
    )  # fmt: skip


def is_touched(figures: Figures, address: Address, cells: set[Cell]) -> bool:
    """Whether a figure is computed from any of the cells."""
    try:
        footprint = figures.footprint(address)
    except NotFound:
        return False
    return any(step.holds(*cell) for step in footprint for cell in cells)


def _figures(figures: Figures, cells: set[Cell], years: range) -> list[Address]:
    bases = {metric for metric, _, _ in cells}
    found = []
    for key in sorted(figures.known.using(bases & figures.known.metrics.keys())):
        addresses = (Address(key, Period.year(year)) for year in years)
        found += [address for address in addresses if is_touched(figures, address, cells)]
    return found


def _sentences(figures: Figures, cells: set[Cell], years: range) -> list[Sentence]:
    found = []
    for definition in every("report"):
        source = read_source(definition.body["text"].encode(), definition.key)
        for year in years:
            for slot in source.template.slots:
                binding = source.bindings[source.matched[slot.index]]
                if not binding.metric:
                    continue
                address = Address(binding.metric, resolve_period(binding.period, year))
                if is_touched(figures, address, cells):
                    text = sentence_of(source.template, slot)
                    found.append(Sentence(definition.body["label"], year, binding.meaning, text, address))
    return found


def _issues(figures: Figures, cells: set[Cell]) -> list[tuple[Issue, tuple[str, ...]]]:
    found = []
    for issue in Issue.objects.order_by("number"):
        meanings = []
        for slot in issue.frozen["slots"]:
            if slot["address"]:
                metric, period, unit = slot["address"]
                try:
                    address = Address(metric, Period.parse(period), UUID(unit))
                except Problem:
                    continue
                if is_touched(figures, address, cells):
                    meanings.append(slot["meaning"])
        if meanings:
            found.append((issue, tuple(meanings)))
    return found
