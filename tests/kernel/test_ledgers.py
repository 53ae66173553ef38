"""The ledgers' door: many rows at once, the people in them, who may see and write them, and what comes late."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY, HERE, THERE, counts, faults, house, import_, number, tally
from tests.people import People
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers import bulk
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Subject, Version
from zhenwu.kernel.metrics.api import (
    Figures,
    SeriesInput,
    catch_up,
    every_cell,
    evidence,
    import_series,
    rebuild,
    withheld,
)
from zhenwu.kernel.orgs.api import PURPOSES, SYSTEM, Actor
from zhenwu.lib.facts import Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Conflict, NotFound, Problem, Problems, Refused

pytestmark = pytest.mark.django_db(transaction=True)


# Many rows at once


def test_bad_rows_are_all_named_and_nothing_is_written(people: People) -> None:
    rows = [house(people, "A1"), house(people, "A2", "x"), house(people, ""), house(people, "A4", place="深塘村")]
    before = Event.objects.count()
    assert faults(lambda: import_(people, rows, source="房屋.xlsx")) == [
        ("ledger.number", 2), ("ledger.required", 3), ("ledger.unit_level", 4),
    ]  # fmt: skip
    assert Version.objects.count() == 0 and Event.objects.count() == before


def test_two_rows_of_one_key_and_a_key_that_is_taken_are_named(people: People) -> None:
    import_(people, [house(people, "A1")])
    rows = [house(people, "A1"), house(people, "A2"), house(people, "A2")]
    assert sorted(faults(lambda: import_(people, rows))) == [("ledger.key_taken", 1), ("ledger.twins", 3)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_reason_that_all_rows_share_is_kept_letter_by_letter(people: People, count: int) -> None:
    """What all rows say alike stands in the statement itself: signs that mean something there are only signs."""
    reason = "补录'; --\"100%s？%%"
    import_(people, [house(people, f"A'{n}%s", reason=reason) for n in range(count)])
    found = Version.objects.order_by("key").values_list("key", "reason", "late", "data__code", "data__area")
    assert list(found) == [(f"A'{n}%s", reason, False, f"A'{n}%s", 1000) for n in range(count)]
    assert ledgers.altered() == []


def test_a_link_that_leads_nowhere_is_named_by_its_row(people: People) -> None:
    import_(people, [house(people, "A1")])
    rows = [tally(people, "T1", house="A1"), tally(people, "T2", house="A9")]
    assert faults(lambda: ledgers.save_records(people.zhou, yard.TALLY, rows, uuid4())) == [("ledger.link", 2)]


def test_a_killed_import_goes_on_where_it_stopped_and_doubles_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    rows, op_id, done = [house(people, f"A{n}") for n in range(7)], uuid4(), []

    def killed(*args: Any) -> dict[str, Any]:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return perform(*args)

    perform = bulk.perform
    monkeypatch.setattr(bulk, "perform", killed)
    with pytest.raises(KeyboardInterrupt):
        import_(people, rows, op_id)
    assert Version.objects.count() == 4
    monkeypatch.setattr(bulk, "perform", perform)
    answer = import_(people, rows, op_id)
    assert counts(answer) == (7, 0, 0) and Version.objects.count() == 7
    assert counts(import_(people, rows, op_id)) == (7, 0, 0) and Version.objects.count() == 7
    with pytest.raises(Problem) as raised:
        import_(people, [*rows, house(people, "A8")], op_id)
    assert raised.value.code == "op.reused"


def test_correcting_rows_makes_versions_of_what_changed_and_of_nothing_else(people: People) -> None:
    import_(people, [house(people, "A1"), house(people, "A2")])
    rows = [house(people, "A1", reason="复测"), house(people, "A2", "20", reason="复测"), house(people, "A3", reason="补")]
    assert counts(import_(people, rows, correct=True)) == (1, 1, 1)
    versions = {version.key: version.number for version in ledgers.versions_in(Scope(f"ledger:{yard.HOUSE}"))}
    assert versions == {"A1": 1, "A2": 2, "A3": 1}
    events = Event.objects.count()
    assert import_(people, rows, correct=True)["unchanged"] == 3
    assert Event.objects.count() == events


def test_rows_known_by_an_identity_number_are_corrected_by_it(people: People) -> None:
    def care(name: str) -> RecordInput:
        data = {"id_number": number(204), "who": name}
        return RecordInput(data, people.town[HERE], DAY, reason="核对")

    ledgers.save_records(people.zhou, yard.CARE, [care("王小明")], uuid4())
    same = ledgers.save_records(people.zhou, yard.CARE, [care("王小明")], uuid4(), correct=True)
    assert counts(same) == (0, 0, 1)
    other = ledgers.save_records(people.zhou, yard.CARE, [care("王晓明")], uuid4(), correct=True)
    assert counts(other) == (0, 1, 0)


# People in the ledgers


def test_one_person_in_several_rows_and_ledgers_is_one_subject(people: People) -> None:
    rows = [tally(people, f"T{n}", id_number=number(204), who="王小明") for n in range(3)]
    ledgers.save_records(people.zhou, yard.TALLY, rows, uuid4())
    care = RecordInput({"id_number": number(204)}, people.town[HERE], DAY)
    ledgers.save_record(people.zhou, yard.CARE, care, uuid4())
    assert Subject.objects.count() == 1
    catch_up()
    assert Figures().figure("yard.persons@2020").value == 1


def correct(people: People, answer: dict[str, Any], base: int, **data: Any) -> None:
    entry = RecordInput(data, reason="更正")
    ledgers.save_record(people.zhou, yard.TALLY, entry, uuid4(), UUID(answer["record"]), base)


def test_forgetting_reaches_what_was_said_of_a_person_before_the_number_was_known(people: People) -> None:
    answer = ledgers.save_record(people.zhou, yard.TALLY, tally(people, "T1", who="王小明"), uuid4())
    correct(people, answer, 1, id_number=number(110))
    correct(people, answer, 2, id_number=number(204))
    subject = ledgers.find_subject(number(204))
    assert subject is not None
    ledgers.forget_subject(SYSTEM, subject, "本人申请", uuid4())
    said = [ledgers.masked(version).values() for version in ledgers.history(UUID(answer["record"]))]
    assert {text for texts in said for text in texts} == {"（已删除）"} and Subject.objects.count() == 0


def test_a_forgotten_persons_record_can_still_be_corrected(people: People) -> None:
    first = tally(people, "T1", id_number=number(204), who="王小明")
    answer = ledgers.save_record(people.zhou, yard.TALLY, first, uuid4())
    subject = ledgers.find_subject(number(204))
    assert subject is not None
    ledgers.forget_subject(SYSTEM, subject, "本人申请", uuid4())
    correct(people, answer, 1, paid="2")
    correct(people, answer, 2, phone="13857812345")
    assert ledgers.masked(ledgers.history(UUID(answer["record"]))[-1]) == {"phone": "138****2345"}
    assert ledgers.altered() == []


def test_a_personal_field_can_be_cleared(people: People) -> None:
    first = tally(people, "T1", id_number=number(204), who="王小明", phone="13857812345")
    answer = ledgers.save_record(people.zhou, yard.TALLY, first, uuid4())
    correct(people, answer, 1, phone="", who="王晓明")
    assert set(ledgers.masked(ledgers.history(UUID(answer["record"]))[-1])) == {"id_number", "who"}


@pytest.mark.parametrize("field", ["style", "reason"])
def test_an_identity_number_is_not_taken_in_the_open(people: People, field: str) -> None:
    text = f"户主{number(204)}家"
    entry = RecordInput({"code": "A1", "style": text if field == "style" else ""}, people.town[HERE], DAY,
                        reason=text if field == "reason" else "")  # fmt: skip
    with pytest.raises((Problem, Problems)):
        ledgers.save_record(people.zhou, yard.HOUSE, entry, uuid4())
    assert Version.objects.count() == 0


def test_looking_at_a_person_needs_a_reason_and_a_right(people: People) -> None:
    first = tally(people, "T1", id_number=number(204))
    answer = ledgers.save_record(people.alian, yard.TALLY, first, uuid4())
    version = ledgers.history(UUID(answer["record"]))[-1]
    with pytest.raises(NotFound):
        ledgers.reveal(people.stranger, version, "好奇")
    with pytest.raises(Problem):
        ledgers.reveal(people.zhou, version, " ")
    assert ledgers.reveal(people.zhou, version, "电话回访") == {"id_number": number(204)}
    assert Event.objects.latest("id").kind == "person.shown"


# Who may see and write


def test_every_post_sees_its_purposes_and_places_and_no_more(people: People) -> None:
    for code, place in (("A1", HERE), ("A2", THERE)):
        ledgers.save_record(SYSTEM, yard.HOUSE, house(people, code, place=place), uuid4())
    no_rows = {"figures", "write"}
    seen: dict[str, tuple[Actor, set[str], set[str]]] = {
        "阿莲": (people.alian, {"A1"}, set(PURPOSES) - {"export"}),
        "老周": (people.zhou, {"A1", "A2"}, set(PURPOSES)),
        "何书记": (people.he, {"A1", "A2"}, set(PURPOSES) - {"write"}),
        "外乡人": (people.stranger, set(), set(PURPOSES)),
    }
    for (name, (actor, keys, purposes)), purpose, line in product(seen.items(), set(PURPOSES) - no_rows, ("yard", "farm")):
        found = ledgers.visible(actor, purpose, ledgers.versions_in(Scope(f"ledger:{yard.HOUSE}")), line)
        allowed = purpose in purposes and (line == "yard" or name == "何书记")
        assert {version.key for version in found} == (keys if allowed else set()), (name, purpose, line)


def test_evidence_shows_my_rows_and_one_line_for_those_beyond(people: People) -> None:
    for code, place, area in (("A1", HERE, "10"), ("A2", THERE, "20"), ("A3", THERE, "30")):
        ledgers.save_record(SYSTEM, yard.HOUSE, house(people, code, area, place), uuid4())
    catch_up()
    for actor, rows, beyond, subtotal in (
        (people.alian, 1, 2, 50), (people.zhou, 3, 0, 0), (people.he, 3, 0, 0), (people.stranger, 0, 3, 60),
    ):  # fmt: skip
        opened = evidence(Figures(), "yard.all_area@2020", actor)
        assert (len(opened.rows), opened.hidden, opened.hidden_value) == (rows, beyond, subtotal)
        assert opened.value == opened.figure.value == 60


def test_a_count_of_under_three_persons_is_withheld_from_those_who_may_not_see_them(people: People) -> None:
    for n in range(2):
        ledgers.save_record(SYSTEM, yard.TALLY, tally(people, f"T{n}", place=THERE), uuid4())
    catch_up()
    small = Figures().figure("yard.tallied@2020")
    assert [withheld(small, actor, Figures()) for actor in (people.alian, people.zhou, people.stranger)] == [True, False, True]
    ledgers.save_record(SYSTEM, yard.TALLY, tally(people, "T3", place=THERE), uuid4())
    catch_up()
    assert not withheld(Figures().figure("yard.tallied@2020"), people.alian, Figures())


def test_only_the_posts_a_ledger_names_may_fill_it(people: People) -> None:
    yard.install_yard(fill_by=["officer"])
    ledgers.save_record(people.zhou, yard.TALLY, tally(people, "T1"), uuid4())
    for actor in (people.alian, people.he, people.stranger):
        with pytest.raises(Refused):
            ledgers.save_record(actor, yard.TALLY, tally(people, "T2"), uuid4())


def test_a_grid_worker_neither_writes_nor_corrects_elsewhere(people: People) -> None:
    answer = ledgers.save_record(people.zhou, yard.HOUSE, house(people, "A1", place=THERE), uuid4())
    with pytest.raises(Refused):
        ledgers.save_record(people.alian, yard.HOUSE, house(people, "A2", place=THERE), uuid4())
    with pytest.raises(Refused):
        ledgers.remove_record(people.alian, yard.HOUSE, UUID(answer["record"]), 1, "不要了", uuid4())


def test_an_officer_imports_series_for_his_own_township_only(people: People) -> None:
    def row(place: str) -> list[SeriesInput]:
        return [SeriesInput("yard.quota", people.town[place], Period.year(2020), "5", "recognised", "县文件")]

    assert import_series(people.zhou, row("云岭镇"), uuid4()) == {"imported": 1}
    for actor, place in ((people.zhou, "外乡"), (people.zhou, "云岭县"), (people.he, "云岭镇"), (people.stranger, "云岭镇")):
        with pytest.raises(Problems):
            import_series(actor, row(place), uuid4())
    with pytest.raises(Problems):
        import_series(people.zhou, row("云岭镇") * 2, uuid4())


# What comes late


def test_what_is_entered_after_a_year_was_closed_is_marked_and_shows_as_difference(people: People) -> None:
    ledgers.save_record(people.zhou, yard.HOUSE, house(people, "A1"), uuid4())
    catch_up()
    with pytest.raises(Refused):
        ledgers.close_year(people.zhou, 2020, uuid4())
    ledgers.close_year(people.he, 2020, uuid4())
    late = ledgers.save_record(people.zhou, yard.HOUSE, house(people, "A2", "20"), uuid4())
    other = RecordInput({"code": "A3"}, people.town[HERE], "2021-01-01")
    assert late["late"] and not ledgers.save_record(people.zhou, yard.HOUSE, other, uuid4())["late"]
    catch_up()
    then, now = Figures(ledgers.closed_at(2020)), Figures()
    assert (then.figure("yard.all_area@2020").value, now.figure("yard.all_area@2020").value) == (10, 30)


def test_a_family_that_lived_here_in_a_closed_year_comes_late_whenever_it_came(people: People) -> None:
    ledgers.close_year(people.he, 2020, uuid4())
    spans = {("2019-05-01", None): True, ("2019-05-01", "2019-12-01"): False, ("2021-01-01", None): False}
    for n, ((since, until), late) in enumerate(spans.items()):
        entry = RecordInput({"code": f"F{n}", "people": 3}, people.town[HERE], since, until)
        assert ledgers.save_record(people.zhou, yard.FAMILY, entry, uuid4())["late"] is late


# Counting


def test_values_of_any_length_are_told_apart(people: People) -> None:
    house_fields = [one if one["id"] != "style" else one | {"max": 3000} for one in yard.HOUSES]
    yard.install_yard(house=house_fields)
    for n, style in enumerate(("楼" * 2999 + "甲", "楼" * 2999 + "乙", "楼" * 2999 + "甲")):
        entry = RecordInput({"code": f"A{n}", "style": style}, people.town[HERE], DAY)
        ledgers.save_record(people.zhou, yard.HOUSE, entry, uuid4())
    catch_up()
    assert Figures().figure("yard.styles@2020").value == 2 == len(every_cell("yard.styles"))
    assert rebuild(write=False).differed == ()


def test_a_sum_is_a_whole_number_on_every_database(people: People) -> None:
    for code in ("A1", "A2"):
        ledgers.save_record(people.zhou, yard.HOUSE, house(people, code, "333.33"), uuid4())
    catch_up()
    figures = Figures()
    figure = figures.figure("yard.area@2020")
    assert figure.value == Fraction(66666, 100) / Fraction(2000, 3)
    course = figures.by_month(figure.metric, Period.year(2020), figure.unit)
    assert course == {2020 * 12 + 2: 66666} and all(type(value) is int for value in course.values())


def test_a_stale_base_of_a_bulk_correction_is_a_conflict(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    import_(people, [house(people, "A1")])
    perform = bulk.perform

    def overtaken(*args: Any) -> dict[str, Any]:
        monkeypatch.setattr(bulk, "perform", perform)
        import_(people, [house(people, "A1", "30", reason="抢先")], correct=True)
        return perform(*args)

    monkeypatch.setattr(bulk, "perform", overtaken)
    with pytest.raises(Conflict) as raised:
        import_(people, [house(people, "A1", "20", reason="复测")], correct=True)
    assert (raised.value.ours, raised.value.theirs) == (1, 2)
