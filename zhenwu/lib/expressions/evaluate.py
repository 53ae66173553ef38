"""The meaning of a tree: the interpreter that every translation must equal. Trees become closures over a row.

A row maps column names to ``int`` (in the scale of the field), ``str``, ``bool``, ``datetime.date`` or
``None``; a name that is not there is missing. Rows are checked before they come here: a value of another type
is a bug.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Set
from typing import Any

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree, columns_of, may_be_missing, parts_of
from zhenwu.lib.expressions.types import LARGEST

Row = Mapping[str, object]
Value = Callable[[Row], Any]

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def evaluate(tree: Tree) -> Value:
    """A function from a row to the value: for a condition a bool, else int, str, date or None."""
    return _truth(tree) if tree.type.name == "flag" else _value(tree)


def decided(tree: Tree, row: Row, unknown: Set[str]) -> bool | None:
    """Whether a condition holds whatever the columns ``unknown`` will say; None while that depends on them."""
    if not columns_of(tree) & unknown:
        return bool(_truth(tree)(row))
    match tree:
        case t.Not(value):
            inner = decided(value, row, unknown)
            return None if inner is None else not inner
        case t.Junction(operator, parts):
            decisive, found = operator == "OR", [decided(part, row, unknown) for part in parts]
            return decisive if decisive in found else None if None in found else not decisive
        case t.Comparison() | t.Between():  # false when a side is missing, whatever the other will be
            known = [part for part in parts_of(tree) if not columns_of(part) & unknown]
            return False if any(_value(part)(row) is None for part in known) else None
    return None


def _truth(tree: Tree) -> Value:
    value = _value(tree)
    if not may_be_missing(tree):
        return value
    return lambda row: value(row) is True


def _value(tree: Tree) -> Value:
    return _BUILDERS[type(tree)](tree)


def _literal(tree: t.Literal) -> Value:
    value = tree.value
    return lambda row: value


def _column(tree: t.Column) -> Value:
    name = tree.name
    return lambda row: row.get(name)


def _comparison(tree: t.Comparison) -> Value:
    test, left, right = _TESTS[tree.operator], _value(tree.left), _value(tree.right)
    if isinstance(tree.right, t.Literal):
        return _comparison_with(test, left, tree.right.value)

    def compared(row: Row) -> bool:
        one, other = left(row), right(row)
        return one is not None and other is not None and test(one, other)

    return compared


def _comparison_with(test: Callable[[Any, Any], bool], left: Value, fixed: object) -> Value:
    def compared(row: Row) -> bool:
        one = left(row)
        return one is not None and test(one, fixed)

    return compared


def _within(tree: t.Within) -> Value:
    value, choices = _value(tree.value), frozenset(choice.value for choice in tree.choices)
    return lambda row: value(row) in choices


def _between(tree: t.Between) -> Value:
    value, low, high = _value(tree.value), _value(tree.low), _value(tree.high)

    def lies(row: Row) -> bool:
        one, least, most = value(row), low(row), high(row)
        return one is not None and least is not None and most is not None and least <= one <= most

    return lies


def _missing(tree: t.Missing) -> Value:
    value = _value(tree.value)
    return lambda row: value(row) is None


def _not(tree: t.Not) -> Value:
    value = _truth(tree.value)
    return lambda row: not value(row)


def _junction(tree: t.Junction) -> Value:
    parts, decisive = [_truth(part) for part in tree.parts], tree.operator == "OR"

    def joined(row: Row) -> bool:
        for part in parts:
            if part(row) is decisive:
                return decisive
        return not decisive

    return joined


def _arithmetic(tree: t.Arithmetic) -> Value:
    apply, left, right = _SUMS[tree.operator], _value(tree.left), _value(tree.right)

    def result(row: Row) -> int | None:
        one, other = left(row), right(row)
        if one is None or other is None or abs(one) > LARGEST or abs(other) > LARGEST:
            return None
        total = apply(one, other)
        return total if -LARGEST <= total <= LARGEST else None

    return result


def _case(tree: t.Case) -> Value:
    branches = [(_truth(condition), _value(value)) for condition, value in tree.branches]
    otherwise: Value = _value(tree.otherwise) if tree.otherwise is not None else lambda row: None

    def chosen(row: Row) -> object:
        for condition, value in branches:
            if condition(row):
                return value(row)
        return otherwise(row)

    return chosen


def _coalesce(tree: t.Coalesce) -> Value:
    parts = [_value(part) for part in tree.parts]
    return lambda row: next((found for part in parts if (found := part(row)) is not None), None)


def _day_part(tree: t.DayPart) -> Value:
    part, value = tree.part, _value(tree.value)
    return lambda row: None if (day := value(row)) is None else getattr(day, part)


def _starts_with(tree: t.StartsWith) -> Value:
    prefix, value = tree.prefix, _value(tree.value)
    return lambda row: (text := value(row)) is not None and text.startswith(prefix)


_BUILDERS: dict[type, Callable[[Any], Value]] = {
    t.Literal: _literal,
    t.Column: _column,
    t.Comparison: _comparison,
    t.Within: _within,
    t.Between: _between,
    t.Missing: _missing,
    t.Not: _not,
    t.Junction: _junction,
    t.Arithmetic: _arithmetic,
    t.Case: _case,
    t.Coalesce: _coalesce,
    t.DayPart: _day_part,
    t.StartsWith: _starts_with,
}
