"""A name that stands in a record is printed from the record: the road of the year, not a fact of the profile."""

from __future__ import annotations

import pytest

from tests.reports.township import Township
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.reports.api import Filled, fill, verify_report
from zhenwu.kernel.reports.bindings import read_slot
from zhenwu.lib.problems import Problem

TEMPLATE = """+++
路名 = {record = {ledger = "project.project", field = "title", time = "completed_on", where = {category = "road"}}}
+++
# 小结

完成⟦路名⟧改造。
"""


def filled() -> Filled:
    return fill(TEMPLATE.encode(), "road.md", 2020)


def project(town: Township, code: str, title: str, done: str, category: str = "road") -> object:
    record = town.save(
        "project.project", "深塘村", "2019-03-01", code=code, title=title, category=category, state="completed", completed_on=done
    )
    catch_up()
    return record


def test_the_record_of_the_year_gives_its_words(town: Township) -> None:
    project(town, "P1", "旧路", "2019-06-01")
    project(town, "P2", "文化路", "2020-06-01")
    project(town, "P3", "停车场", "2020-07-01", "parking")
    assert [answer.printed for answer in filled().answers] == ["文化路"]


def test_no_record_or_two_that_differ_leave_it_pending(town: Township) -> None:
    (answer,) = filled().answers
    assert answer.printed is None and "没有" in answer.why
    project(town, "P1", "文化路", "2020-06-01")
    project(town, "P2", "新村路", "2020-07-01")
    (answer,) = filled().answers
    assert answer.printed is None and "文化路、新村路" in answer.why


def test_an_issue_of_it_can_be_verified_and_a_later_name_does_not_disturb(town: Township) -> None:
    record = project(town, "P1", "文化路", "2020-06-01")
    catch_up()
    issue = town.issue(TEMPLATE, "road.md")
    town.correct(record, title="新村路")  # type: ignore[arg-type]
    catch_up()
    assert filled().values == {1: "新村路"}
    assert verify_report(issue) == []


@pytest.mark.parametrize("record", ["title", {"ledger": "a.b"}, {"ledger": "a.b", "field": "c", "sum": "d"}, {"ledger": "a.b", "field": "c", "where": {"d": 1}}])
def test_a_record_written_wrong_is_refused_with_its_place(record: object) -> None:
    with pytest.raises(Problem) as refused:
        read_slot({"record": record}, "town.toml", "路名")
    assert (refused.value.code, refused.value.place.key) == ("binding.record", "路名")
