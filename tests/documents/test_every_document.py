"""Every document of every pack, made of the matters that the pack's own examples tell."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from lxml import etree

from tests.documents.conftest import Dispute, words_of
from tests.packs.stories import Stage
from tests.reports.paper.pages import pages_of, printed_by_office
from tests.reports.township import PACKS, drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.documents.api import (
    document_file,
    make_document,
    make_record_document,
    offers,
    record_document_file,
    record_offers,
)
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.paper.fonts import find_fonts
from zhenwu.lib.paper.model import Line, Piece
from zhenwu.lib.paper.papers import Paper
from zhenwu.lib.paper.pdf import paper_pdf
from zhenwu.lib.paper.word_papers import write_paper
from zhenwu.packkit import Pack, load_packs
from zhenwu.packkit.examples import Example

WITH_DOCUMENTS = [pack for pack in load_packs(PACKS) if pack.documents]


OF_MATTERS = [pack for pack in WITH_DOCUMENTS if any(body.get("workflow") for body in pack.documents.values())]


def of_ledgers(pack: Pack) -> set[str]:
    """Its documents that are made of records."""
    return {key for key, body in pack.documents.items() if body.get("ledger")}


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def made_of_examples(stage: Stage, number: int) -> dict[str, list[bytes]]:
    """document → the .docx of each that could be made at the end of one example of each pack."""
    found: dict[str, list[bytes]] = {}
    for pack in OF_MATTERS:
        if number < len(pack.examples):
            stage.play(pack.examples[number])
            with at(pack.examples[number].today):
                for matter in Matter.objects.all():
                    for offer in offers(SYSTEM, matter.id):
                        if not offer.why_not:
                            made = make_document(SYSTEM, uuid4(), matter.id, offer.key)["made"]
                            found.setdefault(offer.key, []).append(document_file(SYSTEM, matter.id, made, "docx")[1])
    return found


@pytest.mark.parametrize("number", range(max(len(pack.examples) for pack in OF_MATTERS)))
def test_what_an_example_tells_can_be_printed(stage: Stage, number: int) -> None:
    for key, papers in made_of_examples(stage, number).items():
        for docx in papers:
            words = words_of(docx)
            assert "None" not in words and "⟦" not in words and "⟧" not in words and "False" not in words, (key, words)


@pytest.mark.parametrize("pack", [one for one in WITH_DOCUMENTS if of_ledgers(one)], ids=lambda one: one.id)
def test_each_document_of_a_ledger_is_printed_by_an_example(stage: Stage, pack: Pack) -> None:
    missing = of_ledgers(pack)
    for example in pack.examples:
        with transaction.atomic():
            for key, words in printed_of_records(stage, example, pack).items():
                assert "None" not in words and "⟦" not in words and "⟧" not in words and "False" not in words, (key, words)
                missing -= {key}
            transaction.set_rollback(True)
    assert missing == set()


def printed_of_records(stage: Stage, example: Example, pack: Pack) -> dict[str, str]:
    """document → the words of one of each that could be made of a record at the end of an example."""
    stage.play(example)
    found = {}
    with at(example.today):
        for ledger in sorted({body["ledger"] for body in pack.documents.values() if body.get("ledger")}):
            for record in Version.objects.filter(ledger=ledger, retired_by=None).values_list("record_id", flat=True):
                for offer in record_offers(SYSTEM, record):
                    if not offer.why_not:
                        made = UUID(make_record_document(SYSTEM, uuid4(), record, offer.key)["made"])
                        found[offer.key] = words_of(record_document_file(SYSTEM, record, made, "docx")[1])
    return found


def test_a_decision_says_what_the_case_went_through(stage: Stage) -> None:
    pack = next(one for one in WITH_DOCUMENTS if one.id == "enforcement")
    example = next(one for one in pack.examples if any(step.target == "hold_hearing" for step in one.steps))
    until = next(number for number, step in enumerate(example.steps) if step.target == "close")
    stage.play(replace(example, steps=example.steps[:until]))
    matter = Matter.objects.get(workflow="enforcement.case")
    with at(example.today):
        told = {one: make_document(SYSTEM, uuid4(), matter.id, f"enforcement.{one}") for one in ("filing", "prior_notice", "decision", "closing")}
    words = {one: words_of(document_file(SYSTEM, matter.id, UUID(made["made"]), "docx")[1]) for one, made in told.items()}
    for said in (
        "擅自占用道路堆放物品", "某条例第二十条", "人民币18,000.00元（大写：壹万捌仟元整）", "没收违法所得人民币2,000.00元（大写：贰仟元整）", "举行了听证（听证笔录1）",
        "经过法制审核（2025年6月12日）", "经过集体讨论（纪要1）", "二〇二五年六月十三日", "告知1",
    ):  # fmt: skip
        assert said in words["decision"], (said, words["decision"])
    assert "执2025-03" in words["closing"] and "贰万元整" in words["closing"] and "立案1" in words["filing"] and told["filing"]["number"] == "立案1"


def test_a_fine_on_the_spot_is_filed_under_its_own_number(stage: Stage) -> None:
    pack = next(one for one in WITH_DOCUMENTS if one.id == "enforcement")
    example = next(one for one in pack.examples if any(step.target == "fine_on_spot" and not step.refused for step in one.steps))
    stage.play(example)
    step = Step.objects.filter(action="fine_on_spot", given__has_key="paper_no").first()
    assert step is not None
    with at(example.today):
        made = make_document(SYSTEM, uuid4(), step.matter_id, "enforcement.casefile")["made"]
    words = words_of(document_file(SYSTEM, step.matter_id, UUID(made), "docx")[1])
    assert f"决定书文号\n{step.given['paper_no']}" in words and "当场处罚，不立案" in words


def test_serials_run_on_in_a_township_and_stay_with_their_matter(stage: Stage) -> None:
    pack = next(one for one in WITH_DOCUMENTS if one.id == "petition")
    stage.play(pack.examples[0])
    with at(pack.examples[0].today):
        matters = list(Matter.objects.filter(line="petition").order_by("event_id"))
        numbers = [make_document(SYSTEM, uuid4(), one.id, "petition.accepted_notice")["number"] for one in (*matters, *matters)]
    assert numbers == ["受告〔2020〕1号", "受告〔2020〕2号"] * 2


@pytest.mark.libreoffice
def test_an_office_program_opens_a_case_file_and_numbers_its_pages_as_we_do(dispute: Dispute, libreoffice: str, tmp_path: Path) -> None:
    for document in ("acceptance", "rights", "minutes", "agreement"):
        dispute.make(document)
    made = dispute.make("casefile")
    docx = document_file(dispute.people["老周"], dispute.matter, made, "docx")[1]
    pdf = document_file(dispute.people["老周"], dispute.matter, made, "pdf", find_fonts())[1]
    ours, theirs = (pages_of(one, tmp_path) for one in (pdf, printed_by_office(libreoffice, docx, tmp_path)))
    for title in ("人民调解受理登记表", "人民调解权利义务告知书", "人民调解调解笔录", "人民调解协议书"):
        for pages in (ours, theirs):
            begins = next(number for number, page in enumerate(pages, 1) if page and page[0].text == title)
            contents = next(line.text for page in pages for line in page if title in line.text and line.text != title)
            assert contents.endswith(str(begins)), (title, contents, begins)


@pytest.mark.pdf
def test_no_line_of_a_document_ends_within_a_day_or_the_number_of_a_person(tmp_path: Path) -> None:
    whole = ("2026年11月30日", "二〇二六年十一月三十日", "2026-11-30", "330102198001010018", "3301***********018")
    lines = tuple(Line("body", (Piece(f"{'字' * before}{one}以后办理完毕。"),)) for before in range(28) for one in whole)
    printed = "\n".join(line.text for page in pages_of(paper_pdf(Paper("试", lines), find_fonts(), date(2026, 1, 1)), tmp_path) for line in page)
    assert {one: printed.count(one) for one in whole} == dict.fromkeys(whole, 28)


def test_word_is_told_that_no_line_ends_within_a_day() -> None:
    settings = zipfile.ZipFile(io.BytesIO(write_paper(Paper("试", (Line("body", (Piece("2026年11月30日"),)),))))).read("word/settings.xml")
    said = {one.tag.rpartition("}")[2]: next(value for name, value in one.attrib.items() if name.endswith("}val")) for one in etree.fromstring(settings) if one.attrib}
    assert {"年", "月", "日"} <= set(said["noLineBreaksBefore"]) and {"年", "月", "-"} <= set(said["noLineBreaksAfter"]) and "日" not in said["noLineBreaksAfter"]
