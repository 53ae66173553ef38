"""The engine gives what its definition says, however the rows come."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import naive
from tests.metrics import rows as made
from zhenwu.kernel.metrics import engine
from zhenwu.kernel.metrics.additive import Additive, contribution
from zhenwu.kernel.metrics.cells import Cells, from_entries
from zhenwu.kernel.metrics.engine import compute
from zhenwu.lib.problems import Problem

Rows = list[dict[str, Any]]


def by_row(rows: Rows, metric: Additive) -> dict[Any, int]:
    """The cells by the definition: what each row contributes, added."""
    contribute = contribution(metric)
    return naive.added(
        ((row["unit"], month, key), value) for row in rows for month, key, value in contribute(row)
    )


def cells_of(cells: Cells, key: str) -> dict[Any, int]:
    found = [((unit, month, name), value) for unit, month, name, value in cells.entries(key)]
    assert len(found) == len(dict(found)), "each cell once"
    return dict(found)


@settings(max_examples=120, deadline=None)
@given(made.rows, made.metrics(), st.sampled_from([2, 7, 1 << 17]))
def test_a_rebuild_is_the_sum_of_what_each_row_contributes(
    rows: Rows, metrics: list[Additive], batch: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BATCH_ROWS", batch)
        cells = compute(made.frame(rows), metrics, made.UNITS)
    for metric in metrics:
        assert cells_of(cells, metric.key) == by_row(rows, metric)


@settings(max_examples=60, deadline=None)
@given(made.rows, made.rows, made.metrics())
def test_cells_after_changes_equal_a_rebuild(before: Rows, after: Rows, metrics: list[Additive]) -> None:
    started = compute(made.frame(before), metrics, made.UNITS)
    entries: dict[str, list[Any]] = {}
    for metric in metrics:
        contribute = contribution(metric)
        taken = [(row["unit"], m, k, -v) for row in before for m, k, v in contribute(row)]
        given_ = [(row["unit"], m, k, v) for row in after for m, k, v in contribute(row)]
        entries[metric.key] = [*started.entries(metric.key), *taken, *given_]
    followed = from_entries(made.UNITS, metrics, entries)
    rebuilt = compute(made.frame(after), metrics, made.UNITS)
    for metric in metrics:
        assert cells_of(followed, metric.key) == cells_of(rebuilt, metric.key)


def test_an_old_house_touches_two_cells_only() -> None:
    contribute = contribution(made.metric("houses", "stock", None, "area"))
    row = {"valid_from": date(2016, 1, 9), "valid_until": date(2021, 1, 1), "area": 7}
    assert contribute(row) == [(2016 * 12, None, 7), (2021 * 12, None, -7)]
    assert contribute(row | {"valid_until": date(2016, 1, 31)}) == []
    assert contribute(row | {"valid_until": date(2015, 1, 1)}) == []


def one_row(**fields: Any) -> dict[str, Any]:
    return dict.fromkeys(made.SCHEMA) | {"unit": 1, "occurred_on": date(2020, 5, 1)} | fields


def test_sums_beyond_a_doubles_precision_are_exact() -> None:
    rows = [one_row(area=2**55 + 1), one_row(area=2), one_row(area=-(2**55))]
    cells = compute(made.frame(rows), [made.metric("area", "flow", None, "area")], made.UNITS)
    assert cells_of(cells, "area") == {(1, 2020 * 12 + 4, None): 3}


def test_cells_outgrow_their_half_width_unharmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BATCH_ROWS", 2)
    rows = [one_row(area=value) for value in (2**30, 2**30 - 1, 2**30, -(2**31), 2**31 - 1, 5, 2**30, 2**33)]
    metrics = [
        made.metric("all", "flow", None, "area"),
        made.metric("most", "flow", f"area < {2**32} AND area > -{2**32}", "area"),
        made.metric("huge", "flow", f"area >= {2**31}"),
    ]
    cells = compute(made.frame(rows), metrics, made.UNITS)
    for metric in metrics:
        assert cells_of(cells, metric.key) == by_row(rows, metric) != {}


def test_a_total_beyond_int64_is_a_problem_and_not_a_wrong_number() -> None:
    rows = [one_row(area=2**62) for _ in range(4)]
    metrics = [made.metric("area", "flow", None, "area")]
    with pytest.raises(Problem) as raised:
        compute(made.frame(rows), metrics, made.UNITS)
    assert raised.value.code == "metric.overflow"
    with pytest.raises(Problem) as raised:
        from_entries(2, metrics, {"area": [(0, 1, None, 2**62)] * 4})
    assert raised.value.code == "metric.overflow"


def test_a_stray_date_costs_one_month_and_not_a_millennium() -> None:
    rows = [one_row(), one_row(occurred_on=date(9999, 12, 31)), one_row(occurred_on=date(1, 1, 1))]
    cells = compute(made.frame(rows), [made.metric("all", "flow", None)], made.UNITS)
    assert cells.months.tolist() == [12, 2020 * 12 + 4, 9999 * 12 + 11]


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(Problem) as raised:
        compute(made.frame([]), [Additive("lost", "flow", None, "height")], made.UNITS)
    assert raised.value.code == "metric.column"
    assert "height" in raised.value.message and "area" in raised.value.remedy


@pytest.mark.parametrize("unit", [-1, made.UNITS])
def test_a_unit_out_of_range_is_a_problem(unit: int) -> None:
    with pytest.raises(Problem) as raised:
        compute(made.frame([one_row(unit=unit)]), [made.metric("all", "flow", None)], made.UNITS)
    assert raised.value.code == "metric.unit"


def test_rows_without_a_unit_are_left_out() -> None:
    cells = compute(made.frame([one_row(unit=None)]), [made.metric("all", "flow", None)], made.UNITS)
    assert cells_of(cells, "all") == {}


def test_parquet_files_and_memory_give_the_same(tmp_path: Path) -> None:
    rows = [one_row(state="removed", area=n, urgent=None, person=n % 3) for n in range(50)]
    made.frame(rows).collect().write_parquet(tmp_path / "rows.parquet")
    metrics = [
        made.metric("sum", "flow", "state = 'removed' AND area > 9", "area"),
        made.metric("people", "distinct", "NOT urgent"),
    ]
    stored = compute(pl.scan_parquet(tmp_path / "rows.parquet"), metrics, made.UNITS)
    for metric in metrics:
        assert cells_of(stored, metric.key) == by_row(rows, metric) != {}


def test_more_codes_than_a_byte_holds_are_told_apart() -> None:
    names = [f"n{number}" for number in range(256)]
    data = {"unit": [0] * 3, "occurred_on": [date(2020, 1, 1)] * 3, "name": ["n0", "n255", None]}
    wide = pl.DataFrame(data, schema={"unit": pl.Int32, "occurred_on": pl.Date, "name": pl.Enum(names)})
    many = ", ".join(f"'{name}'" for name in names[:100])
    for text, expected in [(f"name IN ({many})", 1), (f"NOT name IN ({many})", 2), ("name IS NULL", 1), ("name = 'n255'", 1), ("name <> 'n0'", 1), ("NOT name = 'n0'", 2)]:
        tree = made.parse(text, {"name": made.Type("text")})
        cells = compute(wide.lazy(), [Additive("m", "flow", tree)], 1)
        assert sum(value for *_, value in cells.entries("m")) == expected
