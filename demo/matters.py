"""How a matter goes through the standard workflow, step by step, with the mess that offices know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.deeds import Handling
from demo.diary import office_day, visiting_day

SEEN = ("去现场看过，办好了", "拍了照，和说的一样", "问了住在旁边的人，好了", "隔天又去看，没有再犯")  # 核查看到什么


@dataclass(frozen=True)
class Course:
    """One matter: who reports it, who (``handler``, of ``office``) puts it right, what may come of it."""

    line: str
    matter: str
    title: str
    category: str
    channel: str
    place: str
    reporter: str
    handler: str
    office: str
    results: tuple[str, ...]
    window: str = "chuangkou"
    void: float = 0.04
    reworked: float = 0.1  # 返工: poor work is done again
    missent: float = 0.03  # 退回: first sent to the wrong office
    suspended: float = 0.02
    reopened: float = 0.015
    pace: tuple[int, ...] = (1, 1, 1, 2, 3)  # days between two steps
    waits: tuple[str, ...] = ("要等天晴路干才能施工", "材料还没有运到", "当事人外出务工，约好回来再办")
    ending: str = ""  # what came of it, said when it is closed
    void_reason: str = "不是本镇的事，已告知来人"
    settled: bool = False  # put right by who reported it, on the spot
    into: str = ""  # the slip under which it was merged into another matter

    def merged(self, slip: str, result: str) -> Course:
        """The same matter, if it is closed because another one takes it over."""
        return replace(self, results=(result,), void=0, reworked=0, missent=0, suspended=0, reopened=0, ending="merged", into=slip)


@dataclass(frozen=True)
class Passed:
    """A matter that others took over on a day, under a slip (移交单)."""

    slip: str
    title: str
    place: str
    day: date


def follow(course: Course, day: date, rng: Random) -> Iterator[Handling]:
    """All steps of a matter reported on a day; a void one ends at once, a poor one is sent back and done again, one that
    cannot be done now waits, and some are opened again by who reported them. Offices work on their days, grids on any."""
    day = day if course.channel == "grid" else visiting_day(day)
    yield Handling(day, course.reporter, course.line, course.matter, "report", course.title, course.category, course.channel, course.place)
    if rng.random() < course.void:
        day = office_day(day + timedelta(days=1))
        yield Handling(day, course.window, course.line, course.matter, "void", reason=course.void_reason)
        return
    for who, action in _steps(course, rng):
        day = office_day(day + timedelta(days=rng.randint(12, 45) if action in ("resume", "reopen") else rng.choice(course.pace)))
        yield Handling(
            day, who, course.line, course.matter, action, office=course.office if action == "dispatch" else "",
            reason=_reason(course, action, rng), result=rng.choice(course.results) if action in ("complete", "settle") else "",
            ending=course.ending if action == "close" else "", into=course.into if action == "close" else "",
            more=seen_on(day) if action == "verify" else (),
        )  # fmt: skip


def seen_on(day: date) -> tuple[tuple[str, str], ...]:
    """What whoever verified saw there (核查看到什么); chosen by the day, so that nothing else of the story changes."""
    return (("seen", SEEN[day.toordinal() % len(SEEN)]),)


def _reason(course: Course, action: str, rng: Random) -> str:
    if action == "suspend":
        return rng.choice(course.waits)
    return {"send_back": "不归我们办，请另派", "rework": "回访时还没有解决", "resume": "可以办了", "reopen": "过后又出了同样的事"}.get(action, "")


def _steps(course: Course, rng: Random) -> Iterator[tuple[str, str]]:
    window, handler = course.window, course.handler
    verifier = course.reporter if course.reporter != handler else window
    if course.settled:
        yield from ((course.reporter, "settle"), (handler, "verify"), (window, "close"))
        return
    yield (window, "accept")
    yield (window, "dispatch")
    if rng.random() < course.missent:
        yield from ((handler, "send_back"), (window, "dispatch"))
    yield from ((handler, "sign"), (handler, "handle"))
    if rng.random() < course.suspended:
        yield from ((window, "suspend"), (handler, "resume"))
    yield (handler, "complete")
    if rng.random() < course.reworked:
        yield from ((window, "rework"), (handler, "complete"))
    yield from ((verifier, "verify"), (window, "close"))
    if rng.random() < course.reopened:
        yield (course.reporter, "reopen")
        yield from ((window, "dispatch"), (handler, "sign"), (handler, "handle"), (handler, "complete"), (verifier, "verify"), (window, "close"))
