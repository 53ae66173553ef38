"""The dated tree: what changes do, and the laws that hold after any sequence of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.orgs.units import BEGINNING, new, township, unit
from zhenwu.kernel.orgs import moves
from zhenwu.kernel.orgs.history import History, Home
from zhenwu.kernel.orgs.tree import Tree
from zhenwu.lib.problems import NotFound, Problem

JUNE = date(2020, 6, 1)


def merged() -> History:
    """In June 2020 深塘村 and 上垟村 become 塘垟村."""
    history = township()
    into = new("塘垟村", None, "village", "33-4")
    return moves.merging(history, [unit("深塘村"), unit("上垟村")], into, JUNE).applied_to(history)


def split(allotted: dict[str, str]) -> History:
    """In June 2020 深塘村 becomes 上塘村 and 下塘村."""
    history = township()
    parts = [new("上塘村", None, "village", "33-5"), new("下塘村", None, "village", "33-6")]
    pairs = {unit(child): unit(part) for child, part in allotted.items()}
    return moves.splitting(history, unit("深塘村"), parts, JUNE, pairs).applied_to(history)


def refused(change: object, code: str) -> None:
    with pytest.raises(Problem) as found:
        change()  # type: ignore[operator]
    assert found.value.code == code


def test_what_lies_under_a_unit_is_one_range_of_the_order() -> None:
    tree = Tree(BEGINNING, township())
    assert [tree.name(u) for u in tree.under(unit("深塘村"))] == ["深塘村", "深塘一格", "深塘二格"]
    assert tree.order[slice(*tree.range_of(tree.root))] == tree.order
    assert tree.ancestors(unit("深塘一格")) == (unit("深塘村"), unit("云岭镇"))
    assert unit("林边村") in tree.leaves_under(tree.root)


def test_a_merged_village_counts_in_its_successor_from_that_day_only() -> None:
    history = merged()
    before, after = Tree(JUNE - timedelta(days=1), history), Tree(JUNE, history)
    assert before.place(unit("深塘村")) == Home(unit("深塘村"), unplaced=False)
    assert after.place(unit("深塘村")).unit_id == after.place(unit("上垟村")).unit_id == unit("塘垟村")
    assert not after.place(unit("深塘村")).unplaced
    assert after.parent(unit("深塘一格")) == unit("塘垟村")


def test_a_merged_village_is_called_by_its_last_name_and_where_it_counts_now() -> None:
    after = Tree(JUNE, merged())
    assert after.called(unit("上垟村")) == "上垟村（已撤并，现归塘垟村）"
    assert after.called(unit("深塘一格")) == "深塘一格"
    assert after.township_of(unit("上垟一格")) == after.township_of(unit("上垟村")) == unit("云岭镇")


def test_after_a_split_what_is_not_allotted_waits_under_the_parent() -> None:
    tree = Tree(JUNE, split({"深塘一格": "上塘村"}))
    assert tree.parent(unit("深塘一格")) == unit("上塘村")
    assert tree.parent(unit("深塘二格")) == unit("云岭镇")
    home = tree.place(unit("深塘村"))
    assert (home.unit_id, home.unplaced) == (unit("云岭镇"), True)


def test_before_its_beginning_a_part_counts_in_the_whole_it_was_cut_from() -> None:
    home = Tree(BEGINNING, split({})).place(unit("上塘村"))
    assert (home.unit_id, home.unplaced) == (unit("深塘村"), False)
    home = Tree(BEGINNING, merged()).place(unit("塘垟村"))
    assert (home.unit_id, home.unplaced) == (unit("云岭镇"), True)


def test_a_closed_village_leaves_its_records_unplaced_under_the_township() -> None:
    history = township()
    history = moves.closing(history, unit("林边村"), JUNE).applied_to(history)
    home = Tree(JUNE, history).place(unit("林边村"))
    assert (home.unit_id, home.unplaced) == (unit("云岭镇"), True)


def test_a_renamed_village_keeps_its_old_name_on_old_days() -> None:
    history = township()
    history = moves.renaming(history, unit("林边村"), "林畔村", JUNE).applied_to(history)
    assert Tree(BEGINNING, history).name(unit("林边村")) == "林边村"
    assert Tree(JUNE, history).name(unit("林边村")) == "林畔村"


def test_the_digest_tells_trees_apart_and_forgets_the_day() -> None:
    history = merged()
    assert Tree(JUNE, history).digest == Tree(JUNE + timedelta(days=90), history).digest
    assert Tree(JUNE, history).digest != Tree(BEGINNING, history).digest


def test_nothing_is_placed_before_there_was_a_township() -> None:
    with pytest.raises(NotFound):
        Tree(date(2001, 1, 1), township()).place(unit("深塘村"))
    with pytest.raises(NotFound):
        Tree(JUNE, township()).place(unit("无此村"))


@pytest.mark.parametrize(
    ("fresh", "code"),
    [
        (new("另一个/深塘村", "云岭镇", "village"), "orgs.unit.alike"),
        (new("新村", "云岭镇", "village", "33-1"), "orgs.unit.code_taken"),
        (new("三格", "综合站", "grid"), "orgs.unit.level"),
        (new("新镇", None, "township"), "orgs.tree.root"),
        (new("新村", "无此镇", "village"), "orgs.unit.unknown"),
        (new("新处", "云岭镇", "planet"), "orgs.unit.kind"),
        (new("换\n行", "云岭镇", "village"), "orgs.unit.name"),
        (new("  ", "云岭镇", "village"), "orgs.unit.name"),
        (new("长" * 61, "云岭镇", "village"), "orgs.unit.name"),
    ],
)
def test_a_unit_that_does_not_fit_is_not_opened(fresh: moves.NewUnit, code: str) -> None:
    refused(lambda: moves.opening(township(), [fresh], JUNE), code)


def test_wrong_moves_are_refused_with_their_reason() -> None:
    history, ended = township(), merged()
    day_before = BEGINNING - timedelta(days=1)
    refused(lambda: moves.moving(history, unit("深塘村"), unit("深塘一格"), JUNE), "orgs.tree.cycle")
    refused(lambda: moves.moving(history, unit("深塘一格"), unit("综合站"), JUNE), "orgs.unit.level")
    refused(lambda: moves.moving(ended, unit("林边村"), unit("深塘村"), JUNE), "orgs.parent.absent")
    refused(lambda: moves.moving(history, unit("云岭镇"), unit("深塘村"), JUNE), "orgs.unit.root")
    refused(lambda: moves.renaming(ended, unit("深塘村"), "老村", JUNE), "orgs.unit.ended")
    refused(lambda: moves.renaming(history, unit("林边村"), "深塘村", JUNE), "orgs.unit.alike")
    refused(lambda: moves.renaming(history, unit("林边村"), "早村", day_before), "orgs.unit.before")
    refused(lambda: moves.opening(history, [new("早村", "云岭镇", "village")], day_before), "orgs.tree.orphan")
    refused(lambda: moves.closing(history, unit("深塘村"), JUNE), "orgs.unit.not_empty")
    refused(lambda: moves.closing(history, unit("林边村"), BEGINNING), "orgs.unit.same_day")
    refused(lambda: moves.closing(history, unit("云岭镇"), JUNE), "orgs.unit.root")
    into = new("大村", None, "village")
    refused(lambda: moves.merging(history, [unit("深塘村")] * 2, into, JUNE), "orgs.merge.few")
    refused(lambda: moves.merging(history, [unit("深塘村"), unit("综合站")], into, JUNE), "orgs.merge.unlike")
    refused(lambda: moves.splitting(history, unit("深塘村"), [into], JUNE, {}), "orgs.split.few")


def test_grids_named_alike_stop_a_merger_until_told_apart() -> None:
    history = township()
    history = moves.renaming(history, unit("上垟一格"), "深塘一格", BEGINNING).applied_to(history)
    into = new("塘垟村", None, "village")
    villages = [unit("深塘村"), unit("上垟村")]
    refused(lambda: moves.merging(history, villages, into, JUNE), "orgs.unit.alike")


@st.composite
def lives(draw: st.DrawFn) -> History:
    """A township after up to twelve random changes, refused ones left out."""
    history = township()
    day = BEGINNING
    for number in range(draw(st.integers(1, 12))):
        day += timedelta(days=draw(st.integers(1, 40)))
        units = [u for u in Tree(day, history).order if history.of(u)[-1].valid_until is None]
        pick = st.sampled_from(units)
        fresh = [new(f"新{number}-{part}", None, "village") for part in range(2)]
        kind = draw(st.sampled_from(["open", "move", "merge", "split", "close", "rename"]))
        try:
            if kind == "open":
                parent = draw(pick)
                opened = moves.NewUnit(
                    fresh[0].unit_id, parent, draw(st.sampled_from(["village", "grid"])), fresh[0].name
                )
                change = moves.opening(history, [opened], day)
            elif kind == "move":
                change = moves.moving(history, draw(pick), draw(pick), day)
            elif kind == "merge":
                change = moves.merging(history, [draw(pick), draw(pick)], fresh[0], day)
            elif kind == "split":
                change = moves.splitting(history, draw(pick), fresh, day, {})
            elif kind == "close":
                change = moves.closing(history, draw(pick), day)
            else:
                change = moves.renaming(history, draw(pick), f"名{number}", day)
        except Problem:
            continue
        history = change.applied_to(history)
    return history


@settings(max_examples=60, deadline=None)
@given(lives())
def test_every_unit_that_ever_was_has_one_place_on_every_day(history: History) -> None:
    for day in history.boundaries(BEGINNING):
        tree = Tree(day, history)
        for unit_id in history.units:
            home = tree.place(unit_id)
            assert home.unit_id in tree
            if unit_id in tree:
                assert home.unit_id == unit_id and not home.unplaced


@settings(max_examples=60, deadline=None)
@given(lives())
def test_ranges_nest_and_leaves_are_divided_without_remainder(history: History) -> None:
    for day in history.boundaries(BEGINNING):
        tree = Tree(day, history)
        for unit_id in tree.order:
            start, end = tree.range_of(unit_id)
            inner = [tree.range_of(child) for child in tree.children(unit_id)]
            edges = [start + 1, *(edge for bounds in inner for edge in bounds), end]
            assert edges == sorted(edges) and all(a == b for a, b in zip(edges[::2], edges[1::2], strict=True))
        leaves = [leaf for child in tree.children(tree.root) for leaf in tree.leaves_under(child)]
        assert sorted(leaves) == sorted(set(tree.leaves_under(tree.root)) - {tree.root})


@settings(max_examples=60, deadline=None)
@given(lives())
def test_a_record_is_never_lost_by_a_change_of_the_tree(history: History) -> None:
    """One record at every unit: the root's total is their number on every day, whatever became of them."""
    for day in history.boundaries(BEGINNING):
        tree = Tree(day, history)
        counted = dict.fromkeys(tree.order, 0)
        for unit_id in history.units:
            counted[tree.place(unit_id).unit_id] += 1
        assert sum(counted[u] for u in tree.under(tree.root)) == len(history.units)


@settings(max_examples=60, deadline=None)
@given(lives())
def test_the_dated_closure_says_what_each_days_tree_says(history: History) -> None:
    spans = [span for unit_id in history.units for span in history.lineage(unit_id)]
    for day in history.boundaries(BEGINNING):
        tree = Tree(day, history)
        expected = set()
        for unit_id in history.units:
            if history.of(unit_id)[0].valid_from <= day:
                home = tree.place(unit_id).unit_id
                expected |= {(unit_id, above) for above in (home, *tree.ancestors(home))}
        holding = [
            (s.descendant, s.ancestor)
            for s in spans
            if s.valid_from <= day and (s.valid_until is None or day < s.valid_until)
        ]
        assert len(holding) == len(set(holding))
        assert set(holding) == expected
