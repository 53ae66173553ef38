"""Trees as plain JSON: a list per node, its name first. This is what a revision stores.

Reading builds the same self-checking nodes as the parser does, so a stored tree cannot be ill-typed either.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree
from zhenwu.lib.expressions.types import DAY, DEEPEST, FLAG, MOST_NODES, TEXT, Type, day_from
from zhenwu.lib.problems import Problem

Json = list[Any]


def to_json(tree: Tree) -> Json:
    """The tree as lists, strings, whole numbers and booleans."""
    match tree:
        case t.Literal(value, kind):
            scale = [kind.scale] if kind.name == "integer" else []
            return [kind.name, value.isoformat() if isinstance(value, date) else value, *scale]
        case t.Column(name, kind):
            return ["column", name, kind.name, kind.scale]
        case t.Comparison(operator, left, right):
            return ["compare", operator, to_json(left), to_json(right)]
        case t.Arithmetic(operator, left, right):
            return ["arithmetic", operator, to_json(left), to_json(right)]
        case t.Junction(operator, parts):
            return ["junction", operator, [to_json(part) for part in parts]]
        case t.Coalesce(parts):
            return ["coalesce", [to_json(part) for part in parts]]
        case t.Case(branches, otherwise):
            pairs = [[to_json(condition), to_json(value)] for condition, value in branches]
            return ["case", pairs, None if otherwise is None else to_json(otherwise)]
        case _:
            return _to_json_of_one(tree)


def _to_json_of_one(tree: Tree) -> Json:
    match tree:
        case t.Within(value, choices):
            return ["in", to_json(value), [to_json(choice) for choice in choices]]
        case t.Between(value, low, high):
            return ["between", to_json(value), to_json(low), to_json(high)]
        case t.Missing(value):
            return ["missing", to_json(value)]
        case t.Not(value):
            return ["not", to_json(value)]
        case t.DayPart(part, value):
            return ["part", part, to_json(value)]
        case t.StartsWith(value, prefix):
            return ["starts_with", to_json(value), prefix]
    raise AssertionError(tree)


def from_json(stored: Json) -> Tree:
    """The tree of ``to_json``; raises ``Problem('expression.stored')`` or what a node refuses."""
    return _Reader().read(stored, 1)


class _Reader:
    """Reads nodes and counts them, so that a hostile document stops early."""

    def __init__(self) -> None:
        self.count = 0

    def read(self, stored: object, depth: int) -> Tree:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise _broken()
        try:
            if not isinstance(stored, list) or not isinstance(stored[0], str):
                raise _broken()
            return _READERS[stored[0]](lambda part: self.read(part, depth + 1), *stored[1:])
        except (KeyError, IndexError, TypeError, ValueError):
            raise _broken() from None


def _broken() -> Problem:
    return Problem("expression.stored", "保存的表达式已损坏，或来自别的版本", "重新安装定义它的业务包。")


Read = Callable[[object], Tree]


def _literals(read: Read, choices: list[object]) -> tuple[t.Literal, ...]:
    return tuple(read(choice) for choice in choices)  # type: ignore[misc]


_READERS: dict[str, Callable[..., Tree]] = {
    "integer": lambda read, value, scale: t.Literal(value, Type("integer", scale)),
    "text": lambda read, value: t.Literal(value, TEXT),
    "flag": lambda read, value: t.Literal(value, FLAG),
    "day": lambda read, value: t.Literal(day_from(value), DAY),
    "column": lambda read, name, kind, scale: t.Column(name, Type(kind, scale)),
    "compare": lambda read, operator, left, right: t.Comparison(operator, read(left), read(right)),
    "arithmetic": lambda read, operator, left, right: t.Arithmetic(operator, read(left), read(right)),
    "junction": lambda read, operator, parts: t.Junction(operator, tuple(map(read, parts))),
    "coalesce": lambda read, parts: t.Coalesce(tuple(map(read, parts))),
    "case": lambda read, pairs, otherwise: t.Case(
        tuple((read(condition), read(value)) for condition, value in pairs),
        None if otherwise is None else read(otherwise),
    ),
    "in": lambda read, value, choices: t.Within(read(value), _literals(read, choices)),
    "between": lambda read, value, low, high: t.Between(read(value), read(low), read(high)),
    "missing": lambda read, value: t.Missing(read(value)),
    "not": lambda read, value: t.Not(read(value)),
    "part": lambda read, part, value: t.DayPart(part, read(value)),
    "starts_with": lambda read, value, prefix: t.StartsWith(read(value), prefix),
}
