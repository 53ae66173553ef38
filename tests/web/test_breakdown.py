"""A figure is shown divided by what its metric says: each table adds up to the whole, of a ratio each part has its own terms."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.web.conftest import Story
from zhenwu.kernel.matters.api import Report, advance_matter, open_matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput, catch_up, save_record

pytestmark = pytest.mark.django_db


def petition(story: Story, number: str, topic: str, form: str, settled: bool = False) -> None:
    """A petition of 2021, settled by steps that pass the rules, or just registered."""
    given = {"petition_no": number, "form": form, "topic": topic, "turn": "first", "people": "1"}
    report = Report("petition", story.town.units["深塘一格"], f"{number} 反映情况")
    matter = UUID(open_matter(SYSTEM, uuid4(), report, workflow="petition.petition", given=given)["matter"])
    steps = (
        ("accept", {"kind": "appeal", "paper_no": "受1"}), ("tell", {"told_on": "2021-03-01", "told_by": "signed", "told_receipt": "回1"}),
        ("assign", {"unit": str(story.town.units["综合站"])}), ("take_on", {}), ("draft", {"result": "办了", "verdict": "supported"}), ("sign_off", {"paper_no": "答1"}),
        ("deliver", {"answered_on": "2021-03-01", "answered_by": "signed", "answered_receipt": "回2", "review_until": "2021-03-31"}),
        ("close", {"ending": "settled", "satisfaction": "satisfied"}),
    )  # fmt: skip
    for number_, (action, more) in enumerate(steps if settled else (), start=1):
        advance_matter(SYSTEM, uuid4(), matter, action, number_, {"reason": "演练", **more}, overriding=action in ("sign_off", "close"))


def ways(story: Story, who: str, address: str) -> dict[str, dict[str, str]]:
    return {way.label: dict(way.parts) for way in story.browser(who).get(f"/figure/{address}").context["ways"]}


def test_petitions_are_divided_by_field_and_form_and_the_rate_of_each_field_stands_beside_its_terms(story: Story) -> None:
    with at(date(2021, 3, 1)):
        petition(story, "信1", "land", "visit", settled=True)
        petition(story, "信2", "land", "letter")
        petition(story, "信3", "agriculture", "letter", settled=True)
    catch_up()
    told = ways(story, "何书记", "petition.received@2021")
    assert told["领域"] == {"国土资源：土地山林": "2", "农村农业": "1"} and told["信访形式"] == {"来信": "2", "走访": "1"}
    rate = ways(story, "何书记", "petition.first_settling_rate@2021")
    assert rate["领域"] == {"国土资源：土地山林（1／2）": "50.0", "农村农业（1／1）": "100.0"}


def test_records_of_a_ledger_are_divided_by_a_choice_as_its_form_calls_it(story: Story) -> None:
    for code, kind in (("T1", "water"), ("T2", "water"), ("H1", "river")):
        data = {"code": code, "title": code, "kind": kind, "rank": "village", "chief": "某", "sign": "right"}
        save_record(SYSTEM, "patrol.beat", RecordInput(data, story.town.units["深塘村"], date(2020, 1, 1)), uuid4())
    catch_up()
    assert ways(story, "何书记", "patrol.beats@2020") == {"类别": {"小微水体": "2", "河道": "1"}}
    assert ways(story, "何书记", "patrol.small_waters@2020") == {}
