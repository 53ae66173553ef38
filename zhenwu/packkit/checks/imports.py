"""``hooks.py`` is read, never run, by the kit: it may import the sdk and a few quiet modules, and is short."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft

MAX_LINES = 150
ALLOWED = frozenset(
    "__future__ collections dataclasses datetime decimal enum fractions math re typing zhenwu.sdk".split()
)
_FORBIDDEN = frozenset(
    "exec eval compile open input __import__ globals locals vars getattr setattr delattr breakpoint".split()
)


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    source = pack.raw.texts.get("hooks.py")
    if source is None:
        return []
    found: list[Problem] = []
    if source.count("\n") > MAX_LINES:
        found.append(
            Problem(
                "hooks.long",
                f"hooks.py 超过 {MAX_LINES} 行",
                "业务规则尽量写成数据，代码只留算式。",
                Place("hooks.py"),
            )
        )
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        row = getattr(error, "lineno", None)
        return [
            *found,
            Problem("hooks.syntax", "hooks.py 读不下去", "请写代码的人改正。", Place("hooks.py", row)),
        ]
    for node in ast.walk(tree):
        found += _node(node)
    return found


def _node(node: ast.AST) -> list[Problem]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = ["." * node.level + (node.module or "")]
    else:
        return _word(node)
    return [
        Problem(
            "hooks.import",
            f"hooks.py 不能引入“{name}”",
            f"只能引入：{'、'.join(sorted(ALLOWED))}。",
            _row(node),
        )
        for name in names
        if name not in ALLOWED and not (name.split(".")[0] in ALLOWED and "zhenwu" not in name)
    ]


def _word(node: ast.AST) -> list[Problem]:
    word = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    dunder = word.startswith("__") and word.endswith("__") and isinstance(node, ast.Attribute)
    if (isinstance(node, ast.Name) and word in _FORBIDDEN) or dunder:
        return [
            Problem(
                "hooks.forbidden",
                f"hooks.py 不能用“{word}”",
                "规则只做计算，读写通过 zhenwu.sdk。",
                _row(node),
            )
        ]
    return []


def _row(node: ast.AST) -> Place:
    return Place("hooks.py", getattr(node, "lineno", None))
