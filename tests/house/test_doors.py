"""Nobody writes around the verbs: outside a shelf there is no saving, deleting or raw SQL.

Still to come, with the web and the sdk: that every read on a person's behalf passes ``access.visible``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import modules, name_of, tree

OUTER = tuple(f"zhenwu/{room}/" for room in ("web", "api", "jobs", "cli", "sdk", "packkit")) + ("packs/",)
WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def calls(path: Path) -> Iterator[tuple[int, str, ast.expr]]:
    """(line, method, what it is called on) of each call of a method."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr, node.func.value


def test_outer_rooms_write_through_verbs_only() -> None:
    written = [
        f"{name_of(path)}:{line} {method}"
        for path in modules()
        if name_of(path).startswith(OUTER)
        for line, method, _ in calls(path)
        if method in WRITES
    ]
    assert written == []


def test_outer_rooms_do_not_ask_models_directly() -> None:
    """``Model.objects`` in a page is a read that nobody has permitted."""
    asked = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path).startswith(OUTER)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert asked == []
