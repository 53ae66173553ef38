"""Hazards, water and points on workflows of their own: limits go by grade and by condition, powers that a town has not are not there."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.packkit.examples import Step
from zhenwu.sdk import follow_rules

pytestmark = pytest.mark.django_db
SITE = {"code": "S1", "title": "溪口茶厂", "field": "fire", "kind": "enterprise", "risk": "orange", "risk_on": "2020-01-10"}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def _take(stage: Stage, day: str, who: str, act: str, target: str, key: str = "", unit: str | None = None, **data: str) -> None:
    with at(date.fromisoformat(day)):
        stage._take(Step(date.fromisoformat(day), who, act, target, unit, tuple(key.split()), None, data))
        follow_rules()


def _limits(stage: Stage, code: str, day: str) -> dict[str, str]:
    with at(date.fromisoformat(day)):
        return {one.limit: one.last_day for one in matters.deadlines(SYSTEM, stage._matter(tuple(code.split()))) if one.over is None}


def _hazard(stage: Stage, code: str, grade: str) -> None:
    data = {"code": code, "site": "S1", "found_by": "patrol", "sort": "exit", "words": "后门堆货"}
    _take(stage, "2020-06-01", "阿莲", "save", "safety.hazard", unit="一网格", **data)
    _take(stage, "2020-06-01", "老周", "advance", "classify", f"hazard {code}", grade=grade)


def test_a_rectification_runs_to_the_day_that_was_set_and_a_major_hazard_has_a_limit_for_the_county(stage: Stage) -> None:
    _take(stage, "2020-05-20", "阿莲", "save", "safety.site", unit="一网格", **SITE)
    _hazard(stage, "Y1", "plain")
    _hazard(stage, "Z1", "major")
    assert _limits(stage, "hazard Y1", "2020-06-01") == {}
    assert _limits(stage, "hazard Z1", "2020-06-01") == {"county": "2020-06-04"}
    told = {"measure_taken": "清空", "owner_post": "厂长", "due_on": "2020-06-30", "funds": "100", "contingency": "专人看守"}
    _take(stage, "2020-06-02", "老周", "advance", "list_county", "hazard Z1", paper_no="云安〔2020〕3号")
    assert _limits(stage, "hazard Z1", "2020-06-02") == {}
    for code in ("Y1", "Z1"):
        _take(stage, "2020-06-02", "窗口", "advance", "assign", f"hazard {code}", **told)
    assert _limits(stage, "hazard Y1", "2020-06-02") == {"plain": "2020-06-30"}
    assert _limits(stage, "hazard Z1", "2020-06-02") == {"major": "2020-06-30"}


def test_a_town_may_ask_for_a_stoppage_and_cannot_order_one() -> None:
    body = next(draft.body for draft in drafts() if draft.key == "safety.hazard" and draft.kind == "workflow")
    named = {action["id"]: action["label"] for action in body["action"] if "停产" in action["label"]}
    assert named == {"ask_stoppage": "提请县里责令停产停业", "stoppage_answer": "县里对停产停业的答复"}


def test_the_second_routine_check_of_a_shop_within_thirty_days_is_told_once_and_a_recheck_is_not(stage: Stage) -> None:
    _take(stage, "2020-05-20", "阿莲", "save", "safety.site", unit="一网格", **SITE)
    sheet = {"site": "S1", "inspectors": "甲、乙", "spot": "车间", "content": "用电", "finding": "clean", "inspectors_signed": "true", "site_signed": "signed"}
    visits = (("2020-06-01", "emergency", "routine"), ("2020-06-15", "fire", "recheck"), ("2020-06-20", "market", "routine"), ("2020-09-01", "fire", "routine"))
    for number, (day, team, purpose) in enumerate(visits):
        _take(stage, day, "老周", "save", "safety.inspection", unit="一网格", sheet=f"J{number}", team=team, purpose=purpose, **sheet)
    assert [matter.title for matter in Matter.objects.filter(line="safety")] == ["溪口茶厂三十天内已经查过，市场监管所又去了一次（J2），请统筹后面的检查"]


def test_households_are_told_within_hours_and_the_limit_stops_when_they_are(stage: Stage) -> None:
    station = {"code": "W1", "title": "深塘水站", "scale": "small", "households": "126", "source": "stream", "disinfection": "hypochlorite", "running": "running"}
    _take(stage, "2020-06-01", "老周", "save", "drinking.station", unit="深塘村", **station)
    sample = {"sheet": "S1", "station": "W1", "purpose": "daily", "place": "tap", "scale": "small", "chlorine": "0.02", "verdict": "failed"}
    _take(stage, "2020-06-01", "老周", "save", "drinking.sample", unit="深塘村", **sample)
    assert Matter.objects.filter(line="drinking").count() == 1  # low chlorine and a failed verdict are one repair
    assert set(_limits(stage, "chlorine S1", "2020-06-01")) == {"tell", "repair"}
    told = {"told_households": "126", "told_by": "group", "advice": "boil", "told_on": "2020-06-01"}
    _take(stage, "2020-06-01", "老周", "advance", "tell_households", "chlorine S1", **told)
    assert set(_limits(stage, "chlorine S1", "2020-06-01")) == {"repair"}
