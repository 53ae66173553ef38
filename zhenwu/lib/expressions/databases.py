"""Trees as Ibis values, for SQLite, PostgreSQL and DuckDB (and Spark). Ibis is imported on first use only.

Traps: on SQLite Ibis writes ``startswith`` as LIKE, which ignores case, so a prefix is compared as a
substring; on PostgreSQL a small literal has 32 bits, so arithmetic is done in doubles, exact in range; a
COALESCE of one part fails on SQLite, so the tree has none.
"""

from __future__ import annotations

from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree, may_be_missing
from zhenwu.lib.expressions.types import LARGEST

_TESTS = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_SUMS = {"+": add, "-": sub, "*": mul}
_DTYPES = {"integer": "int64", "text": "string", "flag": "boolean", "day": "date"}


def to_ibis(tree: Tree, table: Any) -> Any:
    """The tree as a value over the table's columns; a condition is never null.

    Name it before selecting it: the names that Ibis makes up differ between engines.
    """
    return _truth(tree, table) if tree.type.name == "flag" else _value(tree, table)


def _truth(tree: Tree, table: Any) -> Any:
    value = _value(tree, table)
    return value.coalesce(False) if may_be_missing(tree) else value


def _value(tree: Tree, table: Any) -> Any:
    import ibis

    match tree:
        case t.Literal(value, kind):
            return ibis.literal(value, _DTYPES[kind.name])
        case t.Column(name, _):
            return table[name]
        case t.Arithmetic(operator, left, right):
            return _arithmetic(operator, _value(left, table), _value(right, table))
        case t.Case(branches, otherwise):
            pairs = [(_truth(condition, table), _value(value, table)) for condition, value in branches]
            last = ibis.null(_DTYPES[tree.type.name]) if otherwise is None else _value(otherwise, table)
            return ibis.cases(*pairs, else_=last)
        case t.Coalesce(parts):
            return ibis.coalesce(*(_value(part, table) for part in parts))
        case t.DayPart(part, value):
            return getattr(_value(value, table), part)()
    return _condition(tree, table)


def _operand(tree: Tree, table: Any) -> Any:
    """Ibis leaves out the parentheses of ``(NOT a) IN (b)``: a function call holds it together."""
    value = _value(tree, table)
    return value.coalesce(False) if isinstance(tree, t.Not | t.Missing | t.Junction) else value


def _condition(tree: Tree, table: Any) -> Any:
    match tree:
        case t.Comparison(operator, left, right):
            return _TESTS[operator](_operand(left, table), _operand(right, table)).coalesce(False)
        case t.Within(value, choices):
            return _operand(value, table).isin([_value(choice, table) for choice in choices]).coalesce(False)
        case t.Between(value, low, high):
            return _value(value, table).between(_value(low, table), _value(high, table)).coalesce(False)
        case t.Missing(value):
            return _operand(value, table).isnull()
        case t.Not(value):
            return ~_truth(value, table)
        case t.Junction(operator, parts):
            return reduce(and_ if operator == "AND" else or_, (_truth(part, table) for part in parts))
        case t.StartsWith(value, prefix):
            return (_value(value, table).left(len(prefix)) == prefix).coalesce(False)
    raise AssertionError(tree)


def _arithmetic(operator: str, left: Any, right: Any) -> Any:
    import ibis

    one, other = left.cast("float64"), right.cast("float64")
    result = _SUMS[operator](one, other)
    fits = (one.abs() <= LARGEST) & (other.abs() <= LARGEST) & (result.abs() <= LARGEST)
    return ibis.cases((fits, result.cast("int64")), else_=ibis.null("int64"))
