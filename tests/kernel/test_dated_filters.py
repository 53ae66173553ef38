"""A filter that names a dated parameter: each row against the number of its own day, in whatever order rows and numbers come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.kernel import yard
from tests.people import gather
from zhenwu.kernel.definitions.api import Draft
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.metrics.api import DatedNumber, Figures, catch_up, dated_numbers, evidence, held_against, rebuild
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.problems import Place
from zhenwu.packkit.dated import written_out

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = date(2019, 1, 1)
TIMES = {"large": "occurred_on", "large_checked": "checked"}
AREA = {"source_unit": "平方米", "scale": 2, "measure": "area"}
Versions = dict[date, int | None]
_days = st.integers(0, 1095).map(lambda days: FIRST + timedelta(days=days))
_steps = st.one_of(
    st.tuples(st.just("enter"), st.integers(0, 5), _days, _days, st.integers(1, 9)),
    st.tuples(st.just("register"), _days, st.one_of(st.none(), st.integers(1, 9))),
)


def register(versions: Versions) -> None:
    """Install the yard with two metrics that count what is larger than the number of the day, as a pack is read."""
    # The yard's columns stand in hundredths; a pack's parser does that conversion itself.
    told = {day.isoformat(): {"abolished": True} if value is None else {"value": 100 * value} for day, value in sorted(versions.items())}
    metrics = {}
    for key, time in TIMES.items():
        where = written_out("area >= param_large AND state = 'removed'", {"large": {"from": told}}, time, Place("metrics.toml"))
        more = {"ledger": yard.HOUSE, "time": time, **AREA, "params": ["yard.large"], "where_text": "area >= param_large AND state = 'removed'"}
        made = yard.metric(key, "flow", "平方米", where)
        metrics[key] = Draft(made.kind, made.key, made.pack, {**made.body, **more})
    body: dict[str, Any] = {
        "key": "yard.large", "label": "多大算大", "pack": "yard", "unit": "平方米", "source": "某办法第三条",
        "versions": [{"from": f"{day}", "abolished": value is None, "values": {} if value is None else {"value": str(value)}} for day, value in sorted(versions.items())],
    }  # fmt: skip
    yard.install_yard(metrics={**yard.METRICS, **metrics, "number": Draft("param", "yard.large", "yard", body)})


def in_force(versions: Versions, day: date) -> int | None:
    return next((value for since, value in sorted(versions.items(), reverse=True) if since <= day), None)


def counted(rows: dict[str, tuple[date, date, int]], versions: Versions, which: int, year: int) -> int:
    """By plain means: what is as large as its own day asks."""
    return sum(row[2] for row in rows.values() if row[which].year == year and (least := in_force(versions, row[which])) is not None and row[2] >= least)


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(_steps, min_size=4, max_size=12))
def test_each_row_is_held_against_the_number_of_its_day_whatever_is_registered_and_in_which_order(begin_again: Callable[[], None], steps: list[Any]) -> None:
    begin_again()
    people, versions, rows, numbers = gather("yard"), {date(2020, 1, 1): 5}, dict[str, tuple[date, date, int]](), dict[str, Any]()
    register(versions)
    for verb, *told in steps:
        if verb == "register":
            versions[told[0]] = told[1]
            register(versions)
        else:
            which, day, checked, area = told
            code = f"H{which}"
            data = {"code": code, "area": str(area), "state": "removed", "checked": checked.isoformat()}
            saved = ledgers.save_record(SYSTEM, yard.HOUSE, RecordInput(data, people.town["深塘一格"], day, reason="再量"), uuid4(), *numbers.get(code, ()))
            numbers[code], rows[code] = (UUID(saved["record"]), saved["version"]), (day, checked, area)
        catch_up()
        assert rebuild(write=False).differed == ()
        for year in (2019, 2020, 2021):
            for which, key in enumerate(TIMES):
                assert (Figures().figure(f"yard.{key}@{year}").value or 0) == counted(rows, versions, which, year), (key, year)


def test_a_figure_of_the_past_keeps_the_numbers_that_were_known_then(people: Any) -> None:
    """What is registered later moves the days from which it holds, and each row says what it was held against."""
    register({date(2019, 1, 1): 5})
    for code, day, area in (("A", "2020-02-01", "6"), ("B", "2020-08-01", "6"), ("C", "2021-02-01", "8")):
        data = {"code": code, "area": area, "state": "removed"}
        ledgers.save_record(SYSTEM, yard.HOUSE, RecordInput(data, people.town["深塘一格"], date.fromisoformat(day)), uuid4())
    then = catch_up()
    register({date(2019, 1, 1): 5, date(2020, 7, 1): 7})
    catch_up()
    assert [Figures().figure(f"yard.large@{year}").value for year in ("2020", "2021")] == [6, 8]
    assert Figures(then).figure("yard.large@2020").value == 12
    figures = Figures()
    metric = figures.known.metric("yard.large")
    (number,) = dated_numbers(metric)
    shown = evidence(figures, "yard.large@2020..2021", SYSTEM).rows
    assert [held_against(metric, [number], fact) for fact, _ in shown] == ["多大算大5平方米（2019-01-01起）", "多大算大7平方米（2020-07-01起）"]
    assert number.between(date(2020, 1, 1), date(2020, 12, 31)) == "多大算大：2019-01-01起5平方米，2020-07-01起7平方米（某办法第三条）"
    assert number.between(date(2021, 1, 1), date(2021, 12, 31)) == "多大算大：2020-07-01起7平方米（某办法第三条）"
    assert number.between(date(2018, 1, 1), date(2018, 12, 31)) == "多大算大：那时还没有（某办法第三条）"
    assert DatedNumber("param_x", "甲", "", "乙", (("2019-01-01", "5"), ("2020-01-01", ""))).on(date(2020, 5, 1)) == ""
    assert DatedNumber("param_x", "甲", "米", "乙", (("2019-01-01", "5"),)).on(date(2020, 5, 1)) == "5米"  # never another: no day needs to be told
    assert dated_numbers(metric, then)[0].versions == (("2019-01-01", "5"),)
