"""The standard workflow, step by step and by random walk."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.kernel.matters.engine import advance
from zhenwu.kernel.matters.hindrances import allowed
from zhenwu.kernel.matters.standing import Doer, Outcome, Standing
from zhenwu.kernel.matters.workflow_tables import standard, standard_body
from zhenwu.lib.problems import Problem, Refused

NOON = datetime(2020, 6, 1, 4, tzinfo=UTC)
ALIAN = Doer("person:alian", frozenset({"grid_worker"}))
ZHOU = Doer("person:zhou", frozenset({"officer"}))
CLERK = Doer("person:clerk", frozenset({"clerk"}))
HE = Doer("person:he", frozenset({"secretary"}))
STRANGER = Doer("person:stranger", frozenset())
FILLED = {"reason": "非本单位职责", "unit": "office", "result": "已清理", "seen": "现场看过，干净了"}
LEVEL = {"escalate": 1, "report_county": 1, "come_back": -1, "lower": -1}


def walked(*steps: tuple[str, Doer]) -> Outcome:
    """The outcome of the last of these steps, an hour apart."""
    standing, outcome = None, None
    for hour, (action, doer) in enumerate(steps):
        outcome = advance(standard(), standing, action, doer, NOON + timedelta(hours=hour), FILLED)
        standing = outcome.standing
    assert outcome is not None
    return outcome


HANDLED = (
    ("report", ALIAN), ("accept", CLERK), ("dispatch", CLERK), ("sign", ZHOU), ("handle", ZHOU), ("complete", ZHOU)
)  # fmt: skip


def test_a_matter_goes_from_report_to_close() -> None:
    end = walked(*HANDLED, ("verify", ALIAN), ("close", CLERK))
    assert end.ended and end.standing.state == "closed"
    assert set(end.standing.marks) == {"reported", "accepted", "completed", "closed"}


def test_the_handlers_word_does_not_close_a_matter() -> None:
    done = walked(*HANDLED)
    assert not done.ended
    assert "completed" in done.standing.marks and "closed" not in done.standing.marks


def test_whoever_handled_a_matter_does_not_verify_it() -> None:
    standing = walked(*HANDLED).standing
    with pytest.raises(Refused) as found:
        advance(standard(), standing, "verify", ZHOU, standing.since, FILLED)
    assert found.value.code == "matter.not_yours"
    other = Doer("person:another", ZHOU.posts)
    assert advance(standard(), standing, "verify", other, standing.since, FILLED).standing.state == "verified"


def test_whoever_verifies_says_what_they_saw_and_it_stays_with_the_matter() -> None:
    standing = walked(*HANDLED).standing
    with pytest.raises(Problem) as found:
        advance(standard(), standing, "verify", ALIAN, standing.since, {**FILLED, "seen": " "})
    assert found.value.code == "matter.missing" and found.value.fields == ("seen",) and "核查看到什么" in found.value.message
    assert walked(*HANDLED, ("verify", ALIAN), ("close", CLERK)).standing.fields["seen"] == "现场看过，干净了"


def test_work_to_be_done_again_takes_the_handlers_word_away_and_is_counted() -> None:
    back = walked(*HANDLED, ("rework", ALIAN))
    assert back.standing.state == "handling" and (back.standing.reworked, back.standing.returned) == (1, 0)
    assert "completed" not in back.standing.marks and "accepted" in back.standing.marks


CLOSED = (*HANDLED, ("verify", ALIAN), ("close", CLERK))


def test_who_reported_a_closed_matter_opens_it_again_and_nobody_else_does() -> None:
    standing = walked(*CLOSED).standing
    for other in (ZHOU, CLERK, Doer("person:another", ALIAN.posts)):
        with pytest.raises(Refused) as found:
            advance(standard(), standing, "reopen", other, standing.since, FILLED)
        assert found.value.code == "matter.not_yours" and "上报" in found.value.message
    again = walked(*CLOSED, ("reopen", ALIAN))
    assert again.reopened and not again.ended and again.standing.state == "accepted"
    assert set(again.standing.marks) == {"reported", "accepted"} and again.standing.reopened == 1
    assert [limit.id for limit in again.starts] == ["handle"]


def test_whoever_handled_a_reopened_matter_still_does_not_verify_it() -> None:
    round_two = (("reopen", ALIAN), ("dispatch", CLERK), ("sign", ZHOU), ("handle", ZHOU), ("complete", ZHOU))
    standing = walked(*CLOSED, *round_two).standing
    assert "verify" not in {action.id for action in allowed(standard(), standing, ZHOU)}
    assert walked(*CLOSED, *round_two, ("verify", ALIAN), ("close", CLERK)).standing.state == "closed"


def test_a_suspended_matter_lets_its_limits_stand_still_and_run_on() -> None:
    waiting = walked(*HANDLED[:-1], ("suspend", CLERK))
    assert (waiting.pauses, waiting.stops, waiting.starts) == (("handle",), (), ())
    assert waiting.standing.state == "suspended" and waiting.standing.suspended == 1
    on = walked(*HANDLED[:-1], ("suspend", CLERK), ("resume", ZHOU))
    assert (on.resumes, on.starts, on.standing.state) == (("handle",), (), "handling")
    assert on.standing.suspended == 1


def test_the_handler_does_not_suspend_their_own_matter() -> None:
    standing = walked(*HANDLED[:-1]).standing
    head = Doer(ZHOU.principal, frozenset({"officer", "office_head"}))
    for doer in (ZHOU, head):
        with pytest.raises(Refused):
            advance(standard(), standing, "suspend", doer, standing.since, FILLED)


def test_what_came_of_a_matter_is_said_at_its_end_and_forgotten_when_it_goes_on() -> None:
    def end(action: str, standing: Standing, doer: Doer) -> Standing:
        return advance(standard(), standing, action, doer, standing.since, {**FILLED, "ending": "settled"}).standing

    verified = walked(*HANDLED, ("verify", ALIAN)).standing
    closed = end("close", verified, CLERK)
    assert (verified.ending, closed.ending, end("reopen", closed, ALIAN).ending) == ("", "settled", "")


def test_limits_start_and_stop_with_the_states_they_run_in() -> None:
    accepted = walked(("report", ALIAN), ("accept", CLERK))
    assert accepted.stops == ("accept",) and [limit.id for limit in accepted.starts] == ["handle"]
    signed = walked(("report", ALIAN), ("accept", CLERK), ("dispatch", CLERK), ("sign", ZHOU))
    assert signed.stops == () and signed.starts == ()
    assert walked(*HANDLED).stops == ("handle",)


def test_an_action_that_does_not_fit_names_those_that_do() -> None:
    standing = walked(("report", ALIAN)).standing
    with pytest.raises(Problem) as found:
        advance(standard(), standing, "close", CLERK, NOON, FILLED)
    assert found.value.code == "matter.not_now"
    assert "受理" in found.value.remedy and "作废" in found.value.remedy
    with pytest.raises(Problem) as found:
        advance(standard(), standing, "fly", CLERK, NOON, FILLED)
    assert found.value.code == "matter.not_now"


@pytest.mark.parametrize("given", [{}, {"reason": ""}, {"reason": "   "}, {"reason": None}])
def test_sending_back_without_a_reason_is_refused(given: dict[str, object]) -> None:
    standing = walked(*HANDLED).standing
    with pytest.raises(Problem) as found:
        advance(standard(), standing, "rework", ALIAN, standing.since, given)
    assert found.value.code == "matter.missing" and "理由" in found.value.message


def test_a_step_cannot_lie_before_the_one_before() -> None:
    standing = walked(*HANDLED).standing
    with pytest.raises(Problem) as found:
        advance(standard(), standing, "verify", ALIAN, NOON - timedelta(days=1), FILLED)
    assert found.value.code == "matter.time"


def test_a_stranger_may_do_nothing_in_any_state() -> None:
    for state in standard().states:
        assert allowed(standard(), Standing(state.id, NOON), STRANGER) == []
    assert allowed(standard(), None, STRANGER) == []
    assert [action.id for action in allowed(standard(), None, ALIAN)] == ["report"]


def naive_table() -> dict[tuple[str | None, str], tuple[str, set[str], set[str], set[str]]]:
    """(state, action) → (target, posts, not by, only by), straight from the file."""
    return {
        (move.get("from"), action["id"]): (
            move["to"],
            set(move["posts"]),
            set(move.get("not_by", [])),
            set(move.get("only_by", [])),
        )
        for action in standard_body()["action"]
        for move in action["move"]
    }


DOERS = st.sampled_from([ALIAN, ZHOU, CLERK, HE, STRANGER, Doer("person:head", frozenset({"office_head", "overseer"}))])
STEPS = st.lists(st.tuples(st.sampled_from([action.id for action in standard().actions]), DOERS), max_size=60)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_a_random_walk_does_what_the_table_says(steps: list[tuple[str, Doer]]) -> None:
    table, state, hands, counts, level = naive_table(), None, set[tuple[str, str]](), Counter[str](), 2
    standing: Standing | None = None
    for action, doer in steps:
        target, posts, not_by, only_by = table.get((state, action), ("", set(), set(), set()))
        took = {done for done, who in hands if who == doer.principal}
        fits = bool(target and posts & doer.posts and not not_by & took and (not only_by or only_by & took))
        assert fits == (action in {found.id for found in allowed(standard(), standing, doer)})
        if not fits:
            with pytest.raises(Problem):
                advance(standard(), standing, action, doer, NOON, FILLED)
            continue
        outcome = advance(standard(), standing, action, doer, NOON, FILLED)
        state, standing = target, outcome.standing
        counts[action] += 1
        level += LEVEL.get(action, 0)
        hands.add((action, doer.principal))
        assert standing.state == state
        seen = (standing.returned, standing.reworked, standing.reopened, standing.suspended)
        assert seen == (counts["send_back"], counts["rework"], counts["reopen"], counts["suspend"] + counts["report_county"])
        assert standing.escalated == counts["escalate"] + counts["report_county"]
        assert outcome.ended == (state in {"closed", "voided", "refused"})
        running = {limit["id"] for limit in standard_body()["limit"] if state in limit["during"]}
        assert {limit.id for limit in outcome.starts} | set(outcome.resumes) <= running
        assert not running & {*outcome.stops, *outcome.pauses}


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_nobody_ever_closes_what_they_handled(steps: list[tuple[str, Doer]]) -> None:
    standing: Standing | None = None
    for action, doer in steps:
        try:
            standing = advance(standard(), standing, action, doer, NOON, FILLED).standing
        except Problem:
            continue
        if standing.state == "closed":
            closers = standing.hands["verify"] | standing.hands["close"]
            assert not standing.hands["complete"] & closers
