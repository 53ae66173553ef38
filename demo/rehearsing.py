"""Living through the years in recording order, into the books alone. Pure; what the store learns of is told (``act``)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from demo.books import Books, Case
from demo.deeds import Adopting, Choice, Deed, Division, Handling, Merger, Series, Settling, township_deeds
from demo.diary import CORRECT, ENTER, PROGRESS, REMOVE, Note, posting_day
from demo.life import all_lives
from demo.places import stands_as
from demo.planning import adopted_notes, settled_notes
from demo.watching import Opened, Watch, accompanied, news_of, taken_up, watching
from demo.world import World

# On one day: first what is entered, parents before what links to them, then what changes it.
_MANNERS = (ENTER, PROGRESS, CORRECT, REMOVE)


def every_note(world: World) -> Iterator[Note]:
    """What all lives write down, in no order."""
    for life in all_lives():
        yield from life.notes(world)


def every_deed(world: World) -> Iterator[Deed]:
    """What is decided, in the township and in all lives, in no order."""
    yield from township_deeds(world.year)
    for life in all_lives():
        yield from life.deeds(world)


@dataclass
class Counts:
    """How much was done, by manner of notes; deeds; numbers of issued reports."""

    entered: int = 0
    progressed: int = 0
    corrected: int = 0
    removed: int = 0
    deeds: int = 0
    issued: list[int] = field(default_factory=list)


@dataclass
class Rehearsal:
    """``year`` is the last complete year; ``last`` the last day lived. ``books`` are the outcome."""

    year: int
    seed: int
    last: date
    books: Books = field(default_factory=lambda: Books(all_lives()))
    counts: Counts = field(default_factory=Counts)
    _alone: set[tuple[str, str]] = field(default_factory=set)
    _day: date = date.min
    _ahead: dict[date, tuple[list[Note], list[Deed]]] = field(default_factory=dict)
    _fired: list[tuple[Watch, str, str]] = field(default_factory=list)
    _turns: Counter[tuple[str, str]] = field(default_factory=Counter)  # (rule, key) → how often it opened a matter

    def play(self) -> None:
        """Live through everything that is told by the last day."""
        world = World(self.year, self.seed)
        notes = [note for note in every_note(world) if note.told <= self.last]
        notes += [note for life in all_lives() if life.at_last for note in life.at_last(world, self.last)]
        # What is corrected by hand later is entered by hand too: the verb for one record needs its id.
        self._alone = {(note.ledger, note.key) for note in notes if note.manner in (CORRECT, REMOVE)}
        reckonings = [life.reckoning(world) for life in all_lives() if life.reckoning]
        self._ahead = _by_day(notes, [deed for deed in every_deed(world) if deed.day <= self.last], self.last)
        while self._ahead:
            day = min(self._ahead)
            self._day = day
            self.act("begin_day")
            for one in reckonings:
                self._take_down(one.morning(self.books, day))
            notes, done = self._ahead.pop(day)
            self._live(notes, done)
            fired = len(self._fired)
            for one in reckonings:
                self._take_down(one.evening(self.books, notes))
            self.act("end_day", len(self._fired) > fired)
            self._take_up(world)
            self.day_is_over()

    def truth(self) -> dict[str, str]:
        """``metric@year`` → exact text, for all years lived."""
        return self.books.truth(range(self.year - 5, self.year + 2))

    def act(self, name: str, *what: Any) -> None:
        """Something is done that the store learns of: a method of ``playing.Player`` and what it is called with."""

    def day_is_over(self) -> None:
        """Everything that a day brings has been done."""

    def _take_up(self, world: World) -> None:
        """What the rules opened is on somebody's desk from tomorrow."""
        opened = []
        for watch, page, about in self._fired:
            key = about or page
            self._turns[watch.rule, key] += 1
            turn = self._turns[watch.rule, key]
            said = dict(self.books.pages[watch.ledger][page].data) if watch.line in ("service", "enforcement") else {}
            one = Opened(f"{watch.rule}:{key}:{turn}", watch, key, self._day, said)
            self.books.open(one.name, Case(watch.line, watch.category, "ledger", self._day, said=dict(said)))
            opened.append(one)
            steps = (step for step in taken_up(one, world.rng("rule", one.name), self.year) if step.day <= self.last)
            for step in steps:
                self._ahead.setdefault(min(posting_day(step.day), self.last), ([], []))[1].append(step)
        self._fired = []
        if opened:
            self.act("take_over", [one.arrival for one in opened])

    def _live(self, notes: list[Note], done: list[Deed]) -> None:
        """One day: units change first thing in the morning, all else is decided on what was entered."""
        for deed in done:
            if isinstance(deed, Merger | Division):
                self._decide(deed)
        for _, group in groupby(sorted(notes, key=_order), _order):
            for batch in _without_twins(list(group)):
                self._enter(batch)
        for who, steps in _hands([deed for deed in done if isinstance(deed, Handling)]):
            self.act("take_steps", who, steps)
        for deed in done:
            if not isinstance(deed, Merger | Division):
                self._decide(deed)

    def _enter(self, batch: list[Note]) -> None:
        singly = [note for note in batch if (note.ledger, note.key) in self._alone]
        bulk = [note for note in batch if (note.ledger, note.key) not in self._alone]
        if bulk:
            self.act("enter_bulk", bulk)
        # The books learn of each note in the order in which the store does: which of two came first decides what a rule opens.
        self._take_down(bulk)
        for note in singly:
            self.act("enter_alone", note)
            self._write(note)
        name = {ENTER: "entered", PROGRESS: "progressed", CORRECT: "corrected", REMOVE: "removed"}[batch[0].manner]
        setattr(self.counts, name, getattr(self.counts, name) + len(batch))

    def _take_down(self, notes: Iterable[Note]) -> None:
        """Into the books alone: the system has written, or will write, it by itself."""
        for note in list(notes):
            self._write(note)

    def _write(self, note: Note) -> None:
        """Into the books; what a rule watches for and now holds fires."""
        before = {(watch.rule, about) for watch in watching(note.ledger) for about in news_of(watch, self.books, note.key)}
        self.books.write(note, stands_as(note.place, self._day, self.year, note.key) if note.place else "")
        for watch in watching(note.ledger):
            for about in news_of(watch, self.books, note.key):
                if (watch.rule, about) not in before and accompanied(watch, self.books, note.key):
                    self._fired.append((watch, note.key, about))

    def _decide(self, deed: Deed) -> None:
        self.counts.deeds += 1
        if isinstance(deed, Choice):
            self.books.choose(deed)
        if isinstance(deed, Handling):
            self.books.handle(deed)
            return
        if isinstance(deed, Adopting):
            for note in adopted_notes(deed):
                self.books.write(note)
        if isinstance(deed, Settling):
            reached = settled_notes(deed, self.books)
            if reached:
                self._enter(reached)
            return
        self.act("do", deed, self.books.publish(deed) if isinstance(deed, Series) else "")


