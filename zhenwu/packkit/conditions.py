"""A condition that somebody wrote over the columns of a source: it reads, it is a yes or a no, and it can come true."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.expressions import Tree, parse
from zhenwu.lib.expressions.tree import Column as ColumnNode
from zhenwu.lib.expressions.tree import Comparison, Literal, Within, nodes_of
from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.columns import Column


def judge(text: str, columns: Mapping[str, Column], place: Place) -> list[Problem]:
    """What is wrong with a condition (codes ``expression.*``, ``metric.where``, ``metric.choice``)."""
    try:
        tree = parse(text, {name: column.type for name, column in columns.items()}, place)
    except Problem as problem:
        return [problem.at(place)]
    if tree.type.name != "flag":
        return [Problem("metric.where", "这里要写成一个条件", "例如 state = 'removed'。", place)]
    return [
        Problem(
            "metric.choice",
            f"“{name}”没有“{word}”这个选项，这样永远数不到",
            f"可以用：{'、'.join(allowed)}。",
            place,
        )
        for name, word, allowed in _impossible(tree, columns)
    ]


def _impossible(tree: Tree, columns: Mapping[str, Column]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Choice columns compared with a word that is not among their choices: (column, word, choices)."""
    found = []
    for node in nodes_of(tree):
        if isinstance(node, Comparison):
            parts: tuple[Tree, ...] = (node.left, node.right)
        elif isinstance(node, Within):
            parts = (node.value, *node.choices)
        else:
            continue
        names = [part.name for part in parts if isinstance(part, ColumnNode) and columns[part.name].choices]
        words = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
        found += [(n, w, columns[n].choices) for n in names for w in words if w not in columns[n].choices]
    return found
