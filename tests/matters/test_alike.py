"""The same thing told elsewhere: what is offered for merging, to whom, and what the law lets run on its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, posted
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import Report, alike, current, merge_matters, open_matter, standard_body
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 6, 1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def desk(town: Town) -> Actor:
    """The window of all lines."""
    return posted("zong", "总台", "clerk", town["综合站"])


def told(who: Actor, line: str, place: UUID, title: str, workflow: str = "standard", category: str = "") -> UUID:
    return UUID(open_matter(who, uuid4(), Report(line, place, title, category=category), workflow=workflow)["matter"])


def gathering(**more: Any) -> str:
    """A workflow that gathers what grids report."""
    body = standard_body() | {"id": "quarrel", "label": "纠纷", "gathers": ["grid"], **more}
    install(SYSTEM, [Draft("workflow", "t.quarrel", "t", {"key": "t.quarrel", "pack": "t", **body})], uuid4())
    return "t.quarrel"


def offered(who: Actor, matter: UUID) -> list[str]:
    return [step.matter.title for step in alike(who, current(who, matter)).steps]


def test_what_a_grid_reported_of_the_same_quarrel_is_offered_the_likeliest_first(town: Town, desk: Actor) -> None:
    workflow = gathering()
    lead = told(desk, "t", town["深塘村"], "两家争水渠", workflow)
    told(desk, "grid", town["深塘一格"], "路灯不亮")
    told(desk, "grid", town["深塘一格"], "两家为水渠争吵")
    told(desk, "grid", town["云岭镇"], "来电说有人争水")
    told(desk, "grid", town["上垟一格"], "两家争水渠，在上垟")  # another village's
    told(desk, "care", town["深塘一格"], "两家争水渠")  # a line that it does not gather
    assert offered(desk, lead)[0] == "两家为水渠争吵" and set(offered(desk, lead)) == {"两家为水渠争吵", "路灯不亮", "来电说有人争水"}


def test_the_same_kind_comes_first(town: Town, desk: Actor) -> None:
    lead = told(desk, "grid", town["深塘一格"], "灯不亮", category="lighting")
    told(desk, "grid", town["深塘一格"], "灯不亮了")
    told(desk, "grid", town["深塘村"], "村口黑", category="lighting")
    assert offered(desk, lead) == ["村口黑", "灯不亮了"]


def test_only_what_one_may_see_and_merge_is_offered(town: Town, desk: Actor, people: dict[str, Actor]) -> None:
    """The window of one line, who sees nothing of grids; a grid worker, who sees but merges nothing."""
    workflow = gathering()
    lead, other = told(desk, "t", town["深塘村"], "两家争水渠", workflow), told(desk, "grid", town["深塘一格"], "两家争水渠")
    narrow = posted("zhai", "调解窗口", "clerk", town["综合站"], "t")
    assert offered(desk, lead) == ["两家争水渠"] and offered(narrow, lead) == []
    assert alike(people["阿莲"], current(people["阿莲"], other)) == api.Alike()
    with pytest.raises(NotFound):
        merge_matters(narrow, uuid4(), lead, [(other, 1)], "同一件")


def test_what_is_a_lead_itself_or_merged_or_over_is_not_offered(town: Town, desk: Actor) -> None:
    lead, second, third, over = (told(desk, "grid", town["深塘一格"], title) for title in ("甲", "乙", "丙", "丁"))
    merge_matters(desk, uuid4(), second, [(third, 1)], "同一件")
    api.advance_matter(desk, uuid4(), over, "refuse", 1, {"reason": "不归镇里"})
    assert offered(desk, lead) == []


@pytest.mark.parametrize("kind", ["owed", "right"])
def test_what_the_law_lets_run_is_not_merged_and_is_shown_apart(town: Town, desk: Actor, kind: str) -> None:
    limits = [one | ({kind: True} if one["id"] == "accept" else {}) for one in standard_body()["limit"]]
    workflow = gathering(limit=limits)
    lead, other = (told(desk, "t", town["深塘村"], title, workflow) for title in ("一封信", "又一封信"))
    found = alike(desk, current(desk, lead))
    assert found.steps == () and [step.matter.title for step in found.bound] == ["又一封信"]
    with pytest.raises(Problem) as problem:
        merge_matters(desk, uuid4(), lead, [(other, 1)], "同一件")
    assert problem.value.code == "matter.merge" and "受理时限" in problem.value.message and not isinstance(problem.value, Refused)
    api.advance_matter(desk, uuid4(), other, "accept", 1)  # what was owed is done
    assert offered(desk, lead) == ["又一封信"]
    assert merge_matters(desk, uuid4(), lead, [(other, 2)], "同一件")["merged"] == 1
