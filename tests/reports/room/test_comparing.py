"""Two counts row by row: whatever the rows, every row stands in exactly one list and the lists add up to both figures."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from zhenwu.kernel.metrics.api import Match
from zhenwu.kernel.reports.room.comparing import Counted, compare, once_each
from zhenwu.lib.facts import Fact, Row

MATCH = Match("deeds.other", (("code", "facility"),), (("built_on", "accepted_on"),))
AMOUNTS = st.fractions(min_value=-5, max_value=50, max_denominator=3)
KEYS = st.sampled_from(["F1", "F2", "F3", "F4", "", None])


def row(key: str | None, amount: Fraction, day: int, names: tuple[str, str]) -> Counted:
    return Counted(Fact("ledger:x.y", uuid4(), 1, UUID(int=1), Row({names[0]: key, names[1]: day})), amount)


def rows(names: tuple[str, str]) -> st.SearchStrategy[list[Counted]]:
    return st.lists(st.builds(row, KEYS, AMOUNTS, st.integers(1, 3), st.just(names)), max_size=6)


OWN, OTHER = rows(("code", "built_on")), rows(("facility", "accepted_on"))


def ids(found: list[Counted]) -> list[UUID]:
    return sorted(one.fact.id for one in found)


@given(OWN, OTHER)
def test_the_lists_add_up_to_both_figures(own: list[Counted], other: list[Counted]) -> None:
    both = compare(own, other, MATCH)
    only = sum((one.amount for one in both.only_own), Fraction(0))
    its = sum((one.amount for one in both.only_other), Fraction(0))
    gaps = sum((one.own_amount - one.other_amount for one in both.different), Fraction(0))
    assert both.own == sum((one.amount for one in own), Fraction(0))
    assert both.other == sum((one.amount for one in other), Fraction(0))
    assert both.own - both.other == only - its + gaps  # what is alike adds nothing to the gap


@given(OWN, OTHER)
def test_every_row_stands_in_exactly_one_list(own: list[Counted], other: list[Counted]) -> None:
    both = compare(own, other, MATCH)
    assert ids([*both.only_own, *(one for pair in both.paired for one in pair.own)]) == ids(own)
    assert ids([*both.only_other, *(one for pair in both.paired for one in pair.other)]) == ids(other)


@given(OWN, OTHER)
def test_what_is_alike_has_the_same_amount_and_the_same_days(own: list[Counted], other: list[Counted]) -> None:
    for pair in compare(own, other, MATCH).alike:
        assert pair.own_amount == pair.other_amount
        assert {one.fact.row["built_on"] for one in pair.own} == {one.fact.row["accepted_on"] for one in pair.other}


@given(OWN, OTHER)
def test_a_row_without_its_key_is_found_nowhere(own: list[Counted], other: list[Counted]) -> None:
    both = compare(own, other, MATCH)
    assert all(one.fact.row["code"] for pair in both.paired for one in pair.own)


@given(OWN, OTHER)
def test_the_mark_says_which_rows_it_was_made_on(own: list[Counted], other: list[Counted]) -> None:
    mark = compare(own, other, MATCH).mark
    assert mark == compare(own[::-1], other[::-1], MATCH).mark
    if own:
        assert mark != compare(own[1:], other, MATCH).mark


@given(st.lists(st.sampled_from("abc"), max_size=9))
def test_rows_of_a_distinct_count_add_up_to_it(keys: list[str]) -> None:
    facts = [(row(key, Fraction(1), 1, ("code", "built_on")).fact, Fraction(1)) for key in keys]
    assert sum(amount for _, amount in once_each(facts, "code")) == len(set(keys))
