"""矛盾纠纷 on its own workflow: what one dispute counts, however many saw it, and a term that is the parties' own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.documents.conftest import CASE, Dispute
from tests.packs.stories import _printed
from zhenwu.kernel.matters.api import (
    Narrow,
    Report,
    RunningLimit,
    Taken,
    advance_matter,
    catch_up_limits,
    current,
    deadlines,
    history,
    listed,
    merge_matters,
    open_matter,
    rebuild_limits,
    take_steps,
)
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem, Refused
from zhenwu.sdk import Figures, catch_up


def figure(metric: str) -> str:
    catch_up()
    with at(date(2024, 12, 31)):
        return _printed(Figures(), f"{metric}@2024")


def seen_by(dispute: Dispute, line: str) -> UUID:
    """The same quarrel as another line reports it."""
    with at(date(2024, 3, 7)):
        report = Report(line, dispute.town["深塘一格"], "两户为排水沟吵架")
        if line != "petition":
            return UUID(open_matter(SYSTEM, uuid4(), report)["matter"])
        given = {"petition_no": "访〔2024〕1号", "form": "visit", "topic": "other", "turn": "first", "people": "2"}
        return UUID(open_matter(SYSTEM, uuid4(), report, workflow="petition.petition", given=given)["matter"])


def test_a_quarrel_that_the_grid_saw_too_counts_once_and_a_petition_keeps_its_own_clock(dispute: Dispute) -> None:
    seen, petition = seen_by(dispute, "grid"), seen_by(dispute, "petition")
    with at(date(2024, 3, 19)):
        merge_matters(SYSTEM, uuid4(), dispute.matter, [(seen, 1)], "同一条水沟")
        with pytest.raises(Problem):
            merge_matters(SYSTEM, uuid4(), dispute.matter, [(petition, 1)], "同一条水沟")
    dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-27")
    dispute.step("2024-04-10", "窗口", "visit", visited_on="2024-04-10", visit_said="satisfied", result="来往照常")
    dispute.step("2024-04-10", "窗口", "close", outcome="settled")
    assert current(SYSTEM, seen).columns["ending"] == "merged"  # whoever reported it is answered
    assert current(SYSTEM, petition).ends_on is None  # whoever petitioned is owed an answer of their own
    counted = {name: figure(name) for name in ("mediation.received", "mediation.settled", "grid.reported", "petition.settled")}
    assert counted == {"mediation.received": "1", "mediation.settled": "1", "grid.reported": "0", "petition.settled": "0"}


def test_the_thirty_days_for_the_court_are_the_parties_own_nobody_is_late(dispute: Dispute) -> None:
    with at(date(2024, 5, 20)):
        catch_up_limits()
        term = next(one for one in deadlines(SYSTEM, dispute.matter) if one.limit == "confirm")
        assert term.last_day == "2024-04-17" and not term.late
        with pytest.raises(Problem) as refused:
            advance_matter(dispute.people["窗口"], uuid4(), dispute.matter, "apply_confirm", 4, {"court": "县法院"})
        assert refused.value.code == "matter.guard"
        rebuild_limits()
        running = RunningLimit.objects.filter(matter=dispute.matter)
        assert {one.limit for one in running} == {"confirm", "perform", "ask_performed"}
        assert {one.limit for one in running if one.order_at.year < 2100} == {"ask_performed"}  # what the parties may or must do presses no office
        before = current(SYSTEM, dispute.matter).columns["overdue_times"]
        dispute.step("2024-05-20", "老周", "breach", reason="没有付")
    after = history(SYSTEM, dispute.matter)[-1].columns["overdue_times"]
    assert after == before + 1  # the day agreed for performing it was missed; the right to go to court was not a duty


def test_what_has_happened_cannot_lie_in_the_future(dispute: Dispute) -> None:
    with pytest.raises(Problem) as refused:
        dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-28")
    assert refused.value.code == "matter.future" and "履行完毕日期" in refused.value.message
    dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-27")


def test_whoever_brought_the_agreement_about_neither_visits_nor_closes(dispute: Dispute) -> None:
    dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-27")
    for action, given in (("visit", {"visited_on": "2024-04-10", "visit_said": "satisfied", "result": "好"}), ("close", {"outcome": "settled"})):
        with pytest.raises(Refused):
            dispute.step("2024-04-10", "老周", action, **given)
    with pytest.raises(Problem) as refused:
        dispute.step("2024-04-10", "窗口", "close", outcome="settled")
    assert refused.value.code == "matter.guard"


def test_a_challenged_mediator_is_replaced_before_anything_goes_on(dispute: Dispute) -> None:
    dispute.step("2024-03-20", "老周", "renege", reason="乙方回去以后不认")
    dispute.step("2024-03-21", "窗口", "challenge", reason="调解员是甲方亲戚")
    with pytest.raises(Problem) as refused:
        dispute.step("2024-03-22", "老周", "meet", meeting_place="村委会", result="谈")
    assert refused.value.code == "matter.guard" and "换调解员" in refused.value.message
    dispute.step("2024-03-22", "窗口", "replace", mediator="TJ01", reason="另派")
    dispute.step("2024-03-23", "老周", "meet", meeting_place="村委会", result="谈成了")
    words = dispute.words(dispute.make("minutes", day="2024-03-23"))
    assert "调解员是甲方亲戚" in words and "名册编号TJ01" in words and "调解员：吴砚青" in words


def test_a_second_case_cannot_take_the_number_of_the_first_and_print_its_people(dispute: Dispute) -> None:
    with at(date(2024, 3, 20)):
        report = Report("mediation", dispute.town["深塘一格"], "借钱不还")
        other = replace(dispute, matter=UUID(open_matter(dispute.people["阿莲"], uuid4(), report, workflow="mediation.quarrel", given={"source": "applied"})["matter"]))
    told = {"kind": "neighbours", "link": "people", "mediator": "TJ02", "people": "2"}
    with pytest.raises(Problem) as refused:
        other.step("2024-03-21", "老周", "accept", case_no=CASE, **told)
    assert refused.value.code == "matter.number_taken" and CASE in refused.value.message
    with pytest.raises(Problem) as refused_in_bulk, at(date(2024, 3, 21)):
        take_steps(SYSTEM, uuid4(), [Taken(other.matter, "accept", 1, given={"case_no": CASE, **told})])
    assert "matter.number_taken" in str(refused_in_bulk.value.code)
    other.step("2024-03-21", "老周", "accept", case_no="云调〔2024〕99号", **told)
    assert [step.matter_id for step in listed(SYSTEM, "mediation", narrow=Narrow("2024〕99"))] == [other.matter]
