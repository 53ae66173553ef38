"""突发事件信息报送: the leader signs in person, the clock runs until then, the reports are counted by what was signed, and all is printed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.documents.conftest import words_of
from tests.packs.stories import Stage
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.documents.api import document_file, make_document
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of
from zhenwu.kernel.orgs.models import Person
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.problems import Problem

NIGHT = datetime(2026, 5, 2, 23, 50, tzinfo=LOCAL)  # a Saturday, a holiday
FIRST = {"grade": "small", "happened_on": "2026-05-02", "happened_at": "23:40", "spot": "村后公路", "injured": "1", "dead": "0", "missing": "2", "measures": "已封路，正在搜救"}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def person(stage: Stage, name: str) -> Actor:
    return actor_of(Person.objects.get(id=stage.people[name]))


def taken(stage: Stage, who: str, matter: UUID, action: str, minutes: int, **given: str) -> None:
    with at(NIGHT + timedelta(minutes=minutes)):
        matters.advance_matter(person(stage, who), uuid4(), matter, action, len(matters.history(SYSTEM, matter)), given)


def running(matter: UUID) -> list[tuple[str, datetime | None]]:
    return [(one.label, one.due.at) for one in matters.deadlines(SYSTEM, matter) if one.over is None]


@pytest.fixture
def told(stage: Stage) -> UUID:
    """A landslide, told by phone within ten minutes."""
    with at(NIGHT):
        report = matters.Report("emergency", stage.units["一网格"], "村后滑坡")
        matter = UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="emergency.happening", given={"kind": "landslide"})["matter"])
    taken(stage, "老周", matter, "report_by_phone", 10, grade="small", receiver="县应急值班室", result="路断，有人失联")
    return matter


def test_a_written_report_is_out_when_the_leader_has_signed_it_and_late_if_that_was_late(stage: Stage, told: UUID) -> None:
    taken(stage, "老周", told, "report_in_writing", 30, **FIRST)
    assert running(told) == [("书面首报时限", NIGHT + timedelta(minutes=40))]  # a draft stops no clock
    with pytest.raises(Problem) as refused:
        taken(stage, "老周", told, "sign", 31)
    assert refused.value.code == "matter.not_yours"
    taken(stage, "何书记", told, "redraft", 35, reason="写上失联几人")
    assert running(told) == [("书面首报时限", NIGHT + timedelta(minutes=40))]
    taken(stage, "老周", told, "report_in_writing", 38, **FIRST)
    taken(stage, "何书记", told, "sign", 45)
    columns = matters.current(SYSTEM, told).columns
    assert columns["late_written"] is True and not columns.get("late_phone")
    assert running(told) == [("续报时限", NIGHT + timedelta(minutes=45, hours=24))]


def test_reports_are_counted_by_what_was_told_and_signed_and_what_is_taken_back_does_not_count(stage: Stage, told: UUID) -> None:
    def count() -> int:
        return int(matters.current(SYSTEM, told).columns["told"])

    assert count() == 1
    taken(stage, "老周", told, "report_in_writing", 20, **FIRST, told="7")  # whatever is typed
    assert count() == 1
    taken(stage, "何书记", told, "sign", 25)
    taken(stage, "老周", told, "next_report", 600, trend="eased", measures="找到一人")
    taken(stage, "何书记", told, "sign", 610)
    assert count() == 3
    taken(stage, "何书记", told, "withdraw", 611, reason="按错了")
    assert count() == 2
    taken(stage, "何书记", told, "sign", 620)
    taken(stage, "老周", told, "final_report", 900, injured="1", dead="0", missing="0", scope="路断两天", measures="已抢通")
    taken(stage, "何书记", told, "sign_final", 910)
    step = matters.current(SYSTEM, told)
    assert count() == 4 and step.state == "closed" and step.columns["missing"] == 0
    assert (step.columns["trend"], step.columns["spot"]) == ("eased", "村后公路")  # what did not change was not typed again


def test_the_report_is_printed_as_first_next_and_final(stage: Stage, told: UUID) -> None:
    def words(minutes: int) -> str:
        with at(NIGHT + timedelta(minutes=minutes)):
            made = make_document(SYSTEM, uuid4(), told, "emergency.happening_report")["made"]
            return words_of(document_file(SYSTEM, told, UUID(made), "docx")[1])

    taken(stage, "老周", told, "report_in_writing", 20, **FIRST)
    draft = words(21)
    for said in ("书面首报", "村后滑坡", "地灾", "2026年5月2日", "23:40", "村后公路", "已封路，正在搜救", "县应急值班室"):
        assert said in draft, (said, draft)
    assert "何书记" not in draft
    taken(stage, "何书记", told, "sign", 25)
    assert "何书记签发" in words(26)
    taken(stage, "老周", told, "next_report", 600, trend="eased", measures="找到一人")
    taken(stage, "何书记", told, "sign", 610)
    assert "续报，已报3次" in words(611) and "在减轻" in words(611)
    taken(stage, "老周", told, "final_report", 900, injured="1", dead="0", missing="0", scope="路断两天", measures="已抢通")
    taken(stage, "何书记", told, "sign_final", 910)
    final = words(911)
    assert "（终报）" in final and "路断两天" in final and "None" not in final
