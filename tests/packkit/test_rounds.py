"""Rounds of a pack: read, checked and stored, and refused with the place and the remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhenwu.lib.expressions import evaluate, from_json
from zhenwu.packkit import check_pack, load_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.fixture
def patrol(tmp_path: Path) -> Path:
    """A copy of the patrol pack."""
    return Path(shutil.copytree(PACKS / "patrol", tmp_path / "patrol"))


def faults(pack: Path, file: str, old: str, new: str) -> list[tuple[str, str]]:
    """(code, where) of what is wrong with a round after one change."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [(problem.code, f"{problem.place.file} {problem.place.key}".strip()) for problem in check_pack(pack) if problem.code.startswith(("round.", "metric.", "expression.", "pack."))]


def test_a_round_is_stored_with_full_keys_the_trees_of_its_conditions_and_what_is_copied() -> None:
    body = load_pack(PACKS / "patrol").rounds["patrol.patrol"]
    ledgers = [body[name] for name in ("of", "by", "plan", "into")]
    assert ledgers == ["patrol.beat", "patrol.trip", "patrol.frequency", "patrol.tally"]
    assert body["copied"] == ["kind", "rank"] and body["same"] == ["kind", "rank"] and body["every"] is None
    valid = evaluate(from_json(body["valid"]))
    row = {"rank": "village", "of_rank": "village", "minutes": 12, "plan_minutes": 10, "metres": 200, "plan_metres": 300, "of_length": 180}
    assert valid(row) and not valid(row | {"of_length": 900}) and not valid(row | {"minutes": 9})
    care = load_pack(PACKS / "care").rounds["care.visits"]
    assert (care["plan"], care["every"], care["grace_days"]) == (None, "interval_days", 3)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        ("rounds.toml", 'of = "beat"', 'of = "bend"', "round.ledger", "rounds.toml patrol.of"),
        ("rounds.toml", 'of = "beat"', 'of = "grading"', "round.shape", "rounds.toml patrol.of"),
        ("rounds.toml", 'plan = "frequency"\n', "", "round.plan", "rounds.toml patrol.plan"),
        ("rounds.toml", 'plan = "frequency"\n', 'plan = "frequency"\nevery = "length"\n', "round.plan", "rounds.toml patrol.plan"),
        ("rounds.toml", 'same = ["kind", "rank"]\n', "", "round.same", "rounds.toml patrol.same"),
        ("rounds.toml", 'same = ["kind", "rank"]', 'same = ["water_goal"]', "round.same", "rounds.toml patrol.same"),
        ("rounds.toml", 'link = "beat"', 'link = "kind"', "round.link", "rounds.toml patrol.link"),
        ("rounds.toml", 'clock = "began"', 'clock = "minutes"', "round.field", "rounds.toml patrol.clock"),
        ("rounds.toml", "minutes >= plan_minutes", "minutes >= plan_hours", "expression.column", "rounds.toml patrol.valid"),
        ("rounds.toml", "rank = of_rank AND", "rank = 'county' AND", "metric.choice", "rounds.toml patrol.valid"),
        ("rounds.toml", 'course = "course"\n', "", "round.lines", "rounds.toml patrol.track"),
        ("ledgers/trip.toml", 'id = "handled"', 'id = "covered"', "round.lines", "rounds.toml patrol.track"),
        ("rounds.toml", 'track = "track"', 'track = "began"', "round.field", "rounds.toml patrol.track"),
        ("rounds.toml", 'near = "near"', 'near = "source"', "round.field", "rounds.toml patrol.near"),
        ("rounds.toml", "AND NOT met", "AND NOT nice", "expression.column", "rounds.toml patrol.missed"),
        ("rounds.toml", "grace_days = 3", "grace_days = 300", "round.grace", "rounds.toml patrol.grace_days"),
        ("rounds.toml", "grace_days = 3", "graze = 3", "pack.unknown_key", "rounds.toml graze"),
        ("ledgers/frequency.toml", '["week", "每周"]', '["fortnight", "每两周"]', "round.per", "rounds.toml patrol.plan"),
        ("ledgers/frequency.toml", 'id = "times"', 'id = "often"', "round.field", "rounds.toml patrol.plan"),
        ("ledgers/tally.toml", 'id = "valid"', 'id = "good"', "round.field", "ledgers/tally.toml"),
        ("ledgers/tally.toml", 'key = ["beat", "sheet"]', 'key = ["sheet"]', "round.key", "ledgers/tally.toml"),
        ("ledgers/tally.toml", 'unit_level = "village"', 'unit_level = "grid"', "round.unit_level", "ledgers/tally.toml"),
        ("ledgers/tally.toml", 'label = "封山断路，不用巡"', 'label = "封山断路，不用巡"\nrequired = true', "round.required", "ledgers/tally.toml"),
    ],
)
def test_what_is_wrong_with_a_round_is_named_with_its_place(patrol: Path, file: str, old: str, new: str, code: str, where: str) -> None:
    assert (code, where) in faults(patrol, file, old, new)


def test_two_rounds_do_not_write_into_one_ledger(patrol: Path) -> None:
    text = (patrol / "rounds.toml").read_text(encoding="utf-8")
    (patrol / "rounds.toml").write_text(text + text.replace('id = "patrol"', 'id = "again"').replace("巡查", "再巡"), encoding="utf-8")
    assert [problem.code for problem in check_pack(patrol)] == ["round.into"]


def test_ill_shaped_ledgers_under_a_round_are_told_and_nothing_breaks(patrol: Path) -> None:
    for name in ("beat", "trip", "frequency", "tally"):
        (patrol / "ledgers" / f"{name}.toml").write_text("id = 3", encoding="utf-8")
    assert "round.ledger" in {problem.code for problem in check_pack(patrol)}
