"""Evening out a roster: what a burden is, and duties passed on or exchanged while the sum of burdens falls. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd

from zhenwu.lib.roster_rules import Duty, Rules, Tally, Watch, Watcher, hindrance, stood_by

MOST_TRIED = 1_000_000  # exchanges weighed: a second or two
Counts = tuple[int, int, int]


class Burden:
    """Somebody's burden is the sum of the squares of their hours, nights and days off, a usual watch weighing like a night.

    Hours are counted in steps as coarse as the watches allow, and what everybody carries is left out.
    """

    def __init__(self, watches: Sequence[Watch], watchers: Sequence[Watcher]) -> None:
        self.step = reduce(gcd, (one.minutes for one in watches), 0) or 1
        usual = max(1, round(sum(one.minutes for one in watches) / max(1, len(watches)) / self.step))
        self.weights: Counts = (1, usual**2, usual**2)
        self._floor = tuple(min((getattr(one.carried, name) for one in watchers), default=0) for name in ("minutes", "nights", "holidays"))

    def counts(self, tally: Tally) -> Counts:
        """A tally in the burden's steps."""
        return tally.minutes // self.step, tally.nights, tally.holidays

    def carried(self, tally: Tally) -> Counts:
        """What was carried over, above what everybody carries."""
        low = self._floor
        return (tally.minutes - low[0]) // self.step, tally.nights - low[1], tally.holidays - low[2]

    def of(self, counts: Sequence[int]) -> int:
        """The burden."""
        return sum(weight * count * count for weight, count in zip(self.weights, counts, strict=True))


def even_out(duties: Sequence[Duty], watchers: Sequence[Watcher], rules: Rules, kept: Sequence[Duty], burden: Burden) -> list[Duty]:
    """The same watches manned as well, by people whose burdens are nearer to one another."""
    table = _Table(duties, watchers, rules, kept, burden)
    while table.pass_on() or table.exchange():
        pass
    return table.duties


class _Table:
    def __init__(self, duties: Sequence[Duty], watchers: Sequence[Watcher], rules: Rules, kept: Sequence[Duty], burden: Burden) -> None:
        self.duties, self.rules, self.burden = list(duties), rules, burden
        self.by_code = {one.code: one for one in watchers}
        self.stood = stood_by([*kept, *duties])
        mine = stood_by(duties)
        self.counts = {one.code: _added(burden.carried(one.carried), burden.counts(Tally().plus(mine[one.code]))) for one in watchers}
        self.weight = {duty.watch.id: burden.counts(Tally().plus([duty.watch])) for duty in duties}
        self._left = MOST_TRIED

    def pass_on(self) -> bool:
        """Give duties to somebody who carries less; whether any was given."""
        moved = False
        for at, duty in enumerate(self.duties):
            for other in self.by_code:
                if self._helps(duty.watcher, other, self.weight[duty.watch.id], (0, 0, 0)) and self._fits(other, duty, None):
                    self._give(at, other)
                    moved, duty = True, self.duties[at]
        return moved

    def exchange(self) -> bool:
        """Exchange two duties of one role between two people; whether any were exchanged."""
        moved = False
        for at in range(len(self.duties)):
            for to in range(at):
                one, other = self.duties[at], self.duties[to]
                if (
                    one.role == other.role
                    and self._helps(one.watcher, other.watcher, self.weight[one.watch.id], self.weight[other.watch.id])
                    and self._fits(other.watcher, one, other.watch)
                    and self._fits(one.watcher, other, one.watch)
                ):
                    self._give(at, other.watcher)
                    self._give(to, one.watcher)
                    moved = True
        return moved

    def _helps(self, giver: str, taker: str, given: Counts, back: Counts) -> bool:
        """Whether burdens fall when ``given`` goes from one to the other and ``back`` comes in return."""
        self._left -= 1
        if giver == taker or given == back or self._left < 0:
            return False
        less, more = self.counts[giver], self.counts[taker]
        gain = tuple(b - g for g, b in zip(given, back, strict=True))
        after = self.burden.of(_added(less, gain)) + self.burden.of([m - g for m, g in zip(more, gain, strict=True)])
        return after < self.burden.of(less) + self.burden.of(more)

    def _fits(self, taker: str, duty: Duty, leaving: Watch | None) -> bool:
        watcher, beside = self.by_code[taker], self.stood[taker]
        if duty.role not in watcher.roles:
            return False
        return not hindrance(watcher, duty.watch, [one for one in beside if leaving is None or one.id != leaving.id], self.rules)

    def _give(self, at: int, taker: str) -> None:
        duty = self.duties[at]
        weight = self.weight[duty.watch.id]
        self.stood[duty.watcher].remove(duty.watch)
        self.stood[taker].append(duty.watch)
        self.counts[duty.watcher] = _added(self.counts[duty.watcher], tuple(-one for one in weight))
        self.counts[taker] = _added(self.counts[taker], weight)
        self.duties[at] = Duty(taker, duty.role, duty.watch)


def _added(one: Sequence[int], other: Sequence[int]) -> Counts:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
