"""How a matter goes through the standard workflow, step by step, with the mess that offices know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.deeds import Handling


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
    sent_back: float = 0.1
    pace: tuple[int, ...] = (1, 1, 1, 2, 3)  # days between two steps


def follow(course: Course, day: date, rng: Random) -> Iterator[Handling]:
    """All steps of a matter reported on a day; a void one ends at once, a poor one is sent back and done again."""
    yield Handling(day, course.reporter, course.line, course.matter, "report", course.title, course.category, course.channel, course.place)
    if rng.random() < course.void:
        day += timedelta(days=1)
        yield Handling(day, course.window, course.line, course.matter, "void", reason="不是本镇的事，已告知来人")
        return
    for who, action in _steps(course, rng):
        day += timedelta(days=rng.choice(course.pace))
        yield Handling(
            day, who, course.line, course.matter, action, office=course.office if action == "dispatch" else "",
            reason="回访时还没有解决" if action == "send_back" else "", result=rng.choice(course.results) if action == "complete" else "",
        )  # fmt: skip


def _steps(course: Course, rng: Random) -> Iterator[tuple[str, str]]:
    window, handler = course.window, course.handler
    yield from ((window, "accept"), (window, "dispatch"), (handler, "sign"), (handler, "handle"), (handler, "complete"))
    if rng.random() < course.sent_back:
        yield from ((window, "send_back"), (handler, "complete"))
    verifier = course.reporter if course.reporter != handler else window
    yield from ((verifier, "verify"), (window, "close"))
