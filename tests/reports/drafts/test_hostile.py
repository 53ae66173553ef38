"""What comes from outside is not trusted: every hostile or broken file is a Problem with a remedy."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.drafts.word import NS, RELATIONS, TYPES, docx, p, r
from zhenwu.kernel.reports.docx_package import MAX_FILE
from zhenwu.kernel.reports.drafts.opening import open_draft
from zhenwu.lib.problems import Problem

GOOD = docx(p(r("拆除违法建筑12平方米。")))
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_relation(kind: str, target: str, mode: str = "External") -> bytes:
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return docx(p(r("字")), parts={"word/_rels/document.xml.rels": RELATIONS.format(relation)})


def with_field(code: str) -> str:
    begin, end = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    halves = "".join(f"<w:r><w:instrText>{half}</w:instrText></w:r>" for half in (code[:3], code[3:]))
    return p(begin, halves, end)


def bomb() -> bytes:
    return docx(p(r("字")), parts={"word/media.bin": "0" * 30_000_000})


def locked() -> bytes:
    data = bytearray(GOOD)
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


HOSTILE = {
    "zip bomb": (bomb(), "docx.swollen"),
    "entities": (docx(parts={"word/document.xml": f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document xmlns:w="{NS}">&a;</w:document>'}), "docx.entities"),
    "macros": (docx(p(r("字")), parts={"[Content_Types].xml": TYPES.replace("vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main")}), "docx.macros"),
    "a macro part": (docx(p(r("字")), parts={"word/vbaProject.bin": "x"}), "docx.macros"),
    "encrypted by a zip password": (locked(), "docx.old_or_locked"),
    "encrypted by Word, or an old .doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "docx.old_or_locked"),
    "truncated": (GOOD[: len(GOOD) // 2], "docx.damaged"),
    "no document": (b"%PDF-1.7", "docx.not_word"),
    "empty": (b"", "docx.not_word"),
    "huge": (b"PK" + b"\0" * MAX_FILE, "docx.too_large"),
    "another namespace (Strict)": (docx(parts={"word/document.xml": '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body><w:p/></w:body></w:document>'}), "draft.no_text"),
    "a template on the net": (with_relation("attachedTemplate", "https://example.invalid/a.dotm"), "draft.reaches_out"),
    "a template on a share": (with_relation("attachedTemplate", "file:////server/share/a.dotm"), "draft.reaches_out"),
    "a picture on a share": (with_relation("image", r"\\server\a.png"), "draft.reaches_out"),
    "a document inside": (with_relation("aFChunk", "chunk.html", "Internal"), "draft.foreign_part"),
    "a field that starts a program": (docx(with_field("DDEAUTO c:\\\\x.exe")), "draft.reaches_out"),
    "a field that reads a file": (docx(p('<w:fldSimple w:instr=" INCLUDETEXT c:/x.txt"/>')), "draft.reaches_out"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_remedy(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(Problem) as caught:
        open_draft(data)
    assert caught.value.code == code and caught.value.remedy


@pytest.mark.parametrize(
    "data",
    [with_relation("attachedTemplate", "file:///C:/Users/a/Normal.dotm"), with_relation("hyperlink", "https://example.invalid/"), docx(with_field(" PAGE "))],
)
def test_what_every_office_document_has_is_let_in(data: bytes) -> None:
    assert open_draft(data).root is not None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_read_or_refused_but_never_a_fault(place: int, flip: int) -> None:
    data = bytearray(GOOD)
    data[place] ^= flip
    try:
        open_draft(bytes(data))
    except Problem as problem:
        assert problem.remedy


def test_no_file_is_taken_for_a_zip_by_its_name_alone() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "不是文档")
    with pytest.raises(Problem, match="不是 Word 文档"):
        open_draft(buffer.getvalue())
