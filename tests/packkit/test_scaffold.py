"""A new pack passes its checks from the first minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhenwu.lib.problems import Problem
from zhenwu.packkit import check_pack, load_pack, new_pack


@pytest.mark.parametrize("label", ["河长制", '带"引号"的', "反\\斜杠", "{花括号}", "⟦待填⟧", "x" * 40, "'''", "😀"])
def test_a_new_pack_passes_its_checks_whatever_it_is_called(tmp_path: Path, label: str) -> None:
    folder = new_pack("river", label, tmp_path / "packs")
    assert check_pack(folder) == []
    assert load_pack(folder).label == label
    assert load_pack(folder).examples[0].steps[2].refused == "ledger.bounds"


@pytest.mark.parametrize("id", ["", "../evil", "/etc", "River", "9lives", "a" * 41, "河", "a.b", "a\n"])
def test_an_id_that_is_no_id_is_refused_and_nothing_is_written(tmp_path: Path, id: str) -> None:
    with pytest.raises(Problem) as caught:
        new_pack(id, "河长制", tmp_path / "packs")
    assert caught.value.code == "pack.id" and not (tmp_path / "packs").exists()


@pytest.mark.parametrize("label", ["", "  ", "两\n行", "长" * 41])
def test_a_label_that_is_no_label_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(Problem) as caught:
        new_pack("river", label, tmp_path)
    assert caught.value.code == "pack.label"


def test_a_pack_that_is_there_is_not_overwritten(river: Path, shelf: Path) -> None:
    before = (river / "README.md").read_bytes()
    with pytest.raises(Problem) as caught:
        new_pack("river", "另一个", shelf)
    assert caught.value.code == "pack.exists"
    assert (river / "README.md").read_bytes() == before
    assert [path.name for path in shelf.iterdir()] == ["river"]
