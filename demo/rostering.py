"""The duty rosters of the weeks ahead, as the office makes them on the last day lived: of its own desk for the rest of this month and for the
coming one, of every other post that stands then for a fortnight.

What lies ahead has not been lived, so the books know nothing of it: no figure counts a watch that nobody has stood yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from demo.lives.duty import DESK, FORTNIGHT
from zhenwu.kernel.rosters.api import Scheme, name_of, posts, proposal, require, save
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.ids import new_id
from zhenwu.sdk import Actor

ROSTER = "duty.watches"


def roster_ahead(who: Actor, last: date) -> int:
    """Plan the watches of the days after ``last``; returns how many duties were given out."""
    with at(datetime.combine(last, time(20), LOCAL)):
        scheme, tomorrow = require(who, ROSTER), last + timedelta(days=1)
        given = sum(_plan(who, scheme, DESK, *days) for days in _months(tomorrow))
        others = sorted(code for code in posts(who, scheme, tomorrow) if code != DESK)
        return given + sum(_plan(who, scheme, code, tomorrow, last + timedelta(days=FORTNIGHT)) for code in others)


def _plan(who: Actor, scheme: Scheme, code: str, first: date, until: date) -> int:
    found = proposal(who, scheme, [code], first, until).found.duties
    return save(who, scheme, [code], first, until, [[name_of(duty.watch.id), duty.role, duty.watcher] for duty in found], new_id())


def _months(day: date) -> Iterator[tuple[date, date]]:
    """What is left of the month of a day, and the month after."""
    coming = _next(day)
    yield day, coming - timedelta(days=1)
    yield coming, _next(coming) - timedelta(days=1)


def _next(day: date) -> date:
    """The first of the next month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
