"""检举控告 and 回避 at the screens and the API: who handed it in, whom it accuses and whoever is not of the inspection find no trace."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.township import BEGINNING, PASSWORD
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.api import Report, advance_matter, catch_up_limits, open_matter, tell_due
from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person
from zhenwu.lib.clock import at
from zhenwu.sdk import catch_up

pytestmark = pytest.mark.django_db
DAY, LATER = date(2021, 3, 1), date(2021, 6, 1)
TITLE = "来信反映水口工程"
STAFF = (
    ("chuang", "窗口", "clerk", "综合站", "petition"), ("fen", "分管", "overseer", "云岭镇", "petition"), ("cun", "村书记", "village_secretary", "深塘村", "petition"),
    ("zhan", "站长", "office_head", "综合站", "petition"), ("ji", "小纪", "office_head", "综合站", "integrity"), ("cha", "小察", "officer", "综合站", "integrity"),
    ("tong", "统计员", "statistician", "云岭镇", "*"),
)  # fmt: skip


@pytest.fixture
def office(story: Story) -> Story:
    """The township with its window, its village secretary and the two people of the inspection."""
    for login, name, kind, unit, line in STAFF:
        story.town.people[name] = enrol_person(SYSTEM, uuid4(), login, name, PASSWORD)
        appoint(SYSTEM, uuid4(), story.town.people[name], kind, story.town.units[unit], [line], BEGINNING)
    return story


def get(story: Story, who: str, path: str) -> tuple[int, str]:
    with at(LATER):
        answer = story.browser(who).get(path)
    return answer.status_code, answer.content.decode()


def post(story: Story, who: str, path: str, **sent: Any) -> tuple[int, str]:
    with at(DAY):
        answer = story.browser(who).post(path, {"op_id": str(uuid4()), **sent}, follow=True)
    return answer.status_code, answer.content.decode()


def nothing_of(story: Story, who: str, matter: UUID, figure: str) -> None:
    """Somebody finds no trace of a matter on any page, list, figure, notice or answer of the API, and can do nothing with it."""
    with at(LATER):
        catch_up_limits()
        tell_due()
        catch_up()
    pages = (reverse("home"), reverse("matters"), reverse("matters") + "?which=over", reverse("notices"), f"/figure/{figure}", "/api/v1/matters", "/api/v1/matters?since=0")
    for path in pages:
        _, told = get(story, who, path)
        assert TITLE not in told and str(matter) not in told, (who, path)
    assert get(story, who, reverse("matter", args=[matter]))[0] == 404
    assert get(story, who, f"/api/v1/matters/{matter}")[0] == 404
    assert post(story, who, reverse("take_step", args=[matter]), action="accept", base_version="1")[0] == 404
    if who != "窗口":  # whoever handed it in may still add what came with it, until somebody takes it up
        assert post(story, who, reverse("add_files", args=[matter]))[0] == 404
    step = {"action": "accept", "base_version": 1, "given": {}}
    headers = {"idempotency-key": str(uuid4())}
    assert story.browser(who).post(f"/api/v1/matters/{matter}/steps", step, content_type="application/json", headers=headers).status_code == 404


def opened(story: Story, line: str, workflow: str, *barred: str, **given: Any) -> UUID:
    named = {"barred": [str(story.town.people[name]) for name in barred]} if barred else {}
    with at(DAY):
        report = Report(line, story.town.units["深塘一格"], TITLE)
        return UUID(open_matter(story.town.actor("窗口"), uuid4(), report, workflow=workflow, given={**given, **named})["matter"])


def last_opened() -> UUID:
    event = Event.objects.filter(kind="matter.opened").latest("id")
    return UUID(event.body["matter"])


def test_an_accusation_handed_in_at_the_window_is_there_for_the_inspection_and_not_for_whom_it_accuses(office: Story) -> None:
    kind = "integrity:integrity.accusation:report"
    _, told = get(office, "窗口", reverse("new_matter"))
    assert "检举控告（交纪检监察室）" in told
    _, told = get(office, "窗口", f"{reverse('new_matter')}?kind={kind}")
    assert "要回避的人" in told and "小察（站所干部）" in told
    letter = SimpleUploadedFile("信.jpg", b"\xff\xd8\xff\xe0 letter")
    status, told = post(
        office, "窗口", reverse("new_matter"), kind=kind, title=TITLE, unit=str(office.town.units["深塘一格"]), g_form="letter",
        g_barred=[str(office.town.people["小察"])], photo=letter,
    )  # fmt: skip
    assert status == 200 and "已交给“清廉建设”" in told and TITLE not in told
    matter = last_opened()
    for who in ("窗口", "小察", "分管", "村书记", "站长", "何书记", "阿莲", "老周", "统计员", "外乡人"):
        nothing_of(office, who, matter, "integrity.accusations@2021")
    status, told = get(office, "小纪", reverse("matter", args=[matter]))
    assert status == 200 and TITLE in told and "信.jpg" in told and "不让看的人" in told and "小察" in told
    assert TITLE in get(office, "小纪", reverse("matters"))[1] and TITLE in get(office, "小纪", "/figure/integrity.accusations@2021")[1]
    assert TITLE in get(office, "小纪", reverse("notices"))[1]
    assert "1" in get(office, "何书记", "/figure/integrity.accusations@2021")[1]


def test_the_window_may_hand_in_by_the_api_too_and_nobody_of_another_line(office: Story) -> None:
    sent = {"line": "integrity", "workflow": "integrity.accusation", "unit": str(office.town.units["深塘一格"]), "title": TITLE, "given": {"form": "phone"}}
    status = {}
    for who in ("窗口", "老周", "外乡人"):
        headers = {"idempotency-key": str(uuid4())}
        status[who] = office.browser(who).post("/api/v1/matters", json.dumps(sent), content_type="application/json", headers=headers).status_code
    assert status == {"窗口": 201, "老周": 404, "外乡人": 404}
    nothing_of(office, "窗口", last_opened(), "integrity.accusations@2021")


def test_a_complaint_about_somebody_is_hidden_from_that_person_alone(office: Story) -> None:
    given = {"petition_no": "信2021-01", "form": "letter", "topic": "land", "turn": "first", "people": "1"}
    matter = opened(office, "petition", "petition.petition", "村书记", **given)
    nothing_of(office, "村书记", matter, "petition.received@2021")
    for who in ("窗口", "分管", "站长", "何书记", "阿莲"):
        assert get(office, who, reverse("matter", args=[matter]))[0] == 200, who
        assert TITLE in get(office, who, reverse("matters"))[1], who
    assert TITLE in get(office, "分管", "/figure/petition.received@2021")[1]
    assert TITLE in get(office, "统计员", "/figure/petition.received@2021")[1]
    assert TITLE in get(office, "分管", reverse("notices"))[1], "overdue: the leader is told, the village secretary is not"


def test_a_petition_that_turns_out_to_be_an_accusation_is_sealed_for_the_inspection(office: Story) -> None:
    given = {"petition_no": "信2021-02", "form": "visit", "topic": "village_affairs", "turn": "first", "people": "1"}
    matter = opened(office, "petition", "petition.petition", **given)
    assert TITLE in get(office, "站长", reverse("matter", args=[matter]))[1]
    status, told = post(office, "窗口", reverse("take_step", args=[matter]), action="hand_over", base_version="1", sure="1", paper_no="移1", barred=[str(office.town.people["小察"])])
    assert status in (200, 404) and TITLE not in told
    for who in ("窗口", "分管", "村书记", "站长", "何书记", "阿莲", "小察", "统计员", "外乡人"):
        nothing_of(office, who, matter, "petition.received@2021")
    assert TITLE in get(office, "小纪", reverse("matter", args=[matter]))[1]
    assert TITLE in get(office, "小纪", reverse("matters") + "?which=over")[1]


def test_a_list_narrowed_to_a_line_holds_what_is_sealed_by_its_own_line_only(office: Story) -> None:
    appoint(SYSTEM, uuid4(), office.town.people["外乡人"], "office_head", office.town.units["综合站"], ["integrity", "petition"], BEGINNING)
    given = {"petition_no": "信2021-04", "form": "visit", "topic": "village_affairs", "turn": "first", "people": "1"}
    matter = opened(office, "petition", "petition.petition", **given)
    post(office, "窗口", reverse("take_step", args=[matter]), action="hand_over", base_version="1", sure="1", paper_no="移2")
    address = reverse("matters") + "?which=over&line="
    assert TITLE in get(office, "外乡人", address)[1] and TITLE in get(office, "外乡人", address + "petition")[1]
    assert TITLE in get(office, "小纪", address)[1]
    for who in ("外乡人", "小纪"):
        assert TITLE not in get(office, who, address + "integrity")[1], who
        assert TITLE not in get(office, who, "/api/v1/matters?line=integrity")[1], who


def test_a_pressed_matter_stays_hidden_from_whom_it_concerns(office: Story) -> None:
    given = {"petition_no": "信2021-03", "form": "letter", "topic": "land", "turn": "first", "people": "1"}
    matter = opened(office, "petition", "petition.petition", "村书记", **given)
    with at(DAY):
        advance_matter(office.town.actor("窗口"), uuid4(), matter, "accept", 1, {"kind": "appeal", "paper_no": "受1"})
    with at(LATER):
        catch_up_limits()
        tell_due()  # more than five days overdue: a 督办 is proposed
    pressed = last_opened()
    assert pressed != matter
    nothing_of(office, "村书记", pressed, "petition.received@2021")
    assert get(office, "何书记", reverse("matter", args=[pressed]))[0] == 200
