"""From text to tree: sqlglot reads what the gate let through, this module turns it into our own nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.tree import Tree
from zhenwu.lib.expressions.types import DAY, DEEPEST, FLAG, INTEGER, TEXT, Columns, Type, day_from
from zhenwu.lib.expressions.words import sift, too_deep
from zhenwu.lib.problems import Place, Problem

_SYMBOLS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.And: "AND",
    exp.Or: "OR",
    exp.Year: "year",
    exp.Month: "month",
}


def parse(text: str, columns: Columns, place: Place | None = None) -> Tree:
    """The checked tree of an expression over these columns.

    A number takes the scale of the column it meets (12.5 beside a column of scale 2 is 1250), a text beside a
    day is a day. Raises ``Problem('expression.*')`` at ``place`` for whatever is not of the language.
    """
    try:
        return _Reader(columns).read(_syntax(sift(text, columns)), 1)
    except Problem as problem:
        raise problem.at(place) if place else problem from None


def _syntax(sifted: str) -> exp.Expr:
    try:
        found = sqlglot.parse(sifted)
    except (SqlglotError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise too_deep() from None
        raise _unreadable() from None
    if len(found) != 1 or found[0] is None:
        raise _unreadable()
    return found[0]


def _unreadable() -> Problem:
    remedy = "检查括号是否成对、AND 和 OR 两边是否都有条件。"
    return Problem("expression.syntax", "表达式没有写完，或次序不对", remedy)


class _Reader:
    """Turns syntax into nodes; one method per family of constructs."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.readers: dict[type[exp.Expr], Callable[[exp.Expr, int], Tree]] = {
            exp.Column: self.column,
            exp.Literal: self.literal,
            exp.Boolean: self.literal,
            exp.Cast: self.literal,
            exp.Neg: self.negative,
            exp.Not: lambda node, depth: t.Not(self.read(node.this, depth)),
            exp.In: self.within,
            exp.Between: self.between,
            exp.Is: self.missing,
            exp.Case: self.case,
            exp.Coalesce: self.coalesce,
            exp.StartsWith: self.starts_with,
        }
        families = {self.comparison: 6, self.arithmetic: 3, self.junction: 2, self.day_part: 2}
        kinds = iter(_SYMBOLS)
        for reader, size in families.items():
            self.readers.update((next(kinds), reader) for _ in range(size))

    def read(self, node: exp.Expr, depth: int) -> Tree:
        """One node whose own depth is ``depth``; its parts are read one deeper."""
        while isinstance(node, exp.Paren):
            node = node.this
        if depth > DEEPEST:
            raise too_deep()
        reader = self.readers.get(type(node))
        if reader is None:
            raise _unreadable()
        return reader(node, depth + 1)

    def column(self, node: exp.Expr, depth: int) -> Tree:
        if node.name not in self.columns:
            raise _unreadable()
        return t.Column(node.name, self.columns[node.name])

    def literal(self, node: exp.Expr, depth: int) -> Tree:
        if isinstance(node, exp.Cast):
            return t.Literal(day_from(node.this.name), DAY)
        if isinstance(node, exp.Boolean):
            return t.Literal(bool(node.this), FLAG)
        return t.Literal(node.name, TEXT) if node.is_string else _number(node.name)

    def negative(self, node: exp.Expr, depth: int) -> Tree:
        value = self.read(node.this, depth)
        if isinstance(value, t.Literal) and value.type.name == "integer":
            return t.Literal(-int(value.value), value.type)  # type: ignore[arg-type]
        zero = t.Literal(0, value.type if value.type.name == "integer" else INTEGER)
        return t.Arithmetic("-", zero, value)

    def comparison(self, node: exp.Expr, depth: int) -> Tree:
        left, right = self.alike(depth, node.args["this"], node.args["expression"])
        return t.Comparison(_SYMBOLS[type(node)], left, right)

    def arithmetic(self, node: exp.Expr, depth: int) -> Tree:
        symbol = _SYMBOLS[type(node)]
        if symbol == "*":
            return t.Arithmetic(symbol, self.read(node.this, depth), self.read(node.expression, depth))
        return t.Arithmetic(symbol, *self.alike(depth, node.args["this"], node.args["expression"]))

    def junction(self, node: exp.Expr, depth: int) -> Tree:
        parts = tuple(self.read(part, depth) for part in _flat(node))
        return t.Junction(_SYMBOLS[type(node)], parts)

    def day_part(self, node: exp.Expr, depth: int) -> Tree:
        return t.DayPart(_SYMBOLS[type(node)], self.read(node.this, depth))

    def within(self, node: exp.Expr, depth: int) -> Tree:
        value, *choices = self.alike(depth, node.this, *node.expressions)
        return t.Within(value, tuple(choices))  # type: ignore[arg-type]

    def between(self, node: exp.Expr, depth: int) -> Tree:
        return t.Between(*self.alike(depth, node.this, node.args["low"], node.args["high"]))

    def missing(self, node: exp.Expr, depth: int) -> Tree:
        if not isinstance(node.expression, exp.Null):
            remedy = "判断是否用 = TRUE 或 = FALSE。"
            raise Problem("expression.syntax", "IS 后面只能是 NULL 或 NOT NULL", remedy)
        return t.Missing(self.read(node.this, depth))

    def case(self, node: exp.Expr, depth: int) -> Tree:
        if node.this is not None:
            remedy = "写成 CASE WHEN 字段 = 值 THEN … END。"
            raise Problem("expression.syntax", "CASE 后面直接写了字段", remedy)
        branches, default = node.args["ifs"], node.args.get("default")
        conditions = [self.read(branch.this, depth) for branch in branches]
        last = () if default is None else (default,)
        values = self.alike(depth, *(branch.args["true"] for branch in branches), *last)
        otherwise = None if default is None else values[-1]
        return t.Case(tuple(zip(conditions, values, strict=False)), otherwise)

    def coalesce(self, node: exp.Expr, depth: int) -> Tree:
        return t.Coalesce(self.alike(depth, node.this, *node.expressions))

    def starts_with(self, node: exp.Expr, depth: int) -> Tree:
        prefix = node.expression
        if not isinstance(prefix, exp.Literal) or not prefix.is_string:
            remedy = "写成 STARTS_WITH(字段, '开头')。"
            raise Problem("expression.types", "STARTS_WITH 的第二项只能是文字", remedy)
        return t.StartsWith(self.read(node.this, depth), prefix.name)

    def alike(self, depth: int, *nodes: exp.Expr | None) -> tuple[Tree, ...]:
        """The parts, their literals brought to the type of what they stand beside."""
        if any(isinstance(node, exp.Null) for node in nodes):
            remedy = "判断缺失用 IS NULL；CASE 要得到缺失，不写 ELSE。"
            raise Problem("expression.null", "NULL 不能当作值来比较或计算", remedy)
        if any(node is None for node in nodes):
            raise _unreadable()
        parts = tuple(self.read(node, depth) for node in nodes if node is not None)
        fixed = [part.type for part in parts if not isinstance(part, t.Literal)]
        target = fixed[0] if fixed else max((part.type for part in parts), key=_rank)
        return tuple(_fitted(part, target) if isinstance(part, t.Literal) else part for part in parts)


