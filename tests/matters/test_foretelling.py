"""A day told beforehand: what the clockwork would say of all matters if nobody acted, and nothing of it written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.matters.timed import journal, limited, moment, on, report, take, tick
from tests.orgs.staff import Town
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.api import Report, catch_up_limits, foretell, open_matter, tell_due
from zhenwu.kernel.matters.models import Notice, ReminderSlip
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem

pytestmark = pytest.mark.django_db
GOES_UP = [{"after": 1, "to": ["overseer"]}, {"after": 3, "to": ["secretary", "mayor"], "presses": True}]


def written() -> tuple[Any, ...]:
    return Event.objects.count(), Notice.objects.count(), ReminderSlip.objects.count()


def test_each_day_is_foretold_as_it_is_told_when_it_comes_and_nothing_is_written(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=5, clock="work_day", escalate=GOES_UP)
    with on("02-09 10:00"):
        first = report(town, workflow)
        before = written()
        foretold = {number: [one.what for one in foretell(SYSTEM, date(2029, 2, 9) + timedelta(days=number))] for number in range(21)}
        assert written() == before
    told = dict[int, list[str]]()
    for number in range(21):
        seen = set(Notice.objects.values_list("id", flat=True))
        with at(moment("02-09 23:00") + timedelta(days=number)):
            catch_up_limits()
            while tell_due():
                pass
        told[number] = [one.what for one in Notice.objects.filter(matter_id=first).exclude(id__in=seen).order_by("id")]
    assert {number: [what for what in some if what != "press"] for number, some in foretold.items()} == told
    assert [number for number, some in foretold.items() if "press" in some] == [18]
    assert Event.objects.filter(kind="matter.opened").count() == 2  # the matter, and the 督办 that was foretold


def test_today_also_lists_what_has_come_and_was_not_told_and_a_day_that_is_over_is_refused(town: Town, calendar_of_2029: None) -> None:
    with on("02-26 10:00"):
        report(town)
    with on("03-06 09:00"):
        assert [one.what for one in foretell(SYSTEM, date(2029, 3, 6))] == ["overdue", "propose"]
        tell_due()
        assert foretell(SYSTEM, date(2029, 3, 6)) == [] == foretell(SYSTEM, date(2029, 3, 7))
        with pytest.raises(Problem) as found:
            foretell(SYSTEM, date(2029, 3, 5))
    assert found.value.code == "matter.day"


def test_what_is_over_or_stands_still_or_out_of_reach_is_not_foretold(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-26 10:00"):
        matter = report(town)
        due = date(2029, 3, 1)
        assert {one.matter for one in foretell(SYSTEM, due)} == {matter} == {one.matter for one in foretell(people["阿莲"], due)}
        assert foretell(people["外乡人"], due) == []
        take(matter, "void", reason="重复")
        assert foretell(SYSTEM, due) == []
        other = report(town, title="井盖松动")
        take(other, "accept")
        take(other, "dispatch", unit=str(town["综合站"]))
        take(other, "sign")
        assert foretell(SYSTEM, date(2029, 3, 8)) != []
        take(other, "suspend", reason="等材料")
        assert foretell(SYSTEM, date(2029, 3, 8)) == []


def test_no_second_pressing_is_foretold_while_one_is_under_way(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=5, clock="work_day", escalate=GOES_UP)
    with on("02-09 10:00"):
        matter = report(town, workflow)
        assert [one.what for one in foretell(SYSTEM, date(2029, 2, 27))] == ["escalate2", "press"]
        open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "督办：井盖", about=matter), workflow="supervision", action="propose")
        assert [one.what for one in foretell(SYSTEM, date(2029, 2, 27)) if one.matter == matter] == ["escalate2"]
    assert journal() == [] and tick("02-09 11:00") == 0
