"""网格事项: what people report and offices put right; some sent back, made to wait or opened again, some void, some still
open, and some quarrels that go on as disputes before the mediators.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from demo.counting import cases, open_cases
from demo.deeds import Handling
from demo.diary import day_in
from demo.life import Life
from demo.matters import Course, Passed, follow
from demo.places import HOME_GRID, every_grid
from demo.world import World

A_YEAR, MORE = 1040, 36  # matters in the first year, and how many more each year
_SEASON = (5, 6, 8, 9, 10, 12, 13, 12, 9, 8, 6, 5)
_TITLES = (
    ("lighting", "路灯不亮"), ("road", "路面坑洼积水"), ("rubbish", "垃圾桶满溢"), ("water", "自来水断断续续"), ("quarrel", "邻里为排水起争执"),
    ("river", "河边有人倒建筑垃圾"), ("fire", "田边焚烧秸秆"), ("roof", "独居老人屋顶漏水"),
)  # fmt: skip
TO_MEDIATORS = 0.1  # share of the quarrels
_RESULTS = ("已修好，现场看过", "已清理，拍了照", "已劝导，双方同意", "已联系施工队修复")


def _deeds(world: World) -> Iterator[Handling]:
    for course, day, rng in _courses(world):
        yield from follow(course, day, rng)


def passed_on(world: World) -> Iterator[Passed]:
    """The quarrels that the mediators took over, with the day on which they did."""
    for course, day, rng in _courses(world):
        steps = list(follow(course, day, rng))
        if course.ending == "merged":
            yield Passed(course.into, course.title, course.place, steps[-1].day)


def _courses(world: World) -> Iterator[tuple[Course, date, Random]]:
    grids = every_grid()
    for year in world.years:
        rng = world.rng("grid", year)
        for number in range(A_YEAR + MORE * (year - world.years[0])):
            day = max(day_in(rng, year, _SEASON), date(year, 1, 8))
            at_home = rng.random() < 0.06
            category, title = rng.choice(_TITLES)
            reporter, place = "alian" if at_home else "chuangkou", HOME_GRID if at_home else rng.choice(grids)
            course = Course(
                "grid", f"grid/{year}-{number + 1:04d}", title, category, "grid", place, reporter, "zhili", "社会治理办公室", _RESULTS
            )
            if category == "quarrel" and rng.random() < TO_MEDIATORS:
                course = course.merged(f"网{year}-{number + 1:04d}", "双方愿意调解，移交司法所")
            yield course, day, rng


LIFE = Life(
    "grid", "zhili", deeds=_deeds,
    counted={
        "grid.reported": cases("reported", "grid"),
        "grid.appeals_closed": cases("closed", "grid"),
        "grid.incidents_handled": cases("closed", "grid"),
        "grid.open": open_cases("grid"),
        "grid.sent_back": cases("reported", "grid", "returned"),
        "grid.rework_times": cases("reported", "grid", "reworked"),
        "grid.suspended": cases("reported", "grid", "suspended"),
        "grid.reopened": cases("reported", "grid", "reopened"),
    },
    ratios={"grid.closing_rate": ("grid.appeals_closed", "grid.reported")},
)  # fmt: skip
