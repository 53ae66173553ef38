"""The national calendar as published: holidays and exchanged days by year, from the ``chinesecalendar`` package.

It holds the years whose notice had appeared when it was released. What it does not know is not guessed: see ``Calendar``.
"""

from __future__ import annotations

from functools import cache

from chinese_calendar import constants

from zhenwu.lib.calendars import Calendar

EXCHANGED = "调休上班"
_NAMES = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip


@cache
def national() -> Calendar:
    """Every published year."""
    rests = {day: (False, _NAMES.get(name, "放假")) for day, name in constants.holidays.items()}
    works = {day: (True, EXCHANGED) for day in constants.workdays}
    return Calendar(rests | works, frozenset(day.year for day in rests))
