"""Masks: which rows of a batch satisfy which filter, each distinct term evaluated once.

Filters share terms (``state = 'removed'`` stands in a dozen metrics), so a filter is split at its top-level ANDs. A term
over one coded column is decided by the interpreter for each of its codes, and rows only look the answer up; a number
held against a constant is one vectorised compare; any other term is translated to polars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.lib.expressions import Tree, columns_of, evaluate, to_polars
from zhenwu.lib.expressions.tree import Column, Comparison, Junction, Literal

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]
Places = npt.NDArray[np.intp]

_FEW_RUNS = 8  # above this many compares, looking each code up is cheaper
_COMPARES: Mapping[str, np.ufunc] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


class Coded(NamedTuple):
    """A term over one coded column: its answer for each code, the last for a missing value.

    ``runs`` are the ranges (first, after) of true codes.
    """

    column: str
    table: Bools
    runs: list[tuple[int, int]]


class Compared(NamedTuple):
    """A number held against a constant; a missing number is false."""

    column: str
    compare: np.ufunc
    value: int


def split(tree: Tree | None) -> tuple[Tree, ...]:
    """The parts of a filter that must all hold, without repetition; none for all rows."""
    return () if tree is None else tuple(dict.fromkeys(_parts(tree)))


def _parts(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Junction) and tree.operator == "AND":
        for part in tree.parts:
            yield from _parts(part)
    else:
        yield tree


def categories(dtype: pl.DataType) -> list[object] | None:
    """The values behind the codes 0, 1, … of a coded column; None when the column is not coded."""
    if isinstance(dtype, pl.Enum):
        return dtype.categories.to_list()
    return [False, True] if dtype == pl.Boolean else None


class Terms:
    """The distinct terms of many filters, numbered, prepared for rows of one schema.

    ``measures`` are the number columns that the masks shall hand out beside.
    """

    def __init__(self, filters: Iterable[Tree | None], measures: Iterable[str], schema: pl.Schema) -> None:
        self.numbers: dict[Tree, int] = {}
        for tree in filters:
            for term in split(tree):
                self.numbers.setdefault(term, len(self.numbers))
        self.ways = [_way(term, schema) for term in self.numbers]
        self._room = np.empty(0, dtype=bool)
        self.measures: frozenset[str] = frozenset(measures)
        self.coded = {way.column for way in self.ways if isinstance(way, Coded)}
        self.counted = {way.column for way in self.ways if isinstance(way, Compared)} | self.measures
        self.others = {place: way for place, way in enumerate(self.ways) if isinstance(way, pl.Expr)}
        read = set().union(*(columns_of(term) for term, place in self.numbers.items() if place in self.others))
        # As text: polars refuses to compare an Enum with a word that is not among its categories.
        self.as_text = [pl.col(name).cast(pl.String) for name in sorted(read) if isinstance(schema[name], pl.Enum)]

    def room(self, rows: int) -> Bools:
        """Room for a mask of each term and one more, (terms + 1, rows): the same memory every time."""
        if self._room.size < (len(self.ways) + 1) * rows:
            self._room = np.empty((len(self.ways) + 1) * rows, dtype=bool)
        return self._room[: (len(self.ways) + 1) * rows].reshape(-1, rows)

    def of(self, tree: Tree | None) -> tuple[int, ...]:
        """The numbers of a filter's terms."""
        return tuple(sorted(self.numbers[term] for term in split(tree)))


def _way(term: Tree, schema: pl.Schema) -> Coded | Compared | bool | pl.Expr:
    """The cheapest way to decide a term on rows of this schema."""
    columns = columns_of(term)
    if not columns:
        return bool(evaluate(term)({}))
    if len(columns) == 1:
        (column,) = columns
        values = categories(schema[column])
        if values is not None:
            holds = evaluate(term)
            table = np.array([bool(holds({column: value})) for value in [*values, None]])
            edges = np.flatnonzero(np.diff(table, prepend=False, append=False)).tolist()
            return Coded(column, table, list(zip(edges[::2], edges[1::2], strict=True)))
    match term:
        case Comparison(sign, Column(name, kind), Literal(int(value), _)) if kind.name == "integer":
            return Compared(name, _COMPARES[sign], value)
    return to_polars(term)


