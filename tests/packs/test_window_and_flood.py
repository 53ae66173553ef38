"""Clocks of applications and of reports to the county: days of the catalogue, what was silent counts from the day of receipt, twenty minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.packs.stories import Stage
from tests.packs.test_examples import stage as stage
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.problems import Problem
from zhenwu.sdk import RecordInput, follow_rules, save_record


def taken_in(stage: Stage, day: date, promised: str = "5") -> UUID:
    item = {"code": "S1", "title": "高龄津贴申领", "route": "promised", "decided_by": "town", "statutory_days": "20", "promised_days": promised, "papers": "2"}
    with at(day):
        save_record(SYSTEM, "service.item", RecordInput(item, stage.units["云岭镇"], date(2019, 1, 1)), uuid4())
        said = {"code": "A1", "item": "S1", "channel": "window", "route": "promised", "course": "tracked"}
        save_record(SYSTEM, "service.application", RecordInput(said, stage.units["深塘村"], day), uuid4())
        follow_rules()
    return Matter.objects.get(workflow="service.application").id


def step(stage: Stage, who: str, matter: UUID, action: str, day: date, **given: str) -> None:
    with at(day):
        matters.advance_matter(stage._actor(who), uuid4(), matter, action, len(matters.history(SYSTEM, matter)), given)


def last_days(matter: UUID) -> dict[str, str]:
    return {one.limit: one.last_day for one in matters.deadlines(SYSTEM, matter) if one.over is None}


def test_the_promised_days_are_those_of_the_catalogue_and_count_from_acceptance(stage: Stage) -> None:
    matter, office = taken_in(stage, date(2026, 3, 2)), str(stage.units["综合站"])  # a Monday
    assert last_days(matter) == {"tell_gaps": "2026-03-09"}
    step(stage, "窗口", matter, "accept", date(2026, 3, 4), unit=office)
    assert last_days(matter) == {"promise": "2026-03-11", "statutory": "2026-04-01"}


def test_what_was_silent_for_five_days_counts_from_the_day_it_was_taken_in(stage: Stage) -> None:
    matter, office = taken_in(stage, date(2026, 3, 2)), str(stage.units["综合站"])
    with pytest.raises(Problem, match="“受理或一次告知”已经过了"):
        step(stage, "窗口", matter, "ask_papers", date(2026, 3, 10), gaps="银行卡", papers_due_on="2026-03-20", paper_no="告1")
    step(stage, "窗口", matter, "accept_deemed", date(2026, 3, 10), unit=office, reason="漏办")
    assert last_days(matter) == {"promise_deemed": "2026-03-09", "statutory_deemed": "2026-03-30"}


def by_undertaking(stage: Stage) -> tuple[UUID, UUID]:
    """An application taken in by a written promise on a Monday, decided and handed over the next day; and its check."""
    with at(date(2026, 3, 2)):
        item = {"code": "S1", "title": "高龄津贴申领", "route": "promised", "decided_by": "town", "statutory_days": "20", "promised_days": "5", "papers": "2"}
        save_record(SYSTEM, "service.item", RecordInput(item, stage.units["云岭镇"], date(2019, 1, 1)), uuid4())
        says = {"item": "S1", "covers": "证明", "says": "没有领别的", "method": "shared"}
        save_record(SYSTEM, "service.undertaking_item", RecordInput(says, stage.units["云岭镇"], date(2019, 1, 1)), uuid4())
        said = {"code": "A1", "item": "S1", "channel": "window", "route": "promised", "course": "tracked"}
        save_record(SYSTEM, "service.application", RecordInput(said, stage.units["深塘村"], date(2026, 3, 2)), uuid4())
        follow_rules()
    matter = Matter.objects.get(workflow="service.application").id
    step(stage, "窗口", matter, "accept_undertaken", date(2026, 3, 2), unit=str(stage.units["综合站"]), undertaken_papers="证明", undertaking_no="诺1")
    step(stage, "老周", matter, "grant", date(2026, 3, 3), result="准予")
    step(stage, "窗口", matter, "hand_out", date(2026, 3, 3), delivery="window")
    with at(date(2026, 3, 3)):
        follow_rules()
        follow_rules()
    return matter, Matter.objects.get(workflow="service.undertaking_check").id


def looked_up(matter: UUID) -> matters.LookedUp:
    receipt = matters.receipt_of(matters.history(SYSTEM, matter)[-1])
    assert receipt is not None and receipt.number == "A1"
    return matters.look_up(receipt.number, receipt.code)


def test_what_was_promised_is_checked_within_sixty_office_days_of_the_decision(stage: Stage) -> None:
    _, check = by_undertaking(stage)
    assert last_days(check) == {"check": "2026-05-29"}  # 3 March + 60 office days: 清明, 五一 and 9 May (a working Saturday) counted as they are
    with pytest.raises(Problem):
        step(stage, "窗口", check, "keep", date(2026, 3, 20), method="shared", result="属实")
    step(stage, "老周", check, "order_mend", date(2026, 3, 20), method="shared", result="没有做到", mend_by="2026-04-10", paper_no="改1")
    assert last_days(check) == {"mend": "2026-04-10", "conclude": "2026-04-17"}
    with pytest.raises(Problem, match="承诺整改期限|整改到哪天"):
        step(stage, "主任", check, "revoke", date(2026, 4, 9), reason="没有整改", result="没有", paper_no="撤1", remedies_told="true")


def test_while_the_promise_is_checked_the_application_is_over_for_whoever_looks_it_up(stage: Stage) -> None:
    matter, check = by_undertaking(stage)
    theirs, ours = looked_up(matter), looked_up(check)
    assert theirs.words == "办完了，结果已经交给您" and theirs.ended_on == date(2026, 3, 3)
    assert "正在核查承诺，不用您跑" in ours.words and ours.ended_on is None and ours.promised_on == ""


def test_the_time_of_a_special_procedure_does_not_count(stage: Stage) -> None:
    matter, office = taken_in(stage, date(2026, 3, 2)), str(stage.units["综合站"])
    step(stage, "窗口", matter, "accept", date(2026, 3, 2), unit=office)
    step(stage, "老周", matter, "begin_procedure", date(2026, 3, 4), procedure="publicity", reason="村里公示", paper_no="公1")
    assert last_days(matter) == {"promise": "", "statutory": ""}
    step(stage, "老周", matter, "end_procedure", date(2026, 3, 18), result="没有异议")
    assert last_days(matter)["promise"] == "2026-03-23"  # the third alone had counted; the 18th is the second of five


def test_the_catalogue_that_changes_later_moves_nothing(stage: Stage) -> None:
    matter, office = taken_in(stage, date(2026, 3, 2)), str(stage.units["综合站"])
    step(stage, "窗口", matter, "accept", date(2026, 3, 2), unit=office)
    with at(date(2026, 3, 3)):
        record = find_record("service.item", "S1")
        save_record(SYSTEM, "service.item", RecordInput({"promised_days": "1"}, reason="提速"), uuid4(), record, 1)
    assert last_days(matter)["promise"] == "2026-03-09"


@pytest.mark.parametrize(("kind", "minutes"), [("flood", 20), ("work", 60)])
def test_the_first_report_is_due_in_minutes_night_or_day(stage: Stage, kind: str, minutes: int) -> None:
    night = datetime(2026, 5, 2, 23, 50, tzinfo=LOCAL)  # a Saturday, a holiday
    with at(night):
        report = matters.Report("emergency", stage.units["一网格"], "村后滑坡")
        matter = UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="emergency.happening", given={"kind": kind})["matter"])
        (found,) = matters.deadlines(SYSTEM, matter)
    assert found.due.at == night + timedelta(minutes=minutes)
    if kind == "flood":
        assert "20分钟" in " ".join(found.due.why)
    with at(night + timedelta(minutes=10)):
        version = len(matters.history(SYSTEM, matter))
        matters.advance_matter(SYSTEM, uuid4(), matter, "report_by_phone", version, {"grade": "small", "receiver": "县应急", "result": "路断"})
        running = [one for one in matters.deadlines(SYSTEM, matter) if one.over is None]
    assert [one.due.at for one in running] == ([night + timedelta(minutes=40)] if kind == "flood" else [])
