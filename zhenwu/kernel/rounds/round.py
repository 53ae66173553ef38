"""A round: which things are owed a visit how often, which visits count, and where each span is written down. Pure.

A body is what ``packkit`` stores: ``{key, pack, label, of, where, where_text, title, chief, by, link, clock, valid, valid_text,
plan, same, every, into, copied, since, grace_days, course, track, near, missed, missed_text}``; see ``docs/house.md``. Of ``plan`` and ``every`` one is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from zhenwu.lib.expressions import evaluate, from_json
from zhenwu.lib.facts import Fact, Row
from zhenwu.lib.rounds import WORDS, Span, Stand, count_apart, moment_of, spans, windows
from zhenwu.lib.walks import NEAR, Walk, walked

Condition = Callable[[Mapping[str, object]], Any]
Told = Sequence[tuple[date, int | None]]  # on which day which interval was said


@dataclass(frozen=True)
class Round:
    """One round in force. ``of``, ``by``, ``plan`` and ``into`` are ledgers; ``link`` is the field of ``by`` and ``into`` that
    names the thing; ``same`` are the fields that a plan and a thing must share."""

    key: str
    pack: str
    label: str
    of: str
    by: str
    into: str
    link: str
    plan: str
    same: tuple[str, ...]
    every: str
    clock: str
    title: str
    chief: str
    copied: tuple[str, ...]
    since: date
    grace_days: int
    wanted: Condition
    valid: Condition
    missed: Condition  # of a tally: whether the span was missed
    course: str = ""  # of ``of``: the line that is to be walked
    track: str = ""  # of ``by``: the line that was walked
    near: str = ""  # of ``plan``: within how many metres of its line a thing counts as walked

    @property
    def drawn(self) -> bool:
        """Whether it has lines on a map."""
        return bool(self.course and self.track)


@dataclass(frozen=True)
class Duty:
    """What a thing is owed in one span: so many visits with so many hours between; ``plan`` are the columns of its plan."""

    span: Span
    times: int
    gap_hours: int
    plan: Mapping[str, Any]

    @property
    def strictness(self) -> tuple[int, int]:
        return self.times, self.gap_hours


@dataclass(frozen=True)
class Count:
    """What was done in a span: visits written down, and those that count."""

    made: int
    valid: int


def read_round(body: Mapping[str, Any]) -> Round:
    """A round out of its stored body."""

    def condition(name: str) -> Condition:
        return evaluate(from_json(body[name])) if body.get(name) else lambda row: True

    texts = [body.get(name) or "" for name in ("plan", "every", "clock", "title", "chief")]
    plan, every, clock, title, chief = texts
    since = date.fromisoformat(body["since"]) if body.get("since") else date(1900, 1, 1)
    return Round(
        body["key"], body["pack"], body["label"], body["of"], body["by"], body["into"], body["link"], plan, tuple(body.get("same") or ()), every,
        clock, title, chief, tuple(body.get("copied") or ()), since, body.get("grace_days") or 0, condition("where"), condition("valid"),
        condition("missed") if body.get("missed") else lambda row: not row["met"], body.get("course") or "", body.get("track") or "", body.get("near") or "",
    )  # fmt: skip


def duties(one: Round, thing: Fact, plans: Iterable[Fact], told: Told, first: date, last: date) -> list[Duty]:
    """What a thing is owed in the spans that touch the days from ``first`` to ``last``, oldest first.

    Of two plans that owe something in the same span the stricter holds. ``told``: the intervals said of it (``every``).
    """
    row = thing.row
    if not one.wanted(row):
        return []
    stand = Stand(row["valid_from"], row["valid_until"])
    found: dict[str, Duty] = {}
    for duty in _by_interval(one, stand, told, first, last) if one.every else _by_plans(one, row, plans, first, last):
        known = found.get(duty.span.name)
        if duty.times and duty.span.first >= one.since and stand.holds_for(duty.span) and (known is None or known.strictness < duty.strictness):
            found[duty.span.name] = duty
    return sorted(found.values(), key=lambda duty: (duty.span.last, duty.span.first))


def _by_interval(one: Round, stand: Stand, told: Told, first: date, last: date) -> Iterable[Duty]:
    for span in windows(stand.begins, told, first, last):
        yield Duty(span, 1, 0, Row())


def _by_plans(one: Round, row: Mapping[str, Any], plans: Iterable[Fact], first: date, last: date) -> Iterable[Duty]:
    for plan in sorted(plans, key=lambda plan: plan.id):
        terms = plan.row
        if matches(one, row, terms):
            stand = Stand(terms["valid_from"], terms["valid_until"], terms["month_from"], terms["month_to"])
            from_day = max(first, terms["valid_from"], row["valid_from"], one.since)
            for span in spans(terms["per"], from_day, last):
                if stand.holds_for(span):
                    yield Duty(span, terms["times"], terms["gap_hours"] or 0, terms)


def matches(one: Round, row: Mapping[str, Any], terms: Mapping[str, Any]) -> bool:
    """Whether a plan is for a thing, and says how often; what is not said is like nothing."""
    return terms["per"] in WORDS and terms["times"] is not None and all(row[name] is not None and row[name] == terms[name] for name in one.same)


def count(one: Round, thing: Fact, duty: Duty, visits: Iterable[Fact]) -> Count:
    """The visits of a thing that lie in a span: how many, and how many of them count."""
    during = [visit.row for visit in visits if duty.span.first <= visit.row["occurred_on"] <= duty.span.last]
    beside = {f"of_{name}": value for name, value in thing.row.items()} | {f"plan_{name}": value for name, value in duty.plan.items()}
    columns = [_Visit(beside | dict(row), partial(walk, one, thing.row, duty.plan, row)) if one.drawn else Row(beside | dict(row)) for row in during]
    good = [_moment(one, row) for row, seen in zip(during, columns, strict=True) if one.valid(seen)]
    return Count(len(during), count_apart(good, duty.gap_hours))


def walk(one: Round, thing: Mapping[str, Any], plan: Mapping[str, Any], visit: Mapping[str, Any]) -> Walk | None:
    """How much of a thing's line a visit walked, within the distance that its plan says; None where either has no line."""
    course, track = thing[one.course] if one.course else None, visit[one.track] if one.track else None
    return walked(course, track, (plan[one.near] if one.near else None) or NEAR) if course and track else None


class _Visit(Row):
    """A visit's columns beside those of its thing and its plan; how much of the line was walked is found out only where it is asked for."""

    def __init__(self, columns: Mapping[str, Any], walk: Callable[[], Walk | None]) -> None:
        super().__init__(columns)
        self._walk = walk

    def get(self, column: str, default: Any = None) -> Any:
        if column != "covered":
            return super().get(column, default)
        found = self._walk()
        return found.covered if found else None


def _moment(one: Round, row: Mapping[str, Any]) -> datetime:
    return moment_of(row["occurred_on"], row[one.clock] if one.clock else None)
