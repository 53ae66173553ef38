"""The event tree of the grid: each small kind has its own limit; what the tree does not know, and what other lines report, keeps the general one."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import RunningLimit
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.packkit.examples import Step

pytestmark = pytest.mark.django_db
LIGHTING = {"code": "lighting", "title": "路灯不亮", "cluster": "surroundings", "urgent": "normal", "amount": "3", "clock": "work_day", "source": "云岭镇网格事件目录", "accept_when": "夜里看过，亮了"}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def _take(stage: Stage, day: str, who: str, act: str, target: str, key: str = "", unit: str | None = None, **data: str) -> None:
    with at(date.fromisoformat(day)):
        stage._take(Step(date.fromisoformat(day), who, act, target, unit, tuple(key.split()), None, data))


def _accepted(stage: Stage, key: str, line: str, category: str) -> tuple[str, str]:
    """The last day of the handling limit of a matter accepted on Monday 2020-06-01, and why."""
    _take(stage, "2020-06-01", "窗口", "open", "standard", key, "一网格", title="路灯不亮", line=line, category=category)
    _take(stage, "2020-06-01", "窗口", "advance", "accept", key)
    matters.catch_up_limits()
    with at(date(2020, 6, 1)):
        found = next(one for one in matters.deadlines(SYSTEM, stage._matter((key,))) if one.limit == "handle")
    running = RunningLimit.objects.get(matter=stage._matter((key,)), limit="handle")
    assert running.due_at == found.due.at
    return found.last_day, found.due.why[0]


def test_the_limit_of_a_matter_goes_by_its_small_kind_and_says_whence(stage: Stage) -> None:
    _take(stage, "2020-05-04", "窗口", "save", "grid.matter_kind", unit="云岭镇", **LIGHTING)
    assert _accepted(stage, "A", "grid", "lighting") == ("2020-06-04", "依据：云岭镇网格事件目录")
    assert [_accepted(stage, key, line, category)[0] for key, line, category in (("B", "grid", "unheard_of"), ("C", "grid", ""), ("D", "demolition", "lighting"))] == ["2020-06-10"] * 3


def test_a_kind_said_or_corrected_later_moves_the_limit_from_where_it_began(stage: Stage) -> None:
    _take(stage, "2020-05-04", "窗口", "save", "grid.matter_kind", unit="云岭镇", **LIGHTING)
    road = {**LIGHTING, "code": "lighting_road", "title": "主干道整段不亮", "amount": "1", "condition_of": "lighting"}
    _take(stage, "2020-05-04", "窗口", "save", "grid.matter_kind", unit="云岭镇", **road)
    _take(stage, "2020-06-01", "窗口", "open", "standard", "A", "一网格", title="街上黑", line="grid")
    _take(stage, "2020-06-01", "窗口", "advance", "accept", "A")

    def last_day() -> str:
        matters.catch_up_limits()
        found = next(one for one in matters.deadlines(SYSTEM, stage._matter(("A",))) if one.limit == "handle")
        assert RunningLimit.objects.get(matter=stage._matter(("A",)), limit="handle").due_at == found.due.at
        return found.last_day

    assert last_day() == "2020-06-10"
    _take(stage, "2020-06-02", "窗口", "advance", "reclassify", "A", category="lighting", reason="是路灯")
    assert last_day() == "2020-06-04"
    _take(stage, "2020-06-02", "窗口", "advance", "reclassify", "A", category="lighting", condition="lighting_road", reason="主干道")
    assert last_day() == "2020-06-02"
    _take(stage, "2020-06-03", "窗口", "advance", "withdraw", "A", reason="看错了")
    assert last_day() == "2020-06-04"
    step = matters.current(SYSTEM, stage._matter(("A",)))
    assert (step.columns["category"], step.columns["condition"]) == ("lighting", None)


def test_whoever_worked_on_a_matter_does_not_say_of_which_kind_it_is(stage: Stage) -> None:
    _take(stage, "2020-06-01", "窗口", "open", "standard", "A", "一网格", title="街上黑", line="grid")
    for action, unit in (("accept", None), ("dispatch", "综合站"), ("sign", None), ("handle", None)):
        _take(stage, "2020-06-01", "窗口", "advance", action, "A", unit)
    with at(date(2020, 6, 1)):
        given = {"category": "lighting", "reason": "时限长些"}
        stage._take(Step(date(2020, 6, 1), "窗口", "advance", "reclassify", None, ("A",), None, given, refused="matter.not_yours"))


def test_a_limit_changed_in_the_tree_binds_what_is_accepted_from_then_on(stage: Stage) -> None:
    _take(stage, "2020-05-04", "窗口", "save", "grid.matter_kind", unit="云岭镇", **LIGHTING)
    assert _accepted(stage, "A", "grid", "lighting")[0] == "2020-06-04"
    with at(date(2020, 6, 2)):
        stage._take(Step(date(2020, 6, 2), "窗口", "correct", "grid.matter_kind", None, ("lighting",), "缩短", {"amount": "1"}))
        assert next(one for one in matters.deadlines(SYSTEM, stage._matter(("A",))) if one.limit == "handle").last_day == "2020-06-04"
    _take(stage, "2020-06-03", "窗口", "open", "standard", "B", "一网格", title="又不亮", line="grid", category="lighting")
    _take(stage, "2020-06-03", "窗口", "advance", "accept", "B")
    with at(date(2020, 6, 3)):
        assert next(one for one in matters.deadlines(SYSTEM, stage._matter(("B",))) if one.limit == "handle").last_day == "2020-06-04"
