"""Evidence: the rows behind a figure, by the very expression that counted them, at the figure's position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import closed_at
from zhenwu.kernel.metrics.additive import contribution
from zhenwu.kernel.metrics.catalogue import Metric, begin_of, line_of
from zhenwu.kernel.metrics.figures import Address, Figure, Figures, in_unit
from zhenwu.kernel.metrics.sources import facts, visible_ids
from zhenwu.kernel.orgs.api import Actor, Purpose
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.periods import Period

PERSONS = ("人", "户", "名")
FEWEST = 3  # a count of persons under this is withheld from those who may not see the rows


@dataclass(frozen=True)
class Evidence:
    """What stands behind a figure.

    A base figure has rows: those I may see, then how many lie beyond my rights and their subtotal; ``value`` is the
    whole and equals the figure. A derived figure has parts. A published one has neither: its offers name the source.
    """

    figure: Figure
    rows: tuple[tuple[Fact, Fraction], ...] = ()
    hidden: int = 0
    hidden_value: Fraction = Fraction(0)
    value: Fraction | None = None
    parts: tuple[tuple[str, Figure], ...] = ()


def evidence(figures: Figures, address: Address | str, actor: Actor, purpose: Purpose = "evidence") -> Evidence:
    """Open a figure for a person."""
    figure = figures.figure(address)
    metric = figure.metric
    if not metric.is_base:
        parts = [
            (role, figures.figure(Address(key, period, unit)))
            for role, key, period, unit in figures.parts(metric, figure.period, figure.unit)
        ]
        return Evidence(figure, parts=tuple(parts))
    rows = rows_behind(figures, metric, figure.period, figure.unit)
    allowed = visible_ids(actor, purpose, scope_of(figures, metric, figure.period, figure.unit), line_of(metric.source))
    shown = tuple((fact, value) for fact, value in rows if (fact.id, fact.number) in allowed)
    whole = _whole(metric, rows)
    seen = _whole(metric, shown)
    return Evidence(figure, shown, len(rows) - len(shown), whole - seen, None if figure.value is None else whole)


def rows_behind(figures: Figures, metric: Metric, period: Period, unit: UUID) -> list[tuple[Fact, Fraction]]:
    """Every fact that contributes, with its contribution in the metric's unit. No rights are checked here."""
    assert metric.additive is not None
    count = contribution(metric.additive)
    found = []
    for fact in facts(replace(scope_of(figures, metric, period, unit), source=metric.counted)):
        moved = _moved(count(fact.row), metric, period)
        if moved is not None:
            found.append((fact, in_unit(metric, moved)))
    return found


def contributing(scope: Scope, asked: Sequence[tuple[Metric, Period]]) -> list[dict[str | None, int]]:
    """How many facts of one scope contribute to each of these figures, by the facts' authority (None: they have none)."""
    counts = [(contribution(metric.additive), metric, period) for metric, period in asked if metric.additive]
    found: list[dict[str | None, int]] = [defaultdict(int) for _ in counts]
    for source in {metric.counted for _, metric, _ in counts}:
        for fact in facts(replace(scope, source=source)):
            for tally, (count, metric, period) in zip(found, counts, strict=True):
                if metric.counted == source and _moved(count(fact.row), metric, period) is not None:
                    tally[fact.row["authority"]] += 1
    return found


def _moved(changes: Sequence[tuple[int, Any, int]], metric: Metric, period: Period) -> int | None:
    """What a fact adds to a figure in the source's scale; None when it does not contribute."""
    moved = [delta for month, _, delta in changes if month <= period.last and (_is_stock(metric) or month >= period.first)]
    return sum(moved) if moved and (sum(moved) or not _is_stock(metric)) else None


def scope_of(figures: Figures, metric: Metric, period: Period, unit: UUID) -> Scope:
    """The facts worth looking at: by place, and by day where the metric counts by the fact's own day."""
    members = figures.members(unit, period)
    by_own_day = metric.kind != "stock" and (metric.time or begin_of(metric.source)) in ("occurred_on", "valid_from", "reported_on")
    return Scope(
        metric.source, figures.stands_at, None if members is None else frozenset(members),
        first_day=period.start if by_own_day else None, last_day=period.end if by_own_day or _is_stock(metric) else None,
        alive_on=period.end if _is_stock(metric) else None,
    )  # fmt: skip


def when_closed(figure: Figure) -> Figure | None:
    """The same figure as it stood when its year was closed, if the year was closed, the metric was known then, and something of the figure has
    changed since."""
    position = closed_at(figure.period.last_year)
    if position is None or position >= figure.position:
        return None
    past = Figures(position)
    if figure.metric.key not in past.known.metrics:
        return None
    then = past.figure(figure.address)
    return then if then.value != figure.value else None


def withheld(figure: Figure, actor: Actor, figures: Figures) -> bool:
    """Whether a small count of persons must not be shown to somebody without rights to its rows."""
    metric = figure.metric
    if not metric.is_base or metric.unit not in PERSONS or figure.value is None or not 0 < figure.value < FEWEST:
        return False
    return evidence(figures, figure.address, actor).hidden > 0


def _is_stock(metric: Metric) -> bool:
    return metric.kind == "stock"


def _whole(metric: Metric, rows: Sequence[tuple[Fact, Fraction]]) -> Fraction:
    if metric.kind == "distinct":
        return Fraction(len({fact.row[metric.distinct] for fact, _ in rows}))
    return sum((value for _, value in rows), Fraction(0))
