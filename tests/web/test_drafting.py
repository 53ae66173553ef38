"""The drafting room on the web: the draft's own words in every page and file, what a refused change shows, taking back."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.reports.documents import words_of
from tests.reports.drafts.word import W, edited
from tests.web.conftest import Story
from tests.web.township import BEGINNING
from zhenwu.kernel.orgs.api import appoint
from zhenwu.kernel.reports.api import find_manuscript, live_paragraphs, seats
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.sdk import SYSTEM, tree

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


def with_an_owner(story: Story) -> tuple[Client, Client, UUID]:
    """The browsers of the head (老周) and of a paragraph's owner (外乡人, by now 分管领导), and the paragraph."""
    head = begun(story)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "overseer", story.town.units["云岭镇"], ["report"], BEGINNING)
    one = paragraph("拆除违法建筑⟦拆违面积⟧")
    send(head, f"{ROOM}/assign", person=str(story.town.people["外乡人"]), paragraph=str(one))
    return head, story.browser("外乡人"), one


@pytest.mark.django_db
def test_whoever_may_only_read_is_told_who_may_write(story: Story) -> None:
    head, owner, one = with_an_owner(story)
    assert "统稿人：老周" in owner.get(ROOM).content.decode()
    other = paragraph("山路一步一步走")
    for browser, where, who in ((owner, other, "只有统稿人老周能改"), (story.browser("何书记"), one, "由外乡人负责，除了他只有统稿人老周能改")):
        page = browser.get(f"{ROOM}/{where}").content.decode()
        assert "改这一段" not in page and "提意见" in page and "挪到别处" not in page
        answer = browser.post(f"{ROOM}/{where}/save", {"text": "好。", "reason": "改", "base": "1", "op_id": str(uuid4())})
        assert answer.status_code == 403 and who in answer.content.decode()
    assert "改这一段" in owner.get(f"{ROOM}/{one}").content.decode() and "改这一段" in head.get(f"{ROOM}/{one}").content.decode()


@pytest.mark.django_db
def test_a_hold_is_broken_with_a_reason_and_what_was_typed_stands_beside(story: Story) -> None:
    head, owner, one = with_an_owner(story)
    send(owner, f"{ROOM}/{one}/hold")
    page = head.get(f"{ROOM}/{one}").content.decode()
    assert "外乡人正在改" in page and "收回，由我改" in page
    assert "收回来了" in send(head, f"{ROOM}/{one}/break", reason="三点送印")
    assert "您在改的一段，老周收回去改了：三点送印" in owner.get("/").content.decode()
    typed = {"text": "镇村更清爽了，拆除违法建筑⟦拆违面积⟧万平方米。", "reason": "写细", "base": "1"}
    refused = owner.post(f"{ROOM}/{one}/save", {**typed, "op_id": str(uuid4())})
    assert refused.status_code == 400 and "老周正在改" in refused.content.decode() and typed["text"] in refused.content.decode()
    page = head.get(f"{ROOM}/{one}").content.decode()
    assert "搁下的文字" in page and "更清爽了，" in page
    assert "已保存" in send(head, f"{ROOM}/{one}/save", text="清爽，拆除违法建筑⟦拆违面积⟧万平方米。", reason="短", base="1")
    page = owner.get(f"{ROOM}/{one}").content.decode()
    assert "理由：三点送印" in page and "后来改过" in page and "更清爽了，" in page and "更清爽了" not in story.browser("何书记").get(f"{ROOM}/{one}").content.decode()
    assert "更清爽了，拆除违法建筑⟦拆违面积⟧万平方米。</textarea>" in send(owner, f"{ROOM}/{one}/hold")  # goes on with his own text
    assert "已保存" in send(owner, f"{ROOM}/{one}/save", text=typed["text"], reason="并好了", base="2")
    assert "搁下的文字" not in owner.get(f"{ROOM}/{one}").content.decode() and "收回去改了" not in owner.get("/").content.decode()


@pytest.mark.django_db
def test_a_paragraph_that_changed_hands_gives_back_what_was_typed(story: Story) -> None:
    head, owner, one = with_an_owner(story)
    send(owner, f"{ROOM}/{one}/hold")
    assert "先存下了" in send(owner, f"{ROOM}/{one}/aside", text="写到一半", reason="", base="1")
    send(head, f"{ROOM}/assign", person=str(story.town.people["何书记"]), paragraph=str(one))
    answer = owner.post(f"{ROOM}/{one}/save", {"text": "写完了。", "reason": "写细", "base": "1", "op_id": str(uuid4())})
    assert answer.status_code == 403 and "由何书记负责" in answer.content.decode() and "写完了。" in answer.content.decode()
    kept = answer.content.decode().partition('name="aside" value="')[2].partition('"')[0]
    assert "收走了" in send(owner, f"{ROOM}/{one}/discard", aside=kept)


@pytest.mark.django_db
def test_a_paragraph_is_moved_and_the_comparison_says_so(story: Story) -> None:
    browser = begun(story)
    send(browser, f"{ROOM}/store", note="初稿")
    one, other = paragraph("拆除违法建筑⟦拆违面积⟧"), paragraph("各位代表")
    assert "只换位置" in browser.get(f"{ROOM}/{one}").content.decode()
    assert "文字和数字没有动；存为第 2 稿" in send(browser, f"{ROOM}/{one}/move", behind=str(other))
    said = browser.get(f"{ROOM}/compare?old=e1&new=now").content.decode()
    assert "挪了位置" in said and "两稿的数字都一样" in said and "改写" not in said and "新写的" not in said


@pytest.mark.django_db
def test_the_lead_is_handed_on_from_the_rooms_page(story: Story) -> None:
    browser = begun(story)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["综合站"], ["report"], BEGINNING)
    told = send(browser, f"{ROOM}/head", person=str(story.town.people["外乡人"]), reason="老周出差")
    assert "现在由外乡人统稿" in told and "由您接过统稿" in told and "取回改稿" not in told.partition('id="lead"')[0]
    assert "上移" in story.browser("外乡人").get(ROOM).content.decode() and "上移" not in told


@pytest.mark.django_db
def test_every_page_of_free_text_forbids_secrets(story: Story) -> None:
    browser = begun(story)
    one = paragraph("拆除违法建筑⟦拆违面积⟧")
    browser.post(f"{ROOM}/{one}/hold", {"op_id": str(uuid4())})
    for path in (ROOM, f"{ROOM}/{one}", f"{ROOM}/replace"):
        assert "涉密内容不得录入" in browser.get(path).content.decode(), path
