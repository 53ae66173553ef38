"""No line of business is known to the code: what a pack is called stands in the pack, and in the settings where an installation chooses one.

Words that mean something else too (a report, a plan, a service) are judged where they stand as a key of a pack: ``pack.ledger``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT, modules, name_of, tree

PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/pack.toml"))
# Pack ids that are words of the house besides: a document, a goal, a kind of unit, a fixed fact, a charge that somebody holds, an element of Open311.
WORDS = {"report", "plan", "grid", "profile", "duty", "service"}
# Where the house may name a pack: what an installation chooses is chosen in the settings.
CHOSEN = "zhenwu/site/settings.py"


def keys() -> dict[str, set[str]]:
    """pack → the ids of its ledgers and workflows."""
    return {
        pack: {path.stem for folder in ("ledgers", "workflows") for path in (ROOT / "packs" / pack / folder).glob("*.toml")} for pack in PACKS
    }


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node, clean=False) is not None
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def ours() -> list[Path]:
    return [path for path in modules() if name_of(path).startswith("zhenwu/") and name_of(path) != CHOSEN]


def test_no_code_names_a_pack() -> None:
    plain = set(PACKS) - WORDS
    found = [f"{name_of(path)}:{line} {text}" for path in ours() for line, text in texts(path) if text in plain]
    assert found == []


def test_no_code_names_a_ledger_or_a_workflow_of_a_pack() -> None:
    known = {f"{pack}.{name}" for pack, names in keys().items() for name in names}
    found = [f"{name_of(path)}:{line} {text}" for path in ours() for line, text in texts(path) if text in known]
    assert found == []


def test_no_template_or_script_names_a_pack() -> None:
    known = {f"{pack}.{name}" for pack, names in keys().items() for name in names}
    quoted = re.compile(r"""['"]([a-z_]+(?:\.[a-z_]+)?)['"]""")
    paths = [path for ending in ("html", "js", "toml") for path in (ROOT / "zhenwu").rglob(f"*.{ending}")]
    assert len(paths) > 30
    found = [
        f"{name_of(path)} {word}"
        for path in paths
        for word in quoted.findall(path.read_text(encoding="utf-8"))
        if word in known or word in set(PACKS) - WORDS
    ]
    assert found == []


def test_no_folder_or_module_is_called_as_a_pack() -> None:
    named = [name_of(path) for path in ours() if {path.stem, *path.relative_to(ROOT).parts[:-1]} & (set(PACKS) - WORDS)]
    assert named == []
