"""Figures in a .docx stand between marks, and are found again when somebody else's program has saved the document."""

from __future__ import annotations

import subprocess
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from tests.reports.documents import docx_of, saved, words_of
from tests.reports.township import ANNUAL
from zhenwu.kernel.reports.docx_controls import LONGEST, Control, control_of
from zhenwu.kernel.reports.docx_package import open_package
from zhenwu.kernel.reports.docx_package import parse_xml as read_part
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.paper.composing import lay_out

TEXT = "全年拆除违法建筑x.x万平方米，完成xxx%。"
VALUES = {1: "1.2", 2: "110%"}
CONTROLS = {
    1: control_of(32, "demolition.area@2020", "拆违面积", 1),
    2: control_of(33, "demolition.completion@2020", "完成率", 2),
}


def body(data: bytes) -> etree._Element:
    package = open_package(data)
    return read_part(package.parts[package.main])


def words(node: etree._Element) -> str:
    return "".join(one.text or "" for one in node.iter(qn("w:t")))


def controlled(data: bytes) -> dict[str, str]:
    """Tag → words of each content control."""
    boxes = body(data).iter(qn("w:sdt"))
    return {
        tag.get(qn("w:val"), ""): words(box)
        for box in boxes
        if (tag := box.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")) is not None
    }


def bookmarked(data: bytes) -> dict[str, str]:
    """Name → words of each bookmark of ours."""
    found = {}
    for start in body(data).iter(qn("w:bookmarkStart")):
        name, told = start.get(qn("w:name"), ""), []
        for node in start.itersiblings():
            if node.tag == qn("w:bookmarkEnd") and node.get(qn("w:id")) == start.get(qn("w:id")):
                break
            told.append(words(node))
        if name.startswith("zw_"):
            found[name] = "".join(told)
    return found


def test_each_figure_stands_in_a_control_and_a_bookmark_that_name_it() -> None:
    data = fill_docx(docx_of(TEXT), VALUES, controls=CONTROLS)
    assert controlled(data) == {"zw:32:demolition.area@2020": "1.2", "zw:33:demolition.completion@2020": "110%"}
    assert bookmarked(data) == {"zw_32_1": "1.2", "zw_33_2": "110%"}
    assert words_of(data) == read_docx(data).text == "全年拆除违法建筑1.2万平方米，完成110%。"


@pytest.mark.parametrize("cuts", [frozenset({9, 10}), frozenset(range(1, 20))])
def test_a_blank_spread_over_runs_gets_one_control(cuts: frozenset[int]) -> None:
    data = fill_docx(docx_of(TEXT, cuts), VALUES, {1: "来处"}, CONTROLS)
    assert list(controlled(data).values()) == ["1.2", "110%"]
    assert words_of(data) == "全年拆除违法建筑1.2万平方米，完成110%。"


def test_the_same_input_gives_the_same_bytes() -> None:
    data = docx_of(TEXT)
    assert fill_docx(data, VALUES, {1: "来处"}, CONTROLS) == fill_docx(data, VALUES, {1: "来处"}, CONTROLS)


def test_numbers_of_controls_and_bookmarks_already_there_are_not_taken_again() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph(TEXT)._p
    paragraph.append(parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="7" w:name="原有"/>'))
    paragraph.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="7"/>'))
    data = fill_docx(saved(document), VALUES, controls=CONTROLS)
    numbers = [node.get(qn("w:id")) for node in body(data).iter(qn("w:bookmarkStart"))]
    assert sorted(numbers) == ["7", "8", "9"]


def test_no_control_is_put_inside_a_plain_text_control() -> None:
    document = docx.Document()
    box = f"<w:sdt {nsdecls('w')}><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{TEXT}</w:t></w:r></w:sdtContent></w:sdt>"
    document.add_paragraph()._p.append(parse_xml(box))
    data = fill_docx(saved(document), VALUES, controls=CONTROLS)
    assert len(list(body(data).iter(qn("w:sdt")))) == 1
    assert words_of(data) == "全年拆除违法建筑1.2万平方米，完成110%。"


@pytest.mark.parametrize("binding", ["镇名", "很" * 80, 32])
def test_no_tag_or_title_is_longer_than_word_bears(binding: object) -> None:
    control = control_of(binding, "p" * 60 + "@2016..2020", "长" * 200, 41)
    assert max(len(control.tag), len(control.title)) <= LONGEST
    assert len(control.bookmark) <= 40 and control.bookmark.endswith("_41")
    assert control == Control(control.tag, control.title, control.bookmark)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_every_figure_is_found_again_after_another_program_saved_the_document(libreoffice: str, tmp_path: Path) -> None:
    template, _ = read_own(ANNUAL.read_text(encoding="utf-8"), "annual.md")
    values = {slot.index: str(slot.index) for slot in template.slots}
    controls = {slot.index: control_of(slot.key, "镇情", slot.key, slot.index) for slot in template.slots}
    data = fill_docx(lay_out(template, values), values, values, controls)
    (tmp_path / "report.docx").write_bytes(data)
    for source, form in (("report.docx", "odt"), ("report.odt", "docx")):
        subprocess.run(
            [libreoffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form, "--outdir", str(tmp_path), str(tmp_path / source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    back = (tmp_path / "report.docx").read_bytes()
    assert back != data
    assert read_docx(back).text == read_docx(data).text
    assert bookmarked(back) == {control.bookmark: values[slot] for slot, control in controls.items()}
