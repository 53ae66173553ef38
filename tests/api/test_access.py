"""Every route × everybody who may ask: what each gets. A new route must be named here."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.conftest import Village, post, token
from zhenwu.api.interface import api
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.matters.api import Upload, attach
from zhenwu.kernel.orgs.api import SYSTEM, find_person
from zhenwu.lib import clock
from zhenwu.lib.limiter import Limiter

pytestmark = pytest.mark.django_db

# 阿莲 (grid worker of 深塘一格) · 老周 (officer) · 何书记 (secretary: sees all, moves nothing) · 窗口 (clerk) · 外乡人 (officer of the next
# township) · nobody; then tokens of the hotline (clerk's post): good, read only, and those that open nothing; 邻镇: a good one of next door.
CALLERS = ("阿莲", "老周", "何书记", "窗口", "外乡人", "", "热线", "只读", "邻镇", "伪造", "过期", "收回")
NONE = (401, 401, 401)
MATTERS = "/api/v1/matters"
# route → (address; {m} a matter of 深塘一格, {u} of 上垟一格, {c} of the confidential line, {n} none) and what each caller gets
ASKED: dict[str, list[tuple[str, tuple[int, ...]]]] = {
    "read_matters": [
        (MATTERS, (200, 200, 200, 200, 200, 401, 200, 200, 200, *NONE)), (f"{MATTERS}?line=integrity", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
        (f"{MATTERS}?line=nowhere", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)), (f"{MATTERS}?cursor=x", (400, 400, 400, 400, 400, 401, 400, 400, 400, *NONE)),
    ],
    "read_matter": [
        (f"{MATTERS}/{{m}}", (200, 200, 200, 200, 404, 401, 200, 200, 404, *NONE)), (f"{MATTERS}/{{u}}", (404, 200, 200, 200, 404, 401, 200, 200, 404, *NONE)),
        (f"{MATTERS}/{{c}}", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)), (f"{MATTERS}/{{n}}", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
    ],
    "read_file": [
        (f"{MATTERS}/{{m}}/files/1", (200, 200, 200, 200, 404, 401, 200, 200, 404, *NONE)),
        (f"{MATTERS}/{{m}}/files/2", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
    ],
    "read_documents": [
        (f"{MATTERS}/{{m}}/documents", (200, 200, 200, 200, 404, 401, 200, 200, 404, *NONE)), (f"{MATTERS}/{{c}}/documents", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
    ],
    "read_document": [
        (f"{MATTERS}/{{m}}/documents/{{n}}/docx", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
        (f"{MATTERS}/{{m}}/documents/{{n}}/txt", (400, 400, 400, 400, 400, 401, 400, 400, 400, *NONE)),
    ],
    "read_workflows": [("/api/v1/workflows", (200, 200, 200, 200, 200, 401, 200, 200, 200, *NONE))],
    "read_workflow": [
        ("/api/v1/workflows/standard", (200, 200, 200, 200, 200, 401, 200, 200, 200, *NONE)),
        ("/api/v1/workflows/no.such", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
    ],
    "read_lines": [("/api/v1/lines", (200, 200, 200, 200, 200, 401, 200, 200, 200, *NONE))],
    "read_units": [
        ("/api/v1/units?line=grid", (200, 200, 200, 200, 200, 401, 200, 200, 200, *NONE)),
        ("/api/v1/units?line=integrity", (404, 404, 404, 404, 404, 401, 404, 404, 404, *NONE)),
    ],
}  # fmt: skip
VOID = {"action": "void", "base_version": 1, "given": {"reason": "重复"}}
SENT: dict[str, list[tuple[str, dict[str, object], tuple[int, ...]]]] = {
    "open_matter": [
        (MATTERS, {"line": "grid", "unit": "深塘一格", "title": "灯"}, (201, 201, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (MATTERS, {"line": "grid", "unit": "上垟一格", "title": "灯"}, (404, 201, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (MATTERS, {"line": "grid", "unit": "深塘一格", "title": "灯", "same_as": "{m}"}, (201, 201, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (MATTERS, {"line": "grid", "unit": "深塘一格", "title": "灯", "same_as": "{u}"}, (404, 201, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (MATTERS, {"line": "grid", "unit": "深塘一格", "title": "灯", "same_as": "{c}"}, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
        (MATTERS, {"line": "integrity", "unit": "深塘一格", "title": "灯"}, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
    ],
    "advance_matter": [
        (f"{MATTERS}/{{m}}/steps", VOID, (403, 403, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (f"{MATTERS}/{{u}}/steps", VOID, (404, 403, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (f"{MATTERS}/{{c}}/steps", VOID, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
        (f"{MATTERS}/{{n}}/steps", VOID, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
    ],
    "merge_matters": [
        (f"{MATTERS}/{{m}}/merge", {"others": [{"matter": "{u}", "version": 1}], "reason": "同一件"}, (404, 403, 403, 201, 404, 401, 201, 403, 404, *NONE)),
        (f"{MATTERS}/{{m}}/merge", {"others": [{"matter": "{c}", "version": 1}], "reason": "同一件"}, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
    ],
    "make_document": [
        (f"{MATTERS}/{{m}}/documents", {"document": "grid.none"}, (404, 404, 403, 404, 404, 401, 404, 403, 404, *NONE)),
        (f"{MATTERS}/{{c}}/documents", {"document": "grid.none"}, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE)),
    ],
    "part_merged": [(f"{MATTERS}/{{m}}/part", {"base_version": 1, "reason": "并错了"}, (409, 409, 409, 409, 404, 401, 409, 403, 404, *NONE))],
    "restore_record": [("/api/v1/records/{n}/restore", {"base_version": 2, "reason": "作废错了"}, (404, 404, 404, 404, 404, 401, 404, 403, 404, *NONE))],
    "split_matter": [
        (f"{MATTERS}/{{m}}/split", {"base_version": 1, "parts": [{"unit": "{深塘一格}", "title": "灯"}, {"unit": "{深塘一格}", "title": "路"}], "reason": "两件事"}, (403, 403, 403, 201, 404, 401, 201, 403, 404, *NONE)),
    ],
}  # fmt: skip


PHOTO = Upload("photo", "灯.jpg", b"\xff\xd8\xff a picture")


def filled(body: dict[str, object], village: Village, there: dict[str, UUID]) -> dict[str, object]:
    """A body with the ids of matters and places in it."""
    told = json.dumps(body, ensure_ascii=False)
    for name, id in (*there.items(), *village.town.units.items()):
        told = told.replace(f"{{{name}}}", str(id))
    return json.loads(told)


def places(village: Village) -> dict[str, UUID]:
    """The matters of the table above; new ones each time, since each caller may end them."""
    matter = village.open()
    attach(SYSTEM, uuid4(), matter, [PHOTO])
    return {"m": matter, "u": village.open(unit="上垟一格"), "c": village.open("疑似拆分", line="integrity"), "n": uuid4()}


def test_every_route_is_named_here() -> None:
    named = {operation["operationId"] for path in api.get_openapi_schema()["paths"].values() for operation in path.values()}
    assert named == {*ASKED, *SENT, "attach"}


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_reads_what_is_theirs(village: Village, caller: str) -> None:
    there, at = places(village), CALLERS.index(caller)
    for rows in ASKED.values():
        for address, told in rows:
            answer = village.caller(caller).get(address.format(**there))
            assert answer.status_code == told[at], (caller, address, answer.content)


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_does_what_is_theirs(village: Village, caller: str) -> None:
    at = CALLERS.index(caller)
    for rows in SENT.values():
        for address, body, told in rows:
            there = places(village)
            sent = filled({**body, **({"unit": str(village.town[str(body["unit"])])} if "unit" in body else {})}, village, there)
            answer = post(village.caller(caller), address.format(**there), sent)
            assert answer.status_code == told[at], (caller, address, answer.content)


@pytest.mark.parametrize(("caller", "status"), zip(CALLERS, (403, 403, 403, 201, 404, 401, 201, 403, 404, *NONE), strict=True))
def test_files_are_added_by_who_may_work_on_it(village: Village, caller: str, status: int) -> None:
    matter = places(village)["m"]
    sent = {"kind": "photo", "files": SimpleUploadedFile("灯.png", b"\x89PNG\r\n\x1a\n a picture", "image/png")}
    headers = {"Idempotency-Key": str(uuid4())}
    answer = village.caller(caller).post(f"{MATTERS}/{matter}/files?kind=photo", {"files": sent["files"]}, headers=headers)
    assert answer.status_code == status, answer.content
    if status == 201:
        back = village.caller(caller).get(f"{MATTERS}/{matter}/files/{answer.json()['numbers'][0]}")
        assert (back.content, back["Content-Type"]) == (b"\x89PNG\r\n\x1a\n a picture", "image/png")


def test_what_is_no_file_is_refused_in_words(village: Village) -> None:
    address = f"{MATTERS}/{places(village)['m']}/files?kind=photo"
    for sent, more, status in (({"files": SimpleUploadedFile("a.jpg", b"MZ")}, {}, 422), ('{"a": 1}', {"content_type": "application/json"}, 415), ({}, {}, 400)):
        answer = village.browser("窗口").post(address, sent, headers={"Idempotency-Key": str(uuid4())}, **more)
        assert answer.status_code == status and answer.json()["title"], answer.content


@pytest.mark.parametrize(("caller", "unseen"), [("外乡人", "mc"), ("邻镇", "mc"), ("窗口", "c"), ("阿莲", "uc")])
def test_what_is_out_of_reach_is_told_like_what_does_not_exist(village: Village, caller: str, unseen: str) -> None:
    client, there = village.caller(caller), places(village)
    nothing = client.get(f"{MATTERS}/{there['n']}"), post(client, f"{MATTERS}/{there['n']}/steps", VOID)
    for name in unseen:
        assert client.get(f"{MATTERS}/{there[name]}").content == nothing[0].content
        assert post(client, f"{MATTERS}/{there[name]}/steps", VOID).content == nothing[1].content


def test_lists_hold_nothing_out_of_reach(village: Village) -> None:
    there = places(village)
    seen = {caller: {row["id"] for row in village.caller(caller).get(MATTERS).json()["matters"]} for caller in ("阿莲", "窗口", "何书记", "外乡人", "邻镇", "热线")}
    mine, both = {str(there["m"])}, {str(there["m"]), str(there["u"])}
    assert seen == {"阿莲": mine, "窗口": both, "何书记": both, "外乡人": set(), "邻镇": set(), "热线": both}


def test_a_page_of_another_site_cannot_write_with_somebodys_cookie(village: Village) -> None:
    body = {"line": "grid", "unit": str(village.town["深塘一格"]), "title": "灯"}
    browser = village.browser("阿莲", enforce_csrf_checks=True)
    refused = post(browser, MATTERS, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "api.csrf") and browser.get(MATTERS).status_code == 200
    browser.get("/login")
    token_of_page = browser.get("/matters").wsgi_request.META["CSRF_COOKIE"]
    assert post(browser, MATTERS, body, headers={"X-CSRFToken": token_of_page}).status_code == 201


def test_a_bad_token_is_not_made_good_by_a_session(village: Village) -> None:
    browser = village.browser("窗口")
    for told in (f"Bearer {village.secrets['伪造']}", "Bearer", "Bearer zw_短", "Basic YTpi", "zw_x"):
        answer = browser.get(MATTERS, headers={"authorization": told})
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer" and answer.json()["detail"]


def test_refusals_are_in_the_journal_without_the_secret_and_cannot_fill_it(village: Village) -> None:
    with clock.at(clock.now()):
        for _ in range(3):
            for name in ("过期", "收回", "只读"):
                post(village.system(name), MATTERS, {"line": "grid", "unit": str(village.town["深塘一格"]), "title": "灯"})
        for number in range(60):
            assert Client(headers={"authorization": f"Bearer guess-{number}"}).get(MATTERS).status_code == 401
    told = [event.body for event in Event.objects.filter(kind="token.refused")]
    assert sorted(body["reason"] for body in told if body["reason"] != "unknown") == ["expired", "revoked", "scope"]
    assert 1 <= len([body for body in told if body["reason"] == "unknown"]) <= 16
    assert not any(secret in str(told) for secret in village.secrets.values()) and "guess" not in str(told)


def test_who_loses_the_post_loses_what_the_token_opened(village: Village) -> None:
    from zhenwu.kernel.orgs.api import SYSTEM, dismiss
    from zhenwu.kernel.orgs.models import Person

    there = places(village)
    assert village.system("热线").get(f"{MATTERS}/{there['m']}").status_code == 200
    hotline = find_person("hotline")
    assert hotline is not None
    for held in hotline.posts.all():
        dismiss(SYSTEM, uuid4(), held.id, clock.today())
    assert village.system("热线").get(f"{MATTERS}/{there['m']}").status_code == 404
    Person.objects.filter(username="hotline").update(is_active=False)
    assert village.system("热线").get(MATTERS).json()["code"] == "token.inactive"


def test_who_asks_too_often_is_told_when_to_come_again(village: Village, settings: object) -> None:
    settings.API_PER_MINUTE = 3  # type: ignore[attr-defined]
    told = [village.system("热线").get("/api/v1/lines") for _ in range(5)]
    assert [one.status_code for one in told] == [200, 200, 200, 429, 429]
    assert 1 <= int(told[-1]["Retry-After"]) <= 20 and told[-1].json()["code"] == "api.often"
    assert village.system("邻镇").get("/api/v1/lines").status_code == 200


def test_a_limiter_lets_through_so_many_a_minute_and_remembers_so_many_callers() -> None:
    now = [0.0]
    limiter = Limiter(lambda: now[0], most=2)
    assert [limiter.take("a", 60) for _ in range(61)] == [0.0] * 60 + [1.0]
    now[0] += 1
    assert limiter.take("a", 60) == 0.0 and limiter.take("a", 60) == 1.0
    assert limiter.take("b", 60) == limiter.take("c", 60) == 0.0 and len(limiter._buckets) == 2
    assert limiter.take("d", 0) == 0.0


def test_a_token_ends_on_its_day(village: Village) -> None:
    hotline = find_person("hotline")
    assert hotline is not None
    village.secrets["短"] = token(hotline.id, until=clock.today() + timedelta(days=3))
    with clock.at(clock.now() + timedelta(days=2)):
        assert village.system("短").get(MATTERS).status_code == 200
    with clock.at(clock.now() + timedelta(days=3)):
        assert village.system("短").get(MATTERS).json()["code"] == "token.expired"
