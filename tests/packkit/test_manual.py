"""The manual's worked example is a sound pack, and the manual knows every word that may be written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhenwu.packkit import check_pack, load_pack, vocabulary

MANUAL = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
_FILE = re.compile(r"^`([\w/.]+)`[^\n]*\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_worked_example_of_the_manual_passes_its_checks(tmp_path: Path) -> None:
    folder = tmp_path / "toilet"
    for name, text in _FILE.findall(MANUAL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert check_pack(folder) == []
    assert set(load_pack(folder).metrics) == {"toilet.built", "toilet.repaired", "toilet.cost"}


@pytest.mark.parametrize("word", [*vocabulary.FIELDS, *vocabulary.METRICS, *vocabulary.UNIT_LEVELS, *vocabulary.SHAPES])
def test_the_manual_explains_every_kind(word: str) -> None:
    assert f"`{word}`" in MANUAL


def test_the_manual_names_every_key() -> None:
    tables = [
        vocabulary.LEDGER,
        *vocabulary.FIELDS.values(),
        *vocabulary.METRICS.values(),
        vocabulary.PARAM,
        vocabulary.STEP,
    ]
    keys = {key for table in tables for key in table}
    assert {key for key in keys if not re.search(rf"\b{key}\b", MANUAL)} == set()
