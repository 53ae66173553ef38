"""Who may stand which watch: the values a roster is made of, and the rules that a duty keeps or breaks. Pure.

Moments are naive and local (China Standard Time). A watch's day is that on which its round begins: the watch from midnight to
eight belongs to the day whose first watch began at eight the morning before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
WEEK = 7  # any seven days running, so that no boundary between weeks can be used to stand twice as often
NIGHT = (time(22), time(6))  # 夜班劳动: 22时至次日6时
# why somebody cannot stand a watch, in the order in which it is looked for; the last three can be relaxed
HINDRANCES = ("bound", "away", "no_nights", "beside", "rest", "week", "row")
RELAXABLE = ("rest", "week", "row")


@dataclass(frozen=True, order=True)
class WatchId:
    """A watch by its post, its day and its number on that day (from 1)."""

    post: str
    day: date
    number: int


@dataclass(frozen=True)
class Watch:
    """From when until when a post is to be manned by how many people of which role. ``is_holiday``: it starts on a day off."""

    id: WatchId
    starts: datetime
    ends: datetime
    needs: Mapping[str, int] = field(default_factory=dict)
    is_night: bool = False
    is_holiday: bool = False

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds()) // 60

    @property
    def days(self) -> tuple[date, ...]:
        """The days that it touches; one that ends at midnight does not touch the next."""
        first, last = self.starts.date(), (self.ends - timedelta(microseconds=1)).date()
        return tuple(first + DAY * n for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Tally:
    """What somebody has stood: minutes, night watches, watches on days off."""

    minutes: int = 0
    nights: int = 0
    holidays: int = 0

    def plus(self, watches: Iterable[Watch]) -> Tally:
        """With these watches stood too."""
        them = list(watches)
        return Tally(
            self.minutes + sum(one.minutes for one in them),
            self.nights + sum(one.is_night for one in them),
            self.holidays + sum(one.is_holiday for one in them),
        )


@dataclass(frozen=True)
class Watcher:
    """Somebody who can be put on a roster. ``posts``: only these (none named: any); ``away``: days on which not to be
    disturbed; ``carried``: what they have stood already, the kept duties included."""

    code: str
    roles: frozenset[str]
    posts: frozenset[str] = frozenset()
    away: frozenset[date] = frozenset()
    no_nights: bool = False
    carried: Tally = Tally()

    @property
    def group(self) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Those with whom burdens are compared: the same roles, posts and nights."""
        return tuple(sorted(self.roles)), tuple(sorted(self.posts)), self.no_nights


@dataclass(frozen=True)
class Rules:
    """``rest_hours`` between the end of a watch and the start of the next; at most ``week_shifts`` watches begin within any
    seven days, and at most ``nights_row`` night watches within any ``nights_row`` + 1 days running. None: not asked."""

    rest_hours: int | None = 24
    week_shifts: int | None = 3
    nights_row: int | None = 2

    @property
    def rest(self) -> timedelta:
        """The rest as a span; without a rule still nobody stands in two places at once."""
        return timedelta(hours=self.rest_hours or 0)

    def without(self, rule: str) -> Rules:
        """These rules but for one of ``RELAXABLE``."""
        told = {"rest": "rest_hours", "week": "week_shifts", "row": "nights_row"}
        return Rules(**{name: None if name == told[rule] else getattr(self, name) for name in told.values()})


@dataclass(frozen=True)
class Duty:
    """Somebody stands a watch in a role."""

    watcher: str
    role: str
    watch: Watch


def is_night(starts: datetime, ends: datetime, least: timedelta = timedelta(hours=3)) -> bool:
    """Whether a watch covers at least so much of one night."""
    day = starts.date() - DAY
    while day <= ends.date():
        dusk, dawn = datetime.combine(day, NIGHT[0]), datetime.combine(day + DAY, NIGHT[1])
        if min(ends, dawn) - max(starts, dusk) >= least:
            return True
        day += DAY
    return False


