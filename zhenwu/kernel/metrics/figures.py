"""A figure: one metric, for one unit and period, as of one journal position; and what it is made of.

Today's figures are sums of cells. A figure at an earlier position is counted afresh from the record versions known
then, which is how an issued report is verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar
from uuid import UUID

from zhenwu.kernel.metrics import counting, store
from zhenwu.kernel.metrics.catalogue import PRESENCE, Catalogue, Metric, catalogue
from zhenwu.kernel.metrics.derive import derived
from zhenwu.kernel.metrics.seeing import Place, Seeing, TreeMode
from zhenwu.kernel.metrics.series import RANK, Told, chosen_in, told_of, values_in
from zhenwu.kernel.metrics.totals import Totals
from zhenwu.kernel.orgs.api import Tree, past
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.lib.units import convert

LEVELS = ("grid", "village", "township")  # from the ground upwards
Result = TypeVar("Result")
_ADDRESS = re.compile(r"([\w.]+)@([\w.\-]+?)(?:/([^#]+))?(?:#(\d+))?")


@dataclass(frozen=True)
class Address:
    """Which figure: ``metric@period[/unit][#position]``."""

    metric: str
    period: Period
    unit: UUID | None = None

    def __str__(self) -> str:
        return f"{self.metric}@{self.period}" + (f"/{self.unit}" if self.unit else "")


@dataclass(frozen=True)
class Offer:
    """A value some authority gives for a figure, with its source in words."""

    authority: str
    value: Fraction
    source: str


@dataclass(frozen=True)
class Figure:
    """A figure. ``value`` is exact, in the metric's unit; None means nothing is known (待补)."""

    metric: Metric
    address: Address
    unit: UUID
    unit_name: str
    value: Fraction | None
    authority: str
    offers: tuple[Offer, ...] = ()
    position: int = 0

    @property
    def period(self) -> Period:
        return self.address.period

    def gap(self, other: Figure) -> Fraction | None:
        """How much this figure is above another, in this one's unit; None while either is unknown."""
        if self.value is None or other.value is None:
            return None
        return self.value - convert(other.value, other.metric.unit, self.metric.unit)


@dataclass(frozen=True)
class Footprint:
    """A range of cells: a base metric, months (``first=None``: from the beginning), leaves (None: all)."""

    metric: str
    first: int | None
    last: int
    units: frozenset[UUID] | None

    def holds(self, metric: str, month: int, unit: UUID) -> bool:
        """Whether a cell lies in it."""
        return (
            metric == self.metric and (self.first is None or month >= self.first) and month <= self.last
            and (self.units is None or unit in self.units)
        )  # fmt: skip


@dataclass
class Figures:
    """Figures read together: one position, one tree mode, each computed once.

    ``position=None`` reads the cells; a number counts from the versions known at that position. ``by_cells`` says that the
    cells stand at it: see ``read_now``.
    """

    position: int | None = None
    mode: TreeMode = "as_was"
    by_cells: bool = False
    known: Catalogue = field(init=False)
    _heard: dict[tuple[str, Period], tuple[dict[UUID, list[Told]], dict[UUID, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = catalogue(self.position)
        self._seeing = Seeing(past(self.position), self.mode)
        self._told = told_of()
        self._totals = Totals(self.known, None if self.by_cells else self.position)
        self.stands_at = counting.position() if self.position is None else self.position

    def figure(self, address: Address | str) -> Figure:
        """One figure; raises ``NotFound`` for an unknown metric or unit, ``Problem('figure.address')``."""
        if isinstance(address, str):
            address = self.parse(address)
        metric = self.known.metric(address.metric)
        unit = address.unit or self.tree(address.period).root
        return self._figure(metric, address.period, unit)

    def beside(self, figure: Figure) -> list[Figure]:
        """What other counts say of the same thing (并列的数), for the same unit and period."""
        return [self.figure(Address(key, figure.period, figure.unit)) for key in figure.metric.beside if key in self.known.metrics]

    def parse(self, text: str) -> Address:
        """Read an address; a unit may be named or given by id."""
        found = _ADDRESS.fullmatch(text.strip())
        if not found:
            raise Problem("figure.address", f"看不懂的数字地址“{text}”", "写成 指标@统计期/单位，例如 demolition.area@2020/深塘村。")
        metric, period_text, unit, _ = found.groups()
        period = Period.parse(period_text)
        return Address(metric, period, self._unit_named(unit, period) if unit else None)

    def tree(self, period: Period) -> Tree:
        """The tree a period is seen by (``Seeing.tree``)."""
        return self._seeing.tree(period)

    def members(self, unit: UUID, period: Period) -> list[UUID] | None:
        """The units whose records count here, ended ones by their homes; None means all. None did at a unit that was
        not there."""
        return self._seeing.place(period, unit).members

    def parts(self, metric: Metric, period: Period, unit: UUID) -> list[tuple[str, str, Period, UUID]]:
        """What a derived figure is computed from: (role, metric key, period, unit)."""
        if metric.kind in ("ratio", "mean"):
            return [("numerator", metric.numerator, period, unit), ("denominator", metric.denominator, period, unit)]
        if metric.kind == "share":
            seen = self.tree(period)
            whole = seen.parent(unit) or unit if unit in seen else seen.root
            return [("numerator", metric.numerator, period, unit), ("denominator", metric.numerator, period, whole)]
        if metric.kind == "change":
            earlier = period.earlier(12 if metric.against == "year" else period.months)
            return [("now", metric.of, period, unit), ("then", metric.of, earlier, unit)]
        if metric.kind == "growth":
            return [("now", metric.of, period, unit), ("then", metric.of, period.earlier(12 * metric.years), unit)]
        if metric.kind == "net":
            terms = [*(("plus", key) for key in metric.plus), *(("less", key) for key in metric.less)]
            return [(f"{side} {key}", key, period, unit) for side, key in terms]
        if metric.kind == "cumulative":
            years = [Period(period.last - 11 - 12 * ago, 12) for ago in reversed(range(metric.years))]
            return [(str(year), metric.of, year, unit) for year in years]
        return []

    def footprint(self, address: Address) -> list[Footprint]:
        """The cells a figure is computed from, through all that it derives from."""
        metric = self.known.metric(address.metric)
        unit = address.unit or self.tree(address.period).root
        if not metric.is_base:
            parts = self.parts(metric, address.period, unit)
            return [step for _, key, when, where in parts for step in self.footprint(Address(key, when, where))]
        first = None if metric.kind == "stock" else address.period.first
        members = self.members(unit, address.period)
        among = None if members is None else frozenset(members)
        steps = [Footprint(metric.key, first, address.period.last, among)]
        if not self.raw(metric, address.period, unit):
            steps.append(Footprint(metric.counted + PRESENCE, _present_from(metric, address.period), address.period.last, None))
        return steps

    def total(self, step: Footprint) -> int:
        """The sum of the additive cells in a footprint."""
        return self._totals.sum(step.metric, step.first, step.last, None if step.units is None else sorted(step.units))

    def raw(self, metric: Metric, period: Period, unit: UUID) -> int | None:
        """A base metric's total in its source field's scale; None when its source has no record for the period, the
        unit was not there, or the period has not begun."""
        return self._raw(metric, self._seeing.place(period, unit))

    def _raw(self, metric: Metric, place: Place) -> int | None:
        if not place.begun or not place.there:
            return None
        period = place.period
        first = None if metric.kind == "stock" else period.first
        value = self._totals.sum(metric.key, first, period.last, place.members, distinct=metric.kind == "distinct")
        if value == 0:
            rows = self._totals.sum(metric.counted + PRESENCE, _present_from(metric, period), period.last, None)
            return 0 if rows else None
        return value

    def by_month(self, metric: Metric, period: Period, unit: UUID) -> dict[int, int]:
        """A base metric's cells by month, in the source field's scale (a stock's are changes)."""
        return store.by_month(metric.key, period.first, period.last, self.members(unit, period))

    def _figure(self, metric: Metric, period: Period, unit: UUID) -> Figure:
        place = self._seeing.place(period, unit)
        done: Figure | None = place.done.get(metric.key)
        if done is None:
            done = place.done[metric.key] = self._compute(metric, place)
        return done

    def _compute(self, metric: Metric, place: Place) -> Figure:
        offers, picked = self._others(metric, place) if metric.key in self._told else ([], None)
        own = self._own_value(metric, place)
        if own is not None:
            offers.append(Offer("ledger", own, "由台账记录计算" if metric.is_base else "由其他指标计算"))
        offer = self._pick(offers, picked, metric)
        return Figure(
            metric, Address(metric.key, place.period, place.unit), place.unit, place.name, offer.value if offer else None,
            offer.authority if offer else "", tuple(offers), self.stands_at,
        )  # fmt: skip

    def _others(self, metric: Metric, place: Place) -> tuple[list[Offer], str | None]:
        """What others said of a metric, and what was chosen."""
        values, choices = self._said(metric, place.period)
        return [Offer(*row) for row in values.get(place.unit, ())], choices.get(place.unit)

    def _said(self, metric: Metric, period: Period) -> tuple[dict[UUID, list[Told]], dict[UUID, str]]:
        """What others said of a metric for a period, and what was chosen, by unit."""
        if (metric.key, period) not in self._heard:
            asked = (metric.key, period, self.position)
            self._heard[metric.key, period] = (values_in(*asked), chosen_in(*asked))
        return self._heard[metric.key, period]

    def _pick(self, offers: list[Offer], picked: str | None, metric: Metric) -> Offer | None:
        """The chosen authority; else our own count for what we count, the highest authority for what others publish."""
        if len(offers) < 2:
            return offers[0] if offers else None
        by_authority = {offer.authority: offer for offer in offers}
        if picked in by_authority:
            return by_authority[picked]
        if metric.is_base and "ledger" in by_authority:
            return by_authority["ledger"]
        return max(offers, key=lambda offer: RANK[offer.authority], default=None)

    def _own_value(self, metric: Metric, place: Place) -> Fraction | None:
        if metric.is_base:
            raw = self._raw(metric, place)
            return None if raw is None else in_unit(metric, raw)
        if not self._is_told(metric, place):
            return None
        values: dict[str, Fraction | None] = {}
        for role, key, when, where in self.parts(metric, place.period, place.unit):
            part = self._figure(self.known.metric(key), when, where)
            values[role] = None if part.value is None else convert(part.value, part.metric.unit, self._common_unit(metric, role, part))
        return derived(metric, values) if values else None

    def _is_told(self, metric: Metric, place: Place) -> bool:
        """Whether a metric speaks of this unit and period at all: what is taken off may be known for the whole only."""
        period, level = place.period, metric.unit_level
        if metric.whole_years and (period.months % 12 or period.first % 12):
            return False
        return not level or not place.there or place.tree.kind(place.unit) not in LEVELS[: LEVELS.index(level)]

    def _common_unit(self, metric: Metric, role: str, part: Figure) -> str:
        """The unit in which a part meets the others."""
        if metric.kind == "mean":
            return metric.unit if role == "numerator" else part.metric.unit
        if role == "numerator" and metric.denominator:
            return self.known.metric(metric.denominator).unit
        adds_up = metric.kind in ("cumulative", "net") or (metric.kind == "change" and not metric.relative)
        return metric.unit if adds_up else part.metric.unit

    def _unit_named(self, text: str, period: Period) -> UUID:
        seen = self.tree(period)
        for unit in seen.order:
            if text in (seen.name(unit), seen.code(unit), str(unit), unit.hex):
                return unit
        raise NotFound("unit.unknown", f"{period.label}没有“{text}”这个单位", "请核对名称；已撤并的单位请换到它存在的统计期。")

def read_now(read: Callable[[Figures], Result]) -> Result:
    """What ``read`` makes of the figures of now, all as of one position: by the cells, or counted afresh where they moved on
    while it read."""
    position = counting.catch_up()
    found = read(Figures(position, by_cells=True))
    return found if counting.position() == position else read(Figures(position))


def _present_from(metric: Metric, period: Period) -> int | None:
    """From which month on a record speaks for a period: one counted by another day than its own may be older."""
    by_own_day = metric.kind != "stock" and metric.time in ("", "occurred_on", "valid_from", "reported_on")
    return period.first if by_own_day else None


def in_unit(metric: Metric, raw: int) -> Fraction:
    """A whole number of the source field as an exact value in the metric's unit: conversion happens here, once."""
    value = Fraction(raw, 10**metric.scale) if metric.scale else Fraction(raw)
    if not metric.source_unit or metric.source_unit == metric.unit:
        return value
    return convert(value, metric.source_unit, metric.unit)
