"""A reporter is told: accepted, sent back, merged, closed with the result; once seen it is no news; who is kept out learns nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.matters.test_joining import Desk, close, opened
from tests.orgs.staff import Town, posted
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import (
    Answer,
    Report,
    Taken,
    merge_matters,
    open_matter,
    part_merged,
    read_answers,
    standard_body,
    take_steps,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.clock import LOCAL

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 6, 1)
NOON = datetime(2020, 6, 1, 12, tzinfo=LOCAL)
LATER = datetime(2020, 6, 20, 12, tzinfo=LOCAL)


@pytest.fixture
def desk(people: dict[str, Actor]) -> Desk:
    return Desk(people)


def told(who: Actor, matter: UUID, at: datetime = LATER) -> list[Answer]:
    """What somebody is told of a report of theirs."""
    with clock.at(at):
        found = [step for step in api.reported(who) if step.matter_id == matter]
        return api.answers(who, found).get(matter, [])


def said(who: Actor, matter: UUID, at: datetime = LATER) -> list[tuple[str, str, str]]:
    return [(one.what, one.label, one.words) for one in told(who, matter, at)]


def fresh(who: Actor, at: datetime = LATER) -> list[str]:
    with clock.at(at):
        return [one.what for _, answers in api.news(who) for one in answers if one.fresh]


def merged(people: dict[str, Actor], lead: UUID, *others: UUID) -> None:
    with clock.at(NOON):
        merge_matters(people["窗口"], uuid4(), lead, [(other, 1) for other in others], "同一根水管")


def test_alian_is_told_who_took_up_her_report_and_what_came_of_it(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    assert told(people["阿莲"], matter) == []
    close(desk, town, matter)
    accepted, closed = told(people["阿莲"], matter)
    assert (accepted.what, accepted.label, accepted.by, accepted.at.astimezone(LOCAL).date()) == ("accepted", "受理", people["窗口"].principal, date(2020, 6, 2))
    assert (closed.what, closed.label, closed.words, closed.by) == ("ended", "结案", "换了水管", people["窗口"].principal)
    assert fresh(people["阿莲"]) == ["accepted", "ended"]
    assert fresh(people["老周"]) == fresh(people["窗口"]) == fresh(SYSTEM) == []


def test_what_is_not_taken_up_and_what_is_sent_back_is_told_with_the_reason(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    refused, returned = opened(people, town), opened(people, town, "路灯不亮")
    desk("窗口", refused, "refuse", reason="不归镇里")
    assert said(people["阿莲"], refused) == [("ended", "不予受理", "不归镇里")]
    for action, given in (("accept", {}), ("dispatch", {"unit": str(town["综合站"])})):
        desk("窗口", returned, action, **given)
    desk("老周", returned, "send_back", reason="归电力公司")
    assert said(people["阿莲"], returned)[1:] == [("returned", "退回", "归电力公司")]


def test_a_report_that_waits_is_told_why_and_one_opened_again_that_it_is(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    for who, action, given in (("窗口", "accept", {}), ("窗口", "dispatch", {"unit": str(town["综合站"])}), ("老周", "sign", {}), ("窗口", "suspend", {"reason": "等天晴"})):
        desk(who, matter, action, **given)
    assert said(people["阿莲"], matter)[1:] == [("paused", "挂账", "等天晴")]
    for who, action, given in (("老周", "resume", {"reason": "晴了"}), ("老周", "complete", {"result": "补好了"}), ("阿莲", "verify", {"seen": "去看过"}), ("窗口", "close", {}), ("阿莲", "reopen", {"reason": "又破了"})):
        desk(who, matter, action, **given)
    assert said(people["阿莲"], matter)[2:] == [("ended", "结案", "补好了"), ("reopened", "重开", "又破了")]
    assert "reopened" not in fresh(people["阿莲"]), "what she did herself is no news to her"


def test_each_whose_report_was_merged_is_answered_with_the_main_one(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    lead, second = opened(people, town), opened(people, town, "路上全是水", "老周")
    merged(people, lead, second)
    close(desk, town, lead)
    assert said(people["阿莲"], lead) == [("accepted", "受理", ""), ("ended", "结案", "换了水管")]
    answered = told(people["老周"], second)
    assert [(one.what, one.label, one.words, one.lead) for one in answered] == [
        ("merged", "并入主件", "同一根水管", False), ("accepted", "受理", "", True), ("ended", "随主件答复", "换了水管", False),
    ]  # fmt: skip
    assert fresh(people["老周"]) == ["merged", "accepted", "ended"]


def test_what_the_main_matter_went_through_before_is_not_told_as_an_answer(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    lead, second = opened(people, town), opened(people, town, "路上全是水", "老周")
    desk("窗口", lead, "accept")
    with clock.at(NOON + timedelta(days=3)):
        merge_matters(people["窗口"], uuid4(), lead, [(second, 1)], "同一根水管")
    desk.day += timedelta(days=3)
    desk("窗口", lead, "dispatch", unit=str(town["综合站"]))
    desk("老周", lead, "send_back", reason="归供水站")
    assert said(people["老周"], second) == [("merged", "并入主件", "同一根水管"), ("returned", "退回", "归供水站")]


def test_what_was_parted_again_is_told_nothing_more_of_the_other(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    lead, second = opened(people, town), opened(people, town, "路上全是水", "老周")
    merged(people, lead, second)
    with clock.at(NOON + timedelta(hours=1)):
        part_merged(people["窗口"], uuid4(), second, desk.version(second), "不是同一件")
    close(desk, town, lead)
    assert said(people["老周"], second) == [("merged", "并入主件", "同一根水管"), ("parted", "从主件分出", "不是同一件")]


def test_a_step_that_was_taken_back_is_not_told(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "withdraw", reason="点错了")
    assert told(people["阿莲"], matter) == []


def test_what_was_seen_is_no_news_and_the_journal_says_so(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    (answer,) = told(people["阿莲"], matter)
    with clock.at(LATER):
        assert read_answers(people["外乡人"], uuid4(), [answer.step]) == read_answers(people["老周"], uuid4(), [answer.step]) == {"read": 0}
        op_id = uuid4()
        assert read_answers(people["阿莲"], op_id, [answer.step, 10**9]) == read_answers(people["阿莲"], op_id, [answer.step, 10**9]) == {"read": 1}
    assert fresh(people["阿莲"]) == [] and len(told(people["阿莲"], matter)) == 1
    assert [(one.subject, one.body) for one in Event.objects.filter(kind="answer.read")] == [(people["阿莲"].principal, {"steps": [answer.step]})]
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    desk("老周", matter, "send_back", reason="归电力公司")
    assert fresh(people["阿莲"]) == ["returned"]


def test_what_is_answered_at_night_is_news_in_the_morning(people: dict[str, Actor], town: Town) -> None:
    matter = opened(people, town)
    night = datetime(2020, 6, 1, 23, tzinfo=LOCAL)
    with clock.at(night):
        api.advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
    assert fresh(people["阿莲"], night + timedelta(hours=1)) == []
    assert fresh(people["阿莲"], datetime(2020, 6, 2, 7, tzinfo=LOCAL)) == ["accepted"]
    assert fresh(people["阿莲"], datetime(2020, 9, 1, 7, tzinfo=LOCAL)) == [], "after two months it is no news, read or not"


def test_a_reporter_is_answered_wherever_the_post_lies_now_and_not_without_one(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    moved = Actor(people["阿莲"].person_id, "阿莲", posted("lin", "小林", "grid_worker", town["上垟一格"], "grid").posts)
    assert [what for what, _, _ in said(moved, matter)] == fresh(moved) == ["accepted"]
    gone = Actor(people["阿莲"].person_id, "阿莲")
    assert told(gone, matter) == [] and fresh(gone) == []


def test_who_is_kept_out_of_what_they_reported_is_told_nothing(people: dict[str, Actor], town: Town) -> None:
    body = standard_body() | {"id": "quiet"}
    body["action"].append({"id": "seal", "label": "封存", "seals": "integrity", "move": [{"from": "accepted", "to": "accepted", "posts": ["clerk"]}]})
    install(SYSTEM, [Draft("workflow", "grid.quiet", "grid", {"key": "grid.quiet", "pack": "grid", **body})], uuid4())
    with clock.at(NOON):
        matter = UUID(open_matter(people["阿莲"], uuid4(), Report("grid", town["深塘一格"], "线索"), workflow="grid.quiet")["matter"])
        api.advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
        assert len(told(people["阿莲"], matter)) == 1
        api.advance_matter(people["窗口"], uuid4(), matter, "seal", 2)
    assert told(people["阿莲"], matter) == [] and fresh(people["阿莲"]) == []


def test_of_a_main_matter_that_was_sealed_since_nothing_more_is_told(people: dict[str, Actor], town: Town) -> None:
    body = standard_body() | {"id": "quiet"}
    body["action"].append({"id": "seal", "label": "封存", "seals": "integrity", "move": [{"from": "accepted", "to": "accepted", "posts": ["clerk"]}]})
    install(SYSTEM, [Draft("workflow", "grid.quiet", "grid", {"key": "grid.quiet", "pack": "grid", **body})], uuid4())
    with clock.at(NOON):
        lead = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "线索"), workflow="grid.quiet")["matter"])
        other = opened(people, town)
    merged(people, lead, other)
    with clock.at(NOON):
        api.advance_matter(people["窗口"], uuid4(), lead, "accept", 2)
        assert [one.what for one in told(people["阿莲"], other)] == ["merged", "accepted"]
        api.advance_matter(people["窗口"], uuid4(), lead, "seal", 3)
    assert [one.what for one in told(people["阿莲"], other)] == ["merged"]


def test_what_a_confidential_line_looks_into_is_told_only_within_its_reach(people: dict[str, Actor], town: Town) -> None:
    discipline = posted("jiwei", "纪委", "officer", town["综合站"], "integrity")
    with clock.at(NOON):
        clue = UUID(open_matter(discipline, uuid4(), Report("integrity", town["深塘一格"], "线索"))["matter"])
        api.advance_matter(SYSTEM, uuid4(), clue, "accept", 1)
    assert [what for what, _, _ in said(discipline, clue)] == ["accepted"]
    elsewhere = Actor(discipline.person_id, discipline.name, people["老周"].posts)
    assert told(elsewhere, clue) == [] and fresh(elsewhere) == []


def test_what_came_in_by_a_table_is_no_news_to_who_brought_it(people: dict[str, Actor], town: Town) -> None:
    with clock.at(NOON):
        typed, brought = uuid4(), uuid4()
        reports = [(typed, Report("grid", town["深塘一格"], "窗口代报")), (brought, Report("grid", town["深塘一格"], "来单", record=uuid4()))]
        take_steps(people["窗口"], uuid4(), [Taken(matter, "report", report=report) for matter, report in reports])
        for matter in (typed, brought):
            api.advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
    assert [step.matter_id for step in api.reported(people["窗口"])] == [typed] and fresh(people["窗口"]) == ["accepted"]
