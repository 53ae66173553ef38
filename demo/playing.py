"""The player: enters notes and does deeds in recording order, through verbs, under the claimed clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from demo.books import Books
from demo.deeds import Choice, Closing, Deed, Division, Issuing, Merger, Series
from demo.diary import CORRECT, ENTER, PROGRESS, REMOVE, Note
from demo.places import TOWNSHIP, stands_as
from zhenwu.kernel.orgs.api import SYSTEM, merge_units, split_unit
from zhenwu.kernel.reports.api import issue_report
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.sdk import (
    Actor,
    RecordInput,
    SeriesInput,
    choose_authority,
    close_year,
    current,
    import_series,
    remove_record,
    save_record,
    save_records,
)

Report = Callable[[str], None]
# On one day: first what is entered, parents before what links to them, then what changes it.
_MANNERS = (ENTER, PROGRESS, CORRECT, REMOVE)
_LEDGERS = (
    "profile.fact", "household.household", "household.member", "household.gift", "household.income_gain", "project.project",
    "project.payment", "demolition.structure", "honour.honour",
)  # fmt: skip


@dataclass
class Counts:
    """How much was done."""

    entered: int = 0
    progressed: int = 0
    corrected: int = 0
    removed: int = 0
    deeds: int = 0
    issued: list[int] = field(default_factory=list)


@dataclass
class Player:
    """``year`` is the last complete year; ``last`` the last day lived."""

    year: int
    last: date
    units: dict[str, UUID]
    actors: dict[str, Actor]
    report: Report
    books: Books = field(default_factory=Books)
    counts: Counts = field(default_factory=Counts)
    _alone: set[tuple[str, str]] = field(default_factory=set)
    _known: dict[tuple[str, str], tuple[UUID, int]] = field(default_factory=dict)
    _day: date = date.min
    _acts: int = 0

    def play(self, notes: Iterable[Note], deeds: Iterable[Deed]) -> None:
        """Live through everything that is told by the last day."""
        written = [note for note in notes if note.told <= self.last]
        # What is corrected by hand later is entered by hand too: the verb for one record needs its id.
        self._alone = {(note.ledger, note.key) for note in written if note.manner in (CORRECT, REMOVE)}
        by_day = _by_day(written, [deed for deed in deeds if deed.day <= self.last], self.last)
        for day in sorted(by_day):
            if day.year != self._day.year:
                self.report(f"{day.year} 年……")
            self._day, self._acts = day, 0
            mine, done = by_day[day]
            self._live(mine, done)

    def _live(self, notes: list[Note], deeds: list[Deed]) -> None:
        for deed in deeds:
            if isinstance(deed, Merger | Division):
                self._do(deed)
        notes.sort(key=_order)
        for _, group in groupby(notes, _order):
            self._enter(list(group))
        for deed in deeds:
            if not isinstance(deed, Merger | Division):
                self._do(deed)

    def _clock(self) -> datetime:
        """Working hours: each act of a day a little after the one before."""
        self._acts += 1
        return datetime.combine(self._day, time(8, 30), LOCAL) + timedelta(seconds=37 * self._acts)

    def _enter(self, notes: list[Note]) -> None:
        """Notes of one manner, ledger and person."""
        for batch in _without_twins(notes):
            bulk = [note for note in batch if (note.ledger, note.key) not in self._alone]
            if bulk:
                with at(self._clock()):
                    save_records(
                        self.actors[bulk[0].who], bulk[0].ledger, [self._entry(note) for note in bulk], new_id(),
                        correct=bulk[0].manner != ENTER,
                    )  # fmt: skip
            for note in batch:
                if (note.ledger, note.key) in self._alone:
                    with at(self._clock()):
                        self._enter_alone(note)
                self.books.write(note)
                self._count(note)

    def _enter_alone(self, note: Note) -> None:
        actor, name = self.actors[note.who], (note.ledger, note.key)
        record, version = self._known.get(name, (None, 0))
        if note.manner == REMOVE:
            assert record is not None
            remove_record(actor, note.ledger, record, version, note.reason, new_id())
            return
        answer = save_record(actor, note.ledger, self._entry(note), new_id(), record, version)
        self._known[name] = (UUID(answer["record"]), answer["version"])

    def _entry(self, note: Note) -> RecordInput:
        unit = self.units[stands_as(note.place, self._day, self.year, note.key)] if note.place else None
        return RecordInput(note.data, unit, note.day, note.until, note.authority, note.reason)

    def _count(self, note: Note) -> None:
        name = {ENTER: "entered", PROGRESS: "progressed", CORRECT: "corrected", REMOVE: "removed"}[note.manner]
        setattr(self.counts, name, getattr(self.counts, name) + 1)

    def _do(self, deed: Deed) -> None:
        self.counts.deeds += 1
        with at(self._clock()):
            match deed:
                case Series():
                    self._publish(deed)
                case Choice():
                    self.books.choose(deed)
                    choose_authority(
                        self.actors[deed.who], deed.metric, self.units[TOWNSHIP], Period.year(deed.year), deed.authority,
                        deed.reason, new_id(),
                    )  # fmt: skip
                case Closing():
                    close_year(self.actors["tongji"], deed.year, new_id())
                case Merger():
                    old = [self.units[name] for name in deed.units]
                    self.units[deed.into] = merge_units(SYSTEM, new_id(), old, deed.into, deed.day, code="0112")
                case Division():
                    parts = split_unit(SYSTEM, new_id(), self.units[deed.unit], deed.into, deed.day)
                    self.units |= dict(zip(deed.into, parts, strict=True))
                case Issuing():
                    self._issue(deed)

    def _publish(self, deed: Series) -> None:
        value = self.books.publish(deed)
        row = SeriesInput(deed.metric, self.units[TOWNSHIP], Period.year(deed.year), value, deed.authority, deed.source)
        import_series(self.actors[deed.who], [row], new_id())

    def _issue(self, deed: Issuing) -> None:
        self.report(f"定稿 {deed.year} 年报告……")
        text = current("report", "report.annual").body["text"]
        title = f"{TOWNSHIP}{deed.year}年工作总结和{deed.year + 1}年工作计划"
        issue = issue_report(self.actors["dangzhengban"], text.encode(), "annual.md", deed.year, title, new_id())
        self.counts.issued.append(issue.number)


def _by_day(notes: list[Note], deeds: list[Deed], last: date) -> dict[date, tuple[list[Note], list[Deed]]]:
    found: dict[date, tuple[list[Note], list[Deed]]] = {}
    for note in notes:
        found.setdefault(note.recorded(last), ([], []))[0].append(note)
    for deed in deeds:
        found.setdefault(deed.day, ([], []))[1].append(deed)
    return found


def _order(note: Note) -> tuple[int, int, str]:
    return (_MANNERS.index(note.manner), _LEDGERS.index(note.ledger), note.who)


def _without_twins(notes: list[Note]) -> Iterator[list[Note]]:
    """Split where a record is changed twice on one posting day, in the order in which it was told."""
    batch: list[Note] = []
    keys: set[str] = set()
    for note in sorted(notes, key=lambda note: note.told):
        if note.key in keys:
            yield batch
            batch, keys = [], set()
        batch.append(note)
        keys.add(note.key)
    if batch:
        yield batch
