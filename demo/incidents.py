"""What people report and offices put right: matters on the standard workflow, some sent back once, some still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.diary import day_in, stream
from demo.places import HOME_GRID, every_grid

A_YEAR = 24
_SEASON = (5, 6, 8, 9, 10, 12, 13, 12, 9, 8, 6, 5)
_TITLES = (
    ("lighting", "路灯不亮"), ("road", "路面坑洼积水"), ("rubbish", "垃圾桶满溢"), ("water", "自来水断断续续"), ("quarrel", "邻里为排水起争执"),
    ("river", "河边有人倒建筑垃圾"), ("fire", "田边焚烧秸秆"), ("roof", "独居老人屋顶漏水"),
)  # fmt: skip
_RESULTS = ("已修好，现场看过", "已清理，拍了照", "已劝导，双方同意", "已联系施工队修复")


@dataclass(frozen=True)
class Handling:
    """One step of one matter. ``title``, ``category`` and ``place`` only when it is reported."""

    day: date
    who: str
    matter: str
    action: str
    title: str = ""
    category: str = ""
    place: str = ""
    reason: str = ""
    result: str = ""


def handlings(year: int, seed: int) -> Iterator[Handling]:
    """All steps of all matters of the years, in no order."""
    for past in range(year - 5, year + 2):
        rng = stream(seed, "grid", past)
        for number in range(A_YEAR + 2 * (past - year + 5)):
            yield from _one(rng, past, f"{past}-{number + 1:03d}")


def _one(rng: Random, year: int, matter: str) -> Iterator[Handling]:
    day = max(day_in(rng, year, _SEASON), date(year, 1, 8))
    at_home = rng.random() < 0.3
    category, title = rng.choice(_TITLES)
    place = HOME_GRID if at_home else rng.choice(every_grid())
    reporter = "alian" if at_home else "chuangkou"
    yield Handling(day, reporter, matter, "report", title, category, place)
    if rng.random() < 0.04:
        yield Handling(day + timedelta(days=1), "chuangkou", matter, "void", reason="不是本镇的事，已告知来人")
        return
    step = Handling(day, "zhili", matter, "handle")
    steps = [("chuangkou", "accept"), ("chuangkou", "dispatch"), ("zhili", "sign"), ("zhili", "handle"), ("zhili", "complete")]
    if rng.random() < 0.12:
        steps += [("chuangkou", "send_back"), ("zhili", "complete")]
    steps += [(reporter, "verify"), ("chuangkou", "close")]
    for who, action in steps:
        day += timedelta(days=rng.choice((1, 1, 1, 2, 3)))
        told = rng.choice(_RESULTS) if action == "complete" else ""
        yield replace(step, day=day, who=who, action=action, result=told, reason="回访时还没有解决" if action == "send_back" else "")
