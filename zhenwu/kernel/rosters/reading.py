"""What rosters are made of, read from a scheme's ledgers as far as somebody may see them.

A watch is called ``post-YYYYMMDD-number``. An assignment lies in its ledger under the day on which it was made, at most ``AHEAD``
days from the day that it is for: so a span of days is read from a span of the ledger, however long the ledger grows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import calendar, current, param_on
from zhenwu.kernel.ledgers.api import PREFIX, Filler, form_of, versions_in, visible
from zhenwu.kernel.orgs.api import SYSTEM, Actor, Purpose, tree
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem
from zhenwu.lib.roster_rules import DAY, Duty, Rules, Watch, WatchId, missing, watches_of

AHEAD = 62
_RULES = {"rest_hours": "rest_hours", "week_watches": "week_shifts", "nights_row": "nights_row"}


@dataclass(frozen=True)
class Post:
    """A place to be manned: its watches a day, and how many people of which role each needs. ``board``: what it shares with others."""

    code: str
    spot: str
    unit: UUID
    board: str
    is_usual: bool
    needs: dict[str, int]
    count: int
    hours: int
    begins: time

    def watches(self, days: Iterable[date], off: Collection[date]) -> list[Watch]:
        return watches_of(self.code, days, self.count, self.hours, self.begins, self.needs, off)


@dataclass(frozen=True)
class Stand:
    """An assignment as it stands: its record and version, and whether somebody came (None: not noted)."""

    record: UUID
    number: int
    unit: UUID
    duty: Duty
    on_post: bool | None
    swap: str

    @property
    def is_swapped(self) -> bool:
        return self.swap not in ("", "none")


def filler(who: Actor, scheme: Scheme) -> Filler:
    """Where somebody may make rosters."""
    return Filler(who, form_of(current("ledger", scheme.into)), tree())


def moment() -> datetime:
    """Now, naive and local, as watches count."""
    return now().astimezone(LOCAL).replace(tzinfo=None)


def name_of(watch: WatchId) -> str:
    """A watch as the ledger calls it."""
    return f"{watch.post}-{watch.day:%Y%m%d}-{watch.number}"


def read_watch(text: str) -> WatchId:
    """The watch that the ledger calls so; raises ``Problem``."""
    post, _, rest = text.partition("-")
    day, _, number = rest.partition("-")
    try:
        return WatchId(post, datetime.strptime(day, "%Y%m%d").date(), int(number))
    except ValueError as error:
        raise Problem("roster.watch", f"“{text[:40]}”不是班次编号", "写成 值班室-20261201-2 这样：值班点、日期、第几班。") from error


def posts(who: Actor, scheme: Scheme, day: date, purpose: Purpose = "list") -> dict[str, Post]:
    """The posts that stand on a day, by code; the usual ones first."""
    found = [_post(scheme, one) for one in live(who, scheme, scheme.posts, purpose, alive_on=day)]
    return {one.code: one for one in sorted(found, key=lambda one: (not one.is_usual, one.code))}


def stands(who: Actor, scheme: Scheme, first: date, last: date, purpose: Purpose = "list") -> list[Stand]:
    """The assignments for watches of these days, in the order in which they are stood."""
    found = live(who, scheme, scheme.into, purpose, first_day=first - DAY * AHEAD, last_day=last + DAY * AHEAD)
    rows = [_stand(one) for one in found if first.isoformat() <= str(one.data.get("watch_day")) <= last.isoformat()]
    return sorted(rows, key=lambda one: (one.duty.watch.starts, one.duty.watch.id, scheme.rank(one.duty.role), one.duty.watcher))


def accounts(who: Actor, scheme: Scheme) -> dict[str, str]:
    """watcher → log-in name ("" for who has none), of the townships in which somebody sees a post: the names of those with whom they
    stand watch, though the list itself is the office's."""
    there = tree()
    towns = {there.township_of(one.unit) for one in posts(who, scheme, today()).values()}
    found = live(SYSTEM, scheme, scheme.people, alive_on=today())
    return {one.key: one.data.get("account") or "" for one in found if one.unit_id in there and there.township_of(one.unit_id) in towns}


