"""How the enforcement team, 司法所 and the hotline live: what passes a gate passed it, and the mess is of a believable size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from django.contrib.auth import get_user_model

from demo.books import Case
from demo.building import Summary
from demo.lives.enforcement import dockets
from demo.rehearsing import Rehearsal
from demo.world import World
from tests.demo.conftest import LAST, YEAR
from zhenwu.kernel.exchanges.api import exchange_of, table_between
from zhenwu.kernel.matters.api import facts, history
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.sdk import actor_of

pytestmark = pytest.mark.slow
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def lived() -> Rehearsal:
    rehearsal = Rehearsal(YEAR, 2, LAST)
    rehearsal.play()
    return rehearsal


def cases(lived: Rehearsal, line: str, category: str = "") -> Iterator[Case]:
    return (case for case in lived.books.cases.values() if case.line == line and category in ("", case.category))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_major_case_is_reviewed_and_discussed_before_it_is_decided_and_by_nobody_who_looked_into_it(seed: int) -> None:
    major = 0
    for docket in dockets(World(YEAR, seed)):
        hands, done = set[str](), set[str]()
        for step in docket.course.steps:
            if step.action in ("check", "investigate", "preserve", "conclude"):
                hands.add(step.who)
            if step.action in ("hold_hearing", "more_evidence", "reopen"):
                done -= {"review", "discuss"}
            if step.action in ("review", "hold_hearing", "decide", "approve"):
                assert step.who not in hands
            if step.action == "decide" and "confiscated" in dict(step.more):
                assert {"review", "discuss"} <= done
                major += 1
            done.add(step.action)
    assert 8 < major < 40


def test_the_register_knows_the_day_on_which_its_case_will_be_decided(lived: Rehearsal) -> None:
    """What the rule opened goes the way that the register was told by."""
    decided = {f"enforcement.registered:{one.code}:1": one.course.decided for one in dockets(World(YEAR, 2))}
    known = {name: day for name, day in decided.items() if day is not None and day <= LAST}
    assert {name: lived.books.cases[name].first["decide"] for name in known} == known
    assert len(known) > 80


def test_every_year_has_orders_that_were_late_sent_back_and_done_again_and_most_were_not(lived: Rehearsal) -> None:
    truth = {address: Fraction(text) for address, text in lived.truth().items() if address.startswith("hotline.")}
    for year in range(YEAR - 5, YEAR + 1):
        tickets = truth[f"hotline.tickets@{year}"]
        assert 55 <= tickets <= 110
        assert 0 < truth[f"hotline.redone@{year}"] < tickets / 4 and 0 < truth[f"hotline.returned@{year}"] < tickets / 5
        assert 80 <= truth[f"hotline.in_time_rate@{year}"] < 100
    assert truth[f"hotline.solving_rate@{YEAR}"] > truth[f"hotline.solving_rate@{YEAR - 5}"]


def test_what_went_out_without_an_opinion_stands_on_the_list_and_grows_less(lived: Rehearsal) -> None:
    truth = lived.truth()
    assert int(truth[f"legalreview.unreviewed@{YEAR - 5}"]) > int(truth[f"legalreview.unreviewed@{YEAR}"])
    assert [case.reported.year for case in cases(lived, "legalreview") if case.action == "finish" and "give_opinion" not in case.taken] == [YEAR - 2]


def test_the_window_asks_after_a_share_of_what_was_closed_and_not_all_are_content(lived: Rehearsal) -> None:
    for year in range(YEAR - 5, YEAR + 1):
        closed = [case for case in cases(lived, "grid") if case.closed and case.closed.year == year]
        rated = [case.said["rating"] for case in closed if "rating" in case.said]
        assert 0.12 < len(rated) / len(closed) < 0.35
        assert 0.85 < sum(one in ("satisfied", "basic") for one in rated) / sum(one != "unreached" for one in rated) < 1


@pytest.mark.django_db
def test_the_centres_table_goes_back_with_what_was_done(town: Summary) -> None:
    sender = actor_of(get_user_model().objects.get(username="fenguan"), LAST)
    with at(LAST):
        back = table_between(sender, exchange_of("hotline.orders"), date(YEAR, 1, 1), date(YEAR, 6, 30))
    assert 25 < back.done <= back.rows < 70


@pytest.mark.django_db
def test_what_was_signed_without_an_opinion_says_who_passed_which_rule_and_why(town: Summary) -> None:
    found = [fact.id for fact in facts(Scope("workflow:legalreview.review")) if fact.row["state"] == "closed" and fact.row["conclusion"] is None]
    mayor = actor_of(get_user_model().objects.get(username="yezhenzhang"), LAST)
    passed = [step for step in history(mayor, found[0]) if step.given.get("overruled")]
    assert len(found) == 1
    assert [(step.action, step.principal) for step in passed] == [("issue", mayor.principal)]
    assert passed[0].given["overruled"] == ["审查意见还没有出来，不能印发签订"] and passed[0].given["reason"]
