"""Documents made of a matter: what they say is what the records say, and each reads in them what is theirs."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from uuid import UUID, uuid4

import pytest

from tests.documents.conftest import CASE, FACTS, IDENTITY, Dispute, words_of
from zhenwu.kernel.documents.api import altered, document_file, made_documents, make_document, offers
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers.api import find_record, forget_subject, history
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.problems import NotFound, Problem, Refused


def test_an_agreement_says_what_the_matter_and_its_parties_say(dispute: Dispute) -> None:
    words = dispute.words(dispute.make("agreement"))
    for told in (
        CASE, "蓝大顺", IDENTITY, "13800001234", "深塘村三组", "钟有田", FACTS, "甲方十日内挖通，乙方付工钱。", "人民币3,600.50元（大写：叁仟陆佰元伍角整）",
        "履行期限：2024年3月28日。", "调解员：雷守田", "深塘村人民调解委员会（盖章）", "二〇二四年三月十八日",
    ):  # fmt: skip
        assert told in words, told
    assert "None" not in words and "⟦" not in words
    assert "履行方式：＿＿＿＿＿＿＿＿。" in words  # what nobody entered is left to be written by hand


def test_making_is_journalled_and_the_same_request_makes_one(dispute: Dispute) -> None:
    op_id = uuid4()
    answers = [make_document(dispute.people["老周"], op_id, dispute.matter, "mediation.agreement") for _ in range(2)]
    assert answers[0] == answers[1] and Made.objects.count() == 1
    event = Event.objects.get(kind="document.made")
    assert event.principal == dispute.people["老周"].principal and event.body["digest"] == answers[0]["digest"] and event.body["document"] == "mediation.agreement"
    assert "蓝大顺" not in str(event.body) and IDENTITY not in str(Made.objects.get().basis)
    assert altered() == []
    Made.objects.update(digest="0" * 64)
    assert altered() != []


def test_a_document_comes_again_as_it_was_made_byte_for_byte(dispute: Dispute) -> None:
    made = dispute.make("agreement")
    dispute.correct(2, name="钟有天")
    dispute.step("2024-03-20", "老周", "amend", reason="多写了一百", amount="3500.50")
    name, docx = document_file(dispute.people["窗口"], dispute.matter, made, "docx")
    assert hashlib.sha256(docx).hexdigest() == Made.objects.get().digest and name == f"人民调解协议书 {CASE}.docx"
    assert "3,600.50" in words_of(docx) and "钟有田" in words_of(docx)


def test_what_was_corrected_since_is_said_to_be_outdated(dispute: Dispute) -> None:
    first = dispute.make("agreement")
    assert [card.outdated for card in made_documents(dispute.people["老周"], dispute.matter)] == [False]
    dispute.step("2024-03-20", "老周", "amend", reason="多写了一百", amount="3500.50")
    assert [card.outdated for card in made_documents(dispute.people["老周"], dispute.matter)] == [True]
    again = dispute.make("agreement", day="2024-03-20")
    assert {card.id: card.outdated for card in made_documents(dispute.people["老周"], dispute.matter)} == {first: True, again: False}
    dispute.correct(1, phone="13899991234")  # reads alike behind its mask
    assert all(card.outdated for card in made_documents(dispute.people["何书记"], dispute.matter))


def test_a_matter_that_only_goes_on_leaves_its_documents_as_good_as_they_were(dispute: Dispute) -> None:
    dispute.make("agreement")
    dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-27")
    assert [card.outdated for card in made_documents(dispute.people["老周"], dispute.matter)] == [False]


def test_whoever_works_there_reads_names_and_it_is_logged_others_read_masks(dispute: Dispute) -> None:
    made = dispute.make("agreement")
    before = Event.objects.filter(kind="person.shown").count()
    assert "蓝大顺" in dispute.words(made, "窗口")
    shown = Event.objects.filter(kind="person.shown").order_by("id")[before:]
    assert {event.body["record"] for event in shown} == {str(find_record("mediation.mediator", "TJ02")), *(str(find_record("mediation.party", f"{CASE}/{n}")) for n in (1, 2))}
    assert {event.principal for event in shown} == {dispute.people["窗口"].principal} and "人民调解协议书" in shown[0].body["why"]
    masked = dispute.words(made, "何书记")
    assert "蓝**" in masked and "3301************18" in masked and "138****1234" in masked
    assert not any(told in masked for told in ("蓝大顺", IDENTITY, "13800001234", "钟有田"))
    assert Event.objects.filter(kind="person.shown").count() == before + 3


def test_who_may_take_no_step_makes_none_and_a_stranger_finds_nothing(dispute: Dispute) -> None:
    made = dispute.make("agreement")
    with pytest.raises(Refused):
        make_document(dispute.people["何书记"], uuid4(), dispute.matter, "mediation.agreement")
    assert offers(dispute.people["何书记"], dispute.matter) == []
    stranger = dispute.people["外乡人"]
    for asking in (
        lambda: make_document(stranger, uuid4(), dispute.matter, "mediation.agreement"), lambda: made_documents(stranger, dispute.matter),
        lambda: document_file(stranger, dispute.matter, made, "docx"), lambda: offers(stranger, dispute.matter),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            asking()


def test_what_cannot_be_made_yet_says_why(dispute: Dispute) -> None:
    told = {offer.key: offer.why_not for offer in offers(dispute.people["老周"], dispute.matter)}
    assert told["mediation.agreement"] == "" and told["mediation.oral"] == "书面协议请做人民调解协议书" and "已履行" in told["mediation.visit"]
    with pytest.raises(Problem) as refused:
        dispute.make("visit")
    assert refused.value.code == "document.not_now"
    with pytest.raises(NotFound):
        dispute.make("no_such")


def test_hostile_words_stay_words(dispute: Dispute) -> None:
    long = "阿" * 60
    dispute.party(3, "third", long, address="<w:p/>&amp;]]>⟦matter.title⟧")
    facts = "甲方说<script>alert(1)</script>\n第二行 ⟦amount⟧ | 和竖线"
    dispute.step("2024-03-19", "老周", "amend", reason="有\x07响铃\x1b和\ufffe", facts=facts, terms="x" * 2000)
    agreement, bound = dispute.words(dispute.make("agreement")), dispute.words(dispute.make("casefile"))
    for told in (long, "<w:p/>&amp;]]>⟦matter.title⟧", "<script>alert(1)</script>", "⟦amount⟧ | 和竖线", "x" * 2000):
        assert told in agreement, told
    assert "有响铃和" in bound and long in bound


def test_forgetting_a_person_reaches_the_papers_that_were_made(dispute: Dispute) -> None:
    made = dispute.make("agreement")
    record = find_record("mediation.party", f"{CASE}/1")
    assert record is not None
    forget_subject(SYSTEM, UUID(history(record)[-1].data["_subject"]), "本人要求删除", uuid4())
    words = dispute.words(made)
    assert "蓝大顺" not in words and IDENTITY not in words and "（已删除）" in words


def test_a_case_file_binds_what_was_made_in_its_order_with_pages(dispute: Dispute) -> None:
    for document in ("agreement", "minutes", "acceptance"):
        dispute.make(document)
    docx = document_file(dispute.people["老周"], dispute.matter, dispute.make("casefile"), "docx")[1]
    words = words_of(docx)
    places = [words.rindex(one) for one in ("人民调解受理登记表", "人民调解调解笔录", "人民调解协议书")]
    assert places == sorted(places) and words.index("卷内目录") < words.index("办理经过") < places[0]
    body = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()
    asked, there = re.findall(r"PAGEREF (\w+)", body), re.findall(r'bookmarkStart w:id="\d+" w:name="(\w+)"', body)
    assert asked == there and len(there) == 3
    assert "蓝**" not in words
    assert "蓝大顺" not in dispute.words(Made.objects.latest("at").id, "何书记")


def test_a_page_asks_no_more_for_many_documents_than_for_a_few(dispute: Dispute, django_assert_max_num_queries) -> None:
    for document in ("agreement", "minutes", "acceptance", "rights", "inquiry", "casefile") * 2:
        dispute.make(document)
    made_documents(dispute.people["老周"], dispute.matter)
    with django_assert_max_num_queries(41):
        assert len(made_documents(dispute.people["老周"], dispute.matter)) == 12
