"""Rules open matters once, when a condition comes to hold; a rule that fails does not stop the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.journal.api import Event, events_about, rewind, sequence
from zhenwu.kernel.journal.models import Sequenced
from zhenwu.kernel.ledgers.api import RecordInput, remove_record, restore_record, save_record, save_records
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM, merge_units
from zhenwu.kernel.rules.api import FOLLOWER, follow_rules
from zhenwu.kernel.telemetry.api import DeviceInput, record_readings, register_device
from zhenwu.lib.clock import now, today
from zhenwu.lib.facts import Fact, Scope
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
STRUCTURE = "demolition.structure"


@pytest.fixture
def town() -> Town:
    town = found_town()
    install_packs(SYSTEM, [PACKS], uuid4())
    return town


def found_structure(town: Town, code: str, area: str, **more: Any) -> tuple[UUID, int]:
    entry = RecordInput({"code": code, "area": area, "state": "found", **more}, town["深塘一格"], date(2020, 6, 1))
    answer = save_record(SYSTEM, STRUCTURE, entry, uuid4())
    return UUID(answer["record"]), answer["version"]


def opened() -> list[Fact]:
    """The matters that the rules opened."""
    return [fact for fact in matters.facts(Scope("workflow:standard")) if fact.row["line"] == "demolition"]


def failures(rule: str) -> list[Event]:
    return [event for _, event in events_about(f"rule:{rule}")]


def rule(key: str, **body: Any) -> Draft:
    """A rule of a pack that has nothing else."""
    opening = {"workflow": "standard", "action": "report", "title": "请看{code}", "category": None, "channel": None}
    whole = {
        "key": key, "label": key, "pack": "extra", "on": "record.saved", "ledger": STRUCTURE, "when": None,
        "when_text": None, **body, "open": opening | body.get("open", {}),
    }  # fmt: skip
    return Draft("rule", key, "extra", whole)


def install_rules(*drafts: Draft) -> None:
    install(SYSTEM, drafts, uuid4())


def opened_by(line: str) -> list[str]:
    """The titles of a line's matters."""
    found = [fact for fact in matters.facts(Scope("workflow:standard")) if fact.row["line"] == line]
    return sorted(matters.history(SYSTEM, fact.id)[0].matter.title for fact in found)


def test_the_matter_cites_the_record_and_is_found_by_it_within_ones_reach(town: Town) -> None:
    first, _ = found_structure(town, "A1", "680.50")
    other, _ = found_structure(town, "A2", "900")
    follow_rules()
    cited = {one: [step.matter.title for step in matters.citing(SYSTEM, "demolition", [one])] for one in (first, other)}
    assert [("A1" in titles[0], "A2" in titles[0], len(titles)) for titles in cited.values()] == [(True, False, 1), (False, True, 1)]
    assert matters.citing(SYSTEM, "grid", [first]) == []
    assert matters.citing(replace(SYSTEM, person_id=uuid4(), name="外乡人"), "demolition", [first]) == []


def test_a_large_structure_found_is_put_to_the_enforcement_team(town: Town) -> None:
    found_structure(town, "A1", "680.50", owner="何某某")
    found_structure(town, "A2", "500")
    follow_rules()
    assert opened_by("demolition") == ["图斑A1建筑面积680.50平方米，请综合执法队核实"]
    [matter] = opened()
    assert (matter.unit, matter.row["category"], matter.row["state"]) == (town["深塘一格"], "large_structure", "reported")


def test_a_batch_that_comes_again_opens_nothing_twice(town: Town) -> None:
    found_structure(town, "A1", "680")
    follow_rules()
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert len(opened()) == 1 and failures("demolition.large_found") == []


def test_a_kill_between_the_matter_and_the_position_opens_nothing_twice(town: Town) -> None:
    found_structure(town, "A1", "680")
    follow_rules()
    rewind(FOLLOWER.name, 0)
    found_structure(town, "A2", "700")
    sequence()
    rows = Sequenced.objects.select_related("event").order_by("position")
    FOLLOWER.prepare([(row.position, row.event) for row in rows if row.event.kind == "record.saved"])
    assert len(opened()) == 2
    follow_rules()
    assert len(opened()) == 2 and failures("demolition.large_found") == []


def test_a_rule_installed_later_does_not_act_on_what_was_before_it(town: Town) -> None:
    found_structure(town, "A1", "680")
    follow_rules()
    install_rules(rule("extra.later"))
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert opened_by("extra") == [] and len(opened()) == 1


