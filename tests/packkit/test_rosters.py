"""Rosters in a pack: a sound one is stored with full keys, and every fault names file, key and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house.source import ROOT
from zhenwu.packkit.pack import check_pack, load_pack

PACKS = ROOT / "packs"
FILE = "rosters.toml"


@pytest.fixture
def duty(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "duty", tmp_path / "duty"))


def test_a_roster_is_stored_with_full_keys_its_roles_in_words_and_its_parameters() -> None:
    body = load_pack(PACKS / "duty").rosters["duty.watches"]
    assert [body[name] for name in ("posts", "people", "away", "into", "log", "swaps")] == [
        f"duty.{name}" for name in ("checkpoint", "watcher", "absence", "assignment", "handover", "swap")
    ]
    assert body["roles"] == {"leader": "带班领导", "keeper": "值班员"} and body["needs"] == [["leader", "leaders"], ["keeper", "per_shift"]]
    assert body["params"]["make_up"] == "duty.make_up" and body["labels"]["away"] == "请假外出"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        (FILE, 'posts = "checkpoint"', 'posts = "gate"', "roster.ledger", f"{FILE} watches.posts"),
        (FILE, 'people = "watcher"', 'people = "absence"', "roster.shape", f"{FILE} watches.people"),
        (FILE, 'swaps = "swap"', 'swaps = "trade"', "roster.swaps", f"{FILE} watches.swaps"),
        (FILE, 'make_up = "make_up"', 'make_up = "even_out"', "roster.param", f"{FILE} watches.make_up"),
        (FILE, 'leader = "leaders"', 'leader = "spot"', "roster.needs", f"{FILE} watches.needs"),
        (FILE, "needs = {leader", "needs = {captain", "roster.role", f"{FILE} watches.needs"),
        (FILE, 'both = ["leader", "keeper"]', 'both = ["leader", "cook"]', "roster.able", f"{FILE} watches.able"),
        (FILE, ', both = ["leader", "keeper"]', "", "roster.able", f"{FILE} watches.able"),
        (FILE, 'level = "seat"', 'level = "chair"', "roster.usual", f"{FILE} watches.usual"),
        (FILE, 'title = "spot"', 'title = "leaders"', "roster.field", f"{FILE} watches.title"),
        (FILE, 'label = "值班排班"', 'name = "值班排班"', "pack.unknown_key", f"{FILE} name"),
        ("ledgers/assignment.toml", 'id = "on_post"', 'id = "came"', "roster.field", "ledgers/assignment.toml on_post"),
        ("ledgers/assignment.toml", 'key = ["watch", "watcher"]', 'key = ["watch"]', "roster.key", "ledgers/assignment.toml"),
        ("ledgers/absence.toml", 'ledger = "watcher"', 'ledger = "checkpoint"', "roster.field", "ledgers/absence.toml watcher"),
        ("workflows/swap.toml", 'id = "agree"', 'id = "consent"', "roster.swaps", "workflows/swap.toml"),
    ],
)
def test_what_is_wrong_with_a_roster_is_named(duty: Path, file: str, old: str, new: str, code: str, where: str) -> None:
    path = duty / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = check_pack(duty)
    assert (code, where) in [(problem.code, f"{problem.place.file} {problem.place.key}".strip()) for problem in found]
    assert all(problem.remedy for problem in found)


def test_ill_shaped_ledgers_under_a_roster_are_told_and_nothing_breaks(duty: Path) -> None:
    for path in (duty / "ledgers").glob("*.toml"):
        path.write_text("id = 3", encoding="utf-8")
    assert "roster.ledger" in {problem.code for problem in check_pack(duty)}
