"""Matters through the door and a real database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import Report
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib import clock
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Conflict, NotFound, Problem

pytestmark = pytest.mark.django_db
JUNE = date(2020, 6, 1)
SCOPE = Scope("workflow:standard")


def report(town: Town) -> Report:
    return Report("grid", town["深塘一格"], "路灯不亮", category="lighting", channel="grid", level="village")


def walk(people: dict[str, Actor], matter: UUID, *steps: tuple[str, str], unit: UUID | None = None) -> None:
    """Take steps a day apart."""
    given = {"reason": "未修好", "result": "已换灯泡", "seen": "亮了", "unit": str(unit or "")}
    for number, (name, action) in enumerate(steps, 1):
        with clock.at(JUNE + timedelta(days=number)):
            api.advance_matter(people[name], uuid4(), matter, action, number, given)


def opened(people: dict[str, Actor], town: Town) -> UUID:
    with clock.at(JUNE):
        return UUID(api.open_matter(people["阿莲"], uuid4(), report(town))["matter"])


DONE = (
    ("窗口", "accept"), ("窗口", "dispatch"), ("老周", "sign"), ("老周", "handle"), ("老周", "complete")
)  # fmt: skip


def test_a_matter_is_counted_by_the_days_of_its_steps(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    walk(people, matter, *DONE, ("阿莲", "verify"), ("窗口", "close"), unit=town["综合站"])
    (fact,) = api.facts(SCOPE)
    assert fact.row["reported_on"] == JUNE and fact.row["completed_on"] == JUNE + timedelta(days=5)
    assert (fact.row["state"], fact.row["closed_on"]) == ("closed", JUNE + timedelta(days=7))
    assert (fact.unit, fact.row["category"], fact.row["returned_times"]) == (town["深塘一格"], "lighting", 0)
    assert set(fact.row) == {*api.COLUMNS, "seen"}  # what was seen when it was verified is a field of its own
    assert [event.kind for _, event in events_about(f"matter:{matter}")][-3:] == [
        "matter.completed", "matter.advanced", "matter.closed",
    ]  # fmt: skip


def level(matter: UUID) -> str:
    return str(Step.objects.get(matter=matter, retired_by=None).columns["level"])


@pytest.mark.parametrize(("place", "first"), [("深塘一格", "grid"), ("深塘村", "village"), ("云岭镇", "township")])
def test_a_matter_lies_at_the_level_of_its_place_and_goes_up_from_there(people: dict[str, Actor], town: Town, place: str, first: str) -> None:
    """Nobody writes the level down: what is reported in a grid is the grid's, and goes to village, township, county, and back."""
    with clock.at(JUNE):
        matter = UUID(api.open_matter(people["窗口"], uuid4(), Report("grid", town[place], "路灯不亮"))["matter"])
        assert level(matter) == first
        api.advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
        number = 2
        for expected in ("village", "township")[("grid", "village", "township").index(first) :]:
            api.advance_matter(people["窗口"], uuid4(), matter, "escalate", number, {"reason": "办不了"})
            number += 1
            assert level(matter) == expected
        with pytest.raises(Problem) as found:
            api.advance_matter(people["窗口"], uuid4(), matter, "escalate", number, {"reason": "办不了"})
        assert found.value.code == "matter.level" and "乡镇" in found.value.message and "上报县里" in found.value.remedy
        assert api.advance_matter(people["窗口"], uuid4(), matter, "report_county", number, {"reason": "要县里定"})["state"] == "with_county"
        assert level(matter) == "county"
        api.advance_matter(people["窗口"], uuid4(), matter, "come_back", number + 1, {"reason": "县里定了"})
        assert level(matter) == "township"
        api.advance_matter(people["窗口"], uuid4(), matter, "lower", number + 2, {"reason": "村里能办"})
        assert level(matter) == "village"


def test_a_matter_lies_at_the_level_of_whom_it_is_sent_to(people: dict[str, Actor], town: Town) -> None:
    """What an office of the township cannot do goes back to the window, not to the county, until somebody reports it there."""
    matter = opened(people, town)
    assert level(matter) == "village"  # as whoever connected from elsewhere said
    walk(people, matter, ("窗口", "accept"), ("窗口", "dispatch"), unit=town["综合站"])
    assert level(matter) == "township"
    with clock.at(JUNE + timedelta(days=9)):
        api.advance_matter(people["老周"], uuid4(), matter, "sign", 3)
        assert api.advance_matter(people["老周"], uuid4(), matter, "escalate", 4, {"reason": "站里办不了"})["state"] == "accepted"
        assert level(matter) == "township"
        assert Step.objects.get(matter=matter, retired_by=None).columns["escalated_times"] == 1
        api.advance_matter(people["窗口"], uuid4(), matter, "dispatch", 5, {"unit": str(town["深塘一格"])})
        assert level(matter) == "grid"


