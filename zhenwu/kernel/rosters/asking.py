"""Everything that a roster for some posts is made of: the question for the solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from zhenwu.kernel.orgs.api import SYSTEM, Actor, Tree, tree
from zhenwu.kernel.rosters.reading import (
    Post,
    away_days,
    days_off,
    live,
    param,
    posts,
    rules,
    span,
    stands,
)
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.lib.roster_carrying import bounded, usual
from zhenwu.lib.roster_rules import DAY, WEEK, Duty, Rules, Tally, Watch, Watcher, stood_by


@dataclass(frozen=True)
class Question:
    """``watchers`` with all that they carry; ``weighed``: the same with no more of it than may be made up at once (``make_up``)."""

    posts: tuple[Post, ...]
    watches: tuple[Watch, ...]
    watchers: tuple[Watcher, ...]
    weighed: tuple[Watcher, ...]
    rules: Rules
    kept: tuple[Duty, ...]
    make_up: int | None


def question(who: Actor, scheme: Scheme, codes: Sequence[str], first: date, last: date) -> Question:
    """What is asked of the solver; raises ``Problem`` for posts that are none (or not to be seen) or lie in two townships.

    Rest is owed to people wherever else they stand: their other watches and absences count whoever asks, and are not shown.
    """
    known, tree_now = posts(who, scheme, first), tree()
    chosen = tuple(known[code] for code in dict.fromkeys(codes) if code in known)
    if not chosen or len(chosen) < len(set(codes)):
        raise NotFound("roster.post", "没有选值班点，或选的值班点已经撤了", f"先在“{scheme.labels['posts']}”里登记，再选。")
    towns = {tree_now.township_of(one.unit) for one in chosen}
    if len(towns) > 1:
        raise Problem("roster.townships", "选的值班点属于两个乡镇", "各镇排各镇的班，分两次排。")
    [town] = towns
    carry, off, most = param(scheme, "carry_days", first) or 0, days_off(first, last), param(scheme, "make_up", first)
    stood = [one.duty for one in stands(SYSTEM, scheme, first - DAY * max(carry, WEEK), last + DAY * WEEK)]
    watches = tuple(watch for one in chosen for watch in one.watches(span(first, last), off))
    people = _people(scheme, tree_now, town, first, last)
    new = {one.code for one, begins in people if begins > first - DAY * carry}
    before, within = stood_by(duty for duty in stood if duty.watch.id.day < first), stood_by(duty for duty in stood if duty.watch.id.day >= first)
    came = usual([replace(one, carried=Tally().plus(before[one.code])) for one, _ in people], new)
    watchers, weighed = (
        tuple(replace(one, carried=one.carried.plus(within[one.code])) for one in some) for some in (came, bounded(came, watches, most))
    )
    kept = tuple(duty for duty in stood if duty.watch.id.day >= first - DAY * WEEK)
    return Question(chosen, watches, watchers, weighed, rules(scheme, first), kept, most)


def _people(scheme: Scheme, now_: Tree, town: UUID, first: date, last: date) -> list[tuple[Watcher, date]]:
    """The watchers of a township with the days on which they cannot be asked, and since when they are on the list."""
    away, found = away_days(scheme, first, last), []
    for one in live(SYSTEM, scheme, scheme.people):
        gone = one.ends_on is not None and one.ends_on <= first
        if gone or one.starts_on > last or one.unit_id not in now_ or now_.township_of(one.unit_id) != town:
            continue
        outside = {day for day in span(first, last + DAY) if day < one.starts_on or (one.ends_on is not None and day >= one.ends_on)}
        bound = frozenset({one.data["post"]}) if one.data.get("post") else frozenset()
        absent = frozenset(away[one.key] | outside)
        found.append((Watcher(one.key, scheme.able[one.data["role"]], bound, absent, bool(one.data.get("no_nights"))), one.starts_on))
    return found
