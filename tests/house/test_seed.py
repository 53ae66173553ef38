"""The seed is not ours to copy: no stretch of its text stands in anything of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT

STRETCH, WORDS = 18, 12  # signs in a row, and how many of them are Chinese: terms of the trade are shorter
FOLDERS = ("bench", "demo", "docs", "packs", "tests", "zhenwu", ".ci")


def texts() -> Iterator[tuple[str, str]]:
    """(name, text without spaces) of everything that is text."""
    every = [path for path in ROOT.iterdir() if path.is_file()]
    every += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in every:
        if path.suffix not in {".png", ".pyc", ".lock"}:
            yield path.relative_to(ROOT).as_posix(), re.sub(r"\s", "", path.read_text(encoding="utf-8", errors="replace"))


def stretches(text: str) -> Iterator[str]:
    for start in range(len(text) - STRETCH + 1):
        stretch = text[start : start + STRETCH]
        if sum("\u4e00" <= sign <= "\u9fff" for sign in stretch) >= WORDS:
            yield stretch


@pytest.mark.seed
def test_no_stretch_of_the_seed_was_copied(seed: Path) -> None:
    text = re.sub(r"\s", "", (seed / "annual-report-template.txt").read_text(encoding="utf-8"))
    theirs = set(stretches(text))
    assert len(theirs) > 5_000
    assert [f"{name}: {stretch}" for name, ours in texts() for stretch in stretches(ours) if stretch in theirs] == []
