"""勘误单 and 更正说明: documents of their own beside an issued one, which never changes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from tests.reports.documents import words_of
from tests.reports.drafts.word import xml_of
from tests.reports.room.conftest import Room
from zhenwu.cli.proving import complaints
from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.reports.api import (
    Issue,
    content_of,
    differences,
    errata_of,
    issue_erratum,
    issue_report,
    issued_document,
    issued_pdf,
    pdf_of,
    verify_report,
)
from zhenwu.lib.problems import Problem, Refused

pytestmark = pytest.mark.django_db


def issued(room: Room) -> Issue:
    return issue_report(room.office, content_of(room.draft), room.draft.name, 2020, "云岭镇工作小结", uuid4(), room.draft.unit)


def test_an_issue_just_made_differs_in_nothing(room: Room) -> None:
    assert differences(room.he, issued(room)) == []


def test_what_was_printed_wrongly_is_told_in_a_paper_of_its_own(room: Room) -> None:
    issue = issued(room)
    document = issued_document(issue)
    room.remove("A2", "90")
    found = {one.meaning: one for one in differences(room.he, issue)}
    assert {name: (one.printed, one.now) for name, one in found.items()} == {"拆违": ("510.00", "600.00"), "完成率": ("102.0", "120.0")}
    made = issue_erratum(room.office, issue, "erratum", {found["拆违"].slot: "漏报一处"}, uuid4())
    words = xml_of(take_file(made.document_file)[2])
    assert "《云岭镇工作小结》勘误单" in words and "510.00" in words and "600.00" in words and "漏报一处" in words and "完成率" not in words
    assert issued_document(issue) == document and verify_report(issue) == []
    note = issue_erratum(room.office, issue, "correction", {found["完成率"].slot: "县里认定"}, uuid4())
    assert "原印“102.0”，更正为“120.0”。原因：县里认定。" in words_of(take_file(note.document_file)[2])
    assert [one.number for one in errata_of(room.he, issue)] == [2, 1] and list(complaints()) == []


def paper(pdf: bytes, folder: Path) -> str:
    """What stands on the pages inside their edges, without spaces and line ends."""
    (folder / "paper.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", str(folder / "paper.pdf"), "-"], capture_output=True, check=True).stdout
    return "".join(told.decode().split())


@pytest.mark.pdf
def test_the_issue_and_its_erratum_print_as_pdf_the_same_each_time(room: Room, tmp_path: Path) -> None:
    issue = issued(room)
    room.remove("A2", "90")
    slot = differences(room.he, issue)[0].slot
    for kind in ("erratum", "correction"):
        made = issue_erratum(room.office, issue, kind, {slot: "漏报"}, uuid4())
        assert pdf_of(made).startswith(b"%PDF") and pdf_of(made) == pdf_of(made)
    head, pages = issue.frozen["seal"][1], paper(issued_pdf(issue), tmp_path)
    assert head in pages and "凭编号和印记可以核验" in pages and "510.00" in pages
    assert issued_pdf(issue).startswith(b"%PDF") and issued_pdf(issue) == issued_pdf(issue)


@pytest.mark.parametrize(("kind", "reason"), [("other", "错"), ("erratum", " "), ("erratum", "字" * 201)])
def test_odd_requests_are_told(room: Room, kind: str, reason: str) -> None:
    issue = issued(room)
    room.remove("A2", "90")
    with pytest.raises(Problem):
        issue_erratum(room.office, issue, kind, {differences(room.he, issue)[0].slot: reason}, uuid4())


def test_what_does_not_differ_and_nothing_at_all_cannot_be_corrected(room: Room) -> None:
    issue = issued(room)
    for chosen in ({}, {1: "错"}, {99: "错"}):
        with pytest.raises(Problem):
            issue_erratum(room.office, issue, "erratum", chosen, uuid4())


def test_only_the_office_of_the_township_corrects(room: Room) -> None:
    issue = issued(room)
    room.remove("A2", "90")
    chosen = {differences(room.he, issue)[0].slot: "漏报"}
    for who in (room.he, room.zhou, room.alian, room.stranger):
        with pytest.raises(Refused):
            issue_erratum(who, issue, "erratum", chosen, uuid4())
    with pytest.raises(Refused):
        differences(room.stranger, issue)
