"""Masks: which rows of a batch satisfy which filter, each distinct term evaluated once.

Filters share terms (``state = 'removed'`` stands in a dozen metrics), so a filter is split at its top-level ANDs. A term
over one coded column is decided by the interpreter for each of its codes, and the rows of those codes are put together;
a number held against a constant is one vectorised compare; any other term is translated to polars. A mask is kept as
bits, so that joining two costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.bits import Bits, Bools, Places, constant, pack
from zhenwu.lib.expressions import Tree, columns_of, evaluate, to_polars
from zhenwu.lib.expressions.tree import Column, Comparison, Junction, Literal

Numbers = npt.NDArray[Any]

_FEW_CODES = 40  # above this many, looking each row's answer up is cheaper
NARROW = 1 << 31  # whole numbers below this, whatever their sign, fit int32
_COMPARES: Mapping[str, np.ufunc] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


class Coded(NamedTuple):
    """A term over one coded column: its answer for each code, the last for a missing value.

    ``codes`` are those whose answer is ``sign``: the true ones, or the false ones where they are fewer.
    """

    column: str
    table: Bools
    codes: list[int]
    sign: bool


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
        self.measures: frozenset[str] = frozenset(measures)
        self.coded = {way.column for way in self.ways if isinstance(way, Coded)}
        self.counted = {way.column for way in self.ways if isinstance(way, Compared)} | self.measures
        self.others = {place: way for place, way in enumerate(self.ways) if isinstance(way, pl.Expr)}
        read = set().union(*(columns_of(term) for term, place in self.numbers.items() if place in self.others))
        # As text: polars refuses to compare an Enum with a word that is not among its categories.
        self.as_text = [pl.col(name).cast(pl.String) for name in sorted(read) if isinstance(schema[name], pl.Enum)]

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
            sign = bool(2 * table.sum() <= len(table))
            return Coded(column, table, np.flatnonzero(table == sign).tolist(), sign)
    match term:
        case Comparison(sign, Column(name, kind), Literal(int(value), _)) if kind.name == "integer":
            return Compared(name, _COMPARES[sign], value)
    return to_polars(term)


class Masks:
    """What the masks of one batch of rows are made from.

    ``numbers`` are int32 where all fit, else int64; ``most`` is the greatest of each without its sign.
    """

    def __init__(self, frame: pl.DataFrame, terms: Terms) -> None:
        self.terms = terms
        self.codes = {column: _codes(frame[column]) for column in terms.coded}
        self.numbers: dict[str, Numbers] = {}
        self.most: dict[str, int] = {}
        for column in terms.counted:
            numbers = _whole(frame[column])
            most = self.most[column] = max(int(numbers.max()), -int(numbers.min()))
            self.numbers[column] = numbers.astype(np.int32) if most < NARROW else numbers
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
    """Masks and numbers of some rows in some order; each term is worked out when first asked."""

    def __init__(self, masks: Masks, order: Places) -> None:
        self.terms, self.others, self.most, self.order = masks.terms, masks.others, masks.most, order
        self.codes = {column: codes.take(order) for column, codes in masks.codes.items()}
        self.numbers = {column: numbers.take(order) for column, numbers in masks.numbers.items()}
        self.present = {column: pack(present.take(order)) for column, present in masks.present.items()}
        self.known: dict[int, Bits] = {}
        self.known_codes: dict[tuple[str, int], Bits] = {}

    def all_of(self, wanted: tuple[int, ...]) -> Bits:
        """Where every term of these numbers holds; not to be changed. Bits after the last row mean nothing."""
        if not wanted:
            return constant(True, len(self.order))
        mask = self._term(wanted[0])
        for place in wanted[1:]:
            mask = mask & self._term(place)
        return mask

    def _term(self, place: int) -> Bits:
        if place not in self.known:
            self.known[place] = self._work_out(place)
        return self.known[place]

    def _work_out(self, place: int) -> Bits:
        match self.terms.ways[place]:
            case Coded() as term:
                return self._coded(term)
            case Compared(column, compare, value):
                mask = pack(compare(self.numbers[column], value))
                return mask & self.present[column] if column in self.present else mask
            case bool(answer):
                return constant(answer, len(self.order))
            case _:
                return pack(self.others[place].take(self.order))

    def _coded(self, term: Coded) -> Bits:
        if len(term.codes) > _FEW_CODES:
            return pack(term.table.take(self.codes[term.column], mode="clip"))  # the quick mode; no code is outside
        mask = constant(False, len(self.order))
        for code in term.codes:
            mask |= self._code(term.column, code)
        return mask if term.sign else ~mask

    def _code(self, column: str, code: int) -> Bits:
        if (column, code) not in self.known_codes:
            self.known_codes[column, code] = pack(self.codes[column] == code)
        return self.known_codes[column, code]


def _whole(values: pl.Series) -> npt.NDArray[np.int64]:
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
