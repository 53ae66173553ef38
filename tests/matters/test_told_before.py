"""What was told before: shown to whoever is about to report it, as far as they may know of it, and joined in one act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, posted
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import (
    Report,
    join_report,
    merge_matters,
    open_matter,
    part_merged,
    standard_body,
    told_before,
)
from zhenwu.kernel.matters.barring import write_bars
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.problems import NotFound, Problem

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 6, 1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def lamp(town: Town, place: str, title: str = "路灯不亮", category: str = "lighting", line: str = "grid") -> Report:
    return Report(line, town[place], title, category=category)


def told(who: Actor, report: Report) -> UUID:
    return UUID(open_matter(who, uuid4(), report)["matter"])


def known(who: Actor, town: Town, place: str = "深塘一格", category: str = "lighting") -> list[str]:
    return [one.step.matter.title for one in told_before(who, "grid", "standard", "report", category, town[place])]


def live(matter: UUID) -> Step:
    return Step.objects.select_related("matter").get(matter=matter, retired_by=None)


def test_what_is_told_of_the_same_place_and_kind_in_the_last_days_is_known_before_it_is_reported_again(town: Town, people: dict[str, Actor]) -> None:
    clerk = people["窗口"]
    with clock.at(MONDAY - timedelta(days=20)):
        told(clerk, lamp(town, "深塘一格", "很久以前的灯"))
    for place, title in (("深塘一格", "桥头的灯"), ("深塘村", "全村的灯"), ("上垟一格", "上垟的灯")):
        told(clerk, lamp(town, place, title))
    told(clerk, lamp(town, "深塘一格", "小广告", "posters"))
    told(clerk, lamp(town, "深塘一格", "没有小类的", ""))
    over = told(clerk, lamp(town, "深塘一格", "已经不受理的灯"))
    api.advance_matter(clerk, uuid4(), over, "refuse", 1, {"reason": "不归镇里"})
    assert known(people["阿莲"], town) == ["桥头的灯"]  # what lies at the village is not hers to see
    assert known(clerk, town) == ["全村的灯", "桥头的灯"]
    assert known(clerk, town, category="") == []


def test_nobody_is_told_of_what_they_may_not_see_but_of_what_they_reported(town: Town, people: dict[str, Actor]) -> None:
    told(people["窗口"], lamp(town, "上垟一格", "上垟的灯"))
    assert known(people["阿莲"], town, "上垟一格") == []
    own = told(people["阿莲"], lamp(town, "深塘一格", "自己报的灯"))
    assert [(one.step.matter_id, one.own) for one in told_before(people["阿莲"], "grid", "standard", "report", "lighting", town["深塘一格"])] == [(own, True)]
    barred = told(people["窗口"], Report("grid", town["深塘一格"], "说她的事", category="lighting"))
    step = live(barred)
    api.advance_matter(people["窗口"], uuid4(), barred, "accept", step.number)
    Step.objects.filter(matter=barred, retired_by=None).update(carried={**live(barred).carried, "barred": [str(people["阿莲"].person_id)]})
    write_bars([(None, live(barred))])
    assert "说她的事" not in known(people["阿莲"], town) and "说她的事" in known(people["窗口"], town)


def test_who_says_it_is_the_same_thing_is_answered_with_it_and_nothing_is_counted_twice(town: Town, people: dict[str, Actor]) -> None:
    lead = told(people["窗口"], lamp(town, "深塘一格", "桥头的灯"))
    done = join_report(people["阿莲"], uuid4(), lamp(town, "深塘一格"), lead)
    other = live(UUID(done["matter"]))
    assert other.columns["merged"] is True and other.matter.merged_into_id == lead and done["lead"] == str(lead)
    assert live(lead).action == "gather" and people["阿莲"].principal in live(lead).hands["report"]
    for action, given in (("accept", {}), ("dispatch", {"unit": str(town["综合站"])}), ("sign", {}), ("handle", {}), ("complete", {"result": "换了灯泡"})):
        api.advance_matter(SYSTEM, uuid4(), lead, action, live(lead).number, given)
    api.advance_matter(people["窗口"], uuid4(), lead, "verify", live(lead).number, {"seen": "去看过，亮了"})
    api.advance_matter(people["窗口"], uuid4(), lead, "close", live(lead).number)
    assert [one.words for one in api.answers(people["阿莲"], [live(other.matter_id)])[other.matter_id] if one.what == "ended"] == ["换了灯泡"]


def test_one_operation_joins_once_and_what_the_desk_parts_again_goes_on(town: Town, people: dict[str, Actor]) -> None:
    lead, op_id = told(people["窗口"], lamp(town, "深塘一格")), uuid4()
    first, again = (join_report(people["阿莲"], op_id, lamp(town, "深塘一格"), lead) for _ in range(2))
    assert first == again and Matter.objects.count() == 2
    other = UUID(first["matter"])
    part_merged(people["窗口"], uuid4(), other, live(other).number, "是另一盏")
    assert (live(other).state, live(other).columns["merged"]) == ("reported", False)


@pytest.mark.parametrize("spoil", ["unseen", "over", "merged", "other line"])
def test_joining_what_cannot_be_joined_writes_nothing(town: Town, people: dict[str, Actor], spoil: str) -> None:
    lead = told(people["窗口"], lamp(town, "上垟一格" if spoil == "unseen" else "深塘一格"))
    wide = posted("zong", "总台", "clerk", town["综合站"])
    if spoil == "over":
        api.advance_matter(people["窗口"], uuid4(), lead, "refuse", 1, {"reason": "不归镇里"})
    if spoil == "merged":
        merge_matters(people["窗口"], uuid4(), told(people["窗口"], lamp(town, "深塘一格", "别的")), [(lead, 1)], "同一件")
    who, report = (wide, lamp(town, "深塘一格", line="care")) if spoil == "other line" else (people["阿莲"], lamp(town, "深塘一格"))
    count, steps = Matter.objects.count(), Step.objects.count()
    with pytest.raises((Problem, NotFound)) as problem:
        join_report(who, uuid4(), report, lead)
    assert problem.value.code == ("matter.unknown" if spoil == "unseen" else "matter.merge")
    assert (Matter.objects.count(), Step.objects.count()) == (count, steps)


def test_where_the_law_has_each_reporter_answered_nothing_is_offered(town: Town, people: dict[str, Actor]) -> None:
    limits = [one | ({"owed": True} if one["id"] == "accept" else {}) for one in standard_body()["limit"]]
    body = standard_body() | {"id": "letter", "label": "信", "limit": limits}
    install(SYSTEM, [Draft("workflow", "t.letter", "t", {"key": "t.letter", "pack": "t", **body})], uuid4())
    clerk = posted("zong", "总台", "clerk", town["综合站"])
    lead = UUID(open_matter(clerk, uuid4(), lamp(town, "深塘一格", line="t"), workflow="t.letter")["matter"])
    assert told_before(clerk, "t", "t.letter", "report", "lighting", town["深塘一格"]) == []
    with pytest.raises(Problem) as problem:
        join_report(clerk, uuid4(), lamp(town, "深塘一格", line="t"), lead, workflow="t.letter")
    assert problem.value.code == "matter.merge"
