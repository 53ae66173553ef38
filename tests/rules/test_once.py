"""Readings of one storm open one matter for one place: the next of those days joins it while it is open; another storm opens its own."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.journal.api import rewind
from zhenwu.kernel.ledgers.api import RecordInput, save_records
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.rules.api import FOLLOWER, follow_rules
from zhenwu.packkit import check_pack
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
RAIN, DAY = "emergency.rainfall", date(2020, 6, 10)


@pytest.fixture
def town() -> Town:
    town = found_town()
    install_packs(SYSTEM, [PACKS], uuid4())
    entry = RecordInput({"code": "A", "title": "单元A", "h3_mm": "40"}, town["深塘村"], date(2019, 1, 1))
    save_records(SYSTEM, "emergency.risk_unit", [entry], uuid4())
    return town


def rained(town: Town, *told: tuple[str, int], station: str = "深塘站") -> None:
    """Readings written down together: (told_at, day of June)."""
    rows = [RecordInput({"station": station, "told_at": at, "hours": "h3", "mm": "62", "answered": "reached"}, town["深塘村"], date(2020, 6, day)) for at, day in told]
    save_records(SYSTEM, RAIN, rows, uuid4())
    follow_rules()


def opened(category: str) -> list[UUID]:
    return [one.id for one in Matter.objects.filter(line="emergency") if one.steps.get(number=1).columns["category"] == category]


def close(matter: UUID) -> None:
    """It is over: put away as a mistake, which every open matter can be."""
    from zhenwu.kernel.matters.api import advance_matter

    step = matters.current(SYSTEM, matter)
    advance_matter(SYSTEM, uuid4(), matter, "void", step.number, {"reason": "试"})


def test_two_readings_of_one_night_open_one_matter_for_a_unit_and_one_for_the_station(town: Town) -> None:
    rained(town, ("19:00", 10))
    rained(town, ("22:00", 10))
    rained(town, ("02:00", 11))
    assert (len(opened("unit_reached")), len(opened("rain_orange"))) == (1, 1)


def test_readings_written_down_together_open_one_too_and_again_nothing_when_the_batch_comes_again(town: Town) -> None:
    rained(town, ("19:00", 10), ("22:00", 10), ("23:30", 10))
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert (len(opened("unit_reached")), len(opened("rain_orange"))) == (1, 1)


def test_another_storm_opens_its_own_though_it_was_written_down_on_the_same_evening(town: Town) -> None:
    rained(town, ("19:00", 10), ("19:30", 20))
    assert (len(opened("unit_reached")), len(opened("rain_orange"))) == (2, 2)


def test_another_station_is_another_thing_but_the_same_unit_is_not(town: Town) -> None:
    rained(town, ("19:00", 10))
    rained(town, ("19:10", 10), station="岭脚站")
    assert (len(opened("unit_reached")), len(opened("rain_orange"))) == (1, 2)


def test_once_the_first_is_over_the_next_reading_opens_again(town: Town) -> None:
    rained(town, ("19:00", 10))
    for category in ("unit_reached", "rain_orange"):
        close(opened(category)[0])
    rained(town, ("22:00", 10))
    assert (len(opened("unit_reached")), len(opened("rain_orange"))) == (2, 2)


@pytest.mark.parametrize(("old", "new"), [
    ('same = ["station"]', 'same = ["nothing"]'), ("days = 1", "days = 999"), ('category = "rain_red"\n', ""), ('ledger = "rainfall"', 'ledger = "risk_unit"'),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_the_check(tmp_path: Path, old: str, new: str) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "emergency" / "rules.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert "rule.once" in [problem.code for problem in check_pack(folder / "emergency")]
