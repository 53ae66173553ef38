"""The duty roster of the weeks ahead, as the office makes it on the last day lived: for the rest of this month and for the coming one.

What lies ahead has not been lived, so the books know nothing of it: no figure counts a watch that nobody has stood yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from demo.lives.duty import DESK
from zhenwu.kernel.rosters.api import name_of, proposal, require, save
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.ids import new_id
from zhenwu.sdk import Actor

ROSTER = "duty.watches"


def roster_ahead(who: Actor, last: date) -> int:
    """Plan the watches of the township's own desk for the days after ``last``; returns how many duties were given out."""
    given = 0
    with at(datetime.combine(last, time(20), LOCAL)):
        scheme = require(who, ROSTER)
        for first, until in _months(last + timedelta(days=1)):
            found = proposal(who, scheme, [DESK], first, until).found.duties
            told = [[name_of(duty.watch.id), duty.role, duty.watcher] for duty in found]
            given += save(who, scheme, [DESK], first, until, told, new_id())
    return given


def _months(day: date) -> Iterator[tuple[date, date]]:
    """What is left of the month of a day, and the month after."""
    coming = _next(day)
    yield day, coming - timedelta(days=1)
    yield coming, _next(coming) - timedelta(days=1)


def _next(day: date) -> date:
    """The first of the next month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
