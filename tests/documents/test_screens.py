"""Documents on the matter's page and over the interface: made by a button, taken away, outdated said."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from tests.api.conftest import system, token
from tests.documents.conftest import CASE, Dispute, words_of
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters.api import Report, open_matter
from zhenwu.kernel.orgs.models import Person

LOGINS = {"老周": "zhou", "何书记": "he", "外乡人": "wai", "窗口": "chuang"}


def browser(who: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(username=LOGINS[who]), "django.contrib.auth.backends.ModelBackend")
    return client


def page(who: str, matter: UUID) -> str:
    return browser(who).get(reverse("matter", args=[matter])).content.decode()


def test_the_page_of_a_matter_makes_lists_and_hands_out_its_documents(dispute: Dispute) -> None:
    told = page("老周", dispute.matter)
    assert "制作文书" in told and "人民调解协议书" in told and "书面协议请做人民调解协议书" in told
    sent = {"op_id": str(uuid4()), "document": "mediation.agreement"}
    answer = browser("老周").post(reverse("make_document", args=[dispute.matter]), sent, follow=True)
    assert answer.status_code == 200 and f"编号 {CASE}" in answer.content.decode()
    made = Made.objects.get()
    docx = browser("老周").get(reverse("document_file", args=[dispute.matter, made.id, "docx"]))
    assert docx.status_code == 200 and "蓝大顺" in words_of(docx.content) and "no-store" in docx["Cache-Control"]
    assert "蓝大顺" not in words_of(browser("何书记").get(reverse("document_file", args=[dispute.matter, made.id, "docx"])).content)
    assert browser("外乡人").get(reverse("document_file", args=[dispute.matter, made.id, "docx"])).status_code == 404
    assert browser("何书记").post(reverse("make_document", args=[dispute.matter]), {**sent, "op_id": str(uuid4())}).status_code == 403
    assert browser("老周").get(reverse("document_file", args=[dispute.matter, made.id, "exe"])).status_code == 400


def test_the_page_says_what_was_corrected_since_and_what_is_hidden(dispute: Dispute) -> None:
    dispute.make("agreement")
    assert "做好以后有更正" not in page("老周", dispute.matter) and "谁下载的都留痕" in page("老周", dispute.matter)
    dispute.step("2024-03-20", "老周", "amend", reason="多写了一百", amount="3500.50")
    assert "做好以后有更正" in page("老周", dispute.matter)
    told = page("何书记", dispute.matter)
    assert "做好以后有更正" in told and "是隐去的" in told and "制作文书" not in told


def test_the_page_of_a_dispute_leads_to_its_parties_in_the_ledger(dispute: Dispute) -> None:
    told = page("老周", dispute.matter)
    related = told[told.index('id="related"'):told.index('id="documents"')]
    party = find_record("mediation.party", f"{CASE}/1")
    assert "纠纷当事人登记册" in related and reverse("record", args=[party]) in related and "蓝**" in related and "蓝大顺" not in related and "甲方" in related
    form = re.search(r'href="(/ledger/mediation\.party/new\?[^"]+)"', related)
    assert form is not None
    blank = browser("老周").get(form[1].replace("&amp;", "&")).content.decode()
    assert f'value="{CASE}"' in blank and f'<option value="{dispute.town["深塘村"]}" selected>' in blank
    with_none = dispute.people["老周"]  # another dispute of the same place has none of them
    other = UUID(open_matter(with_none, uuid4(), Report("mediation", dispute.town["深塘村"], "争水"), workflow="mediation.quarrel", given={"source": "applied"})["matter"])
    assert "蓝**" not in page("老周", other)


def test_the_interface_lists_makes_and_hands_out_and_a_token_reads_masks(dispute: Dispute) -> None:
    address, client = f"/api/v1/matters/{dispute.matter}/documents", Client()
    client.force_login(Person.objects.get(username="zhou"), "django.contrib.auth.backends.ModelBackend")
    listed = client.get(address).json()
    assert {one["document"] for one in listed["offers"] if not one["why_not"]} >= {"mediation.agreement", "mediation.casefile"} and listed["made"] == []
    secret = token_of(dispute)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())}
    answers = [Client().post(address, {"document": "mediation.agreement"}, "application/json", headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201] and answers[0].json() == answers[1].json()
    made = answers[0].json()["made"]
    shown = Event.objects.filter(kind="person.shown").count()
    by_token = Client().get(f"{address}/{made}/docx", headers={"Authorization": f"Bearer {secret}"})
    assert by_token.status_code == 200 and "蓝**" in words_of(by_token.content) and Event.objects.filter(kind="person.shown").count() == shown
    assert [one["label"] for one in client.get(address).json()["made"]] == ["人民调解协议书"]


def token_of(dispute: Dispute) -> str:
    """A clerk's machine: it writes here, and still gets no names."""
    return token(system("xitong", "业务系统", "clerk", dispute.town["综合站"], "mediation"))
