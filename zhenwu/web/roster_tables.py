"""Rosters as the screen and the wall show them: a table per post, a line per person. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from zhenwu.lib.roster_rules import DAY, ROLES, Watch, Watcher
from zhenwu.lib.rosters import COUNTERS, Roster, Spread

if TYPE_CHECKING:
    from zhenwu.web.rostering import Post, Stand

WEEKDAYS = "一二三四五六日"
BROKEN = {
    "unknown": "不在值班人员名单里", "role": "不能当这个", "bound": "只排别的值班点", "away": "请假外出", "no_nights": "不排夜班",
    "beside": "这时已有别的班", "rest": "休息时间不够", "week": "七天内班数超了", "row": "连续夜班超了",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One person on a watch; ``mark`` says whether they came."""

    name: str
    role: str
    mark: str
    swapped: bool
    came: bool | None
    record: Any

    @classmethod
    def of(cls, one: Stand) -> Cell:
        mark = {True: "到岗", False: "没有到岗", None: ""}[one.on_post]
        return cls(one.duty.watcher, ROLES[one.duty.role], mark, one.swap in ("agreed", "unasked"), one.on_post, one.record)


def told_watch(watch: Watch, posts: Mapping[str, Post]) -> str:
    """A watch in words: 12月6日 镇政府值班室 20:00—次日08:00."""
    spot = posts[watch.id.post].spot if watch.id.post in posts else watch.id.post
    return f"{watch.id.day.month}月{watch.id.day.day}日 {spot} {told_hours(watch)}"


def told_hours(watch: Watch) -> str:
    """From when until when, seen from the watch's day: 16:00—24:00, 次日00:00—08:00."""
    late = "次日" if watch.starts.date() > watch.id.day else ""
    if watch.ends == datetime.combine(watch.starts.date() + DAY, time()):
        return f"{late}{watch.starts:%H:%M}—24:00"
    over = "次日" if not late and watch.ends.date() > watch.id.day else ""
    return f"{late}{watch.starts:%H:%M}—{over}{watch.ends:%H:%M}"


def tables(posts: Mapping[str, Post], stood: Sequence[Stand], days: Sequence[date], off: Collection[date]) -> list[dict[str, Any]]:
    """A table per post: the hours as heads, a row per day, in each field who stands and who is missing."""
    there: dict[Any, list[Stand]] = defaultdict(list)
    for one in sorted(stood, key=lambda one: (one.duty.role != "leader", one.duty.watcher)):
        there[one.duty.watch.id].append(one)
    made = []
    for post in posts.values():
        watches = post.watches(days, off)
        rows = []
        for at, day in enumerate(days):
            some = watches[at * post.count : (at + 1) * post.count]
            fields = [{"cells": [Cell.of(one) for one in there[watch.id]], "lacks": _lacks(watch, there[watch.id]), "hours": told_hours(watch)} for watch in some]
            rows.append({"day": day, "weekday": WEEKDAYS[day.weekday()], "off": day in off, "fields": fields})
        made.append({"post": post, "heads": [told_hours(watch) for watch in watches[: post.count]], "rows": rows})
    return made


def _lacks(watch: Watch, stood: Sequence[Stand]) -> list[str]:
    there = Counter(one.duty.role for one in stood)
    return [f"缺{ROLES[role]}{count - there[role]}人" for role, count in watch.needs.items() if count > there[role]]


def tally_rows(watchers: Sequence[Watcher], found: Roster) -> list[dict[str, Any]]:
    """What each person gets by this roster, and what that makes with what was carried over."""
    counts = Counter(duty.watcher for duty in found.duties)
    rows = []
    for one in sorted(watchers, key=lambda one: (one.group, one.code)):
        new, whole = found.tallies[one.code]
        said = [(_told(name, getattr(new, name)), _told(name, getattr(whole, name))) for name in COUNTERS]
        rows.append({"name": one.code, "roles": "、".join(ROLES[role] for role in sorted(one.roles, reverse=True)), "count": counts[one.code], "sums": said})
    return rows


def spread_lines(spreads: Sequence[Spread]) -> list[str]:
    """How far apart comparable people are, a line per group."""
    groups: dict[tuple[str, ...], list[Spread]] = defaultdict(list)
    for one in spreads:
        groups[one.group].append(one)
    return [
        f"{group[0]}等 {len(group)} 人：" + "，".join(f"{COUNTERS[one.counter]} {_told(one.counter, one.least)} 到 {_told(one.counter, one.most)}" for one in some)
        for group, some in groups.items()
    ]


def _told(counter: str, value: int) -> str:
    if counter != "minutes":
        return f"{value} 个"
    return f"{value // 60} 小时" + (f" {value % 60} 分" if value % 60 else "")
