"""Trees as polars expressions, over columns Int64 (or narrower), String, Boolean and Date.

Trap: polars gives what it computes from two constants the height of the left one, and it takes a column for a constant
where all its values come from a literal (COALESCE of a missing column). So every part is as tall as the frame; only
what stands to the right of such a part may be a bare literal, which is what makes a comparison fast.
"""

from __future__ import annotations

from functools import reduce

import polars as pl

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree, may_be_missing
from zhenwu.lib.expressions.types import LARGEST

_DTYPES = {"integer": pl.Int64, "text": pl.String, "flag": pl.Boolean, "day": pl.Date}


def to_polars(tree: Tree) -> pl.Expr:
    """The tree as an expression; a condition is never null, any other value is null where it is missing."""
    return _truth(tree) if tree.type.name == "flag" else _value(tree)


def _truth(tree: Tree) -> pl.Expr:
    value = _value(tree)
    return value.fill_null(False) if may_be_missing(tree) else value


def _beside(tree: Tree) -> pl.Expr:
    """A part that stands to the right of one as tall as the frame."""
    return pl.lit(tree.value, dtype=_DTYPES[tree.type.name]) if isinstance(tree, t.Literal) else _value(tree)


def _value(tree: Tree) -> pl.Expr:
    match tree:
        case t.Literal(value, kind):
            return pl.repeat(value, pl.len(), dtype=_DTYPES[kind.name])
        case t.Column(name, kind):
            return pl.col(name).cast(pl.Int64) if kind.name == "integer" else pl.col(name)
        case t.Arithmetic():
            return _arithmetic(tree)
        case t.Case(branches, otherwise):
            last = pl.lit(None, dtype=_DTYPES[tree.type.name]) if otherwise is None else _beside(otherwise)
            for condition, value in reversed(branches):
                last = pl.when(_truth(condition)).then(_beside(value)).otherwise(last)
            return last
        case t.Coalesce(parts):
            return pl.coalesce([_value(part) for part in parts])
        case t.DayPart(part, value):
            days = _value(value).dt
            return (days.year() if part == "year" else days.month()).cast(pl.Int64)
    return _condition(tree)


def _condition(tree: Tree) -> pl.Expr:
    """Conditions are settled as soon as they are asked: null is false."""
    match tree:
        case t.Comparison(operator, left, right):
            return _compared(operator, _value(left), _beside(right)).fill_null(False)
        case t.Within(value, choices):
            values = pl.Series([choice.value for choice in choices], dtype=_DTYPES[value.type.name])
            return _value(value).is_in(values.implode()).fill_null(False)
        case t.Between(value, low, high):
            return _value(value).is_between(_beside(low), _beside(high)).fill_null(False)
        case t.Missing(value):
            return _value(value).is_null()
        case t.Not(value):
            return ~_truth(value)
        case t.Junction(operator, parts):
            truths = [_truth(part) for part in parts]
            return reduce(lambda one, other: one & other if operator == "AND" else one | other, truths)
        case t.StartsWith(value, prefix):
            return _value(value).str.starts_with(prefix).fill_null(False)
    raise AssertionError(tree)


def _compared(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    names = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
    return getattr(left, names[operator])(right)


def _arithmetic(tree: t.Arithmetic) -> pl.Expr:
    """Doubles decide whether the result is in range: exact up to LARGEST, and rounding is monotone."""
    left, right = _value(tree.left), _beside(tree.right)
    exact = _applied(tree.operator, left, right)
    rough = _applied(tree.operator, left.cast(pl.Float64), right.cast(pl.Float64))
    fits = rough.is_between(-LARGEST, LARGEST) & _small(left) & _small(right)
    return pl.when(fits).then(exact)


def _small(part: pl.Expr) -> pl.Expr:
    return part.is_between(-LARGEST, LARGEST)


def _applied(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return {"+": left.add, "-": left.sub, "*": left.mul}[operator](right)
