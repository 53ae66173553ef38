"""Every translation of a tree equals the Python interpreter, on random trees and rows with missing values."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import leftout
from zhenwu.lib.expressions import (
    DAY,
    FLAG,
    INTEGER,
    TEXT,
    Tree,
    decided,
    evaluate,
    from_json,
    to_ibis,
    to_javascript,
    to_json,
    to_polars,
)
from zhenwu.lib.expressions import tree as t
from zhenwu.lib.expressions.types import LARGEST

COLUMNS = {"a": INTEGER, "b": INTEGER, "s": TEXT, "f": FLAG, "g": FLAG, "d": DAY}
WHOLE = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([2**31 - 1, 2**31, -(2**31), 94906265, 94906266, LARGEST, LARGEST - 1, -LARGEST]),
)
BEYOND = st.sampled_from([LARGEST + 1, -LARGEST - 1, 2**62, 2**63 - 1, -(2**63)])
WORDS = st.sampled_from(["", "a", "A", "a%", "a_", "拆", "拆除", "it's", '"', "\\", "?", ":x", "𠮷"])
DAYS = st.sampled_from([date(1, 1, 1), date(1999, 12, 31), date(2020, 2, 29), date(9999, 12, 31)])
VALUES = {"integer": WHOLE, "text": WORDS, "flag": st.booleans(), "day": DAYS}


def leaves(name: str) -> st.SearchStrategy[Tree]:
    kind = {"integer": INTEGER, "text": TEXT, "flag": FLAG, "day": DAY}[name]
    columns = [t.Column(column, kind) for column, its in COLUMNS.items() if its == kind]
    return st.one_of(st.sampled_from(columns), st.builds(t.Literal, VALUES[name], st.just(kind)))


@cache
def trees(name: str, depth: int) -> st.SearchStrategy[Tree]:
    """Trees of a type, ``depth`` levels above the leaves at most."""
    if depth == 0:
        return leaves(name)
    below, truths = trees(name, depth - 1), trees("flag", depth - 1)
    shared = [
        leaves(name),
        st.builds(t.Coalesce, st.lists(below, min_size=2, max_size=3).map(tuple)),
        st.builds(
            t.Case, st.lists(st.tuples(truths, below), min_size=1, max_size=2).map(tuple), st.none() | below
        ),
    ]
    return st.one_of(*shared, *own(name, depth - 1))


def own(name: str, depth: int) -> list[st.SearchStrategy[Tree]]:
    if name == "integer":
        whole = trees("integer", depth)
        part = st.builds(t.DayPart, st.sampled_from(t.DAY_PARTS), trees("day", depth))
        return [st.builds(t.Arithmetic, st.sampled_from(t.OPERATIONS), whole, whole)] * 2 + [part]
    return conditions(depth) if name == "flag" else []


def conditions(depth: int) -> list[st.SearchStrategy[Tree]]:
    truth, texts = trees("flag", depth), trees("text", depth)
    found = [
        st.builds(t.Not, truth),
        st.builds(t.Junction, st.sampled_from(["AND", "OR"]), st.tuples(truth, truth)),
        st.builds(t.StartsWith, texts, WORDS),
    ]
    for name in VALUES:
        some = trees(name, depth)
        operators = st.sampled_from(t.COMPARISONS if name in ("integer", "day") else ("=", "<>"))
        kind = {"integer": INTEGER, "text": TEXT, "flag": FLAG, "day": DAY}[name]
        literal = st.builds(t.Literal, VALUES[name], st.just(kind))
        literals = st.lists(literal, min_size=1, max_size=3).map(tuple)
        found += [
            st.builds(t.Comparison, operators, some, some),
            st.builds(t.Within, some, literals),
            st.builds(t.Missing, some),
        ]
        if name in ("integer", "day"):
            found.append(st.builds(t.Between, some, some, some))
    return found


ROW = st.fixed_dictionaries(
    {
        name: st.none() | (WHOLE | BEYOND if kind == INTEGER else VALUES[kind.name])
        for name, kind in COLUMNS.items()
    }
)
SAFE_ROW = st.fixed_dictionaries({name: st.none() | VALUES[kind.name] for name, kind in COLUMNS.items()})
ROWS = st.lists(ROW, min_size=3, max_size=12)
FOREST = st.lists(st.one_of(*(trees(name, 2) for name in VALUES), trees("flag", 3)), min_size=5, max_size=15)
MODEST = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def by_definition(forest: list[Tree], rows: list[dict]) -> list[list[object]]:
    meanings = [evaluate(tree) for tree in forest]
    return [[meaning(row) for meaning in meanings] for row in rows]


DTYPES = {"integer": pl.Int64, "text": pl.String, "flag": pl.Boolean, "day": pl.Date}


def frame_of(rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: DTYPES[kind.name] for name, kind in COLUMNS.items()})


def in_polars(forest: list[Tree]) -> dict[str, pl.Expr]:
    return {f"t{place}": to_polars(tree) for place, tree in enumerate(forest)}


@given(FOREST, ROWS)
@MODEST
def test_polars_agrees_with_the_interpreter(forest: list[Tree], rows: list[dict]) -> None:
    found = frame_of(rows).select(**in_polars(forest))
    assert [list(row) for row in found.rows()] == by_definition(forest, rows)


@given(FOREST, st.lists(ROW, max_size=12))
@MODEST
def test_polars_streaming_from_files_agrees_with_the_interpreter(
    tmp_path_factory: pytest.TempPathFactory, forest: list[Tree], rows: list[dict]
) -> None:
    path = tmp_path_factory.mktemp("expressions") / "rows.parquet"
    frame_of(rows).write_parquet(path, row_group_size=3)
    stored, expected = pl.scan_parquet(path), by_definition(forest, rows)
    found = stored.select(**in_polars(forest)).collect(engine="streaming")
    assert [list(row) for row in found.rows()] == expected
    for place, tree in enumerate(forest):
        if tree.type == FLAG:
            kept = stored.filter(to_polars(tree)).collect(engine="streaming")
            holding = [row for row, values in zip(rows, expected, strict=True) if values[place]]
            assert kept.rows() == frame_of(holding).rows()


NO_DAY = t.Coalesce((t.Column("d", DAY), t.Literal(date(1, 1, 1), DAY)))
ONE, FIRST_DAY, YES = t.Literal(1, INTEGER), t.Literal(date(1, 1, 1), DAY), t.Literal(True, FLAG)


@pytest.mark.parametrize("height", [0, 1, 3])
@pytest.mark.parametrize(
    "tree",
    [
        t.Within(t.Comparison("=", FIRST_DAY, NO_DAY), (t.Literal(False, FLAG),)),
        t.Within(t.Comparison("=", ONE, ONE), (YES,)),
        t.Between(FIRST_DAY, NO_DAY, NO_DAY),
        t.Missing(ONE),
        t.Junction("AND", (YES, t.Comparison("=", FIRST_DAY, NO_DAY))),
        t.Case(((YES, ONE),), None),
        t.Arithmetic("-", ONE, ONE),
        t.DayPart("year", FIRST_DAY),
        ONE,
    ],
    ids=str,
)
def test_an_answer_is_as_tall_as_the_frame_whatever_is_constant(tree: Tree, height: int) -> None:
    rows = [dict.fromkeys(COLUMNS) for _ in range(height)]
    expected = [evaluate(tree)(row) for row in rows]
    for engine in ("in-memory", "streaming"):
        found = frame_of(rows).lazy().select(answer=to_polars(tree)).collect(engine=engine)  # type: ignore[arg-type]
        assert found["answer"].to_list() == expected


def agrees(database: Any, forest: list[Tree], rows: list[dict]) -> None:
    """Load the rows under a row number, ask for all trees in one select, compare."""
    raw = getattr(database.con, "execute", None)
    run = raw or database.con.cursor().execute
    marks = ", ".join(["%s" if database.name == "postgres" else "?"] * (len(COLUMNS) + 1))
    run("DELETE FROM expression_rows")
    for number, row in enumerate(rows):
        values = [day.isoformat() if isinstance(day := row[name], date) else day for name in COLUMNS]
        run(f"INSERT INTO expression_rows VALUES ({marks})", [number, *values])
    table = database.table("expression_rows")
    chosen = [to_ibis(tree, table).name(f"t{i}") for i, tree in enumerate(forest)]
    text = database.compile(table.order_by("n").select(table.n, *chosen).order_by("n"))
    answer = run(str(text)).fetchall()
    found = [[read(value, tree) for value, tree in zip(row[1:], forest, strict=True)] for row in answer]
    assert found == by_definition(forest, rows), text


def read(value: Any, tree: Tree) -> object:
    """SQLite answers with 0, 1 and ISO text where others have booleans and days."""
    if value is not None and tree.type == FLAG:
        return bool(value)
    return date.fromisoformat(value) if tree.type == DAY and isinstance(value, str) else value


COLUMN_LIST = "(n BIGINT, a BIGINT, b BIGINT, s TEXT, f BOOLEAN, g BOOLEAN, d DATE)"
TABLE = f"CREATE TEMP TABLE expression_rows {COLUMN_LIST}"


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Any]:
    import ibis

    database = ibis.sqlite.connect()
    database.con.execute(TABLE.replace("TEMP ", ""))
    yield database
    database.disconnect()


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Any]:
    import ibis

    database = ibis.duckdb.connect()
    database.con.execute(TABLE.replace("TEMP ", ""))
    yield database
    database.disconnect()


@pytest.fixture(scope="module")
def postgres(postgres_url: str) -> Iterator[Any]:
    import ibis

    database = ibis.connect(postgres_url)
    database.con.execute(TABLE)
    yield database
    database.disconnect()


@given(FOREST, ROWS)
@MODEST
def test_sqlite_agrees_with_the_interpreter(sqlite: Any, forest: list[Tree], rows: list[dict]) -> None:
    agrees(sqlite, forest, rows)


@given(FOREST, ROWS)
@MODEST
def test_duckdb_agrees_with_the_interpreter(duckdb: Any, forest: list[Tree], rows: list[dict]) -> None:
    agrees(duckdb, forest, rows)


@pytest.mark.postgres
@given(FOREST, ROWS)
@MODEST
def test_postgresql_agrees_with_the_interpreter(postgres: Any, forest: list[Tree], rows: list[dict]) -> None:
    agrees(postgres, forest, rows)


@pytest.mark.node
@given(FOREST, st.lists(SAFE_ROW, min_size=3, max_size=12))
@MODEST
def test_javascript_agrees_with_the_interpreter(forest: list[Tree], rows: list[dict]) -> None:
    source = ",\n".join(to_javascript(tree) for tree in forest)
    given_rows = json.dumps(rows, default=date.isoformat)
    shown = f"JSON.stringify({given_rows}.map((r) => trees.map((t) => t(r))))"
    script = f"const trees = [{source}];\nconsole.log({shown})"
    answer = subprocess.run([leftout.node(), "-"], input=script, capture_output=True, text=True, check=True).stdout
    assert json.loads(answer) == json.loads(json.dumps(by_definition(forest, rows), default=date.isoformat))


@given(FOREST)
@MODEST
def test_a_stored_tree_comes_back_as_it_was(forest: list[Tree]) -> None:
    assert [from_json(json.loads(json.dumps(to_json(tree)))) for tree in forest] == forest


@given(trees("flag", 3), ROW, ROW, st.sets(st.sampled_from(list(COLUMNS))))
@settings(deadline=None)
def test_what_is_decided_while_something_is_unknown_holds_whatever_that_is(tree: Tree, row: dict[str, Any], other: dict[str, Any], unknown: set[str]) -> None:
    found = decided(tree, row, unknown)
    whole = evaluate(tree)({**row, **{name: other[name] for name in unknown}})
    assert found is None and unknown or found is whole
