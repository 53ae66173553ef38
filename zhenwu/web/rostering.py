"""What rosters are made of, read from the ledgers of the line ``duty`` as far as somebody may see them.

A watch is called ``post-YYYYMMDD-number``. An assignment lies in its ledger under the day on which it was made, at most ``AHEAD``
days from the day that it is for: so a span of days is read from a span of the ledger, however long the ledger grows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import calendar, current, find, param_on
from zhenwu.kernel.ledgers.api import PREFIX, Filler, form_of, versions_in, visible
from zhenwu.kernel.orgs.api import SYSTEM, Actor, Purpose, Tree, tree
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.lib.roster_rules import (
    DAY,
    WEEK,
    Duty,
    Rules,
    Tally,
    Watch,
    Watcher,
    WatchId,
    missing,
    stood_by,
    watches_of,
)

LINE = "duty"
POST, WATCHER, ABSENCE, ASSIGNMENT, HANDOVER = (f"{LINE}.{name}" for name in ("checkpoint", "watcher", "absence", "assignment", "handover"))
AHEAD = 62
ROLES = {"leader": frozenset({"leader"}), "keeper": frozenset({"keeper"}), "both": frozenset({"leader", "keeper"})}


@dataclass(frozen=True)
class Post:
    """A place to be manned: its watches a day, and how many people of which role each needs."""

    code: str
    spot: str
    unit: UUID
    level: str
    alliance: str
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


def is_on() -> bool:
    """Whether the pack is in force."""
    return find("ledger", ASSIGNMENT) is not None


def filler(who: Actor) -> Filler:
    """Where somebody may make rosters."""
    return Filler(who, form_of(current("ledger", ASSIGNMENT)), tree())


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


def posts(who: Actor, day: date, purpose: Purpose = "list") -> dict[str, Post]:
    """The posts that stand on a day, by code."""
    return {one.code: one for one in sorted(map(_post, _live(who, POST, purpose, alive_on=day)), key=lambda one: (one.level != "seat", one.code))}


def stands(who: Actor, first: date, last: date, purpose: Purpose = "list") -> list[Stand]:
    """The assignments for watches of these days, in the order in which they are stood."""
    found = _live(who, ASSIGNMENT, purpose, first_day=first - DAY * AHEAD, last_day=last + DAY * AHEAD)
    rows = [_stand(one) for one in found if first.isoformat() <= str(one.data.get("watch_day")) <= last.isoformat()]
    return sorted(rows, key=lambda one: (one.duty.watch.starts, one.duty.watch.id, one.duty.role != "leader", one.duty.watcher))


def accounts(who: Actor) -> dict[str, str]:
    """watcher → log-in name ("" for who has none), of the townships in which somebody sees a post: the names of those with whom they
    stand watch, though the list itself is the office's."""
    there = tree()
    towns = {there.township_of(one.unit) for one in posts(who, today()).values()}
    found = _live(SYSTEM, WATCHER, alive_on=today())
    return {one.data["code"]: one.data.get("account") or "" for one in found if one.unit_id in there and there.township_of(one.unit_id) in towns}


def rules(day: date) -> Rules:
    """The rest rules of a day."""
    told = {name: param_on(f"{LINE}.{name}", day) for name in ("rest_hours", "week_shifts", "nights_row")}
    return Rules(**{name: None if value is None else int(value) for name, value in told.items()})


def days_off(first: date, last: date) -> frozenset[date]:
    """The days between two on which offices are closed."""
    days = calendar()
    return frozenset(day for day in span(first, last) if not days.is_worked(day))


def span(first: date, last: date) -> list[date]:
    """The days from one to another."""
    return [first + DAY * on for on in range((last - first).days + 1)]


@dataclass(frozen=True)
class Question:
    """Everything that a roster for some posts is made of."""

    posts: tuple[Post, ...]
    watches: tuple[Watch, ...]
    watchers: tuple[Watcher, ...]
    rules: Rules
    kept: tuple[Duty, ...]


def question(who: Actor, codes: Sequence[str], first: date, last: date) -> Question:
    """What is asked of the solver; raises ``Problem`` for posts that are none (or not to be seen) or lie in two townships.

    Rest is owed to people wherever else they stand: their other watches and absences count whoever asks, and are not shown.
    """
    known, tree_now = posts(who, first), tree()
    chosen = tuple(known[code] for code in dict.fromkeys(codes) if code in known)
    if not chosen or len(chosen) < len(set(codes)):
        raise NotFound("roster.post", "没有选值班点，或选的值班点已经撤了", "先在“值班点和卡点”里登记，再选。")
    towns = {tree_now.township_of(one.unit) for one in chosen}
    if len(towns) > 1:
        raise Problem("roster.townships", "选的值班点属于两个乡镇", "各镇排各镇的班，分两次排。")
    [town] = towns
    carry = int(param_on(f"{LINE}.carry_days", first) or 0)
    stood = stands(SYSTEM, first - DAY * max(carry, WEEK), last + DAY * WEEK)
    off = days_off(first, last)
    watches = tuple(watch for one in chosen for watch in one.watches(span(first, last), off))
    people = _people(tree_now, town, first, last)
    carried = stood_by(one.duty for one in stood)
    counted = [replace(one, carried=Tally().plus(carried[one.code])) for one, _ in people]
    since = {one.code for one, begins in people if begins > first - DAY * carry}
    watchers = tuple(replace(one, carried=_usual(one, counted, since)) if one.code in since else one for one in counted)
    kept = tuple(one.duty for one in stood if one.duty.watch.id.day >= first - DAY * WEEK)
    return Question(chosen, watches, watchers, rules(first), kept)


