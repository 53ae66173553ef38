"""Figures of every unit and period are what the records say."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import naive
from tests.metrics import rows as made
from zhenwu.kernel.metrics.additive import Additive
from zhenwu.kernel.metrics.engine import compute
from zhenwu.kernel.metrics.rollup import Tree, calendar_periods, roll
from zhenwu.lib.expressions import evaluate
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem

Rows = list[dict[str, Any]]
PERIODS = [*calendar_periods(2019 * 12 + 9, 2021 * 12 + 3), Period.years(2019, 2020), Period.parse("2020-02")]


def by_hand(rows: Rows, metric: Additive, unit: int, parents: list[int], period: Period) -> int:
    holds = (lambda row: True) if metric.filter is None else evaluate(metric.filter)
    placed = naive.of_unit(rows, unit, parents)
    if metric.kind == "stock":
        return naive.stock(placed, holds, metric.measure, period.end)
    if metric.kind == "distinct":
        return naive.distinct(placed, holds, "person", "occurred_on", period.start, period.after)
    return naive.flow(placed, holds, metric.measure, "occurred_on", period.start, period.after)


@settings(max_examples=25, deadline=None)
@given(made.rows, made.metrics(), made.parents())
def test_figures_equal_counting_by_hand(rows: Rows, metrics: list[Additive], parents: list[int]) -> None:
    figures = dict(roll(compute(made.frame(rows), metrics, made.UNITS), Tree(parents), PERIODS))
    for metric in metrics:
        expected = [
            [by_hand(rows, metric, unit, parents, period) for unit in range(made.UNITS)] for period in PERIODS
        ]
        assert figures[metric.key].tolist() == expected


@settings(max_examples=25, deadline=None)
@given(made.rows, made.metrics(), st.lists(made.parents(), min_size=2, max_size=3), st.data())
def test_each_period_may_have_the_tree_of_its_last_day(
    rows: Rows, metrics: list[Additive], trees: list[list[int]], data: st.DataObject
) -> None:
    built = [Tree(parents) for parents in trees]
    periods = data.draw(st.lists(st.sampled_from(PERIODS), max_size=6, unique=True))
    chosen = {period: data.draw(st.integers(0, len(trees) - 1)) for period in periods}
    cells = compute(made.frame(rows), metrics, made.UNITS)
    figures = dict(roll(cells, {period: built[which] for period, which in chosen.items()}, periods))
    for metric in metrics:
        for row, period in enumerate(periods):
            expected = [by_hand(rows, metric, u, trees[chosen[period]], period) for u in range(made.UNITS)]
            assert figures[metric.key][row].tolist() == expected


@settings(max_examples=50, deadline=None)
@given(made.parents())
def test_below_a_unit_lies_one_run_of_positions(parents: list[int]) -> None:
    tree = Tree(parents)
    assert sorted(tree.positions.tolist()) == list(range(made.UNITS))
    for top in range(made.UNITS):
        run = range(tree.positions[top], tree.positions[top] + tree.sizes[top])
        held = {int(tree.positions[unit]) for unit in range(made.UNITS) if naive.within(unit, top, parents)}
        assert held == set(run)


def row(unit: int, area: int) -> dict[str, Any]:
    fields = {"unit": unit, "occurred_on": date(2020, 5, 1), "area": area}
    return dict.fromkeys(made.SCHEMA) | fields


def test_a_corrected_record_moves_only_its_own_figure() -> None:
    tree, metrics = Tree([-1, 0, 0, 1, 1, 2, 2]), [made.metric("area", "flow", None, "area")]
    before = dict(roll(compute(made.frame([row(3, 5), row(5, 9)]), metrics, 7), tree, PERIODS))["area"]
    after = dict(roll(compute(made.frame([row(3, 8), row(5, 9)]), metrics, 7), tree, PERIODS))["area"]
    moved = np.argwhere(before != after).tolist()
    holding = [place for place, period in enumerate(PERIODS) if 2020 * 12 + 4 in period.each_month()]
    assert moved == [[place, unit] for place in holding for unit in (0, 1, 3)]


def test_large_figures_are_not_narrowed() -> None:
    cells = compute(made.frame([row(3, 2**40), row(4, 2**40 + 1)]), [made.metric("a", "flow", None, "area")], 7)
    (_, figures), = roll(cells, Tree([-1, 0, 0, 1, 1, 2, 2]), [Period.year(2020)])
    assert figures.tolist() == [[2**41 + 1, 2**41 + 1, 0, 2**40, 2**40 + 1, 0, 0]]


def test_keys_of_any_kind_are_counted_once() -> None:
    rows = [row(3, 1) | {"kind": "house", "person": -(2**62)}, row(4, 1) | {"kind": "shed", "person": 2**62}]
    rows += [row(3, 1) | {"kind": "house", "person": 2**62}, row(5, 1) | {"kind": "house", "person": None}]
    kinds = Additive("kinds", "distinct", distinct="kind")
    people = Additive("people", "distinct", distinct="person")
    cells = compute(made.frame(rows), [kinds, people], 7)
    figures = dict(roll(cells, Tree([-1, 0, 0, 1, 1, 2, 2]), [Period.year(2020)]))
    assert figures["kinds"].tolist() == [[2, 2, 1, 1, 1, 1, 0]]
    assert figures["people"].tolist() == [[2, 2, 0, 2, 1, 0, 0]]


@pytest.mark.parametrize("parents", [[0], [1, 0, -1], [-1, 2, 3, 1], [5], [-1, -2]])
def test_a_tree_that_is_none_is_a_problem(parents: list[int]) -> None:
    with pytest.raises(Problem) as raised:
        Tree(parents)
    assert raised.value.code == "metric.tree"
