"""Which days are worked and in which hours: weekends, holidays, exchanged days, local holidays. Pure.

The national notice of a year (放假安排) appears in the November before it. For a year without one the calendar knows the
weekends and the holidays of fixed date, and says that it is provisional.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from zhenwu.lib.clock import LOCAL

Shift = tuple[time, time]
OFFICE_HOURS: tuple[Shift, ...] = ((time(8, 30), time(12)), (time(14), time(17, 30)))  # 通行做法，可改
FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """``days``: a day that differs from Monday–Friday → (worked, what it is called); ``published``: the years whose notice
    ``days`` holds; ``shifts``: the hours of a worked day, in order, none over midnight; ``seasons``: (from which day, the hours from
    then on), in order, for offices whose hours change with the season (作息时间)."""

    days: Mapping[date, tuple[bool, str]] = field(default_factory=dict)
    published: Collection[int] = ()
    shifts: tuple[Shift, ...] = OFFICE_HOURS
    seasons: tuple[tuple[date, tuple[Shift, ...]], ...] = ()

    def is_worked(self, day: date) -> bool:
        """Whether offices are open on a day."""
        told = self._told(day)
        return told[0] if told else day.weekday() < 5

    def name(self, day: date) -> str:
        """What a day is called that is not worked as its weekday says: 春节、调休上班…; else 周末 or ""."""
        told = self._told(day)
        return told[1] if told else "周末" if day.weekday() >= 5 else ""

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year between two days has no notice yet."""
        return any(year not in self.published for year in range(first.year, last.year + 1))

    def next_worked(self, day: date) -> date:
        """The day itself, or the first worked day after it."""
        while not self.is_worked(day):
            day += DAY
        return day

    def hours(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The working hours of a day, as moments; none when it is not worked."""
        if self.is_worked(day):
            for opens, closes in self.shifts_on(day):
                yield datetime.combine(day, opens, LOCAL), datetime.combine(day, closes, LOCAL)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The hours of a day if it is worked."""
        return next((shifts for first, shifts in reversed(self.seasons) if first <= day), self.shifts)

    def _told(self, day: date) -> tuple[bool, str] | None:
        if day in self.days:
            return self.days[day]
        if day.year not in self.published and (day.month, day.day) in FIXED:
            return False, FIXED[day.month, day.day]
        return None
