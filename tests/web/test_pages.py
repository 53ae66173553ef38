"""The report, issuing and checking it, logging in, and the frame around every page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import docx
import pytest
from django.test import Client

from tests.reports.documents import words_of
from tests.web.conftest import Story
from tests.web.township import BEGINNING, PASSWORD, correct
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.orgs.api import appoint, enrol_person
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.reports.api import EDITIONS
from zhenwu.sdk import SYSTEM, catch_up

pytestmark = pytest.mark.django_db


def test_the_report_prints_what_is_known_and_says_what_is_not(story: Story) -> None:
    page = story.browser("老周").get("/report/2020")
    said = page.content.decode()
    assert 'href="/figure/demolition.area@2020"' in said and ">0.05</a>" in said
    assert 'class="pending"' in said and ">待补</a>" in said
    assert page.context["known"] + len(page.context["filled"].pending) == len(page.context["filled"].answers)
    assert "拆除违法建筑面积，云岭镇，2020年，510.00 平方米。口径：" in said


def test_a_figure_of_another_line_is_printed_but_leads_nowhere(story: Story) -> None:

    assert 'href="/figure/honour' not in story.browser("老周").get("/report/2020").content.decode()


def test_the_documents_are_taken_away_clean_and_marked(story: Story) -> None:
    browser = story.browser("老周")
    clean, marked = (browser.get(f"/report/2020/{edition}.docx").content for edition in ("clean", "marked"))
    assert "拆除违法建筑0.05万平方米" in words_of(clean)
    assert len(list(docx.Document(io.BytesIO(marked)).comments)) > 10


def test_every_edition_offered_on_the_page_can_be_taken_away_under_its_name(story: Story) -> None:
    browser = story.browser("老周")
    page = browser.get("/report/2020").content.decode()
    for name, one in EDITIONS.items():
        for form in one.forms:
            address = f"/report/2020/{name}.{form}"
            if form != "pdf":  # tests/reports/paper prints each
                answer = browser.get(address)
                assert answer.status_code == 200 and quote(f".{form}") in answer["Content-Disposition"]
                assert name == "clean" or quote(one.label) in answer["Content-Disposition"]
            assert f'href="{address}"' in page


@pytest.mark.pdf
def test_the_clean_pdf_is_a_pdf(story: Story) -> None:
    answer = story.browser("老周").get("/report/2020/clean.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_an_issued_report_stays_as_it_was_and_verifies_after_a_correction(story: Story) -> None:
    browser = story.browser("老周")
    answer = browser.post("/report/2020/issue", {"title": "定稿试", "op_id": str(uuid4())})
    correct(story.records["B1"], 1, "录错", area="9000")
    catch_up()
    said = browser.get(answer.headers["Location"]).content.decode()
    assert ">0.05</a>" in said and "封存印记" in said and "?at=" in said
    assert browser.post(f"{answer.headers['Location']}/verify", {"op_id": str(uuid4())}).context["complaints"] == []
    assert ">0.92</a>" in browser.get("/report/2020").content.decode()


def test_a_record_altered_behind_the_system_is_found_by_the_check(story: Story) -> None:
    version = Version.objects.get(record_id=story.records["B1"], number=1)
    Version.objects.filter(pk=version.pk).update(data=version.data | {"area": 1})
    page = story.browser("何书记").post("/issues/1/verify", {"op_id": str(uuid4())})
    assert page.context["complaints"] and "处不符" in page.content.decode()


def test_logging_in_out_and_being_locked_out_are_told_in_words(story: Story, settings: Any) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    right, wrong = ({"username": "alian", "password": word} for word in (PASSWORD, "wrong"))
    assert "登录名或密码不对" in client.post("/login", wrong).content.decode()
    assert client.post("/login?next=/metrics", right | {"next": "https://elsewhere.example/"}).headers["Location"] == "/"
    assert client.post("/logout").headers["Location"] == "/login"
    answers = [client.post("/login", wrong) for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[-1].status_code == 429 and "请过 15 分钟再试" in answers[-1].content.decode()
    assert client.post("/login", right).status_code == 429


def test_demonstration_data_says_so_on_every_screen(story: Story, settings: Any) -> None:
    flag, browser = Path(settings.HOME) / "demo", story.browser("老周")
    pages = ("/", "/report/2020", "/issues/1", "/figure/demolition.area@2020", "/ledger/demolition.structure", "/nothing")
    assert not any("这里的地名、人名和数字都是编的" in browser.get(page).content.decode() for page in pages)
    flag.touch()
    try:
        assert all("这里的地名、人名和数字都是编的" in browser.get(page).content.decode() for page in pages)
    finally:
        flag.unlink()


def test_every_page_runs_no_script_and_no_inline_style(story: Story) -> None:
    for path in ("/", "/report/2020", "/figure/demolition.area@2020", "/ledger/demolition.structure/new", "/metrics"):
        answer = story.browser("老周").get(path)
        said = answer.content.decode()
        assert "<script" not in said and " style=" not in said and " onclick" not in said
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_catalogue_is_searched_by_label_and_by_pack(story: Story) -> None:
    browser = story.browser("何书记")
    everything = browser.get("/metrics").context["count"]
    assert 0 < browser.get("/metrics", {"q": "拆除违法建筑面积"}).context["count"] < everything
    assert [label for label, _ in browser.get("/metrics", {"pack": "honour"}).context["groups"]] == ["荣誉创建"]
    assert browser.get("/metrics", {"q": "没有这样的指标"}).context["count"] == 0


@pytest.mark.parametrize(("kind", "duties"), [
    ("auditor", ["查看和核验操作留痕"]), ("admin", ["设立村和网格", "开通账号", "对外推送"]), ("security_admin", ["任免岗位", "包村包片"]),
])  # fmt: skip
def test_who_may_see_no_data_is_told_what_they_can_do(story: Story, kind: str, duties: list[str]) -> None:
    person = enrol_person(SYSTEM, uuid4(), "guanli", "梅若谷", "long-enough-to-pass")
    appoint(SYSTEM, uuid4(), person, kind, story.town.units["云岭镇"], ["*"], BEGINNING)
    browser = Client()
    browser.force_login(Person.objects.get(id=person), "django.contrib.auth.backends.ModelBackend")
    page = browser.get("/")
    assert [title for title, _, _ in page.context["duties"]] == duties
    said = page.content.decode()
    assert "三员分立" in said and all(title in said for title in duties)
    assert "我能办的事" not in story.browser("老周").get("/").content.decode()
