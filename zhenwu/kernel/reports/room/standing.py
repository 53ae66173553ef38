"""数字状态: how sure each figure of a draft is, how many of its rows were checked by whom, and what the county still owes.

The states, from the surest: statutory · recognised · reviewed · self (the township's own count) · forecast · pending (待补);
``profile`` for facts and words that are no figures. What is computed from several numbers is as sure as the least sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from zhenwu.kernel.ledgers.api import PREFIX, authorities_in
from zhenwu.kernel.metrics.api import Address, Figure, Figures, contributing, recognised_metrics, scope_of
from zhenwu.kernel.reports.room.blanks import Blank

STATES = {
    "statutory": "法定统计数", "recognised": "县认定", "reviewed": "初核", "self": "自报", "forecast": "预计数",
    "profile": "文字", "pending": "待补",
}  # fmt: skip
_RANK = {state: rank for rank, state in enumerate(("pending", "forecast", "self", "reviewed", "recognised", "statutory"))}
_SURE = ("recognised", "statutory")
_GRADES = ("self", "reviewed", "recognised")


@dataclass(frozen=True)
class Grades:
    """How many of the rows behind a figure are 自报, 初核, 县认定; ``matters`` are steps of work and have no such grade.
    Where all rows of a ledger have one grade they are not counted: ``whole`` says which."""

    self: int = 0
    reviewed: int = 0
    recognised: int = 0
    matters: int = 0
    whole: frozenset[str] = frozenset()

    def __add__(self, other: Grades) -> Grades:
        sums = {name: getattr(self, name) + getattr(other, name) for name in (*_GRADES, "matters")}
        return Grades(**sums, whole=self.whole | other.whole)

    @property
    def there(self) -> frozenset[str]:
        """The grades that occur."""
        return self.whole.union(name for name in (*_GRADES, "matters") if getattr(self, name))

    @property
    def state(self) -> str:
        """What a count of these rows can be called: as sure as its least sure row."""
        if self.there.intersection(("self", "matters")) or not self.there:
            return "self"
        return "reviewed" if "reviewed" in self.there else "recognised"


@dataclass(frozen=True)
class Standing:
    """How sure one figure is. ``awaited``: the county's own number, or its recognition of rows, has not come yet."""

    blank: Blank
    state: str
    grades: Grades
    awaited: bool

    @property
    def label(self) -> str:
        return STATES[self.state]


def standings(blanks: Sequence[Blank], figures: Figures) -> list[Standing]:
    """The standing of each figure."""
    shown = [blank.figure for blank in blanks if blank.figure and blank.printed is not None]
    grades = _graded({one.address: one for figure in shown for one in _bases(figure, figures)}.values(), figures)
    expected = recognised_metrics()
    return [_standing(blank, figures, grades, expected) for blank in blanks]


def _standing(blank: Blank, figures: Figures, grades: dict[Address, Grades], expected: frozenset[str]) -> Standing:
    if blank.printed is None:
        return Standing(blank, "pending", Grades(), bool(blank.figure) and _owed(blank.figure, figures, expected))
    if blank.figure is None:
        return Standing(blank, "profile", Grades(), False)
    bases = _bases(blank.figure, figures)
    rows: Grades = reduce(Grades.__add__, (grades[one.address] for one in bases), Grades())
    state = _state(blank.figure, figures, grades)
    partly = "recognised" in rows.there or _owed(blank.figure, figures, expected)
    return Standing(blank, state, rows, state not in _SURE and partly)


def _state(figure: Figure, figures: Figures, grades: dict[Address, Grades]) -> str:
    """The state of the value that is printed."""
    if figure.value is None:
        return "pending"
    if figure.authority != "ledger":
        return figure.authority
    parts = _parts(figure, figures)
    if parts:
        return min((_state(part, figures, grades) for part in parts), key=_RANK.__getitem__)
    return grades[figure.address].state if figure.address in grades else "self"


def _owed(figure: Figure | None, figures: Figures, expected: frozenset[str]) -> bool:
    """Whether somebody above gives this number, or a number it is computed from."""
    if figure is None:
        return False
    if figure.metric.kind == "series" or figure.metric.key in expected:
        return True
    return any(_owed(part, figures, expected) for part in _parts(figure, figures) if part.authority not in _SURE)


def _parts(figure: Figure, figures: Figures) -> list[Figure]:
    parts = figures.parts(figure.metric, figure.period, figure.unit)
    return [figures.figure(Address(key, period, unit)) for _, key, period, unit in parts]


def _bases(figure: Figure, figures: Figures) -> list[Figure]:
    """The figures counted from rows that the printed value is made of, each once."""
    if figure.value is None or figure.authority != "ledger":
        return []
    if figure.metric.is_base:
        return [figure]
    found = {one.address: one for part in _parts(figure, figures) for one in _bases(part, figures)}
    return list(found.values())


def _graded(bases: Iterable[Figure], figures: Figures) -> dict[Address, Grades]:
    """The rows behind each of these figures by grade. A ledger whose rows all have one grade is not read row by row."""
    by_scope = defaultdict(list)
    for figure in bases:
        scope = scope_of(figures, figure.metric, figure.period, figure.unit)
        by_scope[replace(scope, position=figures.position)].append(figure)
    found: dict[Address, Grades] = {}
    for scope, together in by_scope.items():
        if not scope.source.startswith(PREFIX):
            found |= {one.address: Grades(whole=frozenset({"matters"})) for one in together}
            continue
        there = authorities_in(scope)
        if len(there) < 2:
            found |= {one.address: Grades(whole=there) for one in together}
            continue
        counts = contributing(scope, [(one.metric, one.period) for one in together])
        found |= {one.address: _sorted(tally) for one, tally in zip(together, counts, strict=True)}
    return found


def _sorted(tally: dict[str | None, int]) -> Grades:
    return Grades(tally.get("self", 0), tally.get("reviewed", 0), tally.get("recognised", 0))
