"""Reading many entries of one form: column by column, each different value once, by the field's own reader. Pure.

What a row says and what is wrong with it does not depend on the rows beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any

from zhenwu.kernel.ledgers.measuring import measured
from zhenwu.kernel.ledgers.readers import readable
from zhenwu.kernel.ledgers.together import read_together
from zhenwu.lib.problems import Place, Problem

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field, Form

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()  # nothing was said of this field
# Equal values of one of these types are read alike; 1, 1.0 and True are equal too, so types do not share a memory.
_ALIKE = {str, int, bool, date}
_SOME = 1000  # rows read at a time: few enough for a processor to keep at hand while it goes over them by columns
_MISSING = Problem("ledger.required", "必须填写", "请补上这一栏。")


@dataclass
class Entries:
    """What was read: for each field a column of stored values (``ABSENT`` where nothing was said), and the faults of rows
    by index, in the order of fields, their place naming the column alone."""

    names: list[str]
    columns: list[list[Any]]
    faults: dict[int, list[Problem]] = field(default_factory=dict)
    whole: bool = True  # nothing is absent

    def rows(self, first: int = 0, end: int | None = None) -> Iterator[dict[str, Any]]:
        """What each row says, by field; of a row with faults only what could be read."""
        for values in zip(*(column[first:end] for column in self.columns), strict=True):
            said = zip(self.names, values, strict=True)
            yield dict(said) if self.whole else {name: value for name, value in said if value is not ABSENT}

    def column(self, name: str) -> Sequence[Any]:
        """The column of a field."""
        return self.columns[self.names.index(name)]

    def note(self, index: int, problem: Problem) -> None:
        """Write down what is wrong with a row."""
        self.faults.setdefault(index, []).append(problem)


class Remembered(dict[Any, Any]):
    """value → what ``read`` makes of it; each is read once, and what ``read`` refuses every time."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __missing__(self, value: Any) -> Any:
        self[value] = found = self._read(value)
        return found


def read_entries(form: Form, raws: Sequence[Mapping[str, Any]], partial: Collection[int] = (), fields: Sequence[Field] | None = None) -> Entries:
    """Read entries of a form; in the ``partial`` ones (by index) required fields may be absent.
    ``fields``: the only ones of which anything is said. Raises nothing: see ``faults``."""
    fields = form.fields if fields is None else fields
    entries = Entries([one.id for one in fields], [[] for _ in fields])
    readings = [_Reading(one, form.readers[one.id], partial, entries) for one in fields]
    for first in range(0, len(raws), _SOME):
        told = _told(form, raws[first : first + _SOME], first, entries)
        for column, reading, values in zip(entries.columns, readings, told, strict=True):
            column += reading.read(values, first)
    for one in form.measured:
        if {one.id, one.source} <= set(entries.names):
            _measure(one, entries, partial)
    return entries


def _measure(one: Field, entries: Entries, partial: Collection[int]) -> None:
    """Put in what the line of each row says; a number that neither the line nor anybody says is missing now."""
    typed = entries.columns[entries.names.index(one.id)]
    for index, line in enumerate(entries.column(one.source)):
        try:
            found = measured(one, line)
            if found is not None:
                typed[index] = found
            elif one.required and (typed[index] is None or (typed[index] is ABSENT and index not in partial)) and not _faulty(one, entries, index):
                raise _MISSING
        except Problem as problem:
            entries.note(index, _fault(one, problem))


def _faulty(one: Field, entries: Entries, index: int) -> bool:
    return any(problem.place.column == one.label for problem in entries.faults.get(index, ()))


def _told(form: Form, raws: Sequence[Mapping[str, Any]], first: int, entries: Entries) -> Iterator[Sequence[Any]]:
    """What was said of each field, column by column; notes fields that the form does not have."""
    names = entries.names
    if len(names) > 1 and set(map(len, raws)) == {len(names)}:
        with suppress(KeyError):  # nearly always every row names every field: then no row names another
            return zip(*map(itemgetter(*names), raws), strict=True)
    _note_strangers(form, raws, first, entries)
    return ([raw.get(name, ABSENT) for raw in raws] for name in names)


class _Reading:
    """One field of many entries on the way into its column."""

    def __init__(self, one: Field, read: Callable[[Any], Any], partial: Collection[int], entries: Entries) -> None:
        self.one, self._read, self._partial, self._entries = one, read, partial, entries
        self._remembered: dict[type, Remembered] = {}

    def read(self, told: Sequence[Any], first: int) -> Sequence[Any]:
        """The stored values of some rows, of which the first has this index; notes what is wrong with them."""
        kinds = set(map(type, told))
        if type(ABSENT) in kinds:
            self._entries.whole = False
            if self.one.required and not self.one.source:
                self._note_absent(told, first)
        if kinds == {str} and (whole := read_together(self.one, told)) is not None:
            return whole
        said = kinds - {type(None), type(ABSENT)}
        if not said or (len(said) == 1 and said <= _ALIKE):
            try:
                return list(map(self._memory(*said).__getitem__, told))
            except Problem:
                pass  # which rows are wrong is found out below
        return self._each(told, first)

    def _memory(self, kind: type = NoneType) -> Remembered:
        return self._remembered.setdefault(kind, Remembered(self._stored))

    def _stored(self, value: Any) -> Any:
        if value is ABSENT:
            return ABSENT
        if value is None or (isinstance(value, str) and not value):
            if self.one.required and not self.one.source:  # what is measured may be said by the line instead
                raise _MISSING
            return None
        return self._read(readable(value))

    def _each(self, told: Sequence[Any], first: int) -> list[Any]:
        found = []
        for index, value in enumerate(told, first):
            try:
                found.append(self._stored(value))
            except Problem as problem:
                found.append(ABSENT)
                self._entries.whole = False
                self._entries.note(index, _fault(self.one, problem))
        return found

    def _note_absent(self, told: Sequence[Any], first: int) -> None:
        for index, value in enumerate(told, first):
            if value is ABSENT and index not in self._partial:
                self._entries.note(index, _fault(self.one, _MISSING))


def _fault(one: Field, problem: Problem) -> Problem:
    return Problem(problem.code, f"{one.label}：{problem.message}", problem.remedy, Place(column=one.label))


def _note_strangers(form: Form, raws: Sequence[Mapping[str, Any]], first: int, entries: Entries) -> None:
    """Fields that the form does not have."""
    known = set(entries.names)
    for index, raw in enumerate(raws, first):
        if not known.issuperset(raw):
            for name in sorted(map(ascii, raw.keys() - known)):
                entries.note(
                    index, Problem("ledger.unknown_field", f"“{form.label}”没有{name[:60]}这一栏", form.allowed())
                )
