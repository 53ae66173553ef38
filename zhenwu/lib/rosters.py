"""A round-the-clock roster that is as full and as fair as the rules allow. Pure.

No rule is ever broken to fill a watch: what cannot be manned is left open and told with the reasons. First as few people as
possible are missing, then burdens are evened out: the sum of the squares of everybody's hours, nights and days off (those
carried over from former rosters included) is made small. The same question gets the same answer (see ``roster_search``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from zhenwu.lib.roster_rules import (
    HINDRANCES,
    RELAXABLE,
    Duty,
    Rules,
    Tally,
    Watch,
    Watcher,
    hindrance,
    missing,
    stood_by,
    tallied,
)
from zhenwu.lib.roster_search import Search

EFFORT = 1.0  # deterministic units of work for one search: about three seconds on an ordinary machine
COUNTERS = {"minutes": "总时长", "nights": "夜班", "holidays": "周末节假日"}


@dataclass(frozen=True)
class Gap:
    """People missing at a watch; ``reasons``: hindrance → how many of those with the role it keeps away."""

    watch: Watch
    role: str
    count: int
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """How far apart comparable people are in one counter, what was carried over included."""

    group: tuple[str, ...]
    counter: str
    least: int
    most: int


@dataclass(frozen=True)
class Roster:
    """``duties`` are the new ones; ``tallies``: watcher → (of this roster, with what was carried over); ``relaxed``: rule → how
    many people would still be missing without it, where that helps; ``is_best``: as few as possible are missing, and nobody
    comparable is more than one watch apart or no fairer roster exists."""

    duties: tuple[Duty, ...]
    gaps: tuple[Gap, ...]
    tallies: Mapping[str, tuple[Tally, Tally]]
    spreads: tuple[Spread, ...]
    relaxed: Mapping[str, int]
    is_best: bool

    @property
    def lacking(self) -> int:
        """How many people are missing."""
        return sum(gap.count for gap in self.gaps)


def solve(
    watches: Sequence[Watch], watchers: Sequence[Watcher], rules: Rules, kept: Sequence[Duty] = (), effort: float = EFFORT
) -> Roster:  # fmt: skip
    """The roster for these watches; ``kept`` duties stand already, in these watches or around them, and are not touched."""
    found: list[Duty] = []
    relaxed, least, is_best = dict.fromkeys(RELAXABLE, 0), 0, True
    for roles in _apart(watches, watchers):
        search = Search(watches, watchers, rules, kept, roles, effort)
        duties, proved = search.solve()
        lacking = search.lacking(duties)
        for rule in RELAXABLE:
            freer = Search(watches, watchers, rules.without(rule), kept, roles, effort)
            relaxed[rule] += freer.lacking(freer.fill()[0]) if lacking else 0
        found, least, is_best = [*found, *duties], least + lacking, is_best and proved
    duties = sorted(found, key=lambda duty: (duty.watch.starts, duty.watch.id, duty.role, duty.watcher))
    tallies = tallied(watchers, duties)
    helps = {rule: left for rule, left in relaxed.items() if left < least}
    return Roster(tuple(duties), tuple(_gaps(watches, watchers, rules, [*kept, *duties])), tallies, tuple(spreads(watchers, tallies)), helps, is_best)


def spreads(watchers: Sequence[Watcher], tallies: Mapping[str, tuple[Tally, Tally]]) -> Iterator[Spread]:
    """The spread of each counter within each group of at least two comparable people."""
    for _, some in groupby(sorted(watchers, key=lambda one: one.group), key=lambda one: one.group):
        codes = tuple(one.code for one in some)
        for counter in COUNTERS if len(codes) > 1 else ():
            values = [getattr(tallies[code][1], counter) for code in codes]
            yield Spread(codes, counter, min(values), max(values))


def told_gap(gap: Gap, rules: Rules, roles: Mapping[str, str]) -> str:
    """Why a watch lacks people, in words; ``roles``: role → what it is called."""
    words = {
        "bound": "人只排别的值班点", "away": "人请假外出", "no_nights": "人不排夜班", "beside": "人这时已有别的班",
        "rest": f"人休息不满{rules.rest_hours}小时", "week": f"人七天内已满{rules.week_shifts}班", "row": f"人已连上{rules.nights_row}个夜班",
    }  # fmt: skip
    role, able = roles.get(gap.role, gap.role), sum(gap.reasons.values())
    why = "，".join(f"{gap.reasons[one]}{words[one]}" for one in HINDRANCES if gap.reasons.get(one))
    return f"缺{role}{gap.count}人：" + (f"能当{role}的共{able}人，{why}" if able else f"名单里没有能当{role}的人")


def told_remedy(roster: Roster) -> str:
    """What would help against the gaps, in words; "" where nothing is missing."""
    names = {"rest": "两个班之间的休息", "week": "七天内的班数", "row": "连续夜班"}
    if not roster.gaps:
        return ""
    if not roster.relaxed:
        return "放宽哪一条规矩都补不上：要增加人手，或者减少每班人数。"
    said = "；".join(f"不限{names[rule]}，缺的从{roster.lacking}人次减到{left}人次" for rule, left in roster.relaxed.items())
    return f"要增加人手；规矩挡住的：{said}。"


def _apart(watches: Sequence[Watch], watchers: Sequence[Watcher]) -> list[frozenset[str]]:
    """The roles, those together that somebody has both of: each set is a question of its own."""
    sets = [{role} for role in sorted({role for watch in watches for role in watch.needs})]
    for one in watchers:
        met = [some for some in sets if some & one.roles]
        if len(met) > 1:
            sets = [some for some in sets if some not in met] + [set().union(*met)]
    return [frozenset(some) for some in sets]


def _gaps(watches: Sequence[Watch], watchers: Sequence[Watcher], rules: Rules, duties: Sequence[Duty]) -> Iterator[Gap]:
    stood, by_id = stood_by(duties), {watch.id: watch for watch in watches}
    for (watch_id, role), count in sorted(missing(watches, duties).items(), key=lambda one: (by_id[one[0][0]].starts, one[0])):
        able = [one for one in watchers if role in one.roles]
        reasons = Counter(hindrance(one, by_id[watch_id], stood[one.code], rules) for one in able)
        yield Gap(by_id[watch_id], role, count, {name: number for name, number in reasons.items() if name})
