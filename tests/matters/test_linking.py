"""What a step names in ledgers: a mediator who is on the roll on that day, also where many steps come at once; registers that keep a step from being taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.ledgers.api import RecordInput, save_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of, appoint, enrol_person
from zhenwu.kernel.orgs.models import Person
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
DAY = date(2025, 3, 5)
TAKEN = {"case_no": "调1", "kind": "land", "link": "people", "people": "2"}


@pytest.fixture
def town() -> Town:
    town = found_town()
    with at(date(2025, 1, 3)):
        install_packs(SYSTEM, [PACKS], uuid4())
    with at(date(2025, 3, 8)):
        for code, name, since, until in (("TJ01", "吴砚青", "2018-03-01", None), ("TJ02", "雷守田", "2015-03-01", "2025-03-05"), ("TJ03", "蓝大山", "2025-03-06", None)):
            said = {"code": code, "name": name, "committee": "云岭镇人民调解委员会", "kind": "full_time"}
            save_record(SYSTEM, "mediation.mediator", RecordInput(said, town["云岭镇"], since, until), uuid4())
    return town


def dispute(town: Town) -> UUID:
    with at(date(2025, 3, 4)):
        report = matters.Report("mediation", town["深塘村"], "争水渠")
        return UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="mediation.quarrel", given={"source": "applied"})["matter"])


def accept(matter: UUID, mediator: str, day: date = DAY) -> str:
    with at(day):
        return str(matters.advance_matter(SYSTEM, uuid4(), matter, "accept", 1, {**TAKEN, "mediator": mediator})["state"])


def test_somebody_who_left_or_has_not_begun_on_the_day_is_refused_with_their_days(town: Town) -> None:
    matter = dispute(town)
    for mediator, code, told in (("TJ02", "matter.link_day", "2025-03-05 起不再有效"), ("TJ03", "matter.link_day", "2025-03-06 起"), ("吴砚青", "matter.link", "没有“吴砚青”这条记录")):
        with pytest.raises(Problem) as refused:
            accept(matter, mediator)
        assert refused.value.code == code and told in refused.value.message and refused.value.fields == ("mediator",)
    assert accept(matter, "TJ02", date(2025, 3, 4)) == "mediating"


def test_what_is_blank_and_who_is_not_on_the_roll_are_told_together(town: Town) -> None:
    matter = dispute(town)
    with pytest.raises(Problem) as refused, at(DAY):
        matters.advance_matter(SYSTEM, uuid4(), matter, "accept", 1, {"case_no": "调1", "mediator": "TJ02"})
    assert [one.code for one in refused.value.all] == ["matter.missing", "matter.link_day"]


def test_steps_that_come_together_are_held_to_the_roll_of_their_own_days(town: Town) -> None:
    first, second = dispute(town), dispute(town)
    late = [matters.Taken(first, "accept", 1, given={**TAKEN, "mediator": "TJ02"})]
    with at(date(2025, 3, 10)):
        with pytest.raises(Problems) as refused:
            matters.take_steps(SYSTEM, uuid4(), late)
        assert [one.code for one in refused.value.found] == ["matter.link_day"]
        matters.take_steps(SYSTEM, uuid4(), [matters.Taken(second, "accept", 1, given={**TAKEN, "case_no": "调2", "mediator": "TJ03"})])


def test_the_page_offers_who_is_on_the_roll_today_and_names_them_masked(town: Town) -> None:
    person = enrol_person(SYSTEM, uuid4(), "zhou", "老周", "long-enough-to-pass")
    appoint(SYSTEM, uuid4(), person, "officer", town["云岭镇"], ["mediation"], date(2020, 1, 2))
    who: Actor = actor_of(Person.objects.get(id=person))
    matter, client = dispute(town), Client()
    client.force_login(Person.objects.get(id=person), "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/matter/{matter}").content.decode()
    assert '<option value="TJ01"' in page and "吴**" in page and "吴砚青" not in page and '<option value="TJ02"' not in page
    with at(date(2025, 3, 5)):
        matters.advance_matter(who, uuid4(), matter, "accept", 1, {**TAKEN, "mediator": "TJ01"})
    assert "TJ01（吴**）" in client.get(f"/matter/{matter}").content.decode()


def test_what_is_named_as_a_matter_is_opened_must_be_there_too(town: Town) -> None:
    report = matters.Report("service", town["深塘村"], "核查承诺", channel="ledger")
    with pytest.raises(Problem) as refused, at(DAY):
        matters.open_matter(SYSTEM, uuid4(), report, workflow="service.undertaking_check", given={"decided_on": "2025-03-01", "applicant": "P999"})
    assert (refused.value.code, refused.value.fields) == ("matter.link", ("applicant",))
