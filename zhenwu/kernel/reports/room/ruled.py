"""Rulings as they bear on what is printed: where two counts tell the same thing, a person said which one stands."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from zhenwu.kernel.journal.api import known_at
from zhenwu.kernel.reports.models import Ruling
from zhenwu.lib.periods import Period

Prints = dict[tuple[str, Period], str]


def ruled_prints(unit: UUID, position: int | None = None) -> Prints:
    """(metric, period) → the metric that is printed in its place, by the rulings known at a position; of several the latest."""
    rows = Ruling.objects.filter(known_at(position, retired="retired_by"), unit=unit).order_by("event_id")
    return {(row.metric, Period(row.first, row.months)): row.printed for row in rows}


def rulings_about(metric: str, unit: UUID, period: Period, other: str = "") -> list[Ruling]:
    """Every ruling on a figure (against ``other``, if given), replaced ones too, newest first."""
    rows = Ruling.objects.filter(metric=metric, unit=unit, first=period.first, months=period.months)
    rows = rows.filter(other=other) if other else rows
    return list(rows.select_related("event").order_by("-event_id"))


def rulings_on(metric: str, unit: UUID, period: Period) -> list[Ruling]:
    """The live rulings between a figure and any other, whichever side it stands on."""
    rows = Ruling.objects.filter(Q(metric=metric) | Q(other=metric), unit=unit, first=period.first, months=period.months, retired_by=None)
    return list(rows.select_related("event").order_by("event_id"))
