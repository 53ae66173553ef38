"""Rounds on the map: where each thing's line runs, how it stands in the span that runs today, and the tracks of some days.

Everything goes by the purpose ``map``: whoever may not see a thing on the map sees neither its line nor who walked it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Filler,
    RecordInput,
    fact_of,
    find_record,
    form_of,
    last_days,
    save_record,
    visible_facts,
    visible_history,
)
from zhenwu.kernel.orgs.api import Actor, reach, tree
from zhenwu.kernel.rounds.following import in_force
from zhenwu.kernel.rounds.round import Duty, Round, count, walk
from zhenwu.kernel.rounds.settling import Days, due_rows
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Fact, Row, Scope
from zhenwu.lib.polylines import kept_polyline
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.lib.walks import Walk

_BACK = timedelta(days=400)  # how far back the last tally and the last visit are looked for
MOST_TRAILS = 300


@dataclass(frozen=True)
class Stretch:
    """One thing (a record of ``of``). ``standing``: ``enough`` for the span that runs today, ``missed`` (not enough, and the span before was
    missed too), ``short`` (not yet enough), ``free`` (nothing is owed today). ``told``: the tally that says it was missed (None in the days of
    grace, when none is written yet), ``told_span`` what it says, "" where nothing was missed."""

    record: UUID
    unit: UUID
    key: str
    title: str
    chief: str
    course: str
    standing: str
    span: str
    due: int
    valid: int
    last: date | None
    told: UUID | None
    told_span: str


@dataclass(frozen=True)
class Trail:
    """One visit with a track; ``key``: of the thing."""

    record: UUID
    key: str
    day: date
    track: str


@dataclass(frozen=True)
class Walked:
    """A visit's track beside the line that it should follow. ``walk`` is None where the thing has no line; ``thing``: its record, which is
    ``able`` to take the track as its line at version ``base``, by this person."""

    track: str
    course: str
    walk: Walk | None
    thing: UUID
    title: str
    able: bool
    base: int


def drawn_rounds(actor: Actor) -> dict[str, str]:
    """The rounds that have lines, of which the actor may see something on a map: key → label."""
    return {one.key: one.label for one in in_force() if one.drawn and not reach(actor, "map", one.pack).nothing}


@dataclass(frozen=True)
class Walkable:
    """How a visit to a round with lines is followed: the fields of ``by``, and the things that this person may visit, by key with what a
    visit says like them (``{field: value}``)."""

    link: str
    track: str
    clock: str
    things: tuple[tuple[str, str, UUID, Mapping[str, Any]], ...]  # key, title, unit, what is alike


def walkable(actor: Actor, ledger: str) -> Walkable | None:
    """What one needs to follow a visit that is entered in a ledger; None where no round with lines has its visits there."""
    one = _visited_by(ledger)
    if one is None or reach(actor, "write", one.pack).nothing:
        return None
    filler, fields = Filler(actor, form_of(current("ledger", ledger)), tree()), {field.id for field in form_of(current("ledger", ledger)).fields}
    found = [(key, thing) for key, thing in visible_facts(actor, "write", Scope(PREFIX + one.of, alive_on=today()), one.pack) if filler.covers(thing.unit) and one.wanted(thing.row)]
    things = [(key, _title(one, key, thing), thing.unit, {name: thing.row[name] for name in one.same if name in fields}) for key, thing in found]
    return Walkable(one.link, one.track, one.clock, tuple(sorted(things, key=lambda row: row[1])))


def stretches(actor: Actor, key: str) -> list[Stretch]:
    """The things of a round within reach, those that were missed first."""
    one = _drawn(actor, key)
    day = today()
    things = dict(visible_facts(actor, "map", Scope(PREFIX + one.of, alive_on=day), one.pack))
    owed = {name: (duty, count(one, thing, duty, visits).valid) for name, thing, duty, visits in _due(one, things, dict.fromkeys(things, (day, day)))}
    gaps = _just_missed(one, things, {name: duty.span.first - timedelta(days=1) for name, (duty, _) in owed.items()})
    tallies = _latest(one, actor, day)
    last = last_days(Scope(PREFIX + one.by, first_day=day - _BACK, last_day=day), one.link, things) if things else {}
    found = [_stretch(one, name, thing, owed.get(name), tallies.get(name), gaps.get(name), last.get(name)) for name, thing in things.items() if name in owed or one.wanted(thing.row)]
    order = ("missed", "short", "enough", "free")
    return sorted(found, key=lambda row: (order.index(row.standing), row.key))


def trails(actor: Actor, key: str, first: date, last: date) -> list[Trail]:
    """The visits of some days that have a track, the latest first; at most ``MOST_TRAILS``."""
    one = _drawn(actor, key)
    found = [
        Trail(fact.id, str(fact.row[one.link]), fact.row["occurred_on"], fact.row[one.track])
        for _, fact in visible_facts(actor, "map", Scope(PREFIX + one.by, first_day=first, last_day=last), one.pack)
        if fact.row[one.track]
    ]
    return sorted(found, key=lambda row: (row.day, str(row.record)), reverse=True)[:MOST_TRAILS]


def walked_of(actor: Actor, version: Any) -> Walked | None:
    """What a version of a visit walked of its thing's line; None for a record that is no visit of a round with lines, has no track, or whose
    thing is not theirs to see."""
    one = _visited_by(version.ledger)
    visit = fact_of(version) if one else None
    if one is None or visit is None or not visit.row[one.track] or reach(actor, "map", one.pack).nothing:
        return None
    record = find_record(one.of, str(visit.row[one.link]))
    try:
        found = visible_history(actor, record, "map")[-1] if record else None
    except NotFound:
        return None
    if found is None or found.removed:
        return None
    thing = fact_of(found)
    walks = walk(one, thing.row, _plan(one, found.key, thing, visit.row["occurred_on"]), visit.row)
    able = not version.removed and Filler(actor, form_of(current("ledger", one.of)), tree()).covers(found.unit_id)
    return Walked(visit.row[one.track], thing.row[one.course] or "", walks, found.record_id, _title(one, found.key, thing), able, found.number)


def take_course(actor: Actor, version: Any, base_version: int, op_id: UUID) -> dict[str, Any]:
    """Make the track of a visit the line of its thing, as a correction of the thing with its reason; for whoever may correct the thing.

    Raises ``Problem('map.no_track')`` where there is nothing to take, ``Refused``, ``Conflict``.
    """
    found, one = walked_of(actor, version), _visited_by(version.ledger)
    if found is None or one is None:
        raise Problem("map.no_track", "这条记录没有轨迹，或者它的对象不在您的范围里", "请打开有轨迹的巡查记录。")
    entry = RecordInput({one.course: str(kept_polyline(found.track).untimed)}, reason=f"用{version.starts_on}的轨迹作线")
    return save_record(actor, one.of, entry, op_id, found.thing, base_version)


def _visited_by(ledger: str) -> Round | None:
    """The round with lines that has its visits in a ledger."""
    return next((row for row in in_force() if row.drawn and row.by == ledger), None)


def _title(one: Round, key: str, thing: Fact) -> str:
    return str(thing.row[one.title] or key) if one.title else key


def _drawn(actor: Actor, key: str) -> Round:
    one = next((row for row in in_force() if row.key == key and row.drawn), None)
    if one is None or reach(actor, "map", one.pack).nothing:
        raise NotFound("map.unknown", "没有这张地图，或者您没有看它的权限", "请从“周期任务”页的“看地图”打开。")
    return one


def _latest(one: Round, actor: Actor, day: date) -> dict[str, Fact]:
    """thing → its latest tally."""
    told = sorted((fact for _, fact in visible_facts(actor, "map", Scope(PREFIX + one.into, first_day=day - _BACK, last_day=day), one.pack)), key=lambda fact: fact.row["occurred_on"])
    return {str(fact.row[one.link]): fact for fact in told}


def _due(one: Round, things: Mapping[str, Fact], asked: Mapping[str, Days]) -> list[tuple[str, Fact, Duty, list[Fact]]]:
    return due_rows(one, asked, None, {name: things[name] for name in asked}) if asked else []


def _just_missed(one: Round, things: Mapping[str, Fact], ended: Mapping[str, date]) -> dict[str, tuple[Duty, int]]:
    """thing → the span that ended on a day (of which the tally may not be written yet) and how many visits counted, where they were too few."""
    found = {name: (duty, count(one, thing, duty, visits).valid) for name, thing, duty, visits in _due(one, things, {name: (day, day) for name, day in ended.items()})}
    return {name: (duty, valid) for name, (duty, valid) in found.items() if valid < duty.times}


def _stretch(one: Round, key: str, thing: Fact, owed: tuple[Duty, int] | None, tally: Fact | None, gap: tuple[Duty, int] | None, last: date | None) -> Stretch:
    told, words = None, ""
    if gap and (tally is None or tally.row["occurred_on"] < gap[0].span.last):
        words = f"{gap[0].span.label} {gap[1]}/{gap[0].times} 次，还可以补记"
    elif tally is not None and one.missed(tally.row):
        told, words = tally.id, f"{tally.row['sheet']} 没有巡够"
    span, due, valid = (owed[0].span.label, owed[0].times, owed[1]) if owed else ("", 0, 0)
    standing = "free" if owed is None else "enough" if valid >= due else "missed" if words else "short"
    chief = str(thing.row[one.chief] or "") if one.chief else ""
    return Stretch(thing.id, thing.unit, key, _title(one, key, thing), chief, thing.row[one.course] or "", standing, span, due, valid, last, told, words)


def _plan(one: Round, key: str, thing: Fact, day: date) -> Any:
    """The plan under which a thing was owed a visit on a day; nothing where none was."""
    found = due_rows(one, {key: (day, day)}, None, {key: thing})
    return found[0][2].plan if found else Row()
