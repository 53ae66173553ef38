"""日历: what a township sets beside the published one, and what that does to due times."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tests.cli.township import PASSWORD, found_township, say
from tests.orgs.staff import found_town, posted
from zhenwu.kernel.definitions.api import DayInput, altered, calendar, set_days, set_hours
from zhenwu.kernel.definitions.models import OfficeHours
from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person, tree
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.clocks import Term, due
from zhenwu.lib.problems import Problem, Problems, Refused

pytestmark = pytest.mark.django_db
FESTIVAL = date(2026, 4, 20)  # a Monday
START = datetime(2026, 4, 17, 9, tzinfo=LOCAL)


def last_day(start: datetime = START) -> date:
    at = due(Term(1, "work_day"), start, calendar=calendar()).at
    assert at is not None
    return date.fromordinal(at.date().toordinal() - 1)


def test_a_local_holiday_moves_due_times_and_can_be_taken_back() -> None:
    assert last_day() == FESTIVAL
    assert set_days(SYSTEM, [DayInput(FESTIVAL, False, "三月三")], uuid4()) == {"set": 1, "taken_back": 0}
    assert (last_day(), calendar().name(FESTIVAL)) == (date(2026, 4, 21), "三月三")
    assert set_days(SYSTEM, [DayInput(FESTIVAL, None)], uuid4()) == {"set": 0, "taken_back": 1}
    assert last_day() == FESTIVAL
    assert altered() == []


def test_a_year_is_provisional_until_its_notice_is_there() -> None:
    start = datetime(2029, 2, 9, 9, tzinfo=LOCAL)
    assert due(Term(3, "work_day"), start, calendar=calendar()).provisional
    set_days(SYSTEM, [DayInput(date(2029, 2, day), False, "春节") for day in range(13, 18)], uuid4(), notice=2029)
    found = due(Term(3, "work_day"), start, calendar=calendar())
    assert not found.provisional and any("春节" in line for line in found.why)


def test_a_notice_entered_again_takes_the_place_of_the_first_and_days_of_ones_own_stand_over_it() -> None:
    first, wrong = date(2029, 10, 1), date(2029, 10, 8)
    set_days(SYSTEM, [DayInput(first, False, "国庆节"), DayInput(wrong, False, "国庆节")], uuid4(), notice=2029)
    set_days(SYSTEM, [DayInput(date(2028, 12, 30), True, "调休上班"), DayInput(first, False, "国庆节")], uuid4(), notice=2029)
    assert [calendar().is_worked(day) for day in (first, wrong, date(2028, 12, 30))] == [False, True, True]
    set_days(SYSTEM, [DayInput(first, True, "防汛上班")], uuid4())
    assert calendar().is_worked(first)
    set_days(SYSTEM, [DayInput(first, None)], uuid4())
    assert not calendar().is_worked(first) and altered() == []
    with pytest.raises(Problems):
        set_days(SYSTEM, [DayInput(date(2028, 11, 30), False, "元旦")], uuid4(), notice=2029)


def test_a_day_that_makes_no_sense_is_named_and_nothing_is_set() -> None:
    days = [DayInput(FESTIVAL, False, "三月三"), DayInput(FESTIVAL, False, "三月三"), DayInput(date(2026, 4, 21), False), DayInput(date(2026, 4, 22), True, "长" * 30)]
    with pytest.raises(Problems) as refusal:
        set_days(SYSTEM, days, uuid4())
    assert [problem.place.row for problem in refusal.value.found if problem.place] == [2, 3, 4]
    assert last_day() == FESTIVAL


def test_only_who_keeps_the_units_sets_days() -> None:
    town = found_town()
    with pytest.raises(Refused):
        set_days(posted("laozhou", "老周", "officer", town["云岭镇"], "*"), [DayInput(FESTIVAL, False, "三月三")], uuid4())


def test_the_command_sets_shows_and_imports(tmp_path: Path, settings: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    found_township()
    appoint(SYSTEM, uuid4(), enrol_person(SYSTEM, uuid4(), "xitong", "胡一禾", PASSWORD), "admin", tree().root, ["*"], date(2016, 1, 1))
    assert "已设定 2 天" in say("calendar", "set", "2026-04-19", "--to", "2026-04-20", "--name", "三月三", "--as", "xitong").output
    assert ["2026-04-20", "休", "三月三", "本地"] in [line.split() for line in say("calendar", "show", "2026").output.splitlines()]
    assert "暂定" in say("calendar", "show", "2029").output
    notice = tmp_path / "2029.csv"
    notice.write_text("日期,上班,名称\n2029-02-13,否,春节\n2029-02-10,是,调休上班\n", encoding="gbk")
    assert "已导入 2029 年的放假安排：2 天" in say("calendar", "import", str(notice), "--year", "2029", "--as", "xitong").output
    shown = say("calendar", "show", "2029").output
    assert "调休上班" in shown and "暂定" not in shown
    notice.write_text("日期,上班,名称\n2029-02-13,也许,春节\n二月,否,春节\n", encoding="gbk")
    refused = say("calendar", "import", str(notice), "--year", "2029", "--as", "xitong")
    assert refused.exit_code == 1 and "第2行" in refused.output and "第3行" in refused.output
    assert say("calendar", "set", "2026-04-20", "--name", "三月三", "--as", "laozhou").exit_code == 1


def test_a_day_changed_behind_the_journals_back_is_found() -> None:
    set_days(SYSTEM, [DayInput(FESTIVAL, False, "三月三")], uuid4())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE definitions_calendarday SET worked = %s", [True])
    assert altered() == [f"日历 {FESTIVAL}"]


def test_a_day_taken_back_and_brought_back_behind_the_journals_back_is_found() -> None:
    set_days(SYSTEM, [DayInput(FESTIVAL, False, "三月三")], uuid4())
    set_days(SYSTEM, [DayInput(FESTIVAL, None)], uuid4())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE definitions_calendarday SET retired_by_id = NULL")
    assert altered() == [f"日历 {FESTIVAL}"]


def test_hours_change_with_the_season_and_work_hours_follow() -> None:
    def done(start: datetime) -> str:
        at = due(Term(4, "work_hour"), start, calendar=calendar()).at
        assert at is not None
        return f"{at.astimezone(LOCAL):%d %H:%M}"

    morning = datetime(2026, 6, 1, 9, tzinfo=LOCAL)
    assert done(morning) == "01 15:00"
    summer = [(time(8), time(11, 30)), (time(15), time(18))]
    assert set_hours(SYSTEM, date(2026, 6, 1), summer, uuid4()) == {"shifts": 2}
    set_hours(SYSTEM, date(2026, 10, 1), [(time(8, 30), time(12)), (time(13, 30), time(17))], uuid4())
    assert done(morning) == "01 16:30"
    assert done(datetime(2026, 5, 29, 17, tzinfo=LOCAL)) == "01 11:30"  # half an hour on Friday, then the summer's hours
    assert done(datetime(2026, 10, 9, 9, tzinfo=LOCAL)) == "09 14:30"
    set_hours(SYSTEM, date(2026, 6, 1), [], uuid4())
    assert done(morning) == "01 15:00" and altered() == []
    OfficeHours.objects.filter(retired_by=None).update(shifts=[["00:00", "23:00"]])
    assert altered() == ["作息时间 2026-10-01"]


@pytest.mark.parametrize("shifts", [[(time(12), time(8))], [(time(8), time(12)), (time(11), time(15))], [(time(8), time(8))], [(time(n), time(n, 30)) for n in range(5)]])
def test_hours_that_make_no_sense_are_refused(shifts: list[tuple[time, time]]) -> None:
    with pytest.raises(Problem) as found:
        set_hours(SYSTEM, date(2026, 6, 1), shifts, uuid4())
    assert found.value.code == "calendar.hours"
