"""Every module has a room; there is no drawer for what somebody did not place."""

from __future__ import annotations

from pathlib import Path

from tests.house.source import ROOT, modules, name_of

DRAWERS = {"utils", "util", "common", "extras", "misc", "helpers", "base", "core", "tools", "shared"}


def test_no_module_or_folder_is_a_catch_all() -> None:
    placed = [name_of(path) for path in modules() if DRAWERS & {*path.relative_to(ROOT).parts, path.stem}]
    assert placed == []


def test_nothing_is_imported_by_star() -> None:
    """The test settings take all of the product's settings: that is what settings are for."""
    stars = [
        name_of(path)
        for path in modules()
        for line in _code(path)
        if " import *" in line and not line.startswith("from zhenwu.site.settings")
    ]
    assert stars == []


def _code(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("from ")]
