"""Limits in months: told about in days, read from a parameter, also by matters that were opened when it was still in days."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.matters.timed import journal, limited, on, report, take, tick
from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import advance_matter, deadlines, standard_body, timeline
from zhenwu.kernel.matters.checking import check_workflow
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.clock import LOCAL

pytestmark = pytest.mark.django_db
WHOLE = {"id": "whole", "label": "答复", "during": ["reported", "accepted", "dispatched", "signed", "handling"], "owner": ["clerk"]}


def install_timed(param_value: int, unit: str, clock: str) -> str:
    """A workflow whose limit goes by the parameter ``grid.answer``."""
    body = standard_body() | {"id": "timed", "label": "限时事项"}
    extend = {"by": ["office_head"], "most": 10, "times": 1}
    body["limit"] = [WHOLE | {"param": "answer", "clock": clock, "extend": extend}]
    param = {"key": "grid.answer", "pack": "grid", "label": "答复期限", "unit": unit, "source": "某法第五十一条",
             "versions": [{"from": "2020-01-01", "values": {"value": str(param_value)}, "abolished": False}]}  # fmt: skip
    workflow = Draft("workflow", "grid.timed", "grid", {"key": "grid.timed", "pack": "grid", **body})
    install(SYSTEM, [workflow, Draft("param", "grid.answer", "grid", param)], uuid4())
    return "grid.timed"


def whole(matter: UUID) -> tuple[str, tuple[str, ...]]:
    one = next(one for one in deadlines(SYSTEM, matter) if one.limit == "whole")
    return one.last_day, one.due.why


def test_a_limit_of_months_reminds_and_escalates_by_days(town: Town, calendar_of_2029: None) -> None:
    workflow = limited(value=2, clock="month", escalate=[{"after": 3, "to": ["overseer"]}])
    with on("03-05 10:00"):
        matter = report(town, workflow)
        told = [(one.what, f"{one.at.astimezone(LOCAL):%m-%d}") for one in timeline(SYSTEM, matter)]
    assert whole(matter)[0] == "2029-05-07"  # 5 May is a Saturday
    assert told == [("remind", "04-24"), ("overdue", "05-08"), ("propose", "05-08"), ("escalate1", "05-11")]  # a fifth of 61 days before the fifth of May
    assert [tick(text) for text in ("04-23 12:00", "04-24 12:00", "05-08 12:00", "05-11 12:00")] == [0, 1, 1, 1]
    assert journal() == [("reminded", "04-24 00:00"), ("overdue", "05-08 00:00"), ("escalated", "05-11 00:00")]


def test_a_parameter_in_months_makes_a_term_of_months_with_its_source(town: Town, calendar_of_2029: None) -> None:
    with on("01-31 10:00"):
        matter = report(town, install_timed(3, "月", "month"))
    last, why = whole(matter)
    assert last == "2029-04-30" and why[:3] == ("依据：某法第五十一条", "2029-01-31 10:00 起算，3个月，当天不计", "2029年4月没有31日，到月底 2029-04-30")


def test_a_matter_opened_when_the_parameter_was_in_days_goes_by_months_from_then_on(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("01-31 10:00"):
        matter = report(town, install_timed(90, "天", "natural_day"))
    assert whole(matter)[0] == "2029-05-01"  # the ninetieth day; this calendar works on it
    install_timed(3, "月", "month")
    assert whole(matter)[0] == "2029-04-30"
    with on("04-20 10:00"):
        take(matter, "accept")
        take(matter, "dispatch", unit=str(town["综合站"]))
        take(matter, "sign")
        advance_matter(people["老周"], uuid4(), matter, "ask_extension", 4, {"limit": "whole", "units": "10", "reason": "复杂"})
        take(matter, "grant_extension")
    assert whole(matter)[0] == "2029-05-10"  # ten days, as it was granted under a clock of days


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"value": 3, "clock": "month", "remind": 30}, []),
        ({"value": 1, "clock": "month", "remind": 29}, ["workflow.remind"]),
    ],
)
def test_a_reminder_of_months_is_so_many_days_before(limit: dict[str, object], code: list[str]) -> None:
    body = standard_body() | {"id": "timed", "limit": [WHOLE | limit]}
    assert [one.code for one in check_workflow(read_workflow(body), post_kinds())] == code


def test_the_day_it_starts_on_is_the_local_one(town: Town, calendar_of_2029: None) -> None:
    with on("03-05 00:10"):  # still the fourth in UTC
        matter = report(town, limited(value=1, clock="month", runs_on=False))
    assert whole(matter)[0] == "2029-04-05"
