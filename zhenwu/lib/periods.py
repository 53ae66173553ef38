"""Periods of a report: a month, quarter, half-year, year or a run of years.

A month is an integer ``year * 12 + (month - 1)``; a period is a first month and a length in months, so that
rolling up is arithmetic. Text forms: ``2020-06``, ``2020Q3``, ``2020H1``, ``2020``, ``2016..2020``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhenwu.lib.problems import Problem

FIRST_YEAR, LAST_YEAR = 1900, 2199
_FORM = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4])|H([12])|\.\.(\d{4}))?")


def month_of(day: date) -> int:
    """The month index of a day."""
    return day.year * 12 + day.month - 1


@dataclass(frozen=True, order=True)
class Period:
    """A run of whole months: ``first`` is a month index, ``months`` its length."""

    first: int
    months: int

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(year * 12, 12)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(year * 12 + month - 1, 1)

    @classmethod
    def years(cls, first: int, last: int) -> Period:
        return cls(first * 12, (last - first + 1) * 12)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a text form; raises ``Problem('period.form')``."""
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise Problem("period.form", f"看不懂的统计期“{text}”", "写成 2020、2020-06、2020Q3、2020H1 或 2016..2020。")
        year, month, quarter, half, last = found.groups()
        if any(not FIRST_YEAR <= int(one) <= LAST_YEAR for one in (year, last or year)):
            raise Problem("period.form", f"统计期“{text}”的年份不可能", f"年份在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
        if month and not 1 <= int(month) <= 12:
            raise Problem("period.form", f"统计期“{text}”的月份不在 01 到 12 之间", "写成 2020-06 这样。")
        if last and int(last) < int(year):
            raise Problem("period.form", f"统计期“{text}”的起止年份颠倒", "先写起始年，再写结束年。")
        if month:
            return cls.month(int(year), int(month))
        if quarter:
            return cls(int(year) * 12 + (int(quarter) - 1) * 3, 3)
        if half:
            return cls(int(year) * 12 + (int(half) - 1) * 6, 6)
        return cls.years(int(year), int(last or year))

    @property
    def last(self) -> int:
        """The index of the last month."""
        return self.first + self.months - 1

    @property
    def start(self) -> date:
        return date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def end(self) -> date:
        """The last day (inclusive)."""
        year, month = divmod(self.last, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.end + timedelta(days=1)

    @property
    def last_year(self) -> int:
        return self.last // 12

    def earlier(self, months: int) -> Period:
        """The same length, so many months before (12 for 同比; its own length for 环比)."""
        return Period(self.first - months, self.months)

    def each_month(self) -> Iterator[int]:
        return iter(range(self.first, self.first + self.months))

    def __str__(self) -> str:
        year, month = divmod(self.first, 12)
        if self.months == 1:
            return f"{year}-{month + 1:02d}"
        if self.months == 3 and month % 3 == 0:
            return f"{year}Q{month // 3 + 1}"
        if self.months == 6 and month % 6 == 0:
            return f"{year}H{month // 6 + 1}"
        if self.months == 12 and month == 0:
            return str(year)
        if self.months % 12 == 0 and month == 0:
            return f"{year}..{year + self.months // 12 - 1}"
        return f"{self.start}..{self.end}"

    @property
    def label(self) -> str:
        """The words a person reads: 2020年, 2020年第3季度, 2016—2020年."""
        year, month = divmod(self.first, 12)
        if self.months == 1:
            return f"{year}年{month + 1}月"
        if self.months == 3 and month % 3 == 0:
            return f"{year}年第{month // 3 + 1}季度"
        if self.months == 6 and month % 6 == 0:
            return f"{year}年{'上' if month == 0 else '下'}半年"
        if self.months == 12 and month == 0:
            return f"{year}年"
        if self.months % 12 == 0 and month == 0:
            return f"{year}—{year + self.months // 12 - 1}年"
        return f"{self.start}至{self.end}"
