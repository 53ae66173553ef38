"""Enrolment, posts and charges."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate

from tests.orgs.staff import BEGINNING, PASSWORD, actor, enrol, found_town, posted
from zhenwu.kernel.journal.models import Event, Operation
from zhenwu.kernel.orgs import api
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.orgs.models import Person
from zhenwu.lib.problems import Problem, Refused

pytestmark = pytest.mark.django_db
JUNE = date(2020, 6, 1)


def test_somebody_enrolled_can_log_in_and_do_nothing() -> None:
    lian = enrol("alian", "阿莲")
    person = Person.objects.get(id=lian)
    assert person.check_password(PASSWORD) and not person.check_password("wrong")
    assert PASSWORD not in person.password
    assert actor(lian).posts == ()


def test_neither_name_nor_password_enters_the_journal() -> None:
    enrol("alian", "阿莲")
    kept = str([*Event.objects.values(), *Operation.objects.values()])
    assert "阿莲" not in kept and PASSWORD not in kept and Person.objects.get().password not in kept


@pytest.mark.parametrize(
    ("username", "name", "password", "code"),
    [
        ("", "阿莲", PASSWORD, "orgs.person.username"),
        ("A莲", "阿莲", PASSWORD, "orgs.person.username"),
        ("lian\n", "阿莲", PASSWORD, "orgs.person.username"),
        ("lian", "  ", PASSWORD, "orgs.person.name"),
        ("lian", "阿\x00莲", PASSWORD, "orgs.person.name"),
        ("lian", "阿莲", "short", "orgs.person.password"),
        ("lian", "阿莲", "my-name-is-Lian", "orgs.person.password"),
        ("taken", "阿莲", PASSWORD, "orgs.person.taken"),
    ],
)
def test_a_bad_account_is_refused(username: str, name: str, password: str, code: str) -> None:
    enrol("taken", "老周")
    with pytest.raises(Problem) as found:
        api.enrol_person(SYSTEM, uuid4(), username, name, password)
    assert found.value.code == code


def test_a_post_counts_from_its_first_day_to_its_dismissal() -> None:
    town, zhou = found_town(), enrol("zhou", "老周")
    post = api.appoint(SYSTEM, uuid4(), zhou, "officer", town["综合站"], ["demolition"], BEGINNING)
    api.dismiss(SYSTEM, uuid4(), post, JUNE)
    assert actor(zhou, date(2020, 5, 31)).post_kinds == {"officer"}
    assert actor(zhou, JUNE).posts == ()
    assert api.holders("officer", "demolition", day=date(2020, 5, 31)) == [zhou]
    assert api.holders("officer", "petition", day=date(2020, 5, 31)) == []


def test_a_merger_gives_nobody_the_merged_village() -> None:
    town = found_town()
    secretary = posted("shu", "村书记", "village_secretary", town["深塘村"])
    api.merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "塘垟村", JUNE)
    assert actor(secretary.person_id, JUNE).posts == ()  # type: ignore[arg-type]


def test_an_account_switched_off_holds_no_post() -> None:
    town = found_town()
    zhou = posted("zhou", "老周", "officer", town["综合站"], "demolition")
    Person.objects.filter(id=zhou.person_id).update(is_active=False)
    assert actor(zhou.person_id).posts == ()  # type: ignore[arg-type]
    assert authenticate(username="zhou", password=PASSWORD) is None


def test_appointing_is_the_security_administrators_alone_and_never_for_oneself() -> None:
    town = found_town()
    admin = posted("guan", "小管", "admin", town["云岭县"])
    security = posted("an", "小安", "security_admin", town["云岭县"])
    stranger = enrol("wai", "外乡人")
    ask = (stranger, "clerk", town["云岭镇"], ["*"], BEGINNING)
    with pytest.raises(Refused):
        api.appoint(admin, uuid4(), *ask)
    with pytest.raises(Refused) as found:
        api.appoint(security, uuid4(), security.person_id, "secretary", town["云岭镇"], ["*"], BEGINNING)  # type: ignore[arg-type]
    assert found.value.code == "orgs.post.oneself"
    api.appoint(security, uuid4(), *ask)
    assert actor(stranger).post_kinds == {"clerk"}


@pytest.mark.parametrize(
    ("kind", "lines", "until", "code"),
    [
        ("emperor", ["*"], None, "orgs.post.kind"),
        ("officer", ["*", "petition"], None, "orgs.post.lines"),
        ("officer", ["'; DROP"], None, "orgs.post.lines"),
        ("officer", ["*"], BEGINNING, "orgs.span"),
        ("auditor", ["*"], None, "orgs.post.apart"),
    ],
)
def test_a_bad_appointment_is_refused(kind: str, lines: list[str], until: date | None, code: str) -> None:
    town = found_town()
    admin = posted("guan", "小管", "admin", town["云岭县"])
    with pytest.raises(Problem) as found:
        api.appoint(SYSTEM, uuid4(), admin.person_id, kind, town["云岭县"], lines, BEGINNING, until)  # type: ignore[arg-type]
    assert found.value.code == code


def test_a_charge_is_ended_by_setting_it_again() -> None:
    town, he = found_town(), enrol("he", "何书记")
    ask = (he, town["深塘村"], "river_chief", BEGINNING)
    api.set_charge(SYSTEM, uuid4(), *ask)
    with pytest.raises(Problem) as found:
        api.set_charge(SYSTEM, uuid4(), he, town["深塘村"], "river_chief", JUNE)
    assert found.value.code == "orgs.charge.overlap"
    api.set_charge(SYSTEM, uuid4(), *ask, valid_until=JUNE)
    assert [held.person_id for held in api.charges(date(2020, 5, 31), duty="river_chief")] == [he]
    assert api.charges(JUNE, unit=town["深塘村"]) == []