def test_a_correction_of_what_held_already_is_no_news(town: Town) -> None:
    record, version = found_structure(town, "A1", "680")
    save_record(SYSTEM, STRUCTURE, RecordInput({"area": "690"}, reason="复测"), uuid4(), record, version)
    remove_record(SYSTEM, STRUCTURE, record, 2, "重复登记", uuid4())
    follow_rules()
    assert len(opened()) == 1


def test_what_was_void_and_stands_again_is_no_news(town: Town) -> None:
    record, version = found_structure(town, "A1", "680")
    follow_rules()
    remove_record(SYSTEM, STRUCTURE, record, version, "登重了", uuid4())
    restore_record(SYSTEM, STRUCTURE, record, version + 1, "没有重", uuid4())
    follow_rules()
    assert len(opened()) == 1
    save_record(SYSTEM, STRUCTURE, RecordInput({"area": "60"}, reason="多录一位"), uuid4(), record, version + 2)
    save_record(SYSTEM, STRUCTURE, RecordInput({"area": "690"}, reason="原来是对的"), uuid4(), record, version + 3)
    follow_rules()
    assert len(opened()) == 2


def test_a_correction_by_which_it_comes_to_hold_is_news(town: Town) -> None:
    record, version = found_structure(town, "A1", "60")
    follow_rules()
    save_record(SYSTEM, STRUCTURE, RecordInput({"area": "600"}, reason="少录一位"), uuid4(), record, version)
    follow_rules()
    assert opened_by("demolition") == ["图斑A1建筑面积600.00平方米，请综合执法队核实"]


def test_an_import_opens_one_matter_for_each_row_that_holds(town: Town) -> None:
    rows = [
        RecordInput({"code": f"B{n}", "area": str(n), "state": "found"}, town["上垟一格"], date(2020, 6, 1))
        for n in range(498, 504)
    ]
    save_records(SYSTEM, STRUCTURE, rows, uuid4())
    follow_rules()
    assert len(opened()) == 3


def beside(**body: Any) -> Draft:
    return rule("extra.pair", beside={"same": ["reuse"], "days": 30}, **body)


def put(town: Town, code: str, day: date, where: str = "深塘一格", reuse: str | None = "farmland") -> RecordInput:
    return RecordInput({"code": code, "area": "10", "state": "found"} | ({"reuse": reuse} if reuse else {}), town[where], day)


def test_a_rule_that_asks_for_another_record_beside_opens_for_the_later_of_two(town: Town) -> None:
    install_rules(beside())
    for code, day in (("A1", 1), ("A2", 28)):
        save_record(SYSTEM, STRUCTURE, put(town, code, date(2020, 6, day)), uuid4())
        follow_rules()
    assert opened_by("extra") == ["请看A2"]


def test_records_of_another_place_day_or_kind_do_not_stand_beside(town: Town) -> None:
    install_rules(beside())
    rows = [
        put(town, "A1", date(2020, 6, 1)), put(town, "A2", date(2020, 7, 2)), put(town, "A3", date(2020, 6, 2), "上垟一格"),
        put(town, "A4", date(2020, 6, 3), reuse="greening"), put(town, "A5", date(2020, 6, 3), reuse=None),
        put(town, "A6", date(2020, 6, 4), reuse=None),
    ]  # fmt: skip
    save_records(SYSTEM, STRUCTURE, rows, uuid4())
    follow_rules()
    assert opened_by("extra") == []


def test_two_records_written_together_open_one_matter(town: Town) -> None:
    install_rules(beside())
    save_records(SYSTEM, STRUCTURE, [put(town, "A1", date(2020, 6, 1)), put(town, "A2", date(2020, 6, 9))], uuid4())
    follow_rules()
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert len(opened_by("extra")) == 1 and failures("extra.pair") == []


def test_a_record_struck_out_stands_beside_nothing(town: Town) -> None:
    install_rules(beside())
    answer = save_record(SYSTEM, STRUCTURE, put(town, "A1", date(2020, 6, 1)), uuid4())
    remove_record(SYSTEM, STRUCTURE, UUID(answer["record"]), 1, "重复", uuid4())
    save_record(SYSTEM, STRUCTURE, put(town, "A2", date(2020, 6, 2)), uuid4())
    follow_rules()
    assert opened_by("extra") == []


