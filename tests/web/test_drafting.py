"""The drafting room on the web: the draft's own words in every page and file, what a refused change shows, taking back."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.reports.documents import words_of
from tests.reports.drafts.word import W, edited
from tests.web.conftest import Story
from zhenwu.kernel.reports.api import find_manuscript, live_paragraphs, seats
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.sdk import tree

ROOM = "/report/2020/room"


def send(browser: Client, path: str, **data: object) -> str:
    """Send a form and read where it leads."""
    answer = browser.post(path, {**data, "op_id": str(uuid4())}, follow=True)
    return str(answer.content.decode())


def paragraph(words: str) -> UUID:
    manuscript = find_manuscript("report.annual", 2020, seats(tree())[0])
    assert manuscript is not None
    return next(UUID(str(one.paragraph)) for one in live_paragraphs(manuscript) if words in one.text)


def begun(story: Story) -> Client:
    """老周's browser, the draft begun."""
    browser = story.browser("老周")
    send(browser, f"{ROOM}/begin", origin="template")
    return browser


@pytest.mark.django_db
def test_the_report_page_and_its_files_print_the_drafts_own_words(story: Story) -> None:
    browser = begun(story)
    one = paragraph("拆除违法建筑⟦拆违面积⟧")
    text = "镇村更清爽，拆除违法建筑⟦拆违面积⟧万平方米。"
    assert "已保存" in send(browser, f"{ROOM}/{one}/save", text=text, reason="精简", base="1")
    assert "镇村更清爽，拆除违法建筑" in browser.get("/report/2020").content.decode()
    assert "镇村更清爽，拆除违法建筑0.05万平方米。" in words_of(browser.get("/report/2020/clean.docx").content)


@pytest.mark.django_db
def test_what_was_typed_stays_in_the_box_when_it_is_refused(story: Story) -> None:
    browser = begun(story)
    one = paragraph("拆除违法建筑⟦拆违面积⟧")
    said = send(browser, f"{ROOM}/{one}/save", text="全年办了365件。", reason="补充", base="1")
    assert "没有来处的数字：365" in said and "全年办了365件。</textarea>" in said and 'name="checked"' in said
    assert "已保存" in send(browser, f"{ROOM}/{one}/save", text="全年办了365件。", reason="补充", base="1", checked="1")
    late = browser.post(f"{ROOM}/{one}/save", {"text": "另一种说法。", "reason": "改", "base": "1", "op_id": str(uuid4())})
    assert late.status_code == 409
    assert "别人先改了这一段" in late.content.decode() and "全年办了365件。" in late.content.decode() and "另一种说法。" in late.content.decode()


@pytest.mark.django_db
def test_an_edited_document_is_looked_at_and_taken_in(story: Story) -> None:
    browser = begun(story)
    send(browser, f"{ROOM}/store", note="征求意见稿")
    sent = browser.get(f"{ROOM}/edition1.docx").content

    def with_words(old: str, new: str) -> SimpleUploadedFile:
        def change(root: object) -> None:
            for node in root.iter(W + "t"):  # type: ignore[attr-defined]
                node.text = (node.text or "").replace(old, new)

        return SimpleUploadedFile("改稿.docx", edited(sent, change))

    assert "山路一步一步走" in read_docx(sent).text
    looked = browser.post(f"{ROOM}/takeback", {"file": with_words("0.05", "0.90"), "against": "e1", "op_id": str(uuid4())})
    stopped = browser.get(looked.headers["Location"]).content.decode()
    number = stopped.partition('name="way_')[2].partition('"')[0]
    refused = browser.get(f"{looked.headers['Location']}&way_{number}=rough")
    assert refused.status_code == 400 and "不能写成约数" in refused.content.decode() and "--leave-out" not in refused.content.decode()
    assert "有 1 个数被改了" in stopped and "0.90" in stopped and "写成约数" in stopped
    answer = browser.post(f"{ROOM}/takeback", {"file": with_words("山路一步一步走", "日子一步一步过"), "against": "e1", "op_id": str(uuid4())})
    where = answer.headers["Location"]
    assert "收进稿子" in browser.get(where).content.decode() and "日子一步一步过" not in browser.get("/report/2020").content.decode()
    assert "已收进稿子，存为第 2 稿" in send(browser, where.partition("?")[0], against="e1").replace("改稿已", "已")
    assert "日子一步一步过" in browser.get("/report/2020").content.decode()


@pytest.mark.django_db
def test_every_page_of_free_text_forbids_secrets(story: Story) -> None:
    browser = begun(story)
    one = paragraph("拆除违法建筑⟦拆违面积⟧")
    browser.post(f"{ROOM}/{one}/hold", {"op_id": str(uuid4())})
    for path in (ROOM, f"{ROOM}/{one}", f"{ROOM}/replace"):
        assert "涉密内容不得录入" in browser.get(path).content.decode(), path
