"""What is owed again and again: the spans in which it is owed, and how often it was really done in one. Pure.

A span is a week (Monday to Sunday), ten days (旬: 1–10, 11–20, 21–end), half a month (1–15, 16–end), a month, a quarter, half
a year or a year; or a run of so many days counted from the day on which something is first owed. It belongs to the day on
which it ends: a week over New Year is the new year's.

Something is owed in a span only when object, plan and season stand for the whole of it (no source names a share for a
part, so none is invented). Of visits that lie too close together as many count as can be chosen with the gap between each
two: taking the earliest that fits, again and again, finds that number. The gap is looked at within one span.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhenwu.lib.problems import Problem

WORDS = {
    "week": "每周", "ten_days": "每旬", "half_month": "每半月", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年",
}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_TENTHS, _HALVES = ("上旬", "中旬", "下旬"), ("上半月", "下半月")
_NOON, _TIME = time(12), re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """A run of days, both ends included; ``name`` is how a record is named after it, ``label`` what a person reads."""

    first: date
    last: date
    name: str
    label: str


def span_of(per: str, day: date) -> Span:
    """The span of a kind in which a day lies; raises ``Problem('round.per')`` for a kind that is none of ``WORDS``."""
    if per == "week":
        first = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Span(first, first + 6 * _DAY, f"{year}-W{week:02d}", f"{year}年第{week}周")
    if per in ("ten_days", "half_month"):
        return _part_of_month(per, day)
    if per in _MONTHS:
        return _months(_MONTHS[per], day)
    raise Problem("round.per", f"没有“{per[:40]}”这种周期", f"可以用：{'、'.join(WORDS)}。")


def _part_of_month(per: str, day: date) -> Span:
    length, names = (10, _TENTHS) if per == "ten_days" else (15, _HALVES)
    number = min((day.day - 1) // length, len(names) - 1)
    last = _month_end(day) if number == len(names) - 1 else day.replace(day=(number + 1) * length)
    words = names[number]
    return Span(day.replace(day=number * length + 1), last, f"{day:%Y-%m}{words}", f"{day.year}年{day.month}月{words}")


def _months(count: int, day: date) -> Span:
    number = (day.month - 1) // count
    first = date(day.year, number * count + 1, 1)
    last = _month_end(date(day.year, number * count + count, 1))
    year = f"{day.year:04d}"
    name, label = {
        1: (f"{year}-{day.month:02d}", f"{day.year}年{day.month}月"),
        3: (f"{year}Q{number + 1}", f"{day.year}年第{number + 1}季度"),
        6: (f"{year}H{number + 1}", f"{day.year}年{_half(number)}半年"),
        12: (year, f"{day.year}年"),
    }[count]
    return Span(first, last, name, label)


def _half(number: int) -> str:
    return "下" if number else "上"


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def spans(per: str, first: date, last: date) -> Iterator[Span]:
    """The spans of a kind that touch the days from ``first`` to ``last``, in order."""
    day = first
    while day <= last:
        found = span_of(per, day)
        yield found
        day = found.last + _DAY


@dataclass(frozen=True)
class Stand:
    """From when to when (exclusive, None: still) something stands, in which months of a year (both included; may cross New Year)."""

    begins: date
    ends: date | None = None
    month_from: int | None = None
    month_to: int | None = None

    def holds_for(self, span: Span) -> bool:
        """Whether it stands on every day of a span."""
        if span.first < self.begins or (self.ends is not None and span.last >= self.ends):
            return False
        return all(self._in_season(month) for month in _months_of(span))

    def _in_season(self, month: int) -> bool:
        first, last = self.month_from or 1, self.month_to or 12
        return first <= month <= last if first <= last else month >= first or month <= last


def _months_of(span: Span) -> set[int]:
    count = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    return {(span.first.month - 1 + step) % 12 + 1 for step in range(min(count, 12))}


def windows(begins: date, told: Sequence[tuple[date, int | None]], since: date, until: date) -> Iterator[Span]:
    """Runs of so many days, one after the other from ``begins``: those that touch the days from ``since`` to ``until``.

    ``told``: (the day on which it was said, how many days; None: none), in the order in which it was said. Nothing is owed
    before anybody said so. Another number later on begins anew on the day on which it was said: the run of that day
    is owed no more, and those before stay as they were. Whoever needs more visits from today on was not neglected yesterday.
    """
    parts = _said(begins, told)
    ends = [first for first, _ in parts[1:]] + [date.max]
    for (first, length), after in zip(parts, ends, strict=False):
        if length and first < since:
            first += (since - first).days // length * length * _DAY
        while length and first <= until and (last := first + (length - 1) * _DAY) < after:
            yield Span(first, last, first.isoformat(), f"{first}起{length}天")
            first = last + _DAY


def _said(begins: date, told: Sequence[tuple[date, int | None]]) -> list[tuple[date, int | None]]:
    """(from which day, how many days): where the number changed."""
    parts: list[tuple[date, int | None]] = []
    for day, length in told:
        start = max(day, begins)
        if parts and parts[-1][0] == start:
            parts.pop()
        if not parts or parts[-1][1] != length:
            parts.append((start, length))
    return parts


def moment_of(day: date, clock: str | None) -> datetime:
    """A visit's moment; one whose hour nobody wrote down counts at noon."""
    found = _TIME.fullmatch(clock.strip()) if clock else None
    return datetime.combine(day, time(int(found[1]), int(found[2])) if found else _NOON)


def count_apart(moments: Iterable[datetime], gap_hours: int) -> int:
    """The most of these moments that can be chosen so that any two lie at least so many hours apart."""
    count, free, gap = 0, datetime.min, timedelta(hours=gap_hours)
    for moment in sorted(moments):
        if moment >= free:
            count, free = count + 1, moment + gap
    return count
