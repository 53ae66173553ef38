"""Fields, guards, limits by condition, extension, withdrawing, jumping, rating: what every workflow may say, on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.matters.tables import case, case_body
from zhenwu.kernel.matters.built_in import offered, take
from zhenwu.kernel.matters.checking import check_workflow
from zhenwu.kernel.matters.engine import advance
from zhenwu.kernel.matters.hindrances import allowed
from zhenwu.kernel.matters.standing import Around, Doer, Outcome, Standing
from zhenwu.kernel.matters.workflow_tables import read_workflow, standard
from zhenwu.kernel.orgs.api import post_kinds
from zhenwu.lib.problems import Problem, Problems, Refused

NOON = datetime(2020, 6, 1, 4, tzinfo=UTC)
ZHOU = Doer("person:zhou", frozenset({"officer"}))
HEAD = Doer("person:head", frozenset({"office_head"}))
CLERK = Doer("person:clerk", frozenset({"clerk"}))
ALIAN = Doer("person:alian", frozenset({"grid_worker"}))
OVERSEER = Doer("person:overseer", frozenset({"overseer"}))


def step(standing: Standing | None, action: str, doer: Doer, table: Any = None, around: Around | None = None, **given: Any) -> Outcome:
    moment = standing.since + timedelta(hours=1) if standing else NOON
    return advance(table or case(), standing, action, doer, moment, given, around)


def built_in(standing: Standing, action: str, doer: Doer, table: Any = None, around: Around | None = None, **given: Any) -> Standing:
    return take(table or case(), standing, action, doer, standing.since + timedelta(hours=1), given, around or Around()).standing


def filed(gravity: str) -> Standing:
    return step(None, "report", ZHOU, gravity=gravity).standing


def test_a_major_case_is_not_decided_before_it_was_reviewed_and_a_plain_one_is() -> None:
    with pytest.raises(Problem) as found:
        step(filed("major"), "decide", ZHOU, fine="5000")
    assert (found.value.code, found.value.message) == ("matter.guard", "重大案件先做法制审核")
    reviewed = step(filed("major"), "review", HEAD).standing
    assert reviewed.fields == {"gravity": "major", "reviewed": True}
    assert step(reviewed, "decide", ZHOU, fine="5000").standing.fields["fine"] == 500000
    assert step(filed("plain"), "decide", ZHOU, fine="200").standing.state == "decided"


def test_what_is_missing_and_the_rule_that_does_not_hold_are_told_together() -> None:
    with pytest.raises(Problem) as found:
        step(filed("major"), "decide", ZHOU)
    assert [(one.code, one.fields) for one in found.value.all] == [("matter.missing", ("fine",)), ("matter.guard", ())]
    with pytest.raises(Problem) as found:
        advance(case(), filed("major"), "decide", OVERSEER, NOON + timedelta(days=1), {"reason": "急"}, overriding=True)
    assert [one.code for one in found.value.all] == ["matter.missing"]  # the rule may be passed, the blank may not


def test_a_named_person_passes_a_rule_with_a_reason_and_it_is_told() -> None:
    def passing(doer: Doer, **given: Any) -> Outcome:
        return advance(case(), filed("major"), "decide", doer, NOON + timedelta(days=1), {"fine": "1", **given}, overriding=True)

    with pytest.raises(Refused) as refused:
        passing(ZHOU, reason="等不及")
    assert refused.value.code == "matter.no_override"
    with pytest.raises(Problem) as blank:
        passing(OVERSEER)
    assert blank.value.code == "matter.missing"
    assert passing(OVERSEER, reason="法制员出差，县里电话同意").overruled == ("您的岗位不能“决定”", "重大案件先做法制审核")


@pytest.mark.parametrize(
    ("given", "words"), [({}, "案件轻重"), ({"gravity": "huge"}, "案件轻重"), ({"gravity": ""}, "案件轻重")], ids=["absent", "stranger", "empty"]
)
def test_what_a_field_cannot_hold_is_refused_by_its_name(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Problem) as found:
        step(None, "report", ZHOU, **given)
    assert words in found.value.message


def test_a_limit_hangs_on_the_condition_and_not_on_the_kind() -> None:
    assert [run.limit.id for run in filed("plain").runs] == ["plain"]
    assert [run.limit.id for run in filed("major").runs] == ["major"]


def test_an_extension_is_asked_before_it_is_due_and_granted_by_another() -> None:
    asked = built_in(filed("major"), "ask_extension", ZHOU, limit="major", units="20", reason="等鉴定")
    assert asked.state == "filed" and asked.request is not None and "grant_extension" in {one.id for one in offered(case(), asked, OVERSEER)}
    with pytest.raises(Refused):
        built_in(asked, "grant_extension", Doer(ZHOU.principal, frozenset({"overseer"})))
    with pytest.raises(Refused):
        built_in(asked, "grant_extension", HEAD)
    granted = built_in(asked, "grant_extension", OVERSEER)
    assert (granted.runs[0].extra, granted.extended, granted.request) == (20, 1, None)
    with pytest.raises(Problem) as twice:
        built_in(granted, "ask_extension", ZHOU, limit="major", units="5", reason="还要等")
    assert twice.value.code == "matter.no_extension"


@pytest.mark.parametrize(
    ("limit", "units", "late", "code"),
    [("major", "31", False, "matter.units"), ("major", "-1", False, "matter.units"), ("plain", "5", False, "matter.no_extension"), ("major", "5", True, "matter.too_late")],
)
def test_an_extension_beyond_what_the_rule_allows_is_refused(limit: str, units: str, late: bool, code: str) -> None:
    around = Around(late=frozenset({"major"} if late else ()))
    with pytest.raises(Problem) as found:
        built_in(filed("major"), "ask_extension", ZHOU, around=around, limit=limit, units=units, reason="等鉴定")
    assert found.value.code == code


def test_who_took_the_last_step_takes_it_back_and_the_limits_run_on_as_before() -> None:
    before = filed("plain")
    decided = step(before, "decide", ZHOU, fine="200").standing
    around = Around(before=("decide", ZHOU.principal, before))
    back = built_in(decided, "withdraw", ZHOU, around=around, reason="数写错了")
    assert (back.state, back.runs, "completed" in back.marks, back.fields) == ("filed", before.runs, False, before.fields)
    with pytest.raises(Refused):
        built_in(decided, "withdraw", HEAD, around=around, reason="我来撤")


def test_a_matter_is_sent_back_to_a_step_it_has_passed_and_to_no_other() -> None:
    decided = step(filed("plain"), "decide", ZHOU, fine="200").standing
    around = Around(passed={"filed": filed("plain"), "decided": decided})
    back = built_in(decided, "jump", HEAD, around=around, to="filed", reason="事实没有查清")
    assert (back.state, back.returned, "completed" in back.marks) == ("filed", 1, False)
    for to in ("closed", "decided", "nowhere"):
        with pytest.raises(Problem) as found:
            built_in(decided, "jump", HEAD, around=around, to=to, reason="试试")
        assert found.value.code == "matter.not_now"


def test_the_reporter_rates_and_the_handler_does_not() -> None:
    closed = step(step(filed("plain"), "decide", Doer("person:other", ZHOU.posts), fine="1").standing, "close", ZHOU).standing
    assert built_in(closed, "rate", ZHOU, rating="satisfied").rating == "satisfied"
    assert built_in(closed, "rate", CLERK, rating="unreached").rating == "unreached"
    with pytest.raises(Refused):
        built_in(closed, "rate", Doer("person:other", frozenset({"clerk"})), rating="satisfied")
    with pytest.raises(Problem) as found:
        built_in(closed, "rate", CLERK, rating="wonderful")
    assert found.value.code == "matter.rating" and "基本满意" in found.value.remedy


def test_what_was_said_first_stays_when_a_matter_is_opened_again_and_rated_anew() -> None:
    closed = step(step(filed("plain"), "decide", Doer("person:other", ZHOU.posts), fine="1").standing, "close", ZHOU).standing
    unreached = built_in(closed, "rate", CLERK, rating="unreached")
    assert (unreached.rating, unreached.first_rating) == ("unreached", "")
    again = replace(built_in(unreached, "rate", CLERK, rating="dissatisfied"), rating="")
    better = built_in(again, "rate", CLERK, rating="satisfied")
    assert (better.rating, better.first_rating) == ("satisfied", "dissatisfied")


def handling(**dispatched: Any) -> Standing:
    """A general matter under way at an office."""
    standing = advance(standard(), None, "report", ALIAN, NOON, {}).standing
    for action, doer in (("accept", CLERK), ("dispatch", CLERK), ("sign", ZHOU), ("handle", ZHOU)):
        standing = advance(standard(), standing, action, doer, standing.since, {"unit": "office", **dispatched}).standing
    return standing


def test_the_lead_waits_for_every_assisting_office() -> None:
    shared = handling(assist=["water", "roads"])
    assert shared.owing == ["water", "roads"]
    with pytest.raises(Problem) as found:
        step(shared, "complete", ZHOU, standard(), result="修好了")
    assert found.value.message == "还有2个协办单位没有反馈"
    water = Doer("person:water", frozenset(), assists=frozenset({"water"}))
    once = built_in(shared, "answer_part", water, standard(), result="水已放干")
    assert once.owing == ["roads"] and once.state == "handling"
    with pytest.raises(Refused):
        built_in(once, "answer_part", water, standard(), result="再答一次")
    both = built_in(once, "decline_part", Doer("person:roads", frozenset(), assists=frozenset({"roads"})), standard(), reason="不是县道")
    assert step(both, "complete", ZHOU, standard(), result="修好了").standing.state == "completed"


def test_only_the_office_it_was_sent_to_signs_for_it() -> None:
    dispatched = advance(standard(), None, "report", ALIAN, NOON, {}).standing
    for action in ("accept", "dispatch"):
        dispatched = step(dispatched, action, CLERK, standard(), unit="office").standing
    elsewhere = Doer("person:li", frozenset({"officer"}), office=frozenset())
    there = Doer("person:li", frozenset(), office=frozenset({"officer"}))
    assert "sign" not in {one.id for one in allowed(standard(), dispatched, elsewhere)}
    with pytest.raises(Refused) as found:
        step(dispatched, "sign", elsewhere, standard())
    assert "派给了别的单位" in found.value.message
    assert step(dispatched, "sign", there, standard()).standing.state == "signed"


def test_what_was_taken_in_is_not_voided_even_where_the_table_has_a_way() -> None:
    body = case_body()
    body["action"].append({"id": "void", "label": "作废", "needs": ["reason"], "voids": True, "move": [{"from": "filed", "to": "closed", "posts": ["officer"]}]})
    table = read_workflow(body)
    taken_in = replace(filed("plain"), marks={"reported": NOON, "accepted": NOON})
    with pytest.raises(Problem) as found:
        step(taken_in, "void", ZHOU, table, reason="报错了")
    assert found.value.message == "已经受理的事项不能作废"
    assert step(filed("plain"), "void", ZHOU, table, reason="报错了").ended


def test_a_parent_ends_after_its_children() -> None:
    decided = step(filed("plain"), "decide", ZHOU, fine="1").standing
    with pytest.raises(Problem) as found:
        step(decided, "close", ZHOU, around=Around(children=2))
    assert "还有2件没有办完" in found.value.message
    assert step(decided, "close", ZHOU, around=Around(children=0)).ended


FAULTS = [
    (lambda body: body["action"][0].update(id="withdraw"), "workflow.built_in"),
    (lambda body: body["action"][2].update(needs=["wish"]), "workflow.stranger"),
    (lambda body: body["action"][1].update(sets={"gravity": "huge"}), "workflow.sets"),
    (lambda body: body["action"][3].update(returns=True), "workflow.returning"),
    (lambda body: body["action"][1].update(asks=True), "workflow.never_joined"),
    (lambda body: body["limit"][1].update(extend={"by": ["king"], "most": 3}), "workflow.stranger"),
    (lambda body: body.update(override_by=["king"]), "workflow.stranger"),
]
UNREADABLE = [
    (lambda body: body["action"][2]["move"][0].update(when="gravity = "), "workflow.guard"),
    (lambda body: body["action"][2]["move"][0].update(when="wish = 'x'"), "workflow.guard"),
    (lambda body: body["limit"][0].update(when="fine"), "workflow.guard"),
    (lambda body: body["field"][0].update(type="identity"), "workflow.field"),
    (lambda body: body["field"][0].update(id="state"), "workflow.field"),
    (lambda body: body["field"][0].update(choices=[]), "workflow.field"),
    (lambda body: body["limit"][0].update(ledger="standard"), "workflow.limit"),
    (lambda body: body["limit"][1].update(extend={"most": 3}), "workflow.extend"),
    (lambda body: body["action"][1].update(level="sideways"), "workflow.level"),
]


def test_the_table_itself_is_sound() -> None:
    assert check_workflow(case(), post_kinds()) == [] and check_workflow(standard(), post_kinds()) == []


@pytest.mark.parametrize(("spoil", "code"), FAULTS, ids=[code + str(n) for n, (_, code) in enumerate(FAULTS)])
def test_a_table_that_makes_no_sense_is_refused(spoil: Any, code: str) -> None:
    body = case_body()
    spoil(body)
    assert code in {problem.code for problem in check_workflow(read_workflow(body), post_kinds())}


@pytest.mark.parametrize(("spoil", "code"), UNREADABLE, ids=[code + str(n) for n, (_, code) in enumerate(UNREADABLE)])
def test_a_table_that_cannot_be_read_is_refused(spoil: Any, code: str) -> None:
    body = case_body()
    spoil(body)
    with pytest.raises(Problems) as found:
        read_workflow(body)
    assert code in {problem.code for problem in found.value.found}
