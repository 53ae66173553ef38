"""What somebody brings along from former rosters, as far as the next one may make it up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any

from zhenwu.lib.roster_rules import Tally, Watch, Watcher

COUNTS = ("minutes", "nights", "holidays")


def usual(watchers: Sequence[Watcher], new: Collection[str]) -> list[Watcher]:
    """Those who are ``new`` carry what comparable people carry on average: they do not catch up with what the others stood before."""
    old = _by_group([one for one in watchers if one.code not in new])
    return [replace(one, carried=_mean(old.get(one.group, ()), one.carried)) if one.code in new else one for one in watchers]


def bounded(watchers: Sequence[Watcher], watches: Sequence[Watch], most: int | None) -> list[Watcher]:
    """Carried burdens brought near to the middle of those who share a role: nobody makes up, or is let off, more than ``most`` usual watches,
    nights and days off at once (None: all of it). What is left over comes with the next roster."""
    if most is None or not watches:
        return list(watchers)
    steps = {"minutes": round(sum(one.minutes for one in watches) / len(watches)), "nights": 1, "holidays": 1}
    return [replace(one, carried=_near(one.carried, [other.carried for other in watchers if other.roles & one.roles], steps, most)) for one in watchers]


def _near(tally: Tally, alike: Sequence[Tally], steps: Mapping[str, int], most: int) -> Tally:
    def near(name: str) -> int:
        middle = median_low([getattr(other, name) for other in alike])
        return max(middle - most * steps[name], min(middle + most * steps[name], getattr(tally, name)))

    return Tally(*(near(name) for name in COUNTS))


def _mean(like: Sequence[Watcher], own: Tally) -> Tally:
    if not like:
        return own
    return Tally(*(max(sum(getattr(one.carried, name) for one in like) // len(like), getattr(own, name)) for name in COUNTS))


def _by_group(watchers: Sequence[Watcher]) -> dict[Any, list[Watcher]]:
    found: dict[Any, list[Watcher]] = defaultdict(list)
    for one in watchers:
        found[one.group].append(one)
    return found