class Masks:
    """The masks of one batch of rows."""

    def __init__(self, frame: pl.DataFrame, terms: Terms) -> None:
        self.terms = terms
        self.codes = {column: _codes(frame[column]) for column in terms.coded}
        self.numbers = {column: _numbers(frame[column]) for column in terms.counted}
        incomplete = [column for column in terms.counted if frame[column].null_count()]
        self.present = {column: frame[column].is_not_null().to_numpy() for column in incomplete}
        named = {f"{place}": expr for place, expr in terms.others.items()}
        self.others: dict[int, Bools] = {}
        if named:
            answers = frame.with_columns(terms.as_text).select(**named).fill_null(False)
            self.others = {place: answers[f"{place}"].to_numpy() for place in terms.others}

    def ordered(self, order: Places) -> Ordered:
        """The masks of the rows at ``order``, in that order."""
        return Ordered(self, order)


class Ordered:
    """Masks and numbers of some rows in some order; each term is worked out when first asked.

    The masks lie in room that ``Terms`` lends to one batch after another (fresh memory costs more than the compares
    that fill it), so only the latest ``Ordered`` of some terms may be used.
    """

    def __init__(self, masks: Masks, order: Places) -> None:
        self.terms, self.others, self.order = masks.terms, masks.others, order
        self.codes = {column: codes.take(order) for column, codes in masks.codes.items()}
        self.numbers = {column: numbers.take(order) for column, numbers in masks.numbers.items()}
        self.present = {column: present.take(order) for column, present in masks.present.items()}
        self.room = masks.terms.room(len(order))
        self.known: set[int] = set()

    def all_of(self, wanted: tuple[int, ...]) -> Bools:
        """Where every term of these numbers holds; to be read before the next is asked."""
        mask = self.room[-1]
        if not wanted:
            mask.fill(True)
        elif len(wanted) == 1:
            return self._term(wanted[0])
        else:
            np.logical_and(self._term(wanted[0]), self._term(wanted[1]), out=mask)
        for place in wanted[2:]:
            mask &= self._term(place)
        return mask

    def _term(self, place: int) -> Bools:
        mask = self.room[place]
        if place not in self.known:
            self._work_out(place, mask)
            self.known.add(place)
        return mask

    def _work_out(self, place: int, mask: Bools) -> None:
        match self.terms.ways[place]:
            case Coded(column) as term:
                _look_up(term, self.codes[column], mask)
            case Compared(column, compare, value):
                compare(self.numbers[column], value, out=mask)
                if column in self.present:
                    mask &= self.present[column]
            case bool(constant):
                mask.fill(constant)
            case _:
                self.others[place].take(self.order, out=mask, mode="clip")


def _numbers(values: pl.Series) -> npt.NDArray[np.int64]:
    """Whole numbers; a missing one is 0, which adds nothing to a sum."""
    whole = values if values.dtype == pl.Int64 else values.cast(pl.Int64)
    return (whole.fill_null(0) if whole.null_count() else whole).to_numpy()


def _codes(values: pl.Series) -> Numbers:
    """A coded column as small numbers; a missing value gets the number after the last code."""
    known = categories(values.dtype)
    assert known is not None
    physical = values.cast(pl.UInt8) if values.dtype == pl.Boolean else values.to_physical()
    if physical.null_count():
        if len(known) > physical.upper_bound().item():
            physical = physical.cast(pl.UInt32)
        physical = physical.fill_null(len(known))
    return physical.to_numpy()


def _look_up(term: Coded, codes: Numbers, mask: Bools) -> None:
    """``table[codes]``, as a few vectorised compares where the true codes lie in few runs."""
    if len(term.runs) > _FEW_RUNS:
        term.table.take(codes, out=mask, mode="clip")  # the mode that writes without a buffer; no code is outside
        return
    most = np.iinfo(codes.dtype).max
    mask.fill(False)
    for first, after in term.runs:
        if first > most:  # the run of the missing value, in a batch that misses none
            continue
        # Unsigned: a code below ``first`` wraps far above ``after``.
        mask |= codes == first if after == first + 1 else codes - codes.dtype.type(first) < after - first
