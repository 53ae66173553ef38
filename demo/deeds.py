"""What is decided once, on its day: values that others publish, the choice between two values, closing a year, changes of
the units, a step of a matter, the issued report. Plain values; the player does them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from demo.places import MERGED, MERGED_INTO, SPLIT, SPLIT_INTO, merger_day, split_day
from demo.room import RoomDeed, room_deeds


@dataclass(frozen=True)
class Series:
    """A value that somebody publishes for a year. ``value`` is exact text, or a share (‰) of our own count of that day."""

    day: date
    who: str
    metric: str
    year: int
    value: str
    authority: str
    source: str
    own_permille: int = 0


@dataclass(frozen=True)
class Choice:
    """Which authority's value is printed for a year, and why."""

    day: date
    who: str
    metric: str
    year: int
    authority: str
    reason: str


@dataclass(frozen=True)
class Closing:
    """A business year is declared complete."""

    day: date
    year: int


@dataclass(frozen=True)
class Merger:
    """Villages become one."""

    day: date
    units: tuple[str, ...]
    into: str


@dataclass(frozen=True)
class Division:
    """A grid becomes several."""

    day: date
    unit: str
    into: tuple[str, ...]


@dataclass(frozen=True)
class Issuing:
    """The report of a year is issued."""

    day: date
    year: int


@dataclass(frozen=True)
class Handed:
    """A task as it is handed down with the adoption of a plan; ``target`` and ``measure``: metrics, "" where there is none."""

    code: str
    leader: str
    owner: str
    due: date
    sort: str
    target: str = ""
    measure: str = ""


@dataclass(frozen=True)
class Adopting:
    """The plan for a year is adopted from the report of the year before. ``sentences``: (code, sort) in their order."""

    day: date
    who: str
    year: int
    passed: date
    sentences: tuple[tuple[str, str], ...]
    tasks: tuple[Handed, ...]


@dataclass(frozen=True)
class Settling:
    """When the figures of a year are in, the measured tasks whose target was reached are closed."""

    day: date
    who: str
    year: int
    tasks: tuple[Handed, ...]


@dataclass(frozen=True)
class Part:
    """What is split off a matter: a matter of its own, opened on that day."""

    matter: str
    title: str
    category: str
    channel: str
    place: str


@dataclass(frozen=True)
class Handling:
    """One step of one matter; ``matter`` names it. What stands after ``action`` only where the step has it: ``title``,
    ``category``, ``channel`` and ``place`` when it is opened, ``office`` (a name) when it is dispatched,
    ``ending`` when it is closed, with ``into`` (a matter's number) when it was merged; ``more``: fields of the workflow's own
    (``barred``: accounts, ``assist``: offices, with 、 between them). ``workflow``: the one that it is opened under. ``overriding``: it passes
    a rule (破例), for the reason. ``record``: the ledger of a sender's table whose row, called like the matter, opened it.
    ``about``: the matter that a 督办 presses. ``parts``: what is split off. ``with_it``: the matters that are merged into
    this one. ``alone``: it goes alone, with no others; ``photos``: then
    with photos of how it looks there, ``before`` or ``after``. ``hour``: of its
    day, where hours count."""

    day: date
    who: str
    line: str
    matter: str
    action: str
    title: str = ""
    category: str = ""
    channel: str = ""
    place: str = ""
    office: str = ""
    reason: str = ""
    result: str = ""
    ending: str = ""
    into: str = ""
    more: tuple[tuple[str, str], ...] = ()
    workflow: str = "standard"
    overriding: bool = False
    record: str = ""
    about: str = ""
    parts: tuple[Part, ...] = ()
    with_it: tuple[str, ...] = ()
    alone: bool = False
    photos: tuple[str, ...] = ()
    hour: int = 8


@dataclass(frozen=True)
class Switching:
    """A pack that stands by is switched on, because an order came."""

    day: date
    pack: str


Deed = Series | Choice | Closing | Merger | Division | Issuing | Handling | Adopting | Settling | Switching | RoomDeed


def township_deeds(year: int) -> Iterator[Deed]:
    """What the township as a whole decides, in no order; ``year`` is the last complete year."""
    yield Merger(merger_day(year), MERGED, MERGED_INTO)
    yield Division(split_day(year), SPLIT, SPLIT_INTO)
    yield from (Closing(date(past + 1, 1, 25), past) for past in range(year - 5, year + 1))
    yield from (Issuing(date(past + 1, 1, 26), past) for past in (year - 1, year))
    yield from room_deeds(year)
