"""What the gates of enforcement, legal review and the congress hold back, who may pass them, and when their clocks are due."""

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
from zhenwu.lib.problems import Problem, Refused
from zhenwu.packkit.examples import Example
from zhenwu.sdk import Figures, catch_up

PACK = {pack.id: pack for pack in our_packs() if pack.id in ("enforcement", "legalreview", "congress")}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def story(pack: str, words: str) -> Example:
    return next(example for example in PACK[pack].examples if words in example.name)


def pass_over(stage: Stage, who: str, matter: UUID, action: str, given: dict[str, str]) -> None:
    version = len(matters.history(SYSTEM, matter))
    matters.advance_matter(stage._actor(who), uuid4(), matter, action, version, given, overriding=True)


def last_days(matter: UUID) -> dict[str, str]:
    return {one.limit: one.last_day for one in matters.deadlines(SYSTEM, matter)}


def test_an_unreviewed_contract_is_issued_only_by_a_leader_who_says_why(stage: Stage) -> None:
    report = matters.Report("legalreview", stage.units["云岭镇"], "抢险工程合同")
    with at(date(2025, 7, 1)):
        given = {"kind": "contract", "draft": "true", "basis_given": "true"}
        opened = matters.open_matter(stage._actor("老周"), uuid4(), report, workflow="legalreview.review", given=given)
        matter = UUID(opened["matter"])
        with pytest.raises(Refused) as refused:
            pass_over(stage, "老周", matter, "issue", {"paper_no": "合9", "reason": "急"})
        assert refused.value.code == "matter.no_override"
        pass_over(stage, "何书记", matter, "issue", {"paper_no": "合9", "reason": "台风将至，先签后报"})
        told = matters.history(SYSTEM, matter)[-1].given
        assert told["overruled"] == ["还没有审查，不能印发签订"] and told["reason"] == "台风将至，先签后报"
    catch_up()
    with at(date(2025, 12, 31)):
        assert Figures().figure("legalreview.excepted@2025").value == 1


def test_a_major_case_decided_by_exception_stands_on_the_list_of_exceptions(stage: Stage) -> None:
    major = story("enforcement", "重大案件")
    cut = next(n for n, step in enumerate(major.steps) if step.target == "decide" and step.refused)
    stage.play(Example(major.file, major.name, major.today, major.units, (), major.steps[:cut], {}))
    with at(date(2025, 5, 24)):
        pass_over(stage, "何书记", stage._matter(("enforcement_case", "执2025-03")), "decide", {"fine": "20000", "reason": "危房，不能等"})
    catch_up()
    with at(date(2025, 12, 31)):
        figures = Figures()
        assert [figures.figure(f"enforcement.{name}@2025").value for name in ("major", "major_unreviewed")] == [1, 1]


def test_no_reason_lets_anybody_fine_more_on_the_spot_than_the_law_does(stage: Stage) -> None:
    """And a case without both certificates goes on at no step that the two officers take together."""
    small = story("enforcement", "小额的当场罚完")
    stage.play(Example(small.file, small.name, small.today, small.units, (), small.steps[:4], {}))
    matter = stage._matter(("enforcement_case", "执2025-01"))
    with at(date(2025, 3, 3)), pytest.raises(Problem, match="不能破例") as refused:
        pass_over(stage, "何书记", matter, "fine_on_spot", {"party": "citizen", "fine": "500", "paper_no": "当罚1", "record_no": "AV-1", "reason": "急"})
    assert refused.value.code == "matter.firm" and len(matters.history(SYSTEM, matter)) == 1
    workflow = matters.workflow_of(matters.current(SYSTEM, matter).matter)
    asked = {action.id for action in workflow.actions if action.certified}
    assert asked == {"check", "fine_on_spot", "investigate", "preserve", "dispose", "impound", "release", "conclude", "inform", "hear_statement", "deliver"}


def test_a_party_that_does_not_pay_makes_the_team_late_only_when_it_does_not_urge(stage: Stage) -> None:
    major = story("enforcement", "重大案件")
    cut = next(n for n, step in enumerate(major.steps) if step.target == "urge")
    stage.play(Example(major.file, major.name, major.today, major.units, (), major.steps[:cut], {}))
    matter = stage._matter(("enforcement_case", "执2025-03"))
    found = {one.limit: one for one in matters.deadlines(SYSTEM, matter)}
    assert (found["pay"].binds, found["pay"].last_day, found["pay"].opens) == ("当事人", "2025-07-01", ("催告",))
    assert found["urge"].last_day == "2025-07-22", "fifteen work days after the last one of the party"
    with at(date(2025, 7, 22)):
        assert not matters.running([matter])[matter].late
        pass_over(stage, "老周", matter, "urge", {"paper_no": "催告1", "enforce_by": "court"})
        assert matters.current(SYSTEM, matter).columns["overdue_times"] == 0


def test_each_clock_of_a_case_is_its_own(stage: Stage) -> None:
    """The days are those of the calendar of 2025: 31 May to 2 June are holidays."""
    major = story("enforcement", "重大案件")
    stage.play(major)
    days = last_days(stage._matter(("enforcement_case", "执2025-03")))
    assert days["preserve"] == "2025-05-20"  # 7 work days from Friday 9 May
    assert days["impound"] == "2025-06-16"  # 30 natural days from 15 May end on a Saturday
    assert days["deliver"] == "2025-06-24"  # 7 work days from Friday 13 June
    assert days["pay"] == "2025-07-01"  # 15 natural days from 16 June
    assert days["urge_court"] == "2025-07-16"  # 10 work days from 2 July
    told = {one.limit: one.due.why[0] for one in matters.deadlines(SYSTEM, stage._matter(("enforcement_case", "执2025-03")))}
    assert "第五十六条" in told["preserve"] and "《行政强制法》第二十五条" in told["impound"] and "第六十条" in told["decide"]


def test_a_hard_proposal_has_six_months_and_a_new_answer_one(stage: Stage) -> None:
    stage.play(story("congress", "反悔"))
    assert last_days(stage.matters["C"])["answer_hard"] == "2025-08-12"  # handed over on 12 February
    reopened = last_days(stage.matters["A"])
    assert reopened["answer"] == "2025-05-12" and reopened["answer_again"] == "2025-12-01"
