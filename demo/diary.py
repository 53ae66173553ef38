"""The diary: what people of the township write down, and on which day. Plain values; nothing here writes to the store.

A life (demolition, households, …) yields notes for all years; the player enters them in recording order and stops at
the last day lived, so that what a life says of finished years does not depend on when the demonstration is built.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

_MOON = 29.530588853  # days from one new moon to the next, on average
# How a note is entered. Bulk notes of a posting day go through ``save_records``, single ones through their own verb.
ENTER, PROGRESS, CORRECT, REMOVE = "enter", "progress", "correct", "remove"


@dataclass(frozen=True)
class Note:
    """One thing written into a ledger. ``told``: the day somebody could first have written it down.

    ``key`` is the record's key in the kernel's form (key fields joined by ``/``); ``place`` is a place of the
    beginning; ``day``/``until`` are business days.
    """

    told: date
    who: str
    ledger: str
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    day: date | None = None
    until: date | None = None
    authority: str | None = None
    reason: str = ""
    manner: str = ENTER
    at_once: bool = False

    def recorded(self, last: date) -> date:
        """The day it is entered, by ``last`` at the latest: ``at_once`` on the day itself, what was wrong when papers are gone through."""
        if self.at_once:
            return self.told
        return min((on_day_of_three if self.manner in (CORRECT, REMOVE) else posting_day)(self.told), last)


@cache
def posting_day(day: date) -> date:
    """Offices enter their papers at the end of the month; in January thrice, before and after the year is closed."""
    return on_day_of_three(day) if day.month == 1 else _month_end(day)


def on_day_of_three(day: date) -> date:
    """The tenth, the twentieth, the last: when what cannot wait for the month's end is entered, and what was wrong put right."""
    return next(post for post in (day.replace(day=10), day.replace(day=20), _month_end(day)) if post >= day)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def stream(seed: int, *names: object) -> Random:
    """A stream of chance of its own for each life and year: none shifts another."""
    return Random("/".join(map(str, (seed, *names))))


def day_in(rng: Random, year: int, weights: tuple[int, ...]) -> date:
    """A day of the year, its month drawn by twelve weights."""
    month = rng.choices(range(1, 13), weights)[0]
    return date(year, month, rng.randint(1, calendar.monthrange(year, month)[1]))


def later(day: date, rng: Random, least: int, most: int) -> date:
    """Some days after."""
    return day + timedelta(days=rng.randint(least, most))


def office_day(day: date) -> date:
    """The day itself, or the next on which offices are open."""
    while _closed(day):
        day += timedelta(days=1)
    return day


def weekdays(since: date, until: date) -> int:
    """How many days from Monday to Friday lie after one day, up to another; holidays are not known here."""
    return sum((since + timedelta(days=number)).weekday() < 5 for number in range(1, (until - since).days + 1))


def visiting_day(day: date) -> date:
    """The day itself, or the next of the same year on which offices are open; the last before, where there is none."""
    found = office_day(day)
    while found.year != day.year or _closed(found):
        found -= timedelta(days=1)
    return found


@cache
def _closed(day: date) -> bool:
    """Weekends and the long holidays; exchanged working days are not known here."""
    fixed = (day.month, day.day) == (1, 1) or (day.month == 5 and day.day <= 3) or (day.month == 10 and day.day <= 7)
    return day.weekday() >= 5 or fixed or timedelta(days=-1) <= day - _spring_festival(day.year) <= timedelta(days=6)


@cache
def _spring_festival(year: int) -> date:
    """The new moon after 20 January, by its mean course: a day off at most."""
    first = date(year, 1, 21)
    since = (first - date(2000, 1, 7)).days - 0.09  # the new moon of 7 January 2000, 2:14 in the morning here
    return first + timedelta(days=int(-since % _MOON))


def money(value: float, step: int = 1) -> str:
    """An amount as text, rounded to a step; chance speaks in floats, the ledgers get exact text."""
    return str(max(step, round(value / step) * step))


def hundredths(value: float) -> str:
    """An amount as text with two decimals."""
    whole = max(1, round(value * 100))
    return f"{whole // 100}.{whole % 100:02d}"
