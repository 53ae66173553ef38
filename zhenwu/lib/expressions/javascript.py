"""Trees as JavaScript, for forms that are filled offline.

A row is an object of numbers, strings, booleans and days as ISO text; missing is null or not there at all.
"""

from __future__ import annotations

import json

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree
from zhenwu.lib.expressions.types import LARGEST

_TESTS = {"=": "===", "<>": "!=="}
_RUNTIME = (
    f"const most = {LARGEST}, small = (v) => v !== null && Math.abs(v) <= most ? v + 0 : null,"
    " both = (a, b, f) => small(a) === null || small(b) === null ? null : small(f(a, b)),"
    " test = (a, b, f) => a !== null && b !== null && f(a, b),"
    " at = (r, k) => Object.hasOwn(r, k) ? r[k] ?? null : null;"
)


def to_javascript(tree: Tree) -> str:
    """One JavaScript expression: a function from a row to the value. Safe inside a script element."""
    body = _truth(tree) if tree.type.name == "flag" else _value(tree)
    return f"(() => {{ {_RUNTIME} return (r) => {body}; }})()"


def _truth(tree: Tree) -> str:
    return f"({_value(tree)} === true)"


def _value(tree: Tree) -> str:
    match tree:
        case t.Literal(value, kind):
            return _written(value if kind.name in ("integer", "flag") else str(value))
        case t.Column(name, _):
            return f"at(r, {_written(name)})"
        case t.Arithmetic(operator, left, right):
            return f"both({_value(left)}, {_value(right)}, (a, b) => a {operator} b)"
        case t.Case(branches, otherwise):
            last = "null" if otherwise is None else _value(otherwise)
            chosen = "".join(f"{_truth(test)} ? {_value(value)} : " for test, value in branches)
            return f"({chosen}{last})"
        case t.Coalesce(parts):
            return "(" + " ?? ".join(_value(part) for part in parts) + ")"
        case t.DayPart(part, value):
            span = "0, 4" if part == "year" else "5, 7"
            return f"((d) => d === null ? null : Number(d.slice({span})))({_value(value)})"
    return _condition(tree)


def _condition(tree: Tree) -> str:
    match tree:
        case t.Comparison(operator, left, right):
            return f"test({_value(left)}, {_value(right)}, (a, b) => a {_TESTS.get(operator, operator)} b)"
        case t.Within(value, choices):
            return f"[{', '.join(_value(choice) for choice in choices)}].includes({_value(value)})"
        case t.Between(value, low, high):
            limits = f"test(a, {_value(low)}, (a, b) => a >= b) && test(a, {_value(high)}, (a, b) => a <= b)"
            return f"((a) => {limits})({_value(value)})"
        case t.Missing(value):
            return f"({_value(value)} === null)"
        case t.Not(value):
            return f"!{_truth(value)}"
        case t.Junction(operator, parts):
            return "(" + (" && " if operator == "AND" else " || ").join(_truth(part) for part in parts) + ")"
        case t.StartsWith(value, prefix):
            return f"test({_value(value)}, {_written(prefix)}, (a, b) => a.startsWith(b))"
    raise AssertionError(tree)


def _written(value: object) -> str:
    """A JSON constant that cannot close the script element it stands in."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e")
