"""Exit codes, and words that a person understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.township import run, say
from zhenwu.cli.tables import plain, table, width


def test_help_names_every_command_in_chinese() -> None:
    told = say("--help")
    assert told.exit_code == 0
    assert "用法：" in told.output and "Usage" not in told.output and "演示" in told.output


@pytest.mark.parametrize("words", [["nosuch"], ["report", "fill"], ["table", "fill"], ["demo", "--year", "abc"], ["year", "close", "1"], ["serve", "--port", "0"]])
def test_wrong_usage_ends_with_two_and_says_so_in_chinese(words: list[str]) -> None:
    told = say(*words)
    assert told.exit_code == 2
    assert "用法不对" in told.output and "Error" not in told.output


@pytest.mark.parametrize("words", [["report", "-h"], ["table", "fill", "-h"], ["ledger", "import", "-h"], ["serve", "-h"], ["init", "-h"]])
def test_every_help_is_chinese(words: list[str]) -> None:
    told = say(*words).output
    assert not [word for word in ("Usage", "Options", "Show this", "required", "default:", "INTEGER", "TEXT", "PATH") if word in told]


def test_without_a_store_the_way_to_one_is_told(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "report", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "./zw demo" in done.stderr and "Traceback" not in done.stderr


def test_a_fault_of_ours_is_one_line_and_the_story_is_in_the_log(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "zhenwu.sqlite3").mkdir()
    done = run(home, "metric", "list")
    assert done.returncode == 1
    assert done.stderr and "Traceback" not in done.stderr


def test_a_damaged_database_is_told_as_such(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "zhenwu.sqlite3").write_bytes(b"not a database at all" * 300)
    done = run(home, "metric", "list")
    assert done.returncode == 1
    assert "store.damaged" in done.stderr and "Traceback" not in done.stderr


def test_a_table_is_aligned_for_wide_characters() -> None:
    lines = table(("名", "数"), [("深塘村", "1"), ("a", "1200")], numbers=(1,)).splitlines()
    assert [width(line) for line in lines] == [12, 12, 12]


def test_a_table_never_steers_the_terminal() -> None:
    assert "\x1b" not in plain("a\x1b[2Jb\nc")
