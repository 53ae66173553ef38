"""A record is news for each record of another ledger that it reaches: one matter each, about that record, and no more when it comes again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.journal.api import rewind
from zhenwu.kernel.ledgers.api import RecordInput, find_record, save_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.rules.api import FOLLOWER, follow_rules
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
UNIT, RAIN, DAY = "emergency.risk_unit", "emergency.rainfall", date(2020, 6, 10)


@pytest.fixture
def town() -> Town:
    town = found_town()
    install_packs(SYSTEM, [PACKS], uuid4())
    for code, village, until, more in (
        ("A", "深塘村", None, {"h3_mm": "40"}), ("B", "深塘村", None, {"h3_mm": "60"}), ("C", "深塘村", None, {}),
        ("D", "上垟村", None, {"h3_mm": "40"}), ("E", "深塘村", date(2020, 1, 1), {"h3_mm": "40"}),
    ):  # fmt: skip
        entry = RecordInput({"code": code, "title": f"单元{code}", **more}, town[village], date(2019, 1, 1), until)
        save_record(SYSTEM, UNIT, entry, uuid4())
    return town


def rained(town: Town, mm: str) -> tuple[UUID, int]:
    entry = RecordInput({"station": "深塘站", "told_at": "19:00", "hours": "h3", "mm": mm, "answered": "reached"}, town["深塘村"], DAY)
    answer = save_record(SYSTEM, RAIN, entry, uuid4())
    follow_rules()
    return UUID(answer["record"]), answer["version"]


def asked() -> dict[str, list[str]]:
    """unit → the titles of the matters about it."""
    records = {code: find_record(UNIT, code) for code in "ABCD"}
    found = {code: [step.matter.title for step in matters.citing(SYSTEM, "emergency", [record])] for code, record in records.items() if record}
    return {code: titles for code, titles in found.items() if titles}


def test_only_the_units_whose_own_rain_is_reached_are_asked_about(town: Town) -> None:
    rained(town, "45")
    assert asked() == {"A": ["单元A：深塘站3小时雨量45毫米，到转移值，请决定转移"]}


def test_a_unit_without_a_number_goes_by_the_general_one(town: Town) -> None:
    rained(town, "50")
    assert set(asked()) == {"A", "C"}


def test_a_correction_asks_about_those_it_newly_reaches_and_a_batch_that_comes_again_about_nobody(town: Town) -> None:
    record, version = rained(town, "45")
    save_record(SYSTEM, RAIN, RecordInput({"mm": "65"}, reason="抄错"), uuid4(), record, version)
    follow_rules()
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert {code: len(titles) for code, titles in asked().items()} == {"A": 1, "B": 1, "C": 1}
