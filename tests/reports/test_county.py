"""Under a county a report is one township's: its figures, its names, and who may issue it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.orgs.staff import posted
from tests.people import People, gather
from tests.reports.township import FACT, SHORT, STRUCTURE, drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.reports.api import Issue, fill, issue_report, ripple, verify_report
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem, Refused
from zhenwu.sdk import RecordInput, save_record

HERE, THERE = "云岭镇", "外乡"


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """云岭县 with 云岭镇 and 外乡; in each a name and something demolished in 2020."""
    with at(date(2021, 1, 15)):
        found = gather("report", "demolition")
        install(SYSTEM, drafts(), uuid4())
        for turn, (town, name) in enumerate(((HERE, "云岭"), (THERE, "外")), start=1):
            save(FACT, found.town[town], "2019-06-01", key="town", turn=str(turn), value=name)
        save(STRUCTURE, found.town["深塘一格"], "2020-03-01", code="A1", area="120.50", state="removed")
        catch_up()
        yield found


def save(ledger: str, unit: UUID, day: str, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, unit, day), uuid4())["record"])


def issue(actor: Actor, unit: UUID | None) -> Issue:
    return issue_report(actor, SHORT.encode(), "short.md", 2020, "小结", uuid4(), unit)


def printed(found: Issue) -> dict[str, str | None]:
    return {slot["meaning"]: slot["printed"] for slot in found.frozen["slots"]}


def test_an_officer_issues_the_report_of_the_own_township_and_it_holds_its_figures_only(people: People) -> None:
    ours, theirs = issue(people.zhou, people.town[HERE]), issue(people.stranger, people.town[THERE])
    assert (printed(ours)["镇名"], printed(ours)["拆违"]) == ("云岭", "120.50")
    assert (printed(theirs)["镇名"], printed(theirs)["拆违"]) == ("外", "0.00")
    assert verify_report(ours) == verify_report(theirs) == []


def test_nobody_issues_the_report_of_another_township(people: People) -> None:
    for actor, town in ((people.zhou, THERE), (people.stranger, HERE), (people.he, HERE), (people.alian, HERE)):
        with pytest.raises(Refused):
            issue(actor, people.town[town])
    assert not Issue.objects.exists()


def test_a_township_must_be_named_where_there_are_several_and_a_village_has_no_report(people: People) -> None:
    with pytest.raises(Problem, match="没有写是哪一个"):
        issue(people.zhou, None)
    for unit in (people.town["深塘村"], people.town["云岭县"], uuid4()):
        with pytest.raises(Problem, match="只能是一个乡镇的"):
            fill(SHORT.encode(), "short.md", 2020, unit=unit)


def test_a_county_post_without_a_township_issues_nothing(people: People) -> None:
    county = posted("xian", "县里", "officer", people.town["云岭县"])
    with pytest.raises(Refused):
        issue(county, people.town[HERE])


def test_on_the_web_each_sees_and_issues_the_report_of_the_own_township(people: People) -> None:
    ours = issue(people.zhou, people.town[HERE])
    for actor, title, status in ((people.zhou, HERE, 200), (people.stranger, THERE, 404)):
        client = Client()
        client.force_login(Person.objects.get(id=actor.person_id), "django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("report_year", args=[2020])).context["title"].startswith(title)
        assert client.get(reverse("issue", args=[ours.number])).status_code == status
        assert len(client.get(reverse("issues")).context["rows"]) == (status == 200)
        assert client.post(reverse("issue_year", args=[2020]), {"op_id": str(uuid4())}).status_code == 302
        assert Issue.objects.latest("number").frozen["unit"] == str(people.town[title])


def test_a_correction_ripples_through_its_own_township_only(people: People) -> None:
    ours, theirs = issue(people.zhou, people.town[HERE]), issue(people.stranger, people.town[THERE])
    record = save(STRUCTURE, people.town["上垟一格"], "2020-05-01", code="A2", area="10", state="removed")
    catch_up()
    found = ripple(record)
    assert {address.unit for address in found.figures} == {people.town[HERE]}
    assert [one for one, _ in found.issues] == [ours] and theirs != ours
