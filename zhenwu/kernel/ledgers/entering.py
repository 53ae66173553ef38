"""Reading many entries of one form: column by column, each different value once, by the field's own reader. Pure.

What a row says and what is wrong with it does not depend on the rows beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from zhenwu.kernel.ledgers.readers import readable
from zhenwu.lib.problems import Place, Problem

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field, Form

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()  # nothing was said of this field
# Equal values of one of these types are read alike; 1, 1.0 and True are equal too, so types do not share a memory.
_ALIKE = (str, int, bool, date)


@dataclass
class Entries:
    """What was read: for each field a column of stored values (``ABSENT`` where nothing was said), and the faults of rows
    by index, in the order of fields, their place naming the column alone."""

    names: list[str]
    columns: list[list[Any]]
    faults: dict[int, list[Problem]] = field(default_factory=dict)
    whole: bool = True  # nothing is absent

    def rows(self) -> Iterator[dict[str, Any]]:
        """What each row says, by field; of a row with faults only what could be read."""
        for values in zip(*self.columns, strict=True):
            said = zip(self.names, values, strict=True)
            yield dict(said) if self.whole else {name: value for name, value in said if value is not ABSENT}


class Remembered(dict[Any, Any]):
    """value → what ``read`` makes of it; each is read once, and what ``read`` refuses every time."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __missing__(self, value: Any) -> Any:
        self[value] = found = self._read(value)
        return found


def read_entries(form: Form, raws: Sequence[Mapping[str, Any]], partial: bool = False) -> Entries:
    """Read entries of a form; ``partial`` allows required fields to be absent. Nothing is raised: see ``faults``."""
    entries = Entries([one.id for one in form.fields], [])
    _note_strangers(form, raws, entries)
    for one in form.fields:
        told = [raw.get(one.id, ABSENT) for raw in raws]
        entries.columns.append(_column(form, one, told, partial, entries))
    return entries


def _column(form: Form, one: Field, told: list[Any], partial: bool, entries: Entries) -> list[Any]:
    read = _reader(one, form.readers[one.id], partial)
    kinds = set(map(type, told))
    entries.whole &= type(ABSENT) not in kinds
    kinds -= {type(None), type(ABSENT)}
    if not kinds or (len(kinds) == 1 and kinds.pop() in _ALIKE):
        try:
            return list(map(Remembered(read).__getitem__, told))
        except Problem:
            pass  # which rows are wrong is found out below
    found = []
    for index, value in enumerate(told):
        try:
            found.append(read(value))
        except Problem as problem:
            found.append(ABSENT)
            entries.whole = False
            at = Place(column=one.label)
            entries.faults.setdefault(index, []).append(Problem(problem.code, f"{one.label}：{problem.message}", problem.remedy, at))
    return found


def _reader(one: Field, read: Callable[[Any], Any], partial: bool) -> Callable[[Any], Any]:
    def stored(value: Any) -> Any:
        if value is ABSENT or value is None or (isinstance(value, str) and not value):
            if one.required and not (partial and value is ABSENT):
                raise Problem("ledger.required", "必须填写", "请补上这一栏。")
            return None if value is not ABSENT else ABSENT
        return read(readable(value))

    return stored


def _note_strangers(form: Form, raws: Sequence[Mapping[str, Any]], entries: Entries) -> None:
    """Fields that the form does not have."""
    known = set(entries.names)
    for index, raw in enumerate(raws):
        if not known.issuperset(raw):
            for name in sorted(map(ascii, raw.keys() - known)):
                problem = Problem("ledger.unknown_field", f"“{form.label}”没有{name[:60]}这一栏", form.allowed())
                entries.faults.setdefault(index, []).append(problem)
