"""Open311 GeoReport v2: another platform reports, follows and closes the circle; nothing of the reporter is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import serializers
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.api.conftest import Village, post
from tests.shelves import our_packs
from zhenwu.api.urls import OPEN311
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.journal.models import Event, Operation
from zhenwu.kernel.matters.api import advance_matter
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib import clock
from zhenwu.packkit.installing import drafts_of
from zhenwu.sdk import RecordInput, save_record

pytestmark = pytest.mark.django_db
ROOT = "/open311/v2"
TOWN = "33-1"  # the code of 云岭镇


@pytest.fixture
def open_village(village: Village) -> Iterator[Village]:
    """The village, whose township lets the public report two kinds of matter."""
    install(SYSTEM, [draft for pack in our_packs() if pack.id == "grid" for draft in drafts_of(pack)], uuid4())
    for code, title in (("lighting", "路灯不亮"), ("rubbish", "垃圾没有清运")):
        data = {"code": code, "title": title, "cluster": "市政设施", "keywords": "灯,<&>"}
        save_record(SYSTEM, "grid.public_service", RecordInput(data, village.town["云岭镇"], clock.today()), uuid4())
    yield village


def sent(village: Village, who: str = "热线", form: str = "json", **more: str) -> Any:
    told = {"api_key": village.secrets[who], "jurisdiction_id": TOWN, "service_code": "lighting", "address_string": "深塘村口", "description": "第三盏"}
    return Client().post(f"{ROOT}/requests.{form}", told | more)


def asked(village: Village, address: str, who: str = "热线", **more: object) -> Any:
    return Client().get(f"{ROOT}/{address}", {"api_key": village.secrets[who], "jurisdiction_id": TOWN, **more})


def test_a_report_becomes_a_matter_and_its_way_can_be_followed(open_village: Village) -> None:
    done = sent(open_village, lat="27.95", long="119.5", address_id="33-1-1-1", media_url="https://example.com/a.jpg", description="第三盏\r\n不亮")
    assert done.status_code == 201 and done["Content-Type"].startswith("application/json")
    number = done.json()[0]["service_request_id"]
    window = open_village.browser("窗口")
    matter = window.get(f"/api/v1/matters/{number}").json()
    assert (matter["title"], matter["text"], matter["channel"], matter["category"]) == ("路灯不亮：深塘村口", "第三盏\n不亮", "open311", "lighting")
    assert (matter["line"], matter["workflow"], matter["unit"]["name"], matter["steps"][0]["by"]) == ("grid", "standard", "深塘一格", "热线平台")
    (row,) = asked(open_village, f"requests/{number}.json").json()
    assert (row["status"], row["status_notes"], row["service_name"], row["address_id"]) == ("open", "待受理", "路灯不亮", "33-1-1-1")
    assert (row["lat"], row["long"], row["media_url"], row["address"]) == (27.95, 119.5, "https://example.com/a.jpg", "深塘村口")
    assert row["expected_datetime"] > row["requested_datetime"] and row["requested_datetime"].endswith("+08:00")
    post(window, f"/api/v1/matters/{number}/steps", {"action": "void", "base_version": 1, "given": {"reason": "重复"}})
    assert asked(open_village, "requests.json", service_request_id=f"{number},{uuid4()},x").json()[0]["status"] == "closed"
    assert [one["service_request_id"] for one in asked(open_village, "requests.json", status="closed").json()] == [number]
    assert asked(open_village, "requests.json", status="open").json() == []
    assert asked(open_village, f"tokens/{number}.json").json() == [{"service_request_id": number, "token": number}]


def test_a_report_merged_into_another_is_answered_with_the_main_one(open_village: Village) -> None:
    """The platform that reported is told in the words that it hands on: where the main one stands, and its result in the end."""
    number = sent(open_village).json()[0]["service_request_id"]
    lead, window = str(open_village.open("深塘村口全黑了")), open_village.browser("窗口")

    def step(action: str, version: int) -> None:
        assert post(window, f"/api/v1/matters/{lead}/steps", {"action": action, "base_version": version}).status_code == 201

    def notes() -> str:
        (row,) = asked(open_village, f"requests/{number}.json").json()
        return f"{row['status']} {row['status_notes']}"

    merging = {"others": [{"matter": number, "version": 1}], "reason": "同一路灯"}
    assert post(window, f"/api/v1/matters/{lead}/merge", merging).status_code == 201
    assert notes() == "open 并入同一件事，随主件办理；并入主件：同一路灯"
    step("accept", 2)
    assert notes() == "open 并入同一件事，随主件办理；主件受理"
    for taken, version, told in (("dispatch", 3, {"unit": str(open_village.town["综合站"])}), ("sign", 4, {}), ("handle", 5, {}), ("complete", 6, {"result": "换了线路"})):
        advance_matter(SYSTEM, uuid4(), UUID(lead), taken, version, told)
    advance_matter(open_village.people.alian, uuid4(), UUID(lead), "verify", 7, {"seen": "亮了"})
    step("close", 8)
    assert notes() == "closed 已结案；随主件答复：换了线路"
    answered = open_village.system("热线").get(f"/api/v1/matters/{number}").json()["answers"]
    assert [(one["what"], one["of_lead"], one["words"]) for one in answered] == [("merged", False, "同一路灯"), ("accepted", True, ""), ("ended", False, "换了线路")]
    assert answered[1]["by"] == "窗口"


def test_nothing_of_who_reported_is_kept_and_the_answer_says_so(open_village: Village) -> None:
    about = {"email": "wang@example.com", "first_name": "小明", "last_name": "王", "phone": "13800001111", "account_id": "acc-77", "device_id": "dev-88"}
    done = sent(open_village, **about)
    assert "没有保存" in done.json()[0]["service_notice"] and done.json()[0]["account_id"] is None
    kept = serializers.serialize("json", [*Matter.objects.all(), *Step.objects.all(), *Event.objects.all(), *Operation.objects.all()])
    assert [value for value in about.values() if value in kept] == []
    assert "没有保存" not in sent(open_village, description="另一盏").json()[0]["service_notice"]


def test_a_report_sent_twice_on_a_day_arrives_once_unless_it_is_another_person_s(open_village: Village) -> None:
    numbers = [sent(open_village, phone=phone).json()[0]["service_request_id"] for phone in ("13800001111", "13800001111", "13900002222")]
    assert numbers[0] == numbers[1] != numbers[2]
    with clock.at(clock.now() + timedelta(days=1)):
        assert sent(open_village, phone="13800001111").json()[0]["service_request_id"] not in numbers


def test_the_list_of_services_is_the_township_s_own(open_village: Village) -> None:
    rows = Client().get(f"{ROOT}/services.json", {"jurisdiction_id": TOWN}).json()
    assert [(row["service_code"], row["service_name"], row["metadata"], row["type"]) for row in rows] == [
        ("lighting", "路灯不亮", False, "realtime"), ("rubbish", "垃圾没有清运", False, "realtime"),
    ]  # fmt: skip
    told = etree.fromstring(Client().get(f"{ROOT}/services.xml", {"jurisdiction_id": TOWN}).content)
    assert told.tag == "services" and [one.findtext("service_code") for one in told.findall("service")] == ["lighting", "rubbish"]
    assert told.findtext("service/keywords") == "灯,<&>" and told.findtext("service/metadata") == "false"
    assert Client().get(f"{ROOT}/services.json", {"jurisdiction_id": "33-2"}).json() == []
    assert Client().get(f"{ROOT}/services/lighting.json", {"jurisdiction_id": TOWN}).json() == {"service_code": "lighting", "attributes": []}
    ended = RecordInput({"code": "old", "title": "旧的"}, open_village.town["云岭镇"], clock.today() - timedelta(days=9), clock.today())
    save_record(SYSTEM, "grid.public_service", ended, uuid4())
    assert "old" not in Client().get(f"{ROOT}/services.json", {"jurisdiction_id": TOWN}).content.decode()


def test_discovery_leads_to_the_rest(open_village: Village) -> None:
    told = Client().get(f"{ROOT}/discovery.json").json()
    (endpoint,) = told["endpoints"]
    assert endpoint["url"].endswith(ROOT) and endpoint["specification"].endswith("GeoReport_v2") and endpoint["formats"] == ["text/xml", "application/json"]
    read = etree.fromstring(Client().get(f"{ROOT}/discovery.xml").content)
    assert [one.text for one in read.findall("endpoints/endpoint/formats/format")] == endpoint["formats"] and read.findtext("changeset") == told["changeset"]


def test_xml_holds_whatever_was_written(open_village: Village) -> None:
    done = sent(open_village, form="xml", description="灯坏了\x01<b>&\ufffe")
    assert done["Content-Type"] == "text/xml; charset=utf-8" and done.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    number = etree.fromstring(done.content).findtext("request/service_request_id")
    told = etree.fromstring(asked(open_village, "requests.xml").content)
    assert told.findtext("request/service_request_id") == number and told.findtext("request/description") == "灯坏了<b>&"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"api_key": ""}, 403), ({"api_key": "zw_nothing"}, 403), ({"jurisdiction_id": ""}, 400), ({"jurisdiction_id": "00"}, 404), ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404), ({"address_string": ""}, 400), ({"address_string": "", "lat": "27.9"}, 400), ({"lat": "27.9"}, 400),
        ({"lat": "127", "long": "1"}, 400), ({"lat": "x", "long": "y"}, 400), ({"lat": "nan", "long": "1"}, 400), ({"address_id": "99"}, 404), ({"address_id": "33-2-1"}, 404),
        ({"description": "长" * 4001}, 400), ({"description": "空\x00"}, 400), ({"media_url": "javascript:x"}, 400), ({"address_string": "长" * 201}, 400),
        ({"jurisdiction_id": "33-2"}, 404), ({"address_string": "一\n二"}, 201),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_refused_as_the_specification_says(open_village: Village, more: dict[str, str], status: int) -> None:
    for form in ("json", "xml"):
        told = sent(open_village, form=form, **more)
        assert told.status_code == status, told.content
        if status != 201 and form == "json":
            assert told.json()[0]["code"] == status and told.json()[0]["description"]
        if status != 201 and form == "xml":
            assert etree.fromstring(told.content).findtext("error/code") == str(status)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"status": "late"}, 400), ({"start_date": "yesterday"}, 400), ({"start_date": "2026-01-01T00:00:00"}, 400), ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ({"start_date": "9999-12-31T23:59:59Z"}, 400), ({"service_request_id": ",".join("x" * 60)}, 400), ({"service_code": "nothing"}, 200), ({"start_date": "2026-01-01T00:00:00+08:00"}, 200),
        ({"service_request_id": "\x00"}, 200), ({"jurisdiction_id": "00"}, 404), ({"api_key": ""}, 403),
    ],
)  # fmt: skip
def test_questions_are_answered_or_refused_in_words(open_village: Village, more: dict[str, str], status: int) -> None:
    assert asked(open_village, "requests.json", **more).status_code == status


def test_every_key_sees_what_its_system_may(open_village: Village) -> None:
    number, quiet = open_village.open(category="lighting"), open_village.open("疑似拆分", line="integrity", category="lighting")
    expected = {"热线": ([str(number)], 200), "只读": ([str(number)], 200), "邻镇": ([], 404), "伪造": (None, 403), "过期": (None, 403), "收回": (None, 403)}
    for who, (rows, status) in expected.items():
        told = asked(open_village, "requests.json", who)
        assert ([one["service_request_id"] for one in told.json()] if told.status_code == 200 else None) == rows, who
        for kind in ("requests", "tokens"):
            assert asked(open_village, f"{kind}/{number}.json", who).status_code == status, who
            assert asked(open_village, f"{kind}/{quiet}.json", who).status_code in (404, 403), who
            assert asked(open_village, f"{kind}/{UUID(int=1)}.json", who).status_code in (404, 403), who
    assert {who: sent(open_village, who).status_code for who in expected} == {"热线": 201, "邻镇": 404, "只读": 403, "伪造": 403, "过期": 403, "收回": 403}
    assert open_village.browser("窗口").get(f"{ROOT}/requests.json", {"jurisdiction_id": TOWN}).status_code == 403  # a session is no key
    assert {pattern.name for pattern in OPEN311} == {f"open311_{name}" for name in ("discovery", "services", "service", "requests", "request", "token")}


def test_a_key_may_be_shown_in_the_header(open_village: Village) -> None:
    told = Client(headers={"authorization": f"Bearer {open_village.secrets['热线']}"}).get(f"{ROOT}/requests.json", {"jurisdiction_id": TOWN})
    assert told.status_code == 200
    assert Client().delete(f"{ROOT}/requests.json").status_code == 405 and Client().get(f"{ROOT}/requests.txt").status_code == 404


TEXT = st.text(max_size=30)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(told=st.dictionaries(st.sampled_from(["service_code", "address_string", "address_id", "lat", "long", "description", "media_url", "jurisdiction_id", "attribute[a]"]), TEXT), form=st.sampled_from(["json", "xml"]))
def test_nothing_that_is_sent_is_answered_with_a_fault_of_ours(open_village: Village, told: dict[str, str], form: str) -> None:
    assert sent(open_village, form=form, **told).status_code in (201, 400, 404)
    assert asked(open_village, f"requests.{form}", **told).status_code in (200, 400, 404)
