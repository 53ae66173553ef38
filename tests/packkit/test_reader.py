"""What comes on a USB stick is read without trust, and every fault is told in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zhenwu.lib.problems import Problem
from zhenwu.packkit import check_pack, load_pack


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load_pack(tmp_path / "nothing")
    assert caught.value.code == "pack.folder"


def test_a_link_out_of_the_folder_is_not_followed(river: Path, tmp_path: Path, only) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text('id = "secret"', encoding="utf-8")
    (river / "ledgers" / "secret.toml").symlink_to(secret)
    problem = only()
    assert (problem.code, problem.place.file) == ("pack.link", "ledgers/secret.toml")


def test_a_linked_folder_is_not_entered(river: Path, tmp_path: Path, only) -> None:
    (tmp_path / "elsewhere").mkdir()
    (river / "workflows").symlink_to(tmp_path / "elsewhere")
    assert only().code == "pack.unknown_file"


def test_a_pipe_does_not_hang_the_reader(river: Path, only) -> None:
    os.mkfifo(river / "params.toml")
    assert only().code == "pack.link"


def test_a_file_of_unknown_meaning_is_refused_with_the_names_that_have_one(river: Path, only) -> None:
    (river / "virus.exe").write_bytes(b"MZ")
    problem = only()
    assert problem.code == "pack.unknown_file" and "metrics.toml" in problem.remedy


def test_a_file_saved_as_gbk_tells_how_to_save_it(river: Path, codes) -> None:
    (river / "metrics.toml").write_bytes("# 指标\n".encode("gbk"))
    found = check_pack(river)
    assert "pack.encoding" in [problem.code for problem in found]
    assert any("UTF-8" in problem.remedy for problem in found)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(river: Path, codes) -> None:
    text = (river / "pack.toml").read_text(encoding="utf-8")
    (river / "pack.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert codes() == []


def test_a_huge_file_is_refused_unread(river: Path, codes) -> None:
    (river / "metrics.toml").write_bytes(b"#" * 600_000)
    assert "pack.too_large" in codes()


def test_chinese_quotes_in_toml_are_named_with_their_line(river: Path, change) -> None:
    change("ledgers/entry.toml", '"village"', "“village”")
    found = [problem for problem in check_pack(river) if problem.code == "pack.toml"]
    assert found[0].place.row == 3 and "中文的引号" in found[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        "- &a [1]\n- *a\n",
        "- {a: 1, a: 2}\n",
        "- {[x]: 1}\n",
        "- a: [\n",
        "\t- a: 1\n",
        "[" * 3000,
        "--- 1\n--- 2\n",
        "!!python/name:os.x",
        pytest.param("[" * 250_000, id="deep brackets"),
        pytest.param("- " * 250_000 + "x", id="deep lists"),
    ],
)
def test_hostile_yaml_is_a_problem_with_its_file(river: Path, text: str) -> None:
    (river / "examples" / "first.yaml").write_text(text, encoding="utf-8")
    found = check_pack(river)
    assert found and all(problem.place.file.startswith("examples/") for problem in found)


def test_toml_nested_beyond_reason_is_a_problem(river: Path, codes) -> None:
    (river / "params.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    assert codes() == ["pack.toml"]


def test_a_bare_no_in_an_example_stays_a_word(river: Path, change) -> None:
    change("examples/first.yaml", "reason: 漏数", "reason: no")
    assert load_pack(river).examples[0].steps[1].reason == "no"


def test_everything_wrong_is_told_in_one_go(river: Path, change, codes) -> None:
    change("pack.toml", 'steward = "党政办"', 'owner = "党政办"')
    change("ledgers/entry.toml", '"village"', '"street"')
    change("metrics.toml", 'measure = "quantity"', 'measure = "amount"')
    (river / "README.md").unlink()
    assert {"pack.unknown_key", "pack.missing_key", "pack.kind", "pack.missing_file"} <= set(codes())
