"""Matters over HTTP: opened, read, moved on; what is refused says why and what is allowed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.api.conftest import Village, post
from zhenwu.kernel.journal.api import sequence

pytestmark = pytest.mark.django_db
MATTERS = "/api/v1/matters"


def report(village: Village, **more: object) -> dict[str, object]:
    return {"line": "grid", "unit": str(village.town["深塘一格"]), "title": "路灯不亮", **more}


def test_a_system_reports_and_people_carry_it_to_its_end(village: Village) -> None:
    opened = post(village.system("热线"), MATTERS, report(village, text="村口第三盏", channel="online"))
    assert opened.status_code == 201 and opened.json()["state"] == "reported"
    place = f"{MATTERS}/{opened.json()['matter']}"
    unit = str(village.town["综合站"])
    steps = [
        ("窗口", "accept", {}), ("窗口", "dispatch", {"unit": unit}), ("老周", "sign", {}), ("老周", "handle", {}),
        ("老周", "complete", {"result": "换了灯泡"}), ("阿莲", "verify", {"seen": "亮了"}), ("窗口", "close", {"ending": "settled"}),
    ]  # fmt: skip
    for version, (name, action, given) in enumerate(steps, 1):
        told = village.browser(name).get(place).json()
        assert action in [one["id"] for one in told["allowed"]]
        done = post(village.browser(name), f"{place}/steps", {"action": action, "base_version": version, "given": given})
        assert done.status_code == 201, done.json()
    whole = village.system("热线").get(place).json()
    assert (whole["state"], whole["ending"], whole["version"], whole["text"]) == ("closed", "settled", 8, "村口第三盏")
    assert [step["by"] for step in whole["steps"]] == ["热线平台", "窗口", "窗口", "老周", "老周", "老周", "阿莲", "窗口"]
    assert {one["limit"] for one in whole["deadlines"]} == {"accept", "handle", "verify"}
    assert all(one["why"] for one in whole["deadlines"]) and [one["id"] for one in whole["allowed"]] == ["reopen", "rate", "archive"]  # by whom it was reported


def test_who_comes_second_gets_both_versions(village: Village) -> None:
    place = f"{MATTERS}/{village.open()}/steps"
    assert post(village.browser("窗口"), place, {"action": "accept", "base_version": 1}).status_code == 201
    late = post(village.system("热线"), place, {"action": "void", "base_version": 1, "given": {"reason": "重复"}})
    assert late.status_code == 409 and late["Content-Type"] == "application/problem+json"
    told = late.json()
    assert (told["code"], told["base_version"], told["current_version"]) == ("write.conflict", 1, 2)


def test_a_refused_action_says_what_is_allowed_instead(village: Village) -> None:
    matter = village.open()
    place = f"{MATTERS}/{matter}/steps"
    early = post(village.browser("窗口"), place, {"action": "close", "base_version": 1})
    assert (early.status_code, early.json()["code"]) == (409, "matter.not_now")
    assert [one["id"] for one in early.json()["allowed"]] == ["accept", "refuse", "void"]
    others = post(village.browser("阿莲"), place, {"action": "accept", "base_version": 1})
    assert (others.status_code, others.json()["code"], others.json()["allowed"]) == (403, "matter.not_yours", [])
    blank = post(village.browser("窗口"), place, {"action": "void", "base_version": 1})
    assert (blank.status_code, blank.json()["code"]) == (422, "matter.missing") and "理由" in blank.json()["title"]


def test_the_same_write_sent_again_gets_the_first_answer_and_another_body_is_refused(village: Village) -> None:
    key = uuid4()
    first, again = (post(village.system("热线"), MATTERS, report(village), key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    other = post(village.system("热线"), MATTERS, report(village, title="别的事"), key)
    assert (other.status_code, other.json()["code"]) == (409, "op.reused")
    step = f"{MATTERS}/{first.json()['matter']}/steps"
    done = [post(village.system("热线"), step, {"action": "accept", "base_version": 1}, key) for key in [uuid4()] * 2]
    assert [one.status_code for one in done] == [201, 201] and done[0].json() == done[1].json()
    assert len(village.browser("何书记").get(MATTERS).json()["matters"]) == 1


@pytest.mark.parametrize("key", [None, "", "1", "not-a-uuid", "\x00"])
def test_a_write_without_a_proper_key_is_refused(village: Village, key: str | None) -> None:
    headers = {} if key is None else {"idempotency-key": key}
    told = village.system("热线").post(MATTERS, report(village), content_type="application/json", headers=headers)
    assert (told.status_code, told.json()["code"]) == (400, "api.key")


def test_a_list_is_narrowed_by_what_one_asks_for(village: Village) -> None:
    first, second = village.open("路灯不亮"), village.open("水渠堵了", "上垟一格")
    window = village.browser("窗口")

    def listed(client: Client, **asked: object) -> list[str]:
        return [one["title"] for one in client.get(MATTERS, asked).json()["matters"]]

    post(window, f"{MATTERS}/{first}/steps", {"action": "void", "base_version": 1, "given": {"reason": "重复"}})
    assert listed(window) == ["水渠堵了", "路灯不亮"]
    assert listed(window, over="true") == ["路灯不亮"] and listed(window, over="false") == ["水渠堵了"]
    assert listed(window, state="reported") == ["水渠堵了"] and listed(window, line="grid", mine="true") == ["水渠堵了"]
    assert listed(window, unit=village.town["深塘村"]) == ["路灯不亮"] and listed(window, unit=uuid4()) == []
    assert listed(village.browser("阿莲")) == ["路灯不亮"] and listed(village.browser("老周"), mine="true") == []
    (row,) = window.get(MATTERS, {"over": "false"}).json()["matters"]
    assert row["id"] == str(second) and row["due"] and row["unit"]["name"] == "上垟一格"


def test_what_changed_since_a_position_is_told_in_the_order_of_the_changes(village: Village) -> None:
    matters = [village.open(f"第{number}件") for number in range(3)]
    since = sequence()
    for matter in (matters[2], matters[0]):
        post(village.browser("窗口"), f"{MATTERS}/{matter}/steps", {"action": "accept", "base_version": 1})
    assert village.system("热线").get(MATTERS, {"since": since}).json()["matters"] == []  # not sequenced yet: nothing is skipped
    sequence()
    told = village.system("热线").get(MATTERS, {"since": since, "limit": 1}).json()
    rest = village.system("热线").get(MATTERS, {"since": since, "limit": 1, "cursor": told["next"]}).json()
    assert [one["title"] for one in told["matters"] + rest["matters"]] == ["第2件", "第0件"] and rest["next"] is None
    assert village.system("热线").get(MATTERS, {"since": rest["matters"][0]["position"]}).json()["matters"] == []


def test_one_learns_where_and_how_one_may_report(village: Village) -> None:
    alian = village.browser("阿莲")
    assert alian.get("/api/v1/lines").json() == [{"id": "grid", "label": "网格事项"}]
    rows = alian.get("/api/v1/units", {"line": "grid"}).json()["units"]
    assert [(row["name"], row["actions"]) for row in rows] == [("深塘一格", ["report"])]
    told = village.browser("何书记").get("/api/v1/units", {"line": "grid", "limit": 2}).json()
    assert [row["name"] for row in told["units"]][0] == "云岭镇" and told["next"] and told["units"][0]["actions"] == []
    rest = village.browser("何书记").get("/api/v1/units", {"line": "grid", "cursor": told["next"]}).json()
    assert len(told["units"]) + len(rest["units"]) == 6 and rest["next"] is None
    flow = alian.get("/api/v1/workflows/standard").json()
    assert "standard" in [one["key"] for one in alian.get("/api/v1/workflows").json()]
    dispatch = next(one for one in flow["actions"] if one["id"] == "dispatch")
    assert dispatch["needs"] == ["unit"] and dispatch["moves"][0]["source"] == "accepted"
    assert alian.get("/api/v1/workflows/no.such").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"title": "  "}, 422, "matter.title"), ({"title": "换\n行"}, 422, "matter.title"), ({"title": "长" * 121}, 422, "api.body"),
        ({"title": 5}, 422, "api.body"), ({"more": 1}, 422, "api.body"), ({"unit": "x"}, 422, "api.body"), ({"given": {"a": 1.5}}, 422, "api.body"),
        ({"given": {"a": ["b"]}}, 422, "matter.given"), ({"given": {"assist": [5]}}, 422, "api.body"), ({"given": {"A b": "c"}}, 422, "matter.given"), ({"given": {"a": "空\x00"}}, 422, "matter.given"),
        ({"text": "空\x00"}, 422, "matter.text"), ({"line": "nowhere"}, 404, "api.line"), ({"unit": str(UUID(int=1))}, 404, "api.unit"),
        ({"workflow": "no.such"}, 404, "matter.workflow"), ({"action": "accept"}, 409, "matter.not_now"), ({"record": str(UUID(int=1))}, 404, "record.unknown"),
        ({"channel": "12345"}, 422, "api.body"), ({"channel": "patrol"}, 422, "matter.channel"), ({"given": {"n": 10**30}}, 422, "api.body"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_kept_is_refused_in_words(village: Village, change: dict[str, object], status: int, code: str) -> None:
    told = post(village.system("热线"), MATTERS, report(village, **change))
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert told["Content-Type"] == "application/problem+json" and told.json()["title"] and told.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "api.body"), (b"[]", 422, "api.body"), (b"{", 400, "api.json"), (b"nothing", 400, "api.json"), (b'{"a": NaN}', 400, "api.json"),
        (b'{"line": "grid", "line": "grid"}', 400, "api.json"), (b'{"a": "\\ud800"}', 400, "api.json"), (b"\xff\xfe", 400, "api.json"),
        (b"[" * 5000, 400, "api.json"), (b'"' + b"a" * 70_000 + b'"', 413, "api.too_long"),
    ],
)  # fmt: skip
def test_what_is_no_proper_json_is_refused(village: Village, body: bytes, status: int, code: str) -> None:
    told = post(village.system("热线"), MATTERS, body)
    assert (told.status_code, told.json()["code"]) == (status, code)


def test_other_forms_addresses_and_methods_are_refused_in_words(village: Village) -> None:
    system = village.system("热线")
    assert system.post(MATTERS, {"line": "grid"}).json()["code"] == "api.media_type"
    for answer, status in (
        (system.get("/api/v1/nothing"), 404), (system.get(f"{MATTERS}/x"), 404), (system.get("/api/"), 404), (system.delete(MATTERS), 405),
        (system.get(MATTERS, {"limit": 201}), 400), (system.get(MATTERS, {"cursor": "x"}), 400), (system.get(MATTERS, {"state": "\x00"}), 400),
        (system.get(MATTERS, {"since": -1}), 400),
    ):  # fmt: skip
        assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"


def test_a_cursor_is_good_only_for_the_question_it_was_given_for(village: Village) -> None:
    for _ in range(2):
        village.open()
    on = village.system("热线").get(MATTERS, {"limit": 1}).json()["next"]
    assert village.system("热线").get(MATTERS, {"limit": 5, "cursor": on}).status_code == 200
    for asked in ({"cursor": on, "over": "true"}, {"cursor": on[:-1] + ("A" if on[-1] != "A" else "B")}):
        assert village.system("热线").get(MATTERS, asked).json()["code"] == "api.cursor"


def test_the_document_of_the_interface_is_openapi_3_1_and_names_nothing_from_elsewhere(village: Village) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1") and "https://" not in answer.content.decode()
    assert Client().get("/api/v1/docs").status_code == 404
