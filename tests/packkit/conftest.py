"""A small sound pack, written afresh for each test, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zhenwu.lib.problems import Problem
from zhenwu.packkit import check_pack, new_pack

Break = Callable[[str, str, str], None]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "packs"


@pytest.fixture
def river(shelf: Path) -> Path:
    """河长制 as the scaffold writes it."""
    return new_pack("river", "河长制", shelf)


@pytest.fixture
def change(river: Path) -> Break:
    """Replace words in a file of the river pack, once; the words must be there."""

    def replace(file: str, old: str, new: str) -> None:
        text = (river / file).read_text(encoding="utf-8")
        assert old in text
        (river / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def codes(river: Path) -> Callable[[], list[str]]:
    """The codes of what is wrong with the river pack now."""
    return lambda: [problem.code for problem in check_pack(river)]


@pytest.fixture
def only(river: Path) -> Callable[[], Problem]:
    """The one problem of the river pack."""

    def one() -> Problem:
        found = check_pack(river)
        assert len(found) == 1, "\n".join(map(str, found))
        return found[0]

    return one
