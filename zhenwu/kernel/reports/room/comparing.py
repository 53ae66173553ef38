"""Two counts of the same thing, row by row: only in the one, only in the other, in both and different, in both alike. Pure.

Rows are found again by the values of some columns; a row that lacks one of them is found nowhere. Rows of one side that
have the same values form one group, so that what was entered twice shows as a difference. Whatever the rows are, the
groups' amounts add up to both figures: ``own`` = both's own + only own, ``other`` = both's other + only other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from zhenwu.kernel.metrics.api import Match
from zhenwu.lib.facts import Fact


@dataclass(frozen=True)
class Counted:
    """A fact and what it adds to its figure, in the unit of the figure that is printed."""

    fact: Fact
    amount: Fraction


@dataclass(frozen=True)
class Pairing:
    """The rows of both sides that are the same thing. ``differs`` names what is not alike: ``amount`` or the own column."""

    own: tuple[Counted, ...]
    other: tuple[Counted, ...]
    differs: tuple[str, ...] = ()

    @property
    def own_amount(self) -> Fraction:
        return _sum(self.own)

    @property
    def other_amount(self) -> Fraction:
        return _sum(self.other)


@dataclass(frozen=True)
class Comparison:
    """The three lists (and what is alike), in the order of the own rows, then of the others."""

    only_own: tuple[Counted, ...]
    only_other: tuple[Counted, ...]
    different: tuple[Pairing, ...]
    alike: tuple[Pairing, ...]

    @property
    def own(self) -> Fraction:
        """The own figure, from its groups."""
        return _sum(self.only_own) + sum((one.own_amount for one in self.paired), Fraction(0))

    @property
    def other(self) -> Fraction:
        """The other figure, from its groups."""
        return _sum(self.only_other) + sum((one.other_amount for one in self.paired), Fraction(0))

    @property
    def paired(self) -> tuple[Pairing, ...]:
        return (*self.different, *self.alike)

    @property
    def mark(self) -> tuple[list[list[str]], list[list[str]]]:
        """Which rows, in which version, with which amount stand on each side: what a ruling was made on."""
        own = [*self.only_own, *(row for one in self.paired for row in one.own)]
        other = [*self.only_other, *(row for one in self.paired for row in one.other)]
        return _named(own), _named(other)


def compare(own: Sequence[Counted], other: Sequence[Counted], match: Match) -> Comparison:
    """Hold the rows of a figure against those of the one beside it."""
    here, alone_here = _grouped(own, [pair[0] for pair in match.same])
    there, alone_there = _grouped(other, [pair[1] for pair in match.same])
    pairs = [_pair(rows, there[key], match) for key, rows in here.items() if key in there]
    return Comparison(
        (*(row for key, rows in here.items() if key not in there for row in rows), *alone_here),
        (*(row for key, rows in there.items() if key not in here for row in rows), *alone_there),
        tuple(one for one in pairs if one.differs), tuple(one for one in pairs if not one.differs),
    )  # fmt: skip


def once_each(rows: Iterable[tuple[Fact, Fraction]], column: str) -> list[tuple[Fact, Fraction]]:
    """The rows of a distinct count: the first of each key counts one, what follows nothing."""
    seen: set[object] = set()
    found = []
    for fact, _ in rows:
        found.append((fact, Fraction(fact.row[column] not in seen)))
        seen.add(fact.row[column])
    return found


def key_of(fact: Fact, columns: Sequence[str]) -> tuple[object, ...] | None:
    """What a row is found again by; None when it lacks any of it."""
    values = tuple(fact.row[column] for column in columns)
    return None if any(value in (None, "") for value in values) else values


def _grouped(rows: Sequence[Counted], columns: Sequence[str]) -> tuple[dict[tuple[object, ...], list[Counted]], list[Counted]]:
    groups: dict[tuple[object, ...], list[Counted]] = defaultdict(list)
    alone = []
    for row in rows:
        key = key_of(row.fact, columns)
        if key is None:
            alone.append(row)
        else:
            groups[key].append(row)
    return dict(groups), alone


def _pair(own: list[Counted], other: list[Counted], match: Match) -> Pairing:
    differs = ["amount"] if _sum(own) != _sum(other) else []
    for mine, its in match.compare:
        if {row.fact.row[mine] for row in own} != {row.fact.row[its] for row in other}:
            differs.append(mine)
    return Pairing(tuple(own), tuple(other), tuple(differs))


def _named(rows: Iterable[Counted]) -> list[list[str]]:
    return sorted([_short(row.fact.id), str(row.fact.number), str(row.amount)] for row in rows)


def _short(identity: UUID) -> str:
    return identity.hex


def _sum(rows: Iterable[Counted]) -> Fraction:
    return sum((row.amount for row in rows), Fraction(0))
