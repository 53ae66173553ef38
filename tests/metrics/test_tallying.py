"""Many facts counted at once give the same cells as each counted by the definition."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics import rows as made
from zhenwu.kernel.metrics import tallying
from zhenwu.kernel.metrics.additive import Additive, contribution
from zhenwu.kernel.metrics.tallying import Tally
from zhenwu.lib.facts import Fact, Row

SOURCE = "ledger:demolition.structure"
TYPES = {
    "occurred_on": "date", "valid_from": "date", "valid_until": "date", "state": "choice", "kind": "text",
    "urgent": "flag", "area": "decimal", "person": "integer",
}  # fmt: skip
Rows = list[dict[str, Any]]


def facts_of(rows: Rows) -> list[Fact]:
    return [
        Fact(SOURCE, UUID(int=number), 1, UUID(int=row["unit"]), Row((k, v) for k, v in row.items() if k != "unit"))
        for number, row in enumerate(rows)
    ]


def by_definition(before: Rows, after: Rows, metric: Additive) -> dict[Any, int]:
    cells: dict[Any, int] = defaultdict(int)
    for sign, rows in ((-1, before), (1, after)):
        for row in rows:
            for month, key, value in contribution(metric)(row):
                cells[(UUID(int=row["unit"]), month, key)] += sign * value
    return {place: value for place, value in cells.items() if value}


@pytest.fixture
def known_columns(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The ledger's columns as its definition would tell them, without a database."""
    columns = dict(TYPES)
    monkeypatch.setattr(tallying, "schema_of", lambda source: columns)
    return columns


def tallied(before: Rows, after: Rows, metrics: list[Additive]) -> dict[str, dict[Any, int]]:
    tally = Tally({SOURCE: metrics})
    tally.take(facts_of(before), -1)
    tally.take(facts_of(after))
    return {metric.key: tally.cells(metric.key) for metric in metrics}


@settings(max_examples=80)
@given(made.rows, made.rows, made.metrics(), st.sampled_from([1, 3, 1000]), st.sampled_from([4, 1000]))
def test_many_at_once_equal_one_by_one(
    before: Rows, after: Rows, metrics: list[Additive], many: int, chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallying, "schema_of", lambda source: TYPES)
        patch.setattr(tallying, "MANY", many)
        patch.setattr(tallying, "CHUNK", chunk)
        found = tallied(before, after, metrics)
    assert found == {metric.key: by_definition(before, after, metric) for metric in metrics}


def some_rows() -> Rows:
    row = dict.fromkeys(made.SCHEMA) | {"unit": 1, "occurred_on": made.date(2020, 5, 1), "state": "removed"}
    return [row | {"area": number} for number in range(300)]


def test_a_column_that_the_form_no_longer_has_is_counted_all_the_same(known_columns: dict[str, str]) -> None:
    del known_columns["area"]
    metrics = [made.metric("sum", "flow", "state = 'removed'", "area"), made.metric("rows", "flow", None)]
    found = tallied([], some_rows(), metrics)
    assert found["sum"] == {(UUID(int=1), 2020 * 12 + 4, None): sum(range(300))}
    assert found["rows"] == {(UUID(int=1), 2020 * 12 + 4, None): 300}


def test_a_field_that_changed_its_type_is_counted_by_the_definition(known_columns: dict[str, str]) -> None:
    known_columns["area"] = "text"
    found = tallied([], some_rows(), [made.metric("sum", "flow", None, "area")])
    assert found["sum"] == {(UUID(int=1), 2020 * 12 + 4, None): sum(range(300))}


def test_a_source_without_metrics_costs_nothing_and_gives_nothing() -> None:
    tally = Tally({})
    tally.take(facts_of(some_rows()))
    assert tally.keys() == []
