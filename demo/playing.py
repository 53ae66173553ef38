"""The player: what the rehearsal tells, entered into the store through verbs, under the claimed clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from demo.deeds import Adopting, Choice, Closing, Deed, Division, Handling, Issuing, Merger, Series, Switching
from demo.diary import ENTER, REMOVE, Note
from demo.life import all_lives
from demo.pictures import picture
from demo.places import TOWNSHIP, stands_as
from demo.rehearsing import Counts
from demo.room import Answering, Asking, Ruling, Signing
from demo.room_playing import do_in_room
from demo.telling import Day, Outcome
from demo.watching import Arrival
from demo.world import World
from zhenwu.kernel.exchanges.api import Exchange, exchanges, matter_of
from zhenwu.kernel.ledgers.api import find_record, live_version, release_ended
from zhenwu.kernel.matters.api import (
    Report,
    Taken,
    Upload,
    advance_matter,
    attach,
    citing,
    merge_matters,
    split_matter,
    take_steps,
)
from zhenwu.kernel.orgs.api import SYSTEM, merge_units, split_unit
from zhenwu.kernel.plans.api import Adoption, adopt, compare
from zhenwu.kernel.reports.api import confirmed_rows, issue_report, issued, plan_of_issue
from zhenwu.kernel.rounds.api import close_spans
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import (
    Actor,
    RecordInput,
    SeriesInput,
    choose_authority,
    close_year,
    current,
    follow_rounds,
    follow_rules,
    import_series,
    remove_record,
    save_record,
    save_records,
)

Progress = Callable[[str], None]  # is told what is going on, a line at a time
FORGETTING = "epidemic.followed"  # whose people are forgotten when it is over
SINGLY = ("ask_extension", "grant_extension", "refuse_extension", "withdraw", "jump", "split", "merge")
_SIDES = {"before": "处置前", "after": "处置后"}
UNSIGNED = "大会日期已定，没有签的由责任人会后补签"


@dataclass
class Player:
    """Enters a life that is told day by day, with units (ids by name) and actors (by username): every note and deed is a verb.
    ``counts`` and ``truth`` are known when all is entered."""

    year: int
    seed: int
    report: Progress = lambda line: None
    counts: Counts = field(default_factory=Counts)
    truth: dict[str, str] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    _known: dict[tuple[str, str], tuple[UUID, int]] = field(default_factory=dict)
    _matters: dict[str, tuple[UUID, int]] = field(default_factory=dict)
    _acts: tuple[date, int] = (date.min, 0)
    _released: bool = False
    _day: date = date.min

    def play(self, told: Iterable[Day | Outcome]) -> None:
        """Enter what is told, a day at a time."""
        issued = self.counts.issued
        for one in told:
            if isinstance(one, Outcome):
                self.counts, self.truth = replace(one.counts, issued=issued), one.truth
                return
            if one.day.year != self._day.year:
                self.report(f"{one.day.year} 年……")
            self._day = one.day
            with self.whole_day():
                for act, what in one.acts:
                    getattr(self, act)(*what)

    def enter_bulk(self, notes: list[Note]) -> None:
        self._released |= notes[0].ledger == FORGETTING and any(note.until for note in notes)
        actor, ledger, fresh = self.actors[notes[0].who], notes[0].ledger, notes[0].manner == ENTER
        with at(self._clock()):
            save_records(actor, ledger, [self._entry(note) for note in notes], new_id(), correct=not fresh)

    def enter_alone(self, note: Note) -> None:
        actor, name = self.actors[note.who], (note.ledger, note.key)
        record, version = self._stands(note.ledger, note.key) if note.ledger in self._reckoned else self._known.get(name, (None, 0))
        with at(self._clock()):
            if note.manner == REMOVE:
                assert record is not None
                remove_record(actor, note.ledger, record, version, note.reason, new_id())
            else:
                answer = save_record(actor, note.ledger, self._entry(note), new_id(), record, version)
                self._known[name] = (UUID(answer["record"]), answer["version"])

    def take_steps(self, who: str, steps: list[Handling]) -> None:
        with at(self._clock()):
            # A call opens matters of one workflow; what is under way already goes with any.
            opened = {step.matter: step.workflow for step in steps if step.place}
            for workflow in dict.fromkeys(opened.get(step.matter, "standard") for step in steps):
                own = [step for step in steps if opened.get(step.matter, "standard") == workflow]
                if together := [self._taken(step) for step in own if not _is_single(step)]:
                    take_steps(self.actors[who], new_id(), together, workflow=workflow)
                for step in own:
                    if _is_single(step):
                        self._take_alone(who, step)

    def _take_alone(self, who: str, step: Handling) -> None:
        """What cannot be taken in a bulk is taken on the posting day itself."""
        taken, actor = self._taken(step), self.actors[who]
        if step.photos:
            attach(actor, new_id(), taken.matter, [Upload("photo", f"{_SIDES[side]}.png", picture(step.matter, side)) for side in step.photos])
        if step.parts:
            parts = [Report(step.line, self._place(part.place, part.matter), part.title, category=part.category, channel=part.channel) for part in step.parts]
            answer = split_matter(actor, new_id(), taken.matter, taken.base_version, parts, step.reason)
            self._matters |= {part.matter: (UUID(child), 1) for part, child in zip(step.parts, answer["children"], strict=True)}
            return
        if step.with_it:
            merge_matters(actor, new_id(), taken.matter, [self._matters[name] for name in step.with_it], step.reason)
            return
        advance_matter(self.actors[who], new_id(), taken.matter, taken.action, taken.base_version, taken.given, overriding=step.overriding)

    def do(self, deed: Deed, value: str) -> None:
        with at(self._clock()):
            match deed:
                case Series():
                    period = Period.year(deed.year)
                    row = SeriesInput(deed.metric, self.units[TOWNSHIP], period, value, deed.authority, deed.source)
                    import_series(self.actors[deed.who], [row], new_id())
                case Choice():
                    self._choose(deed)
                case Closing():
                    close_year(self.actors["yezhenzhang"], deed.year, new_id())
                case Merger():
                    old = [self.units[name] for name in deed.units]
                    self.units[deed.into] = merge_units(SYSTEM, new_id(), old, deed.into, deed.day, code="0112")
                case Division():
                    parts = split_unit(SYSTEM, new_id(), self.units[deed.unit], deed.into, deed.day)
                    self.units |= dict(zip(deed.into, parts, strict=True))
                case Issuing():
                    self._issue(deed)
                case Asking() | Answering() | Ruling() | Signing():
                    do_in_room(deed, self.actors[deed.who], self.units[TOWNSHIP])
                case Adopting():
                    self._adopt(deed)
                case Switching():
                    install_packs(SYSTEM, settings.PACK_FOLDERS, new_id(), on=[deed.pack])

    def take_over(self, opened: list[Arrival]) -> None:
        """Know each matter by the record it is about; ``KeyError`` when a rule did not open what the books expect."""
        records = {one.name: find_record(one.ledger, one.key) for one in opened}
        about = citing(SYSTEM, "", [record for record in records.values() if record is not None])
        fresh = {(step.matter.line, step.matter.record, step.columns["category"]): step.matter_id for step in about if step.number == 1}
        self._matters |= {one.name: (fresh[one.line, records[one.name], one.category], 1) for one in opened}

    def whole_day(self) -> AbstractContextManager[object]:
        """One transaction, where its own events can be followed within it: nobody looks on, and what is cut short is made anew."""
        return transaction.atomic() if connection.vendor == "sqlite" else nullcontext()

    def begin_day(self) -> None:
        with at(self._clock()):
            close_spans()

    def end_day(self, again: bool) -> None:
        """``again``: what the rules wrote into a ledger is news to other rules."""
        with at(self._clock()):
            follow_rounds()
            follow_rules()
            if again:
                follow_rules()
            if self._released:
                release_ended(SYSTEM, self._day, "到期删除")
                self._released = False

    @cached_property
    def _reckoned(self) -> frozenset[str]:
        """The ledgers that the system writes by itself: people change what stands there, whatever its version."""
        world = World(self.year, self.seed)
        return frozenset(life.reckoning(world).ledger for life in all_lives() if life.reckoning)

    @cached_property
    def _tables(self) -> dict[str, Exchange]:
        """ledger → the sender's table that it keeps: a table that is sent back finds its matters by their numbers."""
        return {one.keeps: one for one in exchanges()}

    def _stands(self, ledger: str, key: str) -> tuple[UUID | None, int]:
        """The record and its version; (None, 0) for one that is not there yet."""
        record = find_record(ledger, key)
        live = live_version(record) if record is not None else None
        return (record, live.number) if live is not None else (None, 0)

    def _clock(self) -> datetime:
        """Working hours: each act of a day a little after the one before."""
        day, acts = self._acts
        self._acts = (self._day, acts + 1 if day == self._day else 1)
        return datetime.combine(self._day, time(8, 30), LOCAL) + timedelta(seconds=37 * self._acts[1])

    def _entry(self, note: Note) -> RecordInput:
        unit = self.units[stands_as(note.place, self._day, self.year, note.key)] if note.place else None
        return RecordInput(note.data, unit, note.day, note.until, note.authority, note.reason)

    def _choose(self, deed: Choice) -> None:
        actor, period = self.actors[deed.who], Period.year(deed.year)
        choose_authority(actor, deed.metric, self.units[TOWNSHIP], period, deed.authority, deed.reason, new_id())

    def _taken(self, step: Handling) -> Taken:
        """A step at its hour on its own day, whenever it is entered."""
        moment, report = datetime.combine(step.day, time(step.hour), LOCAL), None
        if step.place:
            record = find_record(step.record, step.matter) if step.record else None
            about = self._matters[step.about][0] if step.about else None
            place = self._place(step.place, step.matter)
            report = Report(step.line, place, step.title, category=step.category, channel=step.channel, record=record, about=about)
            self._matters[step.matter] = (matter_of(self._tables[step.record], step.matter) if step.record else new_id(), 0)
        matter, seen = self._matters[step.matter]
        self._matters[step.matter] = (matter, seen + 1)
        given = {"reason": step.reason, "result": step.result, "ending": step.ending, "goes_on_as": step.into, "unit": str(self.units[step.office]) if step.office else ""}
        more: dict[str, Any] = dict(step.more)
        if "barred" in more:
            more["barred"] = [str(self.actors[name].person_id) for name in more["barred"].split("、")]
        if "assist" in more:
            more["assist"] = [str(self.units[name]) for name in more["assist"].split("、")]
        return Taken(matter, step.action, seen, report, moment, {name: words for name, words in (given | more).items() if words})

    def _place(self, place: str, matter: str) -> UUID:
        """Where a matter lies that is opened today."""
        return self.units[stands_as(place, self._day, self.year, matter)]

    def _issue(self, deed: Issuing) -> None:
        self.report(f"定稿 {deed.year} 年报告……")
        text = current("report", "report.annual").body["text"]
        title = f"{TOWNSHIP}{deed.year}年工作总结和{deed.year + 1}年工作计划"
        issue = issue_report(self.actors["dangzhengban"], text.encode(), "annual.md", deed.year, title, new_id(), unsigned_reason=UNSIGNED)
        self.counts.issued.append(issue.number)

    def _adopt(self, deed: Adopting) -> None:
        """What the report promises, as it is proposed; the tasks go to the people of the deed."""
        issue = next(one for one in issued() if one.year == deed.year - 1)
        promises = plan_of_issue(issue)
        known = compare(deed.year, [one.words for one in promises])
        people = iter(deed.tasks)
        rows = tuple(
            replace(row, goals=tuple(replace(goal, leader=(to := next(people)).leader, owner=to.owner) for goal in row.goals))
            for row in confirmed_rows(promises, [one.code for one in known])
        )
        adopt(self.actors[deed.who], Adoption(str(issue.number), deed.year, self.units[TOWNSHIP], deed.passed, rows), new_id())


def _is_single(step: Handling) -> bool:
    return step.alone or step.overriding or step.action in SINGLY