def _by_day(notes: Iterable[Note], done: Iterable[Deed], last: date) -> dict[date, tuple[list[Note], list[Deed]]]:
    found: dict[date, tuple[list[Note], list[Deed]]] = {}
    for note in notes:
        found.setdefault(note.recorded(last), ([], []))[0].append(note)
    for deed in done:
        # The steps of matters are entered together, like the papers of an office.
        day = min(posting_day(deed.day), last) if isinstance(deed, Handling) else deed.day
        found.setdefault(day, ([], []))[1].append(deed)
    return found


def _hands(steps: list[Handling]) -> Iterator[tuple[str, list[Handling]]]:
    """Steps as they pass from hand to hand: always to the person who has most of what is still theirs on the desk by now, so that few
    turns are taken."""
    piles: dict[str, deque[Handling]] = {}
    for step in sorted(steps, key=lambda step: step.day):
        piles.setdefault(step.matter, deque()).append(step)
    while piles:
        waiting = Counter(pile[0].who for pile in piles.values())
        to_come = Counter(who for pile in piles.values() for who in {step.who for step in pile})
        who = max(waiting, key=lambda one: (waiting[one] / to_come[one], waiting[one]))
        yield who, [step for pile in piles.values() for step in _taken_by(who, pile)]
        piles = {matter: pile for matter, pile in piles.items() if pile}


def _taken_by(who: str, pile: deque[Handling]) -> Iterator[Handling]:
    while pile and pile[0].who == who:
        yield pile.popleft()


def _order(note: Note) -> tuple[int, int, str]:
    return (_MANNERS.index(note.manner), _ledgers()[note.ledger], note.who)


@cache
def _ledgers() -> dict[str, int]:
    """ledger → its rank: parents before what links to them."""
    return {ledger: rank for rank, ledger in enumerate(ledger for life in all_lives() for ledger in life.ledgers)}


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
