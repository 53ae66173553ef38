"""A step that takes two certified officers: both certificates valid on its day, of two people, and whoever acts is one of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.ledgers.api import RecordInput, find_record, history, save_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of, appoint, enrol_person
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.rules.api import follow_rules
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
DAY, FOUND = date(2025, 3, 5), {"result": "属实", "party": "citizen", "record_no": "AV-9"}


def put(ledger: str, where: UUID, day: str, until: str | None = None, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, where, day, until), uuid4())["record"])


def officer(town: Town, login: str, name: str) -> Actor:
    person = enrol_person(SYSTEM, uuid4(), login, name, "long-enough-to-pass")
    appoint(SYSTEM, uuid4(), person, "officer", town["云岭镇"], ["enforcement"], date(2020, 1, 2))
    return actor_of(Person.objects.get(id=person))


@pytest.fixture
def town() -> Town:
    town = found_town()
    with at(date(2025, 3, 3)):
        install_packs(SYSTEM, [PACKS], uuid4())
        put("enforcement.power", town["云岭镇"], "2025-01-02", code="C-1", title="占道堆放", domain="city", basis="某条例", doc_no="示政发9号")
    return town


def opened(town: Town, first: dict[str, str], second: dict[str, str], until: str | None = None) -> UUID:
    """A case of two certificates; what each says beside its number, and when the first one ends."""
    with at(date(2025, 3, 3)):
        put("enforcement.officer", town["云岭镇"], "2024-01-02", until, certificate="Z001", role="officer", **first)
        put("enforcement.officer", town["云岭镇"], "2024-01-02", certificate="Z002", role="officer", **second)
        docket = put("enforcement.docket", town["深塘村"], "2025-03-03", code="执9", power="C-1", officer="Z001", second_officer="Z002", source="patrol", place="村口")
        follow_rules()
    [step] = matters.citing(SYSTEM, "enforcement", [docket])
    return step.matter_id


def check(who: Actor, case: UUID, day: date = DAY) -> str:
    with at(day):
        return str(matters.advance_matter(who, uuid4(), case, "check", 1, FOUND)["state"])


def test_a_certificate_that_ended_before_the_step_holds_it_back_and_is_named_with_its_day(town: Town) -> None:
    case, zhou = opened(town, {}, {}, until="2025-03-05"), officer(town, "zhou", "老周")
    with pytest.raises(Problem, match="Z001已经在2025-03-05到期") as told:
        check(zhou, case)
    assert told.value.code == "matter.guard"
    assert check(zhou, case, date(2025, 3, 4)) == "checked", "on its last day it is valid"


def test_whoever_acts_is_one_of_the_two_where_the_certificates_say_whose_they_are(town: Town) -> None:
    zhou, other = officer(town, "zhou", "老周"), officer(town, "other", "外乡人")
    officer(town, "lian", "阿莲")
    case = opened(town, {"account": "zhou"}, {"account": "lian"})
    with pytest.raises(Problem, match="持证人本人办"):
        check(other, case)
    assert check(zhou, case) == "checked"


def test_two_certificates_of_one_person_are_not_two_officers(town: Town) -> None:
    zhou = officer(town, "zhou", "老周")
    case = opened(town, {"account": "zhou"}, {"account": "zhou"})
    with pytest.raises(Problem, match="同一个人"):
        check(zhou, case)


def test_the_same_certificate_written_twice_afterwards_is_found_at_the_step(town: Town) -> None:
    case, zhou = opened(town, {}, {}), officer(town, "zhou", "老周")
    docket = find_record("enforcement.docket", "执9")
    assert docket is not None
    with at(date(2025, 3, 4)):
        save_record(SYSTEM, "enforcement.docket", RecordInput({"second_officer": "Z001"}, reason="改错了"), uuid4(), docket, history(docket)[-1].number)
    with pytest.raises(Problem, match="同一个证"):
        check(zhou, case)


def test_steps_taken_together_are_asked_the_same(town: Town) -> None:
    case, zhou = opened(town, {}, {}, until="2025-03-05"), officer(town, "zhou", "老周")
    with at(DAY), pytest.raises(Problems, match="Z001已经在2025-03-05到期"):
        matters.take_steps(zhou, uuid4(), [matters.Taken(case, "check", 1, given=FOUND)], workflow="enforcement.case")


def test_no_leader_passes_a_missing_certificate_whatever_the_reason(town: Town) -> None:
    case, zhou = opened(town, {}, {}, until="2025-03-05"), officer(town, "zhou", "老周")
    with at(DAY):
        person = enrol_person(SYSTEM, uuid4(), "he", "何书记", "long-enough-to-pass")
        appoint(SYSTEM, uuid4(), person, "secretary", town["云岭镇"], ["*"], date(2020, 1, 2))
        with pytest.raises(Problem, match="这是法律的最低要求，写明理由也不能破例") as told:
            matters.advance_matter(actor_of(Person.objects.get(id=person)), uuid4(), case, "check", 1, FOUND | {"reason": "急"}, overriding=True)
        assert told.value.code == "matter.firm" and "Z001" in told.value.message
        assert matters.current(zhou, case).state == "clue"