def test_where_no_level_was_ever_written_it_is_that_of_the_office_that_has_it(people: dict[str, Actor], town: Town) -> None:
    """Matters of years ago say nothing of a level."""
    matter = opened(people, town)
    walk(people, matter, ("窗口", "accept"), ("窗口", "dispatch"), ("阿莲", "sign"), unit=town["深塘一格"])
    step = Step.objects.get(matter=matter, retired_by=None)
    step.columns["level"] = ""
    step.save()
    with clock.at(JUNE + timedelta(days=9)):
        api.advance_matter(people["阿莲"], uuid4(), matter, "escalate", 4, {"reason": "格里办不了"})
    assert level(matter) == "village"


def test_each_event_says_what_it_put_away_and_what_in_its_place(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    walk(people, matter, *DONE, ("阿莲", "rework"), unit=town["综合站"])
    live: dict[object, int] = {}
    for _, event in events_about(f"matter:{matter}"):
        before, after = api.changes([event])
        for fact in before:
            assert live.pop(fact.id) == fact.number
        live |= {fact.id: fact.number for fact in after}
    (now,) = api.facts(SCOPE)
    assert live == {now.id: now.number}
    assert now.row["reworked_times"] == 1 and now.row["completed_on"] is None


def test_a_stranger_neither_sees_nor_moves_a_matter(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    with pytest.raises(NotFound):
        api.current(people["外乡人"], matter)
    with pytest.raises(NotFound):
        api.advance_matter(people["外乡人"], uuid4(), matter, "accept", 1)
    assert api.visible_ids(people["外乡人"], "evidence", SCOPE, "grid") == set()
    assert api.visible_ids(people["何书记"], "evidence", SCOPE, "grid") == {(matter, 1)}
    assert [a.id for a in api.allowed_actions(people["窗口"], api.current(people["窗口"], matter))] == [
        "accept", "refuse", "void",
    ]  # fmt: skip


def test_who_comes_second_is_told(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    walk(people, matter, ("窗口", "accept"))
    with pytest.raises(Conflict):
        api.advance_matter(people["窗口"], uuid4(), matter, "void", 1, {"reason": "重复"})


def test_the_same_report_sent_twice_arrives_once(town: Town, people: dict[str, Actor]) -> None:
    op_id = uuid4()
    first, again = (api.open_matter(people["阿莲"], op_id, report(town)) for _ in range(2))
    assert first == again and len(list(api.facts(SCOPE))) == 1


@pytest.mark.parametrize(("ago", "kept"), [(timedelta(hours=5), timedelta(hours=5)), (timedelta(days=-2), timedelta()), (timedelta(days=400), timedelta(days=31))])
def test_what_was_seen_without_signal_keeps_both_moments_and_its_limits_run_from_receipt(
    town: Town, people: dict[str, Actor], ago: timedelta, kept: timedelta
) -> None:
    op_id = uuid4()
    with clock.at(JUNE):
        received = clock.now()
        matter = UUID(api.open_matter(people["阿莲"], op_id, report(town), seen=received - ago)["matter"])
    with clock.at(JUNE + timedelta(days=1)):  # the phone never got the answer, and reckons anew
        assert api.open_matter(people["阿莲"], op_id, report(town), seen=clock.now() - ago)["matter"] == str(matter)
    (step,) = api.history(people["阿莲"], matter)
    assert datetime.fromisoformat(step.given["seen_at"]) == received - kept and step.at == received
    assert {one.since for one in api.deadlines(people["阿莲"], matter)} == {received}


def test_nobody_writes_the_moment_of_seeing_by_hand(town: Town, people: dict[str, Actor]) -> None:
    with pytest.raises(Problem) as found:
        api.open_matter(people["阿莲"], uuid4(), report(town), given={"seen_at": "2020-01-01T00:00:00+00:00"})
    assert found.value.code == "matter.given"


def test_no_word_of_a_report_enters_the_journal(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    assert "路灯" not in str([event.body for _, event in events_about(f"matter:{matter}")])


@pytest.mark.parametrize("title", ["", "  ", "长" * 121, "换\n行", "空\x00字"])
def test_a_report_without_a_proper_title_is_refused(town: Town, people: dict[str, Actor], title: str) -> None:
    with pytest.raises(Problem) as found:
        api.open_matter(people["阿莲"], uuid4(), Report("grid", town["深塘一格"], title))
    assert found.value.code == "matter.title"


def test_a_matter_is_dispatched_only_to_a_unit_that_exists(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    walk(people, matter, ("窗口", "accept"))
    for unit in ("nowhere", str(uuid4())):
        with pytest.raises(Problem) as found:
            api.advance_matter(people["窗口"], uuid4(), matter, "dispatch", 2, {"unit": unit})
        assert found.value.code == "matter.assigned"


@pytest.mark.parametrize("reason", ["空\x00字", "半个\ud800", "长" * 5001, ["列表"], 1.5])
def test_what_cannot_be_kept_is_refused_in_words(town: Town, people: dict[str, Actor], reason: object) -> None:
    matter = opened(people, town)
    with pytest.raises(Problem) as found:
        api.advance_matter(people["窗口"], uuid4(), matter, "void", 1, {"reason": reason})
    assert found.value.code == "matter.given"
