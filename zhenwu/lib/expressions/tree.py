"""The tree of an expression: frozen nodes that check their own types, so that an ill-typed tree cannot exist.

Every node has a ``type``. Flags that come straight from a column, a CASE or a COALESCE may be missing; where
a truth is needed (AND, OR, NOT, WHEN, the whole expression) a missing flag counts as false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhenwu.lib.expressions.types import FLAG, INTEGER, LARGEST, TEXT, TYPE_LABELS, Type, TypeName
from zhenwu.lib.problems import Problem

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
OPERATIONS = ("+", "-", "*")
DAY_PARTS = ("year", "month")


def _require(fits: bool, message: str, remedy: str, code: str = "expression.types") -> None:
    if not fits:
        raise Problem(code, message, remedy)


def _same(parts: tuple[Tree, ...], where: str) -> Type:
    """The one type of all parts; raises ``Problem('expression.types')`` or ``('expression.scale')``."""
    _require(bool(parts), f"{where} 里没有内容", "至少写一项。")
    for part in parts:
        one, other = parts[0].type, part.type
        found = f"不同：{one.label}和{other.label}"
        _require(one.name == other.name, f"{where} 两边类型{found}", "两边要同一种类型。")
        remedy = "两边要用小数位数相同的字段。"
        _require(one == other, f"{where} 两边小数位数{found}", remedy, "expression.scale")
    return parts[0].type


def _is(part: Tree, name: TypeName, where: str) -> None:
    message = f"{where} 需要{TYPE_LABELS[name]}，这里是{part.type.label}"
    _require(part.type.name == name, message, f"换成{TYPE_LABELS[name]}类型的字段或值。")


@dataclass(frozen=True)
class Literal:
    """A value written out; an integer is in the scale of its type."""

    value: int | str | bool | date
    type: Type

    def __post_init__(self) -> None:
        kinds = {"integer": int, "text": str, "flag": bool, "day": date}
        fits = type(self.value) is kinds[self.type.name]
        _require(fits, f"“{self.value!r}”不是{self.type.label}", "改成相符的值。")
        if isinstance(self.value, str):
            printable = all(char >= " " and not "\ud800" <= char <= "\udfff" for char in self.value)
            _require(printable, "文字里有看不见的控制字符", "去掉控制字符。", "expression.text")
        elif self.type.name == "integer":
            fits = abs(int(self.value)) <= LARGEST  # type: ignore[arg-type]
            remedy = f"不能超过 {LARGEST}（按最小单位计）。"
            _require(fits, f"数字“{self.value}”太大", remedy, "expression.range")


@dataclass(frozen=True)
class Column:
    """The value of a column; missing where the row has none."""

    name: str
    type: Type

    def __post_init__(self) -> None:
        fits = isinstance(self.name, str) and isinstance(self.type, Type) and bool(self.name)
        _require(fits, f"“{self.name!r}”不是字段名", "写字段的编号。", "expression.column")


@dataclass(frozen=True)
class Comparison:
    """``=`` ``<>`` on any two of a kind, orderings on integers and days; false when a side is missing."""

    operator: str
    left: Tree
    right: Tree

    def __post_init__(self) -> None:
        known = self.operator in COMPARISONS
        _require(known, f"没有比较符“{self.operator}”", f"可用：{' '.join(COMPARISONS)}。")
        kind = _same((self.left, self.right), self.operator)
        if self.operator not in ("=", "<>"):
            _require_order(kind, self.operator)

    @property
    def type(self) -> Type:
        return FLAG


def _require_order(kind: Type, where: str) -> None:
    fits = kind.name in ("integer", "day")
    _require(fits, f"{where} 不能用于{kind.label}", "只有数字和日期分大小；文字和是否只用 =、<>、IN。")


@dataclass(frozen=True)
class Within:
    """``IN``: the value is one of the literals; false when it is missing."""

    value: Tree
    choices: tuple[Literal, ...]

    def __post_init__(self) -> None:
        only = all(isinstance(choice, Literal) for choice in self.choices)
        _require(only, "IN 的括号里只能写固定的值", "写成 字段 IN ('甲', '乙')。")
        _require(bool(self.choices), "IN 的括号里是空的", "写成 字段 IN ('甲', '乙')。")
        _same((self.value, *self.choices), "IN")

    @property
    def type(self) -> Type:
        return FLAG


@dataclass(frozen=True)
class Between:
    """``low <= value <= high``; false when any of the three is missing."""

    value: Tree
    low: Tree
    high: Tree

    def __post_init__(self) -> None:
        _require_order(_same((self.value, self.low, self.high), "BETWEEN"), "BETWEEN")

    @property
    def type(self) -> Type:
        return FLAG


@dataclass(frozen=True)
class Missing:
    """``IS NULL``."""

    value: Tree

    @property
    def type(self) -> Type:
        return FLAG


@dataclass(frozen=True)
class Not:
    """True where the truth of the value is false; a missing flag is false, so its NOT is true."""

    value: Tree

    def __post_init__(self) -> None:
        _is(self.value, "flag", "NOT")

    @property
    def type(self) -> Type:
        return FLAG


@dataclass(frozen=True)
class Junction:
    """``AND`` or ``OR`` of two or more conditions."""

    operator: str
    parts: tuple[Tree, ...]

    def __post_init__(self) -> None:
        _require(self.operator in ("AND", "OR"), f"没有连接词“{self.operator}”", "可用：AND OR。")
        _require(len(self.parts) > 1, f"{self.operator} 至少连接两个条件", "补上另一个条件。")
        for part in self.parts:
            _is(part, "flag", self.operator)

    @property
    def type(self) -> Type:
        return FLAG


@dataclass(frozen=True)
class Arithmetic:
    """``+`` and ``-`` in one scale; ``*`` adds the scales. Missing if a part or the result passes LARGEST."""

    operator: str
    left: Tree
    right: Tree

    def __post_init__(self) -> None:
        _require(self.operator in OPERATIONS, f"没有运算“{self.operator}”", f"可用：{' '.join(OPERATIONS)}。")
        _is(self.left, "integer", self.operator)
        _is(self.right, "integer", self.operator)
        if self.operator != "*":
            _same((self.left, self.right), self.operator)
        _ = self.type

    @property
    def type(self) -> Type:
        if self.operator == "*":
            return Type("integer", self.left.type.scale + self.right.type.scale)
        return self.left.type


@dataclass(frozen=True)
class Case:
    """The value of the first branch whose condition is true, else ``otherwise``, else missing."""

    branches: tuple[tuple[Tree, Tree], ...]
    otherwise: Tree | None

    def __post_init__(self) -> None:
        _require(bool(self.branches), "CASE 里没有 WHEN", "写成 CASE WHEN 条件 THEN 值 ELSE 值 END。")
        for condition, _ in self.branches:
            _is(condition, "flag", "WHEN")
        _same(self.values, "CASE")

    @property
    def values(self) -> tuple[Tree, ...]:
        """The values of the branches, then of ELSE."""
        last = () if self.otherwise is None else (self.otherwise,)
        return (*(value for _, value in self.branches), *last)

    @property
    def type(self) -> Type:
        return self.branches[0][1].type


@dataclass(frozen=True)
class Coalesce:
    """The first part that is not missing."""

    parts: tuple[Tree, ...]

    def __post_init__(self) -> None:
        _require(len(self.parts) > 1, "COALESCE 至少要两项", "写成 COALESCE(字段, 缺失时的值)。")
        _same(self.parts, "COALESCE")

    @property
    def type(self) -> Type:
        return self.parts[0].type


@dataclass(frozen=True)
class DayPart:
    """The year or the month (1 to 12) of a day."""

    part: str
    value: Tree

    def __post_init__(self) -> None:
        _require(self.part in DAY_PARTS, f"日期没有“{self.part}”", "可用：YEAR MONTH。")
        _is(self.value, "day", self.part.upper())

    @property
    def type(self) -> Type:
        return INTEGER


@dataclass(frozen=True)
class StartsWith:
    """The text begins with these very characters; false when it is missing."""

    value: Tree
    prefix: str

    def __post_init__(self) -> None:
        Literal(self.prefix, TEXT)
        _is(self.value, "text", "STARTS_WITH")

    @property
    def type(self) -> Type:
        return FLAG


Tree = (
    Literal | Column | Comparison | Within | Between | Missing | Not | Junction | Arithmetic | Case | Coalesce
    | DayPart | StartsWith
)  # fmt: skip


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """The nodes directly below, in reading order."""
    match tree:
        case Literal() | Column():
            return ()
        case Comparison(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Within(value, choices):
            return (value, *choices)
        case Between(value, low, high):
            return (value, low, high)
        case Junction(_, parts) | Coalesce(parts):
            return parts
        case Case(branches, _):
            return (*(condition for condition, _ in branches), *tree.values)
    return (tree.value,)


def nodes_of(tree: Tree) -> Iterator[Tree]:
    """Every node of the tree, the tree itself first."""
    waiting = [tree]
    while waiting:
        yield (node := waiting.pop())
        waiting.extend(parts_of(node))


def columns_of(tree: Tree) -> frozenset[str]:
    """The names of the columns that the tree reads."""
    return frozenset(node.name for node in nodes_of(tree) if isinstance(node, Column))


def may_be_missing(tree: Tree) -> bool:
    """Whether some row could make the value missing."""
    match tree:
        case Column() | Arithmetic():
            return True
        case Coalesce(parts):
            return all(may_be_missing(part) for part in parts)
        case Case(_, otherwise):
            return otherwise is None or any(may_be_missing(value) for value in tree.values)
        case DayPart(_, value):
            return may_be_missing(value)
    return False
