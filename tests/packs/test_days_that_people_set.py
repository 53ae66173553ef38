"""The day that a person sets is the day towards which the clock runs: of a hazard, a point, a structure, a fine paid in parts."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts
from tests.shelves import our_packs
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.packkit.examples import Example
from zhenwu.sdk import RecordInput, save_record

EXAMPLES = [example for pack in our_packs() for example in pack.examples if pack.id in ("safety", "remediation", "demolition", "powers")]


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def upto(stage: Stage, words: str, target: str) -> None:
    """Play an example as far as its first step of a kind that goes through."""
    story = next(one for one in EXAMPLES if words in one.name)
    cut = next(n for n, step in enumerate(story.steps) if step.target == target and not step.refused) + 1
    stage.play(Example(story.file, story.name, story.today, story.units, (), story.steps[:cut], {}))


def opened(stage: Stage, code: str) -> UUID:
    """The matter that the rule opened of a structure."""
    return stage._matter(("demolish", code))


def last_days(matter: UUID) -> dict[str, str]:
    return {one.limit: one.last_day for one in matters.deadlines(SYSTEM, matter)}


def why(matter: UUID, limit: str) -> str:
    return next(one.due.why[0] for one in matters.deadlines(SYSTEM, matter) if one.limit == limit)


def test_a_hazard_is_due_on_the_day_that_was_set_when_it_was_handed_over(stage: Stage) -> None:
    story = next(one for one in EXAMPLES if one.file.endswith("hazards.yaml"))
    step = next(step for step in story.steps if step.target == "assign" and not step.refused)
    upto(stage, story.name, "assign")
    matter = stage._matter(step.key)
    assert last_days(matter)["plain"] == step.data["due_on"] and "交办时写明的整改期限" in why(matter, "plain")


def test_a_point_brings_its_day_from_the_ledger_and_another_may_be_set(stage: Stage) -> None:
    upto(stage, "在系统里走", "remediation.point")
    matter = stage._matter(("point", "D1"))
    with at(date(2020, 2, 4)):
        assert matters.current(SYSTEM, matter).columns["due_on"] == "2020-10-31"  # nothing was typed twice
        given = {"measure_planned": "覆土", "owner_post": "深塘村", "due_on": "2020-06-30"}
        matters.advance_matter(SYSTEM, uuid4(), matter, "assign", 1, given)
    assert last_days(matter)["rectify"] == "2020-06-30"


def test_the_notice_of_a_point_is_over_after_its_least_days_and_its_last_one(stage: Stage) -> None:
    upto(stage, "在系统里走", "publish")
    found = last_days(stage._matter(("point", "D1")))
    assert found["notice"] == "2020-06-29" and found["notice_over"] == "2020-07-01"  # three work days after Sunday the 28th


def test_who_is_to_remove_a_structure_is_waited_for_until_the_day_of_the_order(stage: Stage) -> None:
    upto(stage, "限期没到", "order")
    assert last_days(opened(stage, "F1"))["self_remove"] == "2020-02-10"


def test_after_a_decision_was_upheld_fifteen_days_run_and_not_six_months(stage: Stage) -> None:
    upto(stage, "限期没到", "go_on")
    found = last_days(opened(stage, "F1"))
    assert found["sue_after_right"] == "2020-06-23"
    running = [one.limit for one in matters.deadlines(SYSTEM, opened(stage, "F1")) if one.over is None]
    assert running == ["sue_after_right"]


def test_the_day_of_an_agreement_is_explained_by_the_agreement(stage: Stage) -> None:
    with at(date(2020, 6, 1)):
        report = matters.Report("mediation", stage.units["深塘村"], "争水渠")
        matter = UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="mediation.quarrel", given={"source": "applied"})["matter"])
        roll = {"code": "TJ01", "name": "吴砚青", "committee": "云岭镇人民调解委员会", "kind": "full_time"}
        save_record(SYSTEM, "mediation.mediator", RecordInput(roll, stage.units["云岭镇"], date(2018, 3, 1)), uuid4())
        told = {"case_no": "调1", "kind": "land", "link": "people", "mediator": "TJ01", "people": "2"}
        matters.advance_matter(SYSTEM, uuid4(), matter, "accept", 1, told)
        agreed = {"agreement_form": "written", "facts": "水渠", "terms": "轮流放水", "perform_by": "2020-07-01"}
        matters.advance_matter(SYSTEM, uuid4(), matter, "agree", 2, agreed)
    assert last_days(matter)["perform"] == "2020-07-01" and why(matter, "perform") == "依据：调解协议约定的履行日期"
