"""Random rows, filters and trees for the tests of the metrics engine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from zhenwu.kernel.metrics.additive import Additive
from zhenwu.lib.expressions import Type, parse

UNITS = 7
STATES = ["open", "removed", "closed", "void"]
KINDS = ["house", "shed", "wall"]
SCHEMA = {
    "unit": pl.Int32, "occurred_on": pl.Date, "valid_from": pl.Date, "valid_until": pl.Date,
    "state": pl.Enum(STATES), "kind": pl.String, "urgent": pl.Boolean, "area": pl.Int64, "person": pl.Int64,
}  # fmt: skip
COLUMNS = {
    "state": Type("text"), "kind": Type("text"), "urgent": Type("flag"), "area": Type("integer"),
    "occurred_on": Type("day"),
}  # fmt: skip
TERMS = [
    "state = 'removed'", "state <> 'open'", "state IN ('open', 'void', 'closed')", "state IS NULL",
    "NOT state = 'removed'", "state = 'unheard'", "kind = 'shed'", "kind <> 'wall'", "urgent", "NOT urgent",
    "urgent IS NULL", "area > 3", "area <= 0", "area <> 2", "area = -1", "area IS NULL", "1 = 1",
    "state = 'open' OR area > 2", "kind = 'shed' OR state = 'nowhere'", "occurred_on >= '2020-06-15'",
    "STARTS_WITH(state, 're') OR urgent", "(state = 'open' AND urgent)",
]  # fmt: skip

days = st.dates(date(2019, 11, 1), date(2021, 3, 31))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The values, now and then a missing one."""
    return st.one_of(values, values, values, st.none())


rows = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.integers(0, UNITS - 1), "occurred_on": maybe(days), "valid_from": maybe(days),
            "valid_until": maybe(days), "state": maybe(st.sampled_from(STATES)),
            "kind": maybe(st.sampled_from(KINDS)), "urgent": maybe(st.booleans()),
            "area": maybe(st.integers(-5, 5)), "person": maybe(st.integers(1, 4)),
        }  # fmt: skip
    ),
    max_size=40,
)
filters = st.lists(st.sampled_from(TERMS), max_size=3).map(" AND ".join).map(lambda text: text or None)


def metric(key: str, kind: Any, where: str | None, measure: str | None = None) -> Additive:
    """A metric over these rows; a distinct one counts persons."""
    tree = None if where is None else parse(where, COLUMNS)
    time = "valid_from" if kind == "stock" else "occurred_on"
    return Additive(key, kind, tree, measure, time=time, distinct="person" if kind == "distinct" else None)


@st.composite
def metrics(draw: st.DrawFn) -> list[Additive]:
    """A handful of metrics of all kinds that share filters."""
    shared = draw(st.lists(filters, min_size=1, max_size=3))
    kinds = draw(st.lists(st.sampled_from(["flow", "stock", "distinct"]), min_size=1, max_size=6))
    return [
        metric(f"m{place}", kind, draw(st.sampled_from(shared)), draw(st.sampled_from([None, "area"])))
        for place, kind in enumerate(kinds)
    ]


@st.composite
def parents(draw: st.DrawFn) -> list[int]:
    """A forest over all units, its codes in no particular order."""
    order = draw(st.permutations(range(UNITS)))
    above = [-1] * UNITS
    for place, unit in enumerate(order[1:], start=1):
        above[unit] = draw(st.sampled_from([-1, *order[:place]]))
    return above


def frame(given: list[dict[str, Any]]) -> pl.LazyFrame:
    """The rows as the column store holds them."""
    return pl.DataFrame(given, schema=SCHEMA).lazy()


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