def param(scheme: Scheme, name: str, day: date) -> int | None:
    """A parameter of the scheme's on a day; None where it names none, or none is in force."""
    told = param_on(scheme.params[name], day) if name in scheme.params else None
    return None if told is None else int(told)


def rules(scheme: Scheme, day: date) -> Rules:
    """The rest rules of a day."""
    return Rules(**{ours: param(scheme, name, day) for name, ours in _RULES.items()})


def days_off(first: date, last: date) -> frozenset[date]:
    """The days between two on which offices are closed."""
    days = calendar()
    return frozenset(day for day in span(first, last) if not days.is_worked(day))


def span(first: date, last: date) -> list[date]:
    """The days from one to another."""
    return [first + DAY * on for on in range((last - first).days + 1)]


def lacking(who: Actor, scheme: Scheme, first: date, last: date) -> list[tuple[Watch, str, int]]:
    """(watch, role, how many) of the people missing on standing posts on these days."""
    off, there = days_off(first, last), posts(who, scheme, first)
    watches = {watch.id: watch for one in there.values() for watch in one.watches(span(first, last), off)}
    found = missing(watches.values(), (one.duty for one in stands(who, scheme, first, last)))
    return sorted(((watches[one], role, count) for (one, role), count in found.items()), key=lambda one: (one[0].starts, one[0].id, one[1]))


def unnoted(who: Actor, scheme: Scheme) -> list[Stand]:
    """The assignments of watches that began within the last day, for which nobody noted in time whether somebody came."""
    at, late = moment(), timedelta(minutes=param(scheme, "arrive_minutes", today()) or 30)
    return [one for one in stands(who, scheme, today() - DAY, today()) if one.on_post is None and at - DAY <= one.duty.watch.starts <= at - late]


def live(who: Actor, scheme: Scheme, ledger: str, purpose: Purpose = "list", **scope: Any) -> Iterable[Any]:
    """The live versions of one of the scheme's ledgers that somebody may see."""
    return visible(who, purpose, versions_in(Scope(PREFIX + ledger, **scope)), scheme.pack).order_by("starts_on", "key")


def away_days(scheme: Scheme, first: date, last: date) -> dict[str, set[date]]:
    """watcher → the days around a span on which they cannot be asked."""
    away: dict[str, set[date]] = defaultdict(set)
    for one in live(SYSTEM, scheme, scheme.away, first_day=first - DAY * 366):
        begins, ends = date.fromisoformat(one.data["first_day"]), date.fromisoformat(one.data["last_day"])
        away[one.data["watcher"]].update(span(max(begins, first - DAY), min(ends, last + DAY * 2)))
    return away


def first_text(*told: Any) -> str:
    """The first that says something."""
    return next((str(one) for one in told if one), "")


def roles_told(scheme: Scheme, roles: Collection[str]) -> Sequence[str]:
    """Roles in words, in the order of the scheme."""
    return [words for role, words in scheme.roles.items() if role in roles]


def _post(scheme: Scheme, version: Any) -> Post:
    said = version.data
    needs = {role: said.get(field) or 0 for role, field in scheme.needs.items()}
    is_usual = bool(scheme.usual) and all(said.get(name) == value for name, value in scheme.usual)
    return Post(
        version.key, first_text(said.get(scheme.title), version.key), version.unit_id, said.get(scheme.board) or "" if scheme.board else "", is_usual,
        {role: count for role, count in needs.items() if count}, said["shifts_a_day"], said.get("hours_a_day") or 24,
        time.fromisoformat(said.get("begins") or "08:00"),
    )  # fmt: skip


def _stand(version: Any) -> Stand:
    said = version.data
    starts = datetime.combine(date.fromisoformat(said["watch_day"]), time.fromisoformat(said["begins"])) + DAY * bool(said.get("next_day"))
    watch = Watch(read_watch(said["watch"]), starts, starts + timedelta(minutes=said["length"]), {}, said["night"], said["day_off"])
    return Stand(version.record_id, version.number, version.unit_id, Duty(said["watcher"], said["role"], watch), said.get("on_post"), said.get("swap") or "")