def _rank(kind: Type) -> tuple[bool, int]:
    return kind == DAY, kind.scale


def _flat(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a run of the same AND or OR, in order; without recursion, since the run may be long."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        while isinstance(part, exp.Paren):
            part = part.this
        if type(part) is type(node):
            waiting += [part.args["expression"], part.args["this"]]
        else:
            yield part


def _number(written: str) -> t.Literal:
    """A number in the scale of its digits: 12.50 is 1250 with scale 2."""
    whole, _, decimals = written.partition(".")
    return t.Literal(int(whole + decimals), Type("integer", len(decimals)))


def _fitted(literal: t.Literal, target: Type) -> t.Literal:
    """The literal as a value of ``target`` where that is exact; else unchanged, for the node to refuse."""
    if literal.type == TEXT and target == DAY:
        return t.Literal(day_from(str(literal.value)), DAY)
    if literal.type.name != "integer" or target.name != "integer":
        return literal
    shift = target.scale - literal.type.scale
    value, rest = divmod(int(literal.value) * 10 ** max(shift, 0), 10 ** max(-shift, 0))  # type: ignore[arg-type]
    if rest:
        message = f"这里的数字只能有 {target.scale} 位小数，写了 {literal.type.scale} 位"
        raise Problem("expression.scale", message, f"把数字改成最多 {target.scale} 位小数。")
    return t.Literal(value, target)
