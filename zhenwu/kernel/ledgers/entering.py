"""Reading many entries of one form: column by column, each different value once, by the field's own reader. Pure.

What a row says and what is wrong with it does not depend on the rows beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from zhenwu.kernel.ledgers.readers import readable
from zhenwu.kernel.ledgers.together import read_together
from zhenwu.lib.problems import Place, Problem

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field, Form

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()  # nothing was said of this field
# Equal values of one of these types are read alike; 1, 1.0 and True are equal too, so types do not share a memory.
_ALIKE = (str, int, bool, date)
_MISSING = Problem("ledger.required", "必须填写", "请补上这一栏。")


@dataclass
class Entries:
    """What was read: for each field a column of stored values (``ABSENT`` where nothing was said), and the faults of rows
    by index, in the order of fields, their place naming the column alone."""

    names: list[str]
    columns: list[Sequence[Any]]
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


def read_entries(form: Form, raws: Sequence[Mapping[str, Any]], partial: Collection[int] = ()) -> Entries:
    """Read entries of a form; in the ``partial`` ones (by index) required fields may be absent. Raises nothing: see
    ``faults``."""
    entries = Entries([one.id for one in form.fields], [])
    for one, told in zip(form.fields, _told(form, raws, entries), strict=True):
        kinds = set(map(type, told))
        if type(ABSENT) in kinds:
            entries.whole = False
            if one.required:
                _note_absent(one, told, partial, entries)
        entries.columns.append(_column(one, form.readers[one.id], told, kinds, entries))
    return entries


def _told(form: Form, raws: Sequence[Mapping[str, Any]], entries: Entries) -> Iterator[Sequence[Any]]:
    """What was said of each field, column by column; notes fields that the form does not have."""
    names = entries.names
    if len(names) > 1 and set(map(len, raws)) == {len(names)}:
        with suppress(KeyError):  # nearly always every row names every field: then no row names another
            return zip(*map(itemgetter(*names), raws), strict=True)
    _note_strangers(form, raws, entries)
    return ([raw.get(name, ABSENT) for raw in raws] for name in names)


def _column(one: Field, read: Callable[[Any], Any], told: Sequence[Any], kinds: set[type], entries: Entries) -> Sequence[Any]:
    def stored(value: Any) -> Any:
        if value is ABSENT:
            return ABSENT
        if value is None or (isinstance(value, str) and not value):
            if one.required:
                raise _MISSING
            return None
        return read(readable(value))

    if kinds == {str} and (whole := read_together(one, told)) is not None:
        return whole
    said = kinds - {type(None), type(ABSENT)}
    if not said or (len(said) == 1 and said.pop() in _ALIKE):
        try:
            return list(map(Remembered(stored).__getitem__, told))
        except Problem:
            pass  # which rows are wrong is found out below
    found = []
    for index, value in enumerate(told):
        try:
            found.append(stored(value))
        except Problem as problem:
            found.append(ABSENT)
            entries.whole = False
            entries.note(index, _fault(one, problem))
    return found


def _fault(one: Field, problem: Problem) -> Problem:
    return Problem(problem.code, f"{one.label}：{problem.message}", problem.remedy, Place(column=one.label))


def _note_absent(one: Field, told: Sequence[Any], partial: Collection[int], entries: Entries) -> None:
    for index, value in enumerate(told):
        if value is ABSENT and index not in partial:
            entries.note(index, _fault(one, _MISSING))


def _note_strangers(form: Form, raws: Sequence[Mapping[str, Any]], entries: Entries) -> None:
    """Fields that the form does not have."""
    known = set(entries.names)
    for index, raw in enumerate(raws):
        if not known.issuperset(raw):
            for name in sorted(map(ascii, raw.keys() - known)):
                entries.note(
                    index, Problem("ledger.unknown_field", f"“{form.label}”没有{name[:60]}这一栏", form.allowed())
                )
