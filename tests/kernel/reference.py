"""What every figure of the yard must be, told from a story's plain rows by the naive reference alone."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests import naive
from tests.kernel import yard
from tests.kernel.histories import FIRST, TODAY, Story
from zhenwu.lib.periods import Period

MU = Fraction(2000, 3)  # 平方米
_RANK = ["forecast", "ledger", "recognised", "statutory"]


class Reference:
    """Figures of a story as it stands now."""

    def __init__(self, story: Story, mode: str) -> None:
        self.story, self.mode = story, mode

    def day(self, period: Period) -> date:
        """The day whose tree is looked at; before the first, the first."""
        return TODAY if self.mode == "as_is" else max(min(period.end, TODAY), FIRST)

    def stands(self, unit: UUID, period: Period) -> bool:
        return self.story.places.stands(unit, self.day(period))

    def figure(self, key: str, period: Period, unit: UUID) -> Fraction | None:
        """The printed value: the chosen authority's; else our own count; else the highest authority."""
        place = (f"yard.{key}", unit, period)
        offers = dict(self.story.series.get(place, {}))
        own = self.own(key, period, unit)
        if own is not None:
            offers["ledger"] = own
        picked = self.story.choices.get(place)
        if picked in offers:
            return offers[picked]
        if key in _BASE and "ledger" in offers:
            return offers["ledger"]
        return offers[max(offers, key=_RANK.index)] if offers else None

    def own(self, key: str, period: Period, unit: UUID) -> Fraction | None:
        """What the rows and the other figures come to."""
        if key in _BASE:
            return self._base(key, period, unit) if self.stands(unit, period) else None
        if key == "quota":
            return None
        earlier = Period(period.first - 12, period.months)
        match key:
            case "completion":
                return naive.ratio(self.figure("area", period, unit), self.figure("quota", period, unit))
            case "removed_part":
                area = self.figure("area", period, unit)
                return naive.ratio(None if area is None else area * MU, self.figure("all_area", period, unit))
            case "share":
                above = self.story.places.parent(unit, self.day(period)) or unit
                return naive.ratio(self.figure("all_area", period, unit), self.figure("all_area", period, above))
            case "more":
                return naive.change(self.figure("all_area", period, unit), self.figure("all_area", earlier, unit))
            case "faster":
                before = Period(period.first - period.months, period.months)
                now, then = self.figure("all_area", period, unit), self.figure("all_area", before, unit)
                return naive.change(now, then, relative=True)
            case "growth":
                now, then = self.figure("people", period, unit), self.figure("people", earlier, unit)
                return _to_twelve(naive.change(now, then, relative=True)) if then and then > 0 else None
        return {"two_years": self._two_years, "kept": self._kept}[key](period, unit)

    def _two_years(self, period: Period, unit: UUID) -> Fraction | None:
        years = [self.figure("all_area", Period(period.last - ago, 12), unit) for ago in (23, 11)]
        return None if None in years else sum(years, Fraction(0))

    def _kept(self, period: Period, unit: UUID) -> Fraction | None:
        whole, quota, gone = (self.figure(name, period, unit) for name in ("all_area", "quota", "area"))
        if None in (whole, quota, gone) or (period.start.month, period.end.month) != (1, 12):
            return None
        return whole / MU + quota - gone

    def rows(self, ledger: str, unit: UUID, period: Period) -> list[dict[str, Any]]:
        """The live rows of a ledger that count at a unit; the top counts all."""
        places, day = self.story.places, self.day(period)
        found = [row for row in self.story.rows.values() if row["ledger"] == ledger]
        return [row for row in found if unit == self.story.top or places.within(row["unit"], unit, day)]

    def _base(self, key: str, period: Period, unit: UUID) -> Fraction | None:
        ledger, whole = _BASE[key], self._sum
        value = whole(key, self.rows(ledger, unit, period), period)
        if value:
            return value
        since = None if key in ("families", "people", "checked") else period.start
        everywhere = self.rows(ledger, self.story.top, period)
        told = [row for row in everywhere if row["valid_from"] < _after(period) and (not since or row["valid_from"] >= since)]
        return Fraction(0) if told else None

    def _sum(self, key: str, rows: list[dict[str, Any]], period: Period) -> Fraction:
        start, after = period.start, _after(period)
        rows = [row | {"cents": None if row.get("area") is None else int(Fraction(row["area"]) * 100)} for row in rows]
        wanted = self.story.wanted
        match key:
            case "area":
                area = naive.flow(rows, lambda row: row["state"] == wanted, "cents", "valid_from", start, after)
                return Fraction(area, 100) / MU
            case "all_area":
                return Fraction(naive.flow(rows, lambda row: True, "cents", "valid_from", start, after), 100)
            case "houses":
                return Fraction(naive.flow(rows, lambda row: True, None, "valid_from", start, after))
            case "checked":
                large = [row for row in rows if row["cents"] is not None and row["cents"] > 500]
                return Fraction(naive.flow(large, lambda row: True, None, "checked", start, after))
            case "styles":
                return Fraction(naive.distinct(rows, lambda row: True, "style", "valid_from", start, after))
            case "families":
                return Fraction(naive.stock(rows, lambda row: True, None, after - timedelta(days=1)))
            case _:
                known = [row for row in rows if row["style"] not in (None, "tent")]
                return Fraction(naive.stock(known, lambda row: True, "people", after - timedelta(days=1)))


_BASE = dict.fromkeys(("area", "all_area", "houses", "checked", "styles"), yard.HOUSE)
_BASE |= dict.fromkeys(("families", "people"), yard.FAMILY)
KEYS = tuple(yard.METRICS)


def _after(period: Period) -> date:
    year, month = divmod(period.last + 1, 12)
    return date(year, month + 1, 1)


def _to_twelve(percent: Fraction | None) -> Fraction | None:
    """Growth rates are promised to twelve decimals of the bare rate, half up."""
    if percent is None:
        return None
    return Fraction(math.floor(percent / 100 * 10**12 + Fraction(1, 2)), 10**12) * 100
