"""Blanks in .docx files: read as a person sees them, filled inside the runs, everything else left alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.documents import REPORT, docx_of, saved, words_of
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.text_template import fill_text, read_text
from zhenwu.lib.problems import Problem

SENTENCE = "新建公厕xx座，投入xx.x万元。"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts(data), **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def with_body(xml: str) -> bytes:
    """A .docx whose body is the given XML."""
    head = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return rezipped(docx_of(""), {"word/document.xml": f"{head}{xml}</w:body></w:document>".encode()})


@given(st.frozensets(st.integers(0, len(REPORT)), max_size=60))
@settings(max_examples=15, deadline=None)
def test_however_word_cuts_the_runs_the_same_blanks_are_read_and_filled(cuts: frozenset[int]) -> None:
    data, plain = docx_of(REPORT, cuts), read_text(REPORT)
    assert read_docx(data).slots == plain.slots
    values = {slot.index: f"〔{slot.index}〕" for slot in plain.slots}
    assert words_of(fill_docx(data, values)) == fill_text(plain, values)
    assert words_of(fill_docx(data, values, {1: "甲", 9: "乙"})) == fill_text(plain, values)


def test_a_value_takes_the_formatting_of_the_run_where_its_blank_begins() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for words, bold in (("新建公厕", False), ("x", True), ("x座，", False), ("投入x万元", True)):
        paragraph.add_run(words).bold = bold
    filled = docx.Document(io.BytesIO(fill_docx(saved(document), {1: "12", 2: "30"})))
    assert [(run.text, bool(run.bold)) for run in filled.paragraphs[0].runs] == [
        ("新建公厕", False),
        ("12", True),
        ("座，", False),
        ("投入30万元", True),
    ]


def test_blanks_in_tables_are_filled_in_reading_order() -> None:
    document = docx.Document()
    document.add_paragraph("新建公厕xx座。")
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "投入xx万元"
    document.add_paragraph("惠及xx户。")
    filled = docx.Document(io.BytesIO(fill_docx(saved(document), {1: "一", 2: "二", 3: "三"})))
    assert filled.tables[0].cell(0, 0).text == "投入二万元"
    assert [paragraph.text for paragraph in filled.paragraphs] == ["新建公厕一座。", "惠及三户。"]


def test_headers_are_left_alone_and_their_blanks_reported() -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.sections[0].header.paragraphs[0].text = "xx镇人民政府文件"
    data = saved(document)
    assert list(read_docx(data).outside.values()) == [1]
    header = next(name for name in parts(data) if "header" in name)
    assert parts(fill_docx(data, {1: "1"}))[header] == parts(data)[header]


def test_only_the_text_part_changes_and_equal_input_gives_equal_output() -> None:
    data = docx_of(REPORT)
    filled = fill_docx(data, {1: "2020"})
    assert filled == fill_docx(data, {1: "2020"})
    before, after = parts(data), parts(filled)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["word/document.xml"]


def test_the_marked_edition_has_a_comment_exactly_at_each_figure() -> None:
    data = fill_docx(docx_of(SENTENCE), {1: "12", 2: "3.5"}, {1: "来自公厕台账", 2: "来自项目台账"})
    document = docx.Document(io.BytesIO(data))
    assert [comment.text for comment in document.comments] == ["来自公厕台账", "来自项目台账"]
    assert [run.text for run in document.paragraphs[0].runs if run.text] == [
        "新建公厕", "12", "座，投入", "3.5", "万元。"
    ]  # fmt: skip
    inside, marked = False, []
    for node in document.paragraphs[0]._p:
        inside = node.tag.endswith("commentRangeStart") or inside and not node.tag.endswith("commentRangeEnd")
        if inside and node.tag.endswith("}r"):
            marked.append("".join(text.text for text in node.iter(qn("w:t"))))
    assert marked == ["12", "3.5"]


def test_comments_that_colleagues_left_stay_in_the_marked_edition() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run(SENTENCE)
    document.add_comment(run, text="请老周核一下", author="何书记")
    marked = docx.Document(io.BytesIO(fill_docx(saved(document), {1: "12"}, {1: "来自公厕台账"})))
    assert [(comment.author, comment.text) for comment in marked.comments] == [
        ("何书记", "请老周核一下"),
        ("镇务", "来自公厕台账"),
    ]


def test_a_document_without_any_paragraph_is_read_as_empty() -> None:
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    odd = rezipped(docx_of(""), {"word/document.xml": f"<w:t {namespace}>新建xx座</w:t>".encode()})
    assert read_docx(odd).slots == ()
    assert parts(fill_docx(odd, {})) == parts(odd)


def test_text_that_was_struck_out_is_not_read_and_a_text_box_is_a_paragraph_of_its_own() -> None:
    text = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{text.format('建成x')}<w:del w:id='1'><w:r><w:delText>xxxx年</w:delText></w:r></w:del>"
        f"<w:r><w:pict><w:txbxContent><w:p>{text.format('投入xx万元')}</w:p></w:txbxContent></w:pict></w:r>"
        f"<w:moveFrom w:id='2'>{text.format('惠及xx户')}</w:moveFrom>{text.format('座')}</w:p>"
    )
    template = read_docx(with_body(body))
    assert [paragraph.text for paragraph in template.paragraphs] == ["建成x座", "投入xx万元"]


def macro(data: bytes) -> bytes:
    return rezipped(data, {"word/vbaProject.bin": b"macro"})


def external_entity(data: bytes) -> bytes:
    text = parts(data)["word/document.xml"].split(b"?>", 1)[1]
    declared = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + text
    return rezipped(data, {"word/document.xml": declared.replace("新建".encode(), b"&e;")})


def laughs(data: bytes) -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return rezipped(
        data, {"word/document.xml": f'<!DOCTYPE d [<!ENTITY a0 "x">{lines}]><d>&a9;</d>'.encode()}
    )


def in_utf_16(data: bytes) -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY e "x">]><d>&e;</d>'
    return rezipped(data, {"word/document.xml": text.encode("utf-16")})


def bomb(data: bytes) -> bytes:
    return rezipped(data, {"word/media/image1.bmp": bytes(40 * 2**20)})


def flipped(data: bytes) -> bytes:
    middle = len(data) // 4
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: b"", "docx.not_word"),
        (lambda data: "新建公厕xx座".encode(), "docx.not_word"),
        (lambda data: b"\xd0\xcf\x11\xe0" + data, "docx.old_or_locked"),
        (lambda data: data[: len(data) // 2], "docx.damaged"),
        (flipped, "docx.damaged"),
        (lambda data: rezipped(data, {"word/document.xml": b"<w:document>"}), "docx.damaged"),
        (lambda data: rezipped(data, {"word/document.xml": None}), "docx.not_word"),
        (lambda data: rezipped(data, {"[Content_Types].xml": None}), "docx.not_word"),
        (macro, "docx.macros"),
        (external_entity, "docx.entities"),
        (laughs, "docx.entities"),
        (in_utf_16, "docx.entities"),
        (bomb, "docx.swollen"),
    ],
)
def test_what_is_no_honest_docx_is_refused_with_a_remedy(spoil: Callable[[bytes], bytes], code: str) -> None:
    spoiled = spoil(docx_of(SENTENCE))
    for use in (read_docx, lambda data: fill_docx(data, {})):
        with pytest.raises(Problem) as told:
            use(spoiled)
        assert (told.value.code, bool(told.value.remedy)) == (code, True)


@given(st.binary(max_size=200), st.integers(0, 30_000))
@settings(max_examples=40, deadline=None)
def test_no_damage_to_a_file_escapes_as_anything_but_a_problem(noise: bytes, place: int) -> None:
    data = docx_of(SENTENCE)
    try:
        read_docx(data[:place] + noise + data[place + len(noise) :])
    except Problem as problem:
        assert problem.code.startswith("docx.")
