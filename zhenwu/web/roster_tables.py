"""Rosters as the screen and the wall show them: a table per post, a line per person. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhenwu.kernel.rosters.api import Post, Scheme, Stand, told_hours
from zhenwu.lib.roster_rules import Watch, Watcher
from zhenwu.lib.rosters import COUNTERS, Roster, Spread

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Cell:
    """One person on a watch; ``lead``: the role in words where it is another than the usual one; ``mark`` says whether they came."""

    name: str
    role: str
    lead: str
    mark: str
    swapped: bool
    came: bool | None
    mine: bool

    @classmethod
    def of(cls, scheme: Scheme, one: Stand, own: Collection[str] = ()) -> Cell:
        mark = {True: "到岗", False: "没有到岗", None: ""}[one.on_post]
        role = scheme.roles.get(one.duty.role, one.duty.role)
        lead = role if scheme.rank(one.duty.role) < len(scheme.roles) - 1 else ""
        return cls(one.duty.watcher, role, lead, mark, one.is_swapped, one.on_post, one.duty.watcher in own)


def tables(
    scheme: Scheme, posts: Mapping[str, Post], stood: Sequence[Stand], days: Sequence[date], off: Collection[date], own: Collection[str] = ()
) -> list[dict[str, Any]]:
    """A table per post: the hours as heads, a row per day, in each field who stands and who is missing; ``own``: the reader's names."""
    there: dict[Any, list[Stand]] = defaultdict(list)
    for one in sorted(stood, key=lambda one: (scheme.rank(one.duty.role), one.duty.watcher)):
        there[one.duty.watch.id].append(one)
    made = []
    for post in posts.values():
        watches = post.watches(days, off)
        rows = []
        for at, day in enumerate(days):
            some = watches[at * post.count : (at + 1) * post.count]
            planned = any(there[watch.id] for watch in some)
            fields = [
                {
                    "cells": [Cell.of(scheme, one, own) for one in there[watch.id]], "hours": told_hours(watch),
                    "lacks": _lacks(scheme, watch, there[watch.id]) if planned else ["没有排人"],
                }
                for watch in some
            ]  # fmt: skip
            rows.append({"day": day, "weekday": WEEKDAYS[day.weekday()], "off": day in off, "fields": fields})
        made.append({"post": post, "heads": [told_hours(watch) for watch in watches[: post.count]], "rows": rows})
    return made


def _lacks(scheme: Scheme, watch: Watch, stood: Sequence[Stand]) -> list[str]:
    there = Counter(one.duty.role for one in stood)
    return [f"缺{scheme.roles[role]}{count - there[role]}人" for role, count in watch.needs.items() if count > there[role]]


def tally_rows(scheme: Scheme, watchers: Sequence[Watcher], found: Roster) -> list[dict[str, Any]]:
    """What each person gets by this roster, and what that makes with what was carried over."""
    counts = Counter(duty.watcher for duty in found.duties)
    rows = []
    for one in sorted(watchers, key=lambda one: (one.group, one.code)):
        new, whole = found.tallies[one.code]
        said = [(_told(name, getattr(new, name)), _told(name, getattr(whole, name))) for name in COUNTERS]
        roles = "、".join(words for role, words in scheme.roles.items() if role in one.roles)
        rows.append({"name": one.code, "roles": roles, "count": counts[one.code], "sums": said})
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
