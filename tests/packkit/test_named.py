"""What a workflow names in ledgers: links to ledgers that can be linked to, registers that fit the cited record; what does not fit is said with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhenwu.lib.problems import Problems
from zhenwu.packkit.pack import load_packs

PACKS = Path(__file__).resolve().parents[2] / "packs"


def codes(tmp_path: Path, pack: str, file: str, old: str, new: str) -> list[str]:
    """The problems of our packs with one place of one pack written otherwise."""
    there = tmp_path / "packs"
    shutil.copytree(PACKS, there)
    text = (there / pack / file).read_text(encoding="utf-8")
    assert old in text
    (there / pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problems) as refused:
        load_packs(there)
    return [one.code for one in refused.value.found if one.place.file.startswith(f"{pack}/")]


ROLL = 'type = "link"\nledger = "mediator"\non_day = true'


def test_a_link_names_a_ledger_that_is_there_has_one_key_and_stands_on_a_day(tmp_path: Path) -> None:
    quarrel = ("mediation", "workflows/quarrel.toml", ROLL)
    assert "workflow.named" in codes(tmp_path / "a", *quarrel, ROLL.replace("mediator", "nobody"))
    assert "workflow.link" in codes(tmp_path / "b", *quarrel, ROLL.replace("mediator", "subsidy"))
    assert "workflow.field" in codes(tmp_path / "c", *quarrel, 'type = "link"')
    assert "workflow.field" in codes(tmp_path / "d", *quarrel, 'type = "text"\non_day = true')


def test_a_register_stands_and_links_to_what_the_cited_record_names(tmp_path: Path) -> None:
    application, listed = ("service", "workflows/application.toml"), 'listed = {item = "undertaking_item"}'
    assert "workflow.named" in codes(tmp_path / "a", *application, listed, 'listed = {item = "nothing"}')
    assert "workflow.register" in codes(tmp_path / "b", *application, listed, 'listed = {item = "broken_undertaking"}')
    assert "workflow.register" in codes(tmp_path / "c", *application, listed, 'listed = {colour = "undertaking_item"}')
    assert "workflow.register" in codes(tmp_path / "d", *application, listed, 'listed = {item = 5}')


def test_the_registers_of_a_window_link_to_its_items_and_people(tmp_path: Path) -> None:
    window = ("service", "windows.toml")
    assert "window.linked" in codes(tmp_path / "a", *window, 'broken = "broken_undertaking"', 'broken = "undertaking_item"')
    assert "window.together" in codes(tmp_path / "b", *window, 'covers = "covers"\n', "")
