"""信访代办: what people petition for, how it was answered, whether they accepted it; some goes on before the mediators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from demo.counting import cases, flow, open_cases
from demo.deeds import Handling
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, posting_day
from demo.life import Life
from demo.matters import Course, Passed, follow
from demo.people import CADRES
from demo.places import every_grid, village_of
from demo.world import World

ANSWER = "petition.answer"
A_YEAR = (66, 61, 63, 56, 52, 49, 47)  # registered in the years −5 … +1: fewer, as more is settled early
_SEASON = (9, 7, 12, 10, 9, 8, 7, 7, 8, 8, 8, 7)
_ABOUT = (
    ("land", "反映自留山界址不清"), ("land", "反映田埂被占用"), ("compensation", "要求重新核算征迁补偿"), ("compensation", "询问青苗补偿标准"),
    ("village_affairs", "要求公开村集体项目账目"), ("environment", "反映养殖场臭味"), ("environment", "反映石材加工场噪声"), ("labour", "反映工程欠薪"),
    ("welfare", "要求复核低保审核结果"), ("housing", "反映邻户建房遮挡"), ("other", "建议增开赶集日班车"), ("other", "建议延长卫生室开放时间"),
)  # fmt: skip
_RESULTS = ("现场核实后书面答复", "会同有关站所商定办法，书面答复", "约见当事人说明政策，书面答复")
_ENDINGS = (("settled", "answered", "court", "merged"), (76, 15, 3, 6))
_FORMS = (("letter", "visit", "phone", "online"), (16, 44, 17, 23))


@dataclass(frozen=True)
class Petition:
    """One petition with all that was done about it."""

    number: str
    course: Course
    steps: tuple[Handling, ...]

    def day_of(self, action: str) -> date | None:
        """When a step was last taken."""
        return max((step.day for step in self.steps if step.action == action), default=None)


@cache
def petitions(world: World) -> tuple[Petition, ...]:
    """All petitions of the years."""
    return tuple(_petition(world, year, number) for year, many in zip(world.years, A_YEAR, strict=True) for number in range(1, many + 1))


def _petition(world: World, year: int, number: int) -> Petition:
    rng = world.rng("petition", year, number)
    category, about = rng.choice(_ABOUT)
    channel = rng.choices(*_FORMS)[0]
    ending = rng.choices(*_ENDINGS)[0] if category != "other" else "settled"
    name = f"信{year}-{number:02d}"
    course = Course(
        "petition", f"petition/{year}-{number:03d}", f"{name} {about}", category, channel, rng.choice(every_grid()), "chuangkou",
        "zhili", "社会治理办公室", _RESULTS, void=0.03, reworked=0.09, suspended=0.05, reopened=0.04, pace=(2, 3, 5, 8, 11),
        waits=("等县里有关部门的鉴定意见", "信访人外出务工，约好回来面谈", "同一事正在法院审理，等判决"), ending=ending,
    )  # fmt: skip
    if ending == "merged":
        course = course.merged(name, "双方愿意调解，移交司法所")
    day = max(day_in(rng, year, _SEASON), date(year, 1, 8))
    return Petition(name, course, tuple(follow(course, day, rng)))


def passed_on(world: World) -> Iterator[Passed]:
    """The petitions that the mediators took over."""
    for one in petitions(world):
        if one.course.ending == "merged":
            yield Passed(one.number, one.course.title.split(" ")[1], one.course.place, one.steps[-1].day)


def _deeds(world: World) -> Iterator[Handling]:
    for one in petitions(world):
        yield from one.steps


def _notes(world: World) -> Iterator[Note]:
    for one in petitions(world):
        if one.day_of("void") is None:
            yield from _answered(one, world.rng(ANSWER, one.number))


def _answered(one: Petition, rng: Random) -> Iterator[Note]:
    """Registered, then the reply, then what the petitioner said of it."""
    reported, accepted, replied, closed = (one.day_of(action) for action in ("report", "accept", "complete", "close"))
    assert reported and accepted and replied and closed
    key, village = {"petition_no": one.number}, village_of(one.course.place)
    suggestion = one.course.category == "other"
    crowd = rng.randint(5, 23) if rng.random() < 0.06 else rng.choice((1, 1, 1, 1, 2, 3))
    first = {
        **key, "kind": "suggestion" if suggestion else "appeal", "turn": "repeated" if rng.random() < 0.14 else "first",
        "people": str(crowd), "destination": "court" if one.course.ending == "court" else "accepted",
        "notified_on": accepted.isoformat(), "leader": rng.choice(CADRES), "review": "none",
    }  # fmt: skip
    told = later(reported, rng, 1, 6)
    yield Note(told, "zhili", ANSWER, one.number, first, village, reported)
    paper = {**key, "answer_no": f"云信答〔{replied.year}〕{int(one.number[-2:])}号", "answered_on": replied.isoformat()}
    if not suggestion and (replied - reported).days > 60:
        paper["extended_days"] = "30"
    yield Note(later(replied, rng, 1, 5), "zhili", ANSWER, one.number, paper, reason="答复意见书已送达", manner=PROGRESS)
    yield Note(later(closed, rng, 6, 12), "zhili", ANSWER, one.number, {**key, **_verdict(one, closed, rng)}, reason="回访", manner=PROGRESS)
    if rng.random() < 0.05:
        told = later(posting_day(later(closed, rng, 13, 14)), rng, 3, 20)
        other = {**key, "turn": "first" if first["turn"] == "repeated" else "repeated"}
        yield Note(told, "zhili", ANSWER, one.number, other, reason="与上年台账核对，初次和重复填反了", manner=CORRECT)


def _verdict(one: Petition, closed: date, rng: Random) -> dict[str, str]:
    if one.course.ending == "settled":
        return {"settled_on": (closed - timedelta(days=1)).isoformat(), "satisfaction": rng.choice(("satisfied", "satisfied", "partly"))}
    if one.course.ending == "answered":
        return {"review": rng.choices(("none", "first_review", "final"), (70, 18, 12))[0], "satisfaction": rng.choice(("unsatisfied", "partly"))}
    return {}


LIFE = Life(
    "petition", "zhili", (ANSWER,), _notes, _deeds,
    counted={
        "petition.received": cases("reported", "petition"),
        "petition.settled": cases("closed", "petition", ending="settled"),
        "petition.answered_only": cases("closed", "petition", ending="answered"),
        "petition.merged": cases("closed", "petition", ending="merged"),
        "petition.open": open_cases("petition"),
        "petition.people": flow(ANSWER, "people"),
        "petition.repeated": flow(ANSWER, turn="repeated"),
        "petition.answered": flow(ANSWER, time="answered_on"),
        "petition.reviewed": flow(ANSWER, review=("first_review", "second_review", "final")),
        "petition.followed_up": flow(ANSWER, satisfaction=("satisfied", "partly", "unsatisfied")),
        "petition.satisfied": flow(ANSWER, satisfaction=("satisfied", "partly")),
    },
    ratios={
        "petition.settling_rate": ("petition.settled", "petition.received"),
        "petition.satisfaction_rate": ("petition.satisfied", "petition.followed_up"),
    },
)  # fmt: skip
