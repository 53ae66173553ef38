"""What is due: rows that sort by it, and what is told about it, once, to whom it concerns, not at night, and of nothing that is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.matters.timed import journal, limited, moment, on, report, take, tick
from tests.orgs.staff import Town, posted
from zhenwu.kernel.definitions.api import DayInput, Draft, install, set_days
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters import telling
from zhenwu.kernel.matters.api import (
    RunningLimit,
    advance_matter,
    by_due,
    catch_up_limits,
    may_sign,
    notices_for,
    read_notices,
    sign_slip,
    slip_of,
    standard_body,
    sweep,
    tell_due,
    timeline,
)
from zhenwu.kernel.matters.checking import check_workflow
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds, set_charge
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db


def shown(actor: Actor, text: str) -> list[str]:
    with on(text):
        return sorted(one.what for one in notices_for(actor))


# -- the golden timeline ------------------------------------------------------------------------------------------------------


GOLDEN = [
    # 5 work days from Friday 9 February, around the festival: 10 (Saturday, worked), 12, 20, 21, 22.
    ("reminded", "02-22 00:00"),  # one fifth of five days before: at the beginning of the last day
    ("overdue", "02-23 00:00"),
    ("escalated", "02-24 00:00"),  # one work day later: Friday 23
    ("escalated", "02-27 00:00"),  # three: Friday 23, Sunday 25 (worked), Monday 26
]


def test_the_golden_timeline_over_a_festival_and_exchanged_days(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=5, clock="work_day", escalate=[{"after": 1, "to": ["overseer"]}, {"after": 3, "to": ["secretary", "mayor"]}])
    with on("02-09 10:00"):
        matter = report(town, workflow)
        foretold = [(one.what, f"{one.at.astimezone(LOCAL):%m-%d %H:%M}", f"{one.deliver_at.astimezone(LOCAL):%m-%d %H:%M}") for one in timeline(SYSTEM, matter)]
    begins = moment("02-09 10:00")
    for hour in range(24 * 21):
        with at(begins + timedelta(hours=hour)):
            tell_due()
    assert journal() == GOLDEN
    assert foretold == [
        ("remind", "02-22 00:00", "02-22 07:00"), ("overdue", "02-23 00:00", "02-23 07:00"), ("propose", "02-23 00:00", "02-23 07:00"),
        ("escalate1", "02-24 00:00", "02-24 07:00"), ("escalate2", "02-27 00:00", "02-27 07:00"),
    ]  # fmt: skip


def test_the_golden_timeline_of_urgent_hours_runs_by_night(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=2, clock="urgent_hour", escalate=[{"after": 1, "to": ["overseer"]}])
    with on("02-13 23:10"):
        matter = report(town, workflow)
        foretold = [(one.what, f"{one.deliver_at.astimezone(LOCAL):%d %H:%M}") for one in timeline(SYSTEM, matter)]
    for minute in range(0, 300, 1):
        with at(moment("02-13 23:10") + timedelta(minutes=minute)):
            tell_due()
    assert journal() == [("reminded", "02-14 00:46"), ("overdue", "02-14 01:10"), ("escalated", "02-14 02:10")]
    assert foretold == [("remind", "14 00:46"), ("overdue", "14 01:10"), ("propose", "14 01:10"), ("escalate1", "14 02:10")]


def test_a_reminder_of_work_days_comes_on_the_first_worked_day_of_those_left(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=3, clock="work_day", remind=1)
    with on("02-08 10:00"):  # 9, 10 (worked), 12 → 11 is a Sunday
        report(town, workflow)
    assert [tick(text) for text in ("02-11 12:00", "02-12 08:00")] == [0, 1]
    assert journal() == [("reminded", "02-12 00:00")]


# -- once ---------------------------------------------------------------------------------------------------------------------


def test_after_three_weeks_off_each_thing_is_told_once_with_its_time_and_no_reminder_of_what_has_passed(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=2, clock="work_day", escalate=[{"after": 1, "to": ["overseer"]}])
    with on("03-01 10:00"):
        report(town, workflow)
    assert tick("03-22 09:00") == 2
    assert journal() == [("overdue", "03-06 00:00"), ("escalated", "03-07 00:00")]  # Saturday and Sunday lie between
    assert tick("03-22 09:01") == 0 and tick("04-22 09:01") == 0


def test_a_killed_tick_and_a_second_process_tell_nothing_twice(town: Town, calendar_of_2029: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with on("03-01 10:00"):
        for number in range(3):
            report(town, title=f"井盖{number}")
    tell, done = telling._tell, list[int]()

    def killed(*given: Any) -> int:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return tell(*given)

    monkeypatch.setattr(telling, "_tell", killed)
    with pytest.raises(KeyboardInterrupt):
        tick("03-06 09:00")
    monkeypatch.undo()
    with on("03-06 09:00"):
        stale = list(RunningLimit.objects.filter(next_at__isnull=False))
        assert tell_due() == 1
        fresh = telling.reckon({row.matter_id for row in stale})
        for rows in fresh.values():  # another process that read the rows before
            for one in rows:
                telling._tell(one, next(call for call in one.calls if call.what == "overdue"), moment("03-06 09:00"), telling.Whom())
    assert [kind for kind, _ in journal()] == ["overdue"] * 3


def test_what_cannot_be_told_does_not_stop_the_rest(town: Town, calendar_of_2029: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with on("03-01 10:00"):
        bad, _ = report(town, title="坏的"), report(town, title="好的")
    whole = telling.post_notice

    def broken(event: Any, row: RunningLimit, *more: Any) -> Any:
        if row.matter_id == bad:
            raise RuntimeError("broken")
        return whole(event, row, *more)

    monkeypatch.setattr(telling, "post_notice", broken)
    assert tick("03-06 09:00") == 1
    monkeypatch.undo()
    assert tick("03-06 09:30") == 0
    tick("03-06 10:01")
    assert tick("03-06 10:02") == 1 or len(journal()) == 2


# -- no orphans ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(town: Town) -> dict[str, Actor]:
    """Those whom a matter of 深塘一格 concerns, and those whom it does not."""
    return {
        "窗口": posted("chuang", "小窗", "clerk", town["云岭镇"], "grid"),
        "分管领导": posted("fen", "分管", "overseer", town["云岭镇"], "grid"),
        "村书记": posted("cun", "村书记", "village_secretary", town["深塘村"], "grid"),
        "阿莲": posted("alian", "阿莲", "grid_worker", town["深塘一格"], "grid"),
        "何书记": posted("he", "何书记", "secretary", town["云岭镇"]),
        "老周": posted("zhou", "老周", "office_head", town["综合站"], "grid"),
        "别的站长": posted("bie", "别的站长", "office_head", town["云岭镇"], "grid"),
        "外乡人": posted("wai", "外乡人", "clerk", town["外乡"], "grid"),
        "邻村书记": posted("lin", "邻村书记", "village_secretary", town["上垟村"], "grid"),
    }


def who_sees(staff: dict[str, Actor], text: str) -> dict[str, list[str]]:
    return {name: found for name, actor in staff.items() if (found := shown(actor, text))}


def test_an_overdue_matter_shows_to_the_overseer_the_village_and_the_grid_together(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        report(town)
    tick("03-05 09:00")
    assert who_sees(staff, "03-05 09:00") == {"窗口": ["remind"]}
    tick("03-06 09:00")
    told = {"窗口": ["overdue", "propose"], "分管领导": ["overdue", "propose"], "村书记": ["overdue"], "阿莲": ["overdue"]}
    assert who_sees(staff, "03-06 09:00") == told | {"老周": ["propose"], "别的站长": ["propose"]}


def test_whom_the_matter_was_sent_to_is_told_and_not_every_office(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        matter = report(town)
        take(matter, "accept")
        take(matter, "dispatch", unit=str(town["综合站"]))
    tick("03-12 09:00")
    assert who_sees(staff, "03-12 09:00") == {"老周": ["remind"]}


def test_who_answers_for_the_village_is_told_by_name(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    assert staff["何书记"].person_id is not None
    set_charge(SYSTEM, uuid4(), staff["何书记"].person_id, town["深塘村"], "village", date(2029, 1, 1))
    with on("03-01 10:00"):
        report(town)
        report(town, place="上垟一格")
    tick("03-06 09:00")
    assert shown(staff["何书记"], "03-06 09:00") == ["overdue"]


@pytest.mark.parametrize("step", [("accept", {}), ("void", {"reason": "重复"})])
def test_what_was_done_voided_or_sent_on_leaves_no_notice_behind(town: Town, staff: dict[str, Actor], calendar_of_2029: None, step: tuple[str, dict[str, str]]) -> None:
    with on("03-01 10:00"):
        matter = report(town)
    tick("03-06 09:00")
    with on("03-06 09:10"):
        assert shown(staff["阿莲"], "03-06 09:10") == ["overdue"]
        advance_matter(SYSTEM, uuid4(), matter, step[0], 1, step[1])
        assert who_sees(staff, "03-06 09:10") == {}  # at once, before any follower has read it
        catch_up_limits()
        assert who_sees(staff, "03-06 09:10") == {}
    assert tick("03-06 09:11") == 0


def test_a_suspended_matter_is_silent_and_counts_on_from_where_it_stood(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    workflow = limited(value=5, clock="work_day")
    with on("03-01 10:00"):
        matter = report(town, workflow)
        for action, given_ in (("accept", {}), ("dispatch", {"unit": str(town["综合站"])}), ("sign", {})):
            take(matter, action, **given_)
    assert tick("03-08 09:00") == 1 and shown(staff["窗口"], "03-08 09:00") == ["remind"]
    with on("03-08 10:00"):
        take(matter, "suspend", reason="等鉴定")
    assert tick("03-20 09:00") == 0 and who_sees(staff, "03-20 09:00") == {}
    with on("03-20 10:00"):
        take(matter, "resume", reason="鉴定出来了")
    assert tick("03-20 10:01") == 1  # the last day is today: the due time is another, so it is said again
    assert tick("03-21 09:00") == 1
    assert journal() == [("reminded", "03-08 00:00"), ("reminded", "03-20 00:00"), ("overdue", "03-21 00:00")]


def test_a_changed_calendar_reckons_anew_at_once_and_takes_back_what_no_longer_holds(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        report(town)
    tick("03-06 09:00")
    with on("03-06 09:05"):
        set_days(SYSTEM, [DayInput(date(2029, 3, 5), False, "停电放假")], uuid4())
        catch_up_limits()
        assert sweep() and who_sees(staff, "03-06 09:05") == {}
        assert not by_due(SYSTEM, late=True).exists()
    assert tick("03-06 09:06") == 1  # it is the last day now: the reminder
    assert tick("03-07 09:00") == 1
    assert journal() == [("overdue", "03-06 00:00"), ("reminded", "03-06 00:00"), ("overdue", "03-07 00:00")]


def test_a_changed_parameter_reckons_anew_also_where_there_was_no_deadline(town: Town, calendar_of_2029: None) -> None:
    def param(value: int) -> Draft:
        body = {"key": "grid.days", "pack": "grid", "versions": [{"from": "2029-01-01", "values": {"value": str(value)}, "abolished": False}]}
        return Draft("param", "grid.days", "grid", body)

    key = limited(param="days", clock="natural_day")
    workflow = Draft("workflow", key, "grid", {"key": key, "pack": "grid", **standard_body(), "id": "timed", "limit": [{"id": "whole", "label": "全程", "during": ["reported"], "param": "days", "clock": "natural_day", "owner": ["clerk"]}]})
    with on("03-01 10:00"):
        report(town, key)
    assert not RunningLimit.objects.exclude(limit="").exists()
    for value, last in ((3, "03-06"), (5, "03-07")):
        with on("03-01 11:00"):
            install(SYSTEM, [workflow, param(value)], uuid4())
            catch_up_limits()
            assert sweep()
        due_at = RunningLimit.objects.get(limit="whole").due_at
        assert due_at is not None and f"{due_at.astimezone(LOCAL):%m-%d}" == last


# -- at night -----------------------------------------------------------------------------------------------------------------


def test_nothing_reaches_anybody_at_night_unless_it_is_urgent(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        report(town)
    tick("03-06 00:01")
    assert who_sees(staff, "03-06 06:59") == {} and "窗口" in who_sees(staff, "03-06 07:00")


def test_what_is_urgent_is_told_at_night(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 21:30"):
        report(town, limited(value=2, clock="urgent_hour"))
    tick("03-01 23:31")
    assert shown(staff["阿莲"], "03-01 23:31") == ["overdue"]


@pytest.mark.parametrize(
    ("hours", "told", "wanted"),
    [
        (("22:00", "07:00"), "03-01 22:00", "03-02 07:00"), (("22:00", "07:00"), "03-01 06:59", "03-01 07:00"),
        (("22:00", "07:00"), "03-01 07:00", "03-01 07:00"), (("22:00", "07:00"), "03-01 21:59", "03-01 21:59"),
        (("00:00", "06:00"), "03-01 03:00", "03-01 06:00"), (("00:00", "06:00"), "03-01 23:00", "03-01 23:00"),
        (("00:00", "00:00"), "03-01 03:00", "03-01 03:00"),
    ],
)  # fmt: skip
def test_the_quiet_hours_can_be_set(settings: Any, hours: tuple[str, str], told: str, wanted: str) -> None:
    settings.QUIET_HOURS = hours
    assert telling.delivery(moment(told), urgent=False) == moment(wanted)
    assert telling.delivery(moment(told), urgent=True) == moment(told)


# -- reading and signing ------------------------------------------------------------------------------------------------------


def test_a_read_mark_is_kept_for_its_reader_alone_and_journalled(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        report(town)
    tick("03-06 09:00")
    with on("03-06 09:10"):
        mine = notices_for(staff["阿莲"]).get()
        op_id = uuid4()
        assert read_notices(staff["阿莲"], op_id, [mine.pk, 999]) == {"read": 1}
        assert read_notices(staff["阿莲"], op_id, [mine.pk, 999]) == {"read": 1}
        assert read_notices(staff["外乡人"], uuid4(), [mine.pk]) == {"read": 0}
        assert [one.read for one in notices_for(staff["阿莲"])] == [True] and not any(one.read for one in notices_for(staff["村书记"]))
    assert [one.body for one in Event.objects.filter(kind="notice.read")] == [{"notices": [mine.pk]}]


def test_a_slip_goes_out_only_when_a_person_who_may_has_signed_it(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        report(town)
    tick("03-06 09:00")
    with on("03-06 09:10"):
        slip = notices_for(staff["分管领导"]).get(what="propose").slip.pk
        assert "slip" not in shown(staff["阿莲"], "03-06 09:10")
        with pytest.raises(NotFound):
            slip_of(staff["外乡人"], slip)
        with pytest.raises(Refused):
            sign_slip(staff["阿莲"], uuid4(), slip)
        assert may_sign(staff["分管领导"], slip_of(staff["分管领导"], slip)) and not may_sign(staff["阿莲"], slip_of(staff["阿莲"], slip))
        sign_slip(staff["分管领导"], uuid4(), slip, "请今天办掉")
        with pytest.raises(Problem, match="已经签过"):
            sign_slip(staff["窗口"], uuid4(), slip)
    seen = who_sees(staff, "03-06 09:10")
    assert seen == {name: ["overdue", "slip"] for name in ("窗口", "分管领导", "村书记", "阿莲")}
    signed = slip_of(SYSTEM, slip)
    assert signed.signer is not None and (signed.signer.name, signed.words, signed.signed_at) == ("分管", "请今天办掉", moment("03-06 09:10"))


def test_a_slip_for_what_has_gone_on_is_not_sent(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-01 10:00"):
        matter = report(town)
    tick("03-06 09:00")
    with on("03-06 09:10"):
        slip = notices_for(staff["分管领导"]).get(what="propose").slip.pk
        advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
        with pytest.raises(Problem, match="不用再发"):
            sign_slip(staff["分管领导"], uuid4(), slip)


# -- lists --------------------------------------------------------------------------------------------------------------------


def test_the_list_is_sorted_by_what_is_due_first_within_reach(town: Town, staff: dict[str, Actor], calendar_of_2029: None) -> None:
    slow = limited(value=20, clock="natural_day")
    with on("03-01 10:00"):
        report(town, slow, "慢的")
        report(town, title="快的")
        report(town, title="隔壁的", place="上垟一格")
    with on("03-06 09:00"):
        assert [one.matter.title for one in by_due(staff["窗口"])][-1] == "慢的"
        assert {one.matter.title for one in by_due(staff["窗口"], late=True)} == {"快的", "隔壁的"}
        assert [one.matter.title for one in by_due(staff["阿莲"], late=True)] == ["快的"]
        assert not by_due(staff["外乡人"]).exists()


# -- what a workflow may say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"remind": 8}, "remind"), ({"remind": -1}, "remind"), ({"escalate": [{"after": 0, "to": ["overseer"]}]}, "escalate"),
        ({"escalate": [{"after": 2, "to": ["overseer"]}, {"after": 2, "to": ["mayor"]}]}, "escalate"),
        ({"escalate": [{"after": 1, "to": []}]}, "escalate"), ({"escalate": [{"after": 1, "to": ["nobody"]}]}, "stranger"),
    ],
)  # fmt: skip
def test_a_reminder_or_an_escalation_that_makes_no_sense_is_refused(limit: dict[str, Any], code: str) -> None:
    body = standard_body()
    body["limit"][1] |= limit
    assert [one.code for one in check_workflow(read_workflow(body), post_kinds())] == [f"workflow.{code}"]


def test_what_is_overdue_too_long_is_proposed_for_supervision_once_and_a_supervision_never_is(town: Town, calendar_of_2029: None) -> None:
    with on("02-05 10:00"):
        workflow = limited(value=2, clock="work_day", escalate=[{"after": 1, "to": ["overseer"], "presses": True}])
        matter = report(town, workflow)
    for day in ("02-08", "02-09", "02-10", "02-26"):
        tick(f"{day} 10:00")
    pressing = list(Step.objects.filter(matter__about=matter, retired_by=None).select_related("matter"))
    assert [(one.state, one.matter.title, one.principal) for one in pressing] == [("proposed", "督办：井盖松动", "system")]
    assert Step.objects.filter(matter__about__about=matter).count() == 0