def test_a_rule_that_fails_is_noted_once_and_the_others_go_on(town: Town) -> None:
    install_rules(rule("extra.broken", open={"workflow": "nowhere.flow"}), rule("extra.whole"))
    found_structure(town, "A1", "680")
    follow_rules()
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert opened_by("extra") == ["请看A1"] and len(opened()) == 1
    assert [event.body["code"] for event in failures("extra.broken")] == ["matter.workflow"]


def test_a_failure_names_the_rule_and_the_code_and_no_value(town: Town) -> None:
    install_rules(rule("extra.broken", open={"workflow": "nowhere.flow"}))
    record, _ = found_structure(town, "A1", "680", owner="何某某")
    follow_rules()
    follow_rules()
    [event] = failures("extra.broken")
    assert event.kind == "rule.failed" and set(event.body) == {"rule", "event", "thing", "code"}
    assert (event.body["code"], event.body["thing"]) == ("matter.workflow", str(record))
    assert len(opened()) == 1


def test_a_condition_that_cannot_be_asked_is_noted_and_the_stream_goes_on(town: Town) -> None:
    install_rules(rule("extra.unreadable", when={"what": "is this"}))
    found_structure(town, "A1", "680")
    head = follow_rules()
    assert len(failures("extra.unreadable")) == 1 and len(opened()) == 1
    assert follow_rules() >= head


def test_an_alarm_opens_a_matter_where_the_device_is_unless_it_is_in_test(town: Town) -> None:
    install_rules(rule("extra.smoke", on="alarm.raised", ledger=None, open={"title": "{label}报警"}))
    for code, test in (("S1", False), ("S2", True)):
        device = DeviceInput(code, "smoke", f"{code}号烟感", town["深塘一格"], alarm_above=50, test=test)
        register_device(SYSTEM, device, uuid4())
        record_readings(SYSTEM, code, [(now(), 80)], uuid4())
    follow_rules()
    assert opened_by("extra") == ["S1号烟感报警"]


def test_a_title_holds_no_personal_value_and_no_line_break(town: Town) -> None:
    install_rules(rule("extra.hostile", open={"title": "{owner}{code.__class__}{location}{decision_no}"}))
    found_structure(town, "A1", "10", owner="何某某", location="村口\n第二行")
    follow_rules()
    assert opened_by("extra") == ["未填{code.__class__}村口 第二行未填"]


def test_a_rule_fills_the_fields_of_its_workflow_and_its_title_says_what_a_link_is_called(town: Town) -> None:
    item = {"code": "S1", "title": "高龄津贴申领", "route": "promised", "decided_by": "town", "statutory_days": "20", "promised_days": "5", "papers": "2"}
    save_record(SYSTEM, "service.item", RecordInput(item, town["云岭镇"], date(2020, 1, 1)), uuid4())
    said = {"code": "A1", "item": "S1", "channel": "window", "route": "promised", "course": "tracked"}
    save_record(SYSTEM, "service.application", RecordInput(said, town["深塘村"], date(2020, 6, 1)), uuid4())
    follow_rules()
    (fact,) = matters.facts(Scope("workflow:service.application"))
    assert {name: fact.row[name] for name in ("item", "route", "taken_at", "state")} == {"item": "S1", "route": "promised", "taken_at": "window", "state": "received"}
    assert matters.history(SYSTEM, fact.id)[0].matter.title == "A1 高龄津贴申领"


def test_a_record_of_a_village_that_was_merged_is_worked_on_where_it_counts_now(town: Town) -> None:
    item = {"code": "S1", "title": "高龄津贴申领", "route": "instant", "decided_by": "town", "statutory_days": "0", "promised_days": "0", "papers": "2"}
    said = {"code": "A1", "item": "S1", "channel": "window", "route": "instant", "course": "direct"}
    save_record(SYSTEM, "service.item", RecordInput(item, town["云岭镇"], date(2020, 1, 1)), uuid4())
    record = UUID(save_record(SYSTEM, "service.application", RecordInput(said, town["深塘村"], date(2020, 6, 1)), uuid4())["record"])
    whole = merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "双塘村", today(), code="33-1-3")
    save_record(SYSTEM, "service.application", RecordInput({"rating": "bad"}, reason="本人评价"), uuid4(), record, 1)
    follow_rules()
    (matter,) = matters.facts(Scope("workflow:service.redress"))
    assert matter.unit == whole and failures("service.rated_badly") == []