def lacking(who: Actor, first: date, last: date) -> list[tuple[Watch, str, int]]:
    """(watch, role, how many) of the people missing on standing posts on these days."""
    off, there = days_off(first, last), posts(who, first)
    watches = {watch.id: watch for one in there.values() for watch in one.watches(span(first, last), off)}
    found = missing(watches.values(), (one.duty for one in stands(who, first, last)))
    return sorted(((watches[one], role, count) for (one, role), count in found.items()), key=lambda one: (one[0].starts, one[0].id, one[1]))


def unnoted(who: Actor) -> list[Stand]:
    """The assignments of watches that began within the last day, for which nobody noted in time whether somebody came."""
    at = now().astimezone(LOCAL).replace(tzinfo=None)
    late = timedelta(minutes=int(param_on(f"{LINE}.arrive_minutes", today()) or 30))
    return [one for one in stands(who, today() - DAY, today()) if one.on_post is None and at - DAY <= one.duty.watch.starts <= at - late]


def _people(now_: Tree, town: UUID, first: date, last: date) -> list[tuple[Watcher, date]]:
    """The watchers of a township with the days on which they cannot be asked, and since when they are on the list."""
    away: dict[str, set[date]] = defaultdict(set)
    for one in _live(SYSTEM, ABSENCE, first_day=first - DAY * 366):
        begins, ends = date.fromisoformat(one.data["first_day"]), date.fromisoformat(one.data["last_day"])
        away[one.data["watcher"]].update(span(max(begins, first - DAY), min(ends, last + DAY * 2)))
    found = []
    for one in _live(SYSTEM, WATCHER):
        gone = one.ends_on is not None and one.ends_on <= first
        if gone or one.starts_on > last or one.unit_id not in now_ or now_.township_of(one.unit_id) != town:
            continue
        outside = {day for day in span(first, last + DAY) if day < one.starts_on or (one.ends_on is not None and day >= one.ends_on)}
        bound = frozenset({one.data["post"]}) if one.data.get("post") else frozenset()
        absent = frozenset(away[one.data["code"]] | outside)
        found.append((Watcher(one.data["code"], ROLES[one.data["role"]], bound, absent, bool(one.data.get("no_nights"))), one.starts_on))
    return found


def _usual(one: Watcher, all_: Sequence[Watcher], new: Collection[str]) -> Tally:
    """What comparable people carry on average: who is new does not catch up with what the others stood before."""
    like = [other.carried for other in all_ if other.group == one.group and other.code not in new] or [one.carried]
    sums = [sum(getattr(tally, name) for tally in like) // len(like) for name in ("minutes", "nights", "holidays")]
    return Tally(*(max(mean, own) for mean, own in zip(sums, (one.carried.minutes, one.carried.nights, one.carried.holidays), strict=True)))


def _live(who: Actor, ledger: str, purpose: Purpose = "list", **scope: Any) -> Iterable[Any]:
    return visible(who, purpose, versions_in(Scope(PREFIX + ledger, **scope)), LINE).order_by("starts_on", "key")


def _post(version: Any) -> Post:
    said = version.data
    needs = {"leader": said.get("leaders") or 0, "keeper": said["per_shift"]}
    begins = time.fromisoformat(said.get("begins") or "08:00")
    return Post(
        said["code"], said["spot"], version.unit_id, said["level"], said.get("alliance") or "", {role: count for role, count in needs.items() if count},
        said["shifts_a_day"], said.get("hours_a_day") or 24, begins,
    )  # fmt: skip


def _stand(version: Any) -> Stand:
    said = version.data
    starts = datetime.combine(date.fromisoformat(said["watch_day"]), time.fromisoformat(said["begins"])) + DAY * bool(said.get("next_day"))
    watch = Watch(read_watch(said["watch"]), starts, starts + timedelta(minutes=said["length"]), {}, said["night"], said["day_off"])
    return Stand(version.record_id, version.number, version.unit_id, Duty(said["watcher"], said["role"], watch), said.get("on_post"), said.get("swap") or "")
