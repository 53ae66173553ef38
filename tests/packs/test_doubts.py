"""Doubts about small powers: raised by rules over real records, seen by the inspection alone, and counted by nobody else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.orgs.staff import Town, found_town, posted
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.metrics.api import catalogue, reach_of_figure
from zhenwu.kernel.orgs.api import SYSTEM, Actor

pytestmark = pytest.mark.django_db
COUNTING = ("integrity.doubts", "integrity.doubts_open", "integrity.doubts_cleared_rate", "integrity.accusations")


@pytest.fixture
def town(db: None) -> Town:
    install(SYSTEM, drafts(), uuid4())
    return found_town()


def _counts(actor: Actor, town: Town) -> list[bool]:
    return [reach_of_figure(actor, catalogue().metric(key)).covers(town["云岭镇"]) for key in COUNTING]


def test_how_many_doubts_there_are_is_told_to_whoever_sees_them_and_to_nobody_else(town: Town) -> None:
    head = posted("jiwei", "小纪", "office_head", town["综合站"], "integrity")
    others = [
        posted("all", "样样管", "office_head", town["综合站"], "*"), posted("mayor", "镇长", "mayor", town["云岭镇"], "*"),
        posted("tongji", "统计员", "statistician", town["云岭镇"], "*"), posted("he", "何书记", "secretary", town["云岭镇"], "*"),
    ]  # fmt: skip
    assert _counts(head, town) == [True] * len(COUNTING)
    for other in others:
        assert _counts(other, town) == [False] * len(COUNTING), other.name
        assert reach_of_figure(other, catalogue().metric("integrity.uses")).covers(town["云岭镇"]), other.name  # the register is no secret


def test_what_no_person_asks_for_is_still_counted(town: Town) -> None:
    assert _counts(SYSTEM, town) == [True] * len(COUNTING)


@pytest.mark.parametrize("key", ["powers.runs", "powers.sign_rate"])
def test_how_powers_run_is_everybodys_to_see(town: Town, key: str) -> None:
    officer = posted("all", "样样管", "officer", town["综合站"], "*")
    assert key not in catalogue().confidential and reach_of_figure(officer, catalogue().metric(key)).covers(town["云岭镇"])
