"""信访的钟: fifteen days to tell, sixty (and thirty) to answer an appeal, other kinds by their own; review on one thread."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from tests.packs.stories import Stage
from tests.reports.township import PACKS, drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters.api import Report, advance_matter, deadlines, history, open_matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem
from zhenwu.packkit import load_packs

pytestmark = pytest.mark.django_db
MONDAY = date(2024, 9, 2)
RECEIPT = {"told_by": "signed", "told_receipt": "回1"}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def registered(stage: Stage, form: str = "letter", number: str = "信2024-01") -> UUID:
    given = {"petition_no": number, "form": form, "topic": "land", "turn": "first", "people": "1"}
    with at(MONDAY):
        report = Report("petition", stage.units["一网格"], "信2024-01 田埂")
        return UUID(open_matter(stage._actor("窗口"), uuid4(), report, workflow="petition.petition", given=given)["matter"])


def take(stage: Stage, matter: UUID, who: str, action: str, day: date, **given: Any) -> None:
    with at(day):
        advance_matter(stage._actor(who), uuid4(), matter, action, len(history(SYSTEM, matter)), given)


def accepted(stage: Stage, kind: str) -> UUID:
    matter = registered(stage)
    take(stage, matter, "窗口", "accept", MONDAY, kind=kind, paper_no="受1")
    return matter


def last_day(matter: UUID, limit: str, day: date) -> str:
    with at(day):
        return next(one.last_day for one in deadlines(SYSTEM, matter) if one.limit == limit)


# The fifteenth day, 17 September 2024, is the Mid-Autumn Festival: the term runs on to the next work day.
@pytest.mark.parametrize(("told", "late"), [(date(2024, 9, 18), None), (date(2024, 9, 19), True)])
def test_told_on_the_fifteenth_day_is_in_time_and_a_day_later_late(stage: Stage, told: date, late: bool | None) -> None:
    matter = accepted(stage, "appeal")
    take(stage, matter, "窗口", "tell", told, told_on=str(told), **RECEIPT)
    assert history(SYSTEM, matter)[-1].columns.get("told_late") == late


@pytest.mark.parametrize(
    ("kind", "limit", "last"),
    [("appeal", "answer", "2024-11-01"), ("duty", "answer_duty", "2024-11-04"), ("suggestion", "answer_suggestion", "2024-10-08"), ("disclosure", "answer_disclosure", "2024-09-30")],
)  # fmt: skip
def test_each_kind_runs_on_its_own_clock_alone(stage: Stage, kind: str, limit: str, last: str) -> None:
    matter = accepted(stage, kind)
    with at(MONDAY):
        running = {one.limit for one in deadlines(SYSTEM, matter) if one.limit.startswith("answer")}
    assert running == {limit} and last_day(matter, limit, MONDAY) == last


def test_sixty_days_become_ninety_by_a_leader_once_and_never_stand_still(stage: Stage) -> None:
    matter = accepted(stage, "appeal")
    take(stage, matter, "窗口", "tell", MONDAY, told_on=str(MONDAY), **RECEIPT)
    take(stage, matter, "窗口", "assign", MONDAY, unit=str(stage.units["综合站"]))
    take(stage, matter, "老周", "take_on", MONDAY)
    october = date(2024, 10, 21)
    with pytest.raises(Problem) as refused:
        take(stage, matter, "老周", "ask_extension", october, limit="answer", units="31", reason="等鉴定")
    assert refused.value.code == "matter.units"
    take(stage, matter, "老周", "ask_extension", october, limit="answer", units="30", reason="等鉴定")
    take(stage, matter, "何书记", "grant_extension", october)
    assert last_day(matter, "answer", october) == "2024-12-02"  # the ninetieth day, 1 December, is a Sunday
    with pytest.raises(Problem):
        take(stage, matter, "老周", "ask_extension", october, limit="answer", units="1", reason="再等等")


def test_what_was_forwarded_is_handed_back_within_five_work_days_or_kept(stage: Stage) -> None:
    late, own = registered(stage, "forwarded"), registered(stage, "visit", "信2024-02")
    for matter, day in ((late, date(2024, 9, 10)), (own, date(2024, 9, 3))):
        with pytest.raises(Problem) as refused:
            with at(day):
                advance_matter(SYSTEM, uuid4(), matter, "hand_back", 1, {"reason": "不在本镇", "paper_no": "退1"})
        assert refused.value.code == "matter.guard"
    early = registered(stage, "forwarded", "信2024-03")
    with at(date(2024, 9, 9)):
        assert advance_matter(SYSTEM, uuid4(), early, "hand_back", 1, {"reason": "不在本镇", "paper_no": "退1"})["state"] == "handed_back"


def test_what_a_pack_seals_for_is_a_confidential_line_that_is_there() -> None:
    """Sealed for a line that nobody is named for, a matter would be lost."""
    packs = {pack.id: pack for pack in load_packs(PACKS)}
    bodies = [body for pack in packs.values() for body in pack.workflows.values()]
    sealed = {action["seals"] for body in bodies for action in body["action"] if action.get("seals")}
    received = {line for body in bodies for line in body.get("receives_from", ())}
    assert sealed == {"integrity"} <= packs.keys() & set(settings.CLOSED_LINES) and received == {"petition"} <= packs.keys()