def watches_of(
    post: str, days: Iterable[date], count: int, hours: int, begins: time, needs: Mapping[str, int], off: Iterable[date] = ()
) -> list[Watch]:  # fmt: skip
    """The watches of a post: each day's ``hours`` from ``begins`` in ``count`` equal parts; ``off`` are the days off."""
    part, free, made = timedelta(hours=hours) / count, frozenset(off), []
    for day in days:
        for number in range(count):
            starts = datetime.combine(day, begins) + part * number
            ends = starts + part
            watch_id = WatchId(post, day, number + 1)
            made.append(Watch(watch_id, starts, ends, needs, is_night(starts, ends), starts.date() in free))
    return made


def too_near(one: Watch, other: Watch, rules: Rules) -> bool:
    """Whether nobody can stand both: at the same time, or with too little rest between them."""
    return one.starts < other.ends + rules.rest and other.starts < one.ends + rules.rest


def hindrance(watcher: Watcher, watch: Watch, beside: Sequence[Watch], rules: Rules) -> str:
    """Why somebody cannot stand a watch beside the others that they stand, one of ``HINDRANCES``; "" when they can."""
    if watcher.posts and watch.id.post not in watcher.posts:
        return "bound"
    if not watcher.away.isdisjoint(watch.days):
        return "away"
    if watcher.no_nights and watch.is_night:
        return "no_nights"
    if any(one.starts < watch.ends and watch.starts < one.ends for one in beside):
        return "beside"
    if any(too_near(one, watch, rules) for one in beside):
        return "rest"
    if rules.week_shifts is not None and _crowded(watch, beside, WEEK, rules.week_shifts):
        return "week"
    nights = [one for one in beside if one.is_night]
    if watch.is_night and rules.nights_row is not None and _crowded(watch, nights, rules.nights_row + 1, rules.nights_row):
        return "row"
    return ""


def breaches(duties: Sequence[Duty], watchers: Mapping[str, Watcher], rules: Rules, kept: Sequence[Duty] = ()) -> list[tuple[Duty, str]]:
    """The duties that break a rule, each with what it breaks: a hindrance, ``unknown`` (no such watcher) or ``role``."""
    standing = stood_by([*kept, *duties])
    found = []
    for duty in duties:
        watcher = watchers.get(duty.watcher)
        if watcher is None or duty.role not in watcher.roles:
            found.append((duty, "unknown" if watcher is None else "role"))
            continue
        beside = list(standing[duty.watcher])
        beside.remove(duty.watch)
        if broken := hindrance(watcher, duty.watch, beside, rules):
            found.append((duty, broken))
    return found


def missing(watches: Iterable[Watch], duties: Iterable[Duty]) -> dict[tuple[WatchId, str], int]:
    """(watch, role) → how many people are missing; only where some are."""
    there = Counter((duty.watch.id, duty.role) for duty in duties)
    needed = {(watch.id, role): count for watch in watches for role, count in watch.needs.items()}
    return {one: count - there[one] for one, count in needed.items() if count > there[one]}


def stood_by(duties: Iterable[Duty]) -> dict[str, list[Watch]]:
    """watcher → the watches that they stand."""
    stood: dict[str, list[Watch]] = defaultdict(list)
    for duty in duties:
        stood[duty.watcher].append(duty.watch)
    return stood


def tallied(watchers: Sequence[Watcher], duties: Iterable[Duty]) -> dict[str, tuple[Tally, Tally]]:
    """watcher → (of these duties, with what was carried over)."""
    stood = stood_by(duties)
    return {one.code: (Tally().plus(stood[one.code]), one.carried.plus(stood[one.code])) for one in watchers}


def _crowded(watch: Watch, beside: Sequence[Watch], span: int, most: int) -> bool:
    """Whether some ``span`` days running with this watch in them would hold more than ``most`` watches."""
    days = [one.id.day for one in beside]
    for first in (watch.id.day - DAY * back for back in range(span)):
        if sum(first <= day < first + DAY * span for day in days) + 1 > most:
            return True
    return False
