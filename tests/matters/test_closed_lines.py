"""Matters of a confidential line are not there for anybody whose appointment does not name the line."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.matters.test_verbs import JUNE, SCOPE
from tests.orgs.staff import Town, posted
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import Report
from zhenwu.kernel.orgs.api import PURPOSES, SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.problems import NotFound, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubt(town: Town) -> UUID:
    with clock.at(JUNE):
        report = Report("integrity", town["深塘一格"], "两项工程疑似拆分", category="split_use")
        return UUID(api.open_matter(SYSTEM, uuid4(), report)["matter"])


@pytest.fixture
def inspectors(town: Town) -> tuple[Actor, Actor]:
    return (
        posted("jiwei", "小纪", "office_head", town["综合站"], "integrity"),
        posted("jiancha", "小察", "officer", town["综合站"], "integrity"),
    )


def everybody_else(town: Town, people: dict[str, Actor]) -> list[Actor]:
    return [
        *people.values(),
        posted("all", "样样管", "office_head", town["综合站"], "*"),
        posted("village", "村里人", "village_secretary", town["深塘村"], "integrity"),
        posted("statistician", "统计员", "statistician", town["云岭镇"], "*"),
        posted("mayor", "镇长", "mayor", town["云岭镇"], "*"),
    ]


def test_nobody_else_sees_or_touches_a_doubt_whatever_they_may_otherwise(
    town: Town, people: dict[str, Actor], doubt: UUID
) -> None:
    for other in everybody_else(town, people):
        assert all(api.visible_ids(other, purpose, SCOPE, "integrity") == set() for purpose in PURPOSES), other.name
        with pytest.raises(NotFound):
            api.current(other, doubt)
        with pytest.raises(NotFound):
            api.advance_matter(other, uuid4(), doubt, "accept", 1)


def test_nobody_else_opens_one_either(town: Town, people: dict[str, Actor]) -> None:
    with pytest.raises(Refused):
        api.open_matter(people["阿莲"], uuid4(), Report("integrity", town["深塘一格"], "试一试"))


def test_the_inspection_works_through_it(town: Town, inspectors: tuple[Actor, Actor], doubt: UUID) -> None:
    head, officer = inspectors
    given = {"unit": str(town["综合站"]), "result": "查明是两处不同的路段", "seen": "两处都去看了"}
    steps = ((head, "accept"), (head, "dispatch"), (officer, "sign"), (officer, "handle"), (officer, "complete"), (head, "verify"), (head, "close"))
    for number, (who, action) in enumerate(steps, 1):
        with clock.at(JUNE + timedelta(days=number)):
            api.advance_matter(who, uuid4(), doubt, action, number, given)
    assert api.current(officer, doubt).state == "closed"
    assert api.visible_ids(officer, "evidence", SCOPE, "integrity") == {(doubt, 8)}
