"""The drafting room in the demonstration: who is asked for the last complete year's figures, answers, rules, signs.

老周 and the village builders' office answer; the others' sheets lie unanswered. Two offices count other toilets, and a
ruling says which number is printed. The report is issued though not all have signed, with the reason. What turns up late in
spring makes 老周's sign-off fall, his others stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

BUILT, ACCEPTED = "livable.toilets_built", "deeds.toilets_accepted"


@dataclass(frozen=True)
class Asking:
    """The sheets go out, each to whom one would ask first."""

    day: date
    who: str
    year: int
    due: date


@dataclass(frozen=True)
class Answering:
    """Somebody answers their sheet: nothing has changed, but for one figure (``key``) of which they say what is wrong."""

    day: date
    who: str
    year: int
    key: str = ""
    words: str = ""


@dataclass(frozen=True)
class Ruling:
    """One of two counts of the same thing is printed."""

    day: date
    who: str
    year: int
    metric: str
    other: str
    printed: str
    reason: str


@dataclass(frozen=True)
class Signing:
    """Somebody signs all figures they answer for by their own line."""

    day: date
    who: str
    year: int
    line: str


RoomDeed = Asking | Answering | Ruling | Signing


def room_deeds(year: int) -> Iterator[RoomDeed]:
    """What happens to the draft of the last complete year until it is issued, and, where the story goes that far, to the next."""
    yield Asking(date(year, 10, 27), "dangzhengban", year, date(year, 11, 10))
    yield Answering(date(year, 11, 3), "laozhou", year, "拆违面积", "有几处复测的结果还没有录，一月录完")
    yield Answering(date(year, 11, 6), "cunjian", year)
    reason = "以竣工验收为准：一座代表还没有验收，一座一月才验收，村报的那座是重复的"
    yield Ruling(date(year + 1, 1, 24), "dangzhengban", year, BUILT, ACCEPTED, BUILT, reason)
    yield Answering(date(year + 1, 1, 25), "cunjian", year)  # his figures moved with the year's last two months
    yield Signing(date(year + 1, 1, 25), "laozhou", year, "demolition")
    yield Signing(date(year + 1, 1, 25), "cunjian", year, "livable")
    yield Asking(date(year + 1, 10, 27), "dangzhengban", year + 1, date(year + 1, 11, 10))
    yield Answering(date(year + 1, 11, 3), "laozhou", year + 1)
