"""Every edition of one filled report, from records: what it says, in each form it comes in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.reports.documents import docx_of, seed_text, words_of
from tests.reports.paper.pages import words_of_pdf
from tests.reports.township import Township, a_year_of_work
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.reports.api import EDITIONS, Filled, edition, fill, officially, remark
from zhenwu.kernel.reports.paper import listings
from zhenwu.lib.paper import fonts
from zhenwu.lib.paper.fonts import find_fonts
from zhenwu.lib.problems import NotFound, Problem

OWN = """+++
年份 = {text = "year"}
镇名 = {profile = "town"}
拆违 = {metric = "demolition.area", period = "year", unit = "平方米", decimals = 2}
完成率 = {metric = "demolition.completion", period = "year", unit = "%", decimals = 1}
市名 = {profile = "city"}
+++
# ⟦镇名⟧镇⟦年份⟧年工作总结

## 一、工作回顾

镇长蓝大山在县委经济工作会议上作了表态。全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%；⟦市名⟧市通报表扬。奖励5万元。
"""
BAD = [
    pytest.param(name, form, id=f"{name}.{form}")
    for name, one in EDITIONS.items()
    for form in ("docx", "pdf", "txt", "xlsx")
    if form not in one.forms
]
GOOD = [pytest.param(name, form, id=f"{name}.{form}") for name, one in EDITIONS.items() for form in one.forms]


@pytest.fixture
def working(town: Township) -> Township:
    a_year_of_work(town)
    return town


@pytest.fixture
def filled(working: Township) -> Filled:
    return fill(OWN.encode(), "own.md", 2020)


def rows_of(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[str(value) for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]


def all_words(data: bytes) -> str:
    """Paragraphs and tables of a .docx."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read("word/document.xml").decode().split("<w:t")).replace("\n", "")


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "form"), GOOD)
def test_every_edition_comes_in_its_forms_and_the_same_twice(filled: Filled, name: str, form: str) -> None:
    data = edition(filled, name, form)
    assert data.startswith({"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF-1.7", "txt": "云坪镇".encode()}[form])
    assert data == edition(filled, name, form)


@pytest.mark.parametrize(("name", "form"), BAD)
def test_a_form_that_an_edition_lacks_is_refused_with_those_it_has(filled: Filled, name: str, form: str) -> None:
    with pytest.raises(Problem) as told:
        edition(filled, name, form)
    assert told.value.code == "edition.form" and EDITIONS[name].forms[0] in told.value.remedy


def test_an_unknown_edition_is_refused_with_those_there_are(filled: Filled) -> None:
    with pytest.raises(NotFound) as told:
        edition(filled, "nothing", "docx")
    assert "校对单" in told.value.remedy


@pytest.mark.pdf
def test_the_clean_edition_says_the_same_in_every_form(filled: Filled, tmp_path: Path) -> None:
    text = edition(filled, "clean", "txt").decode()
    assert text.splitlines()[0] == "云坪镇2020年工作总结" and "#" not in text
    assert "拆除违法建筑12220.50平方米，完成任务的122.2%；待补市" in text
    assert words_of(edition(filled, "clean", "docx")) == text.rstrip("\n")
    assert words_of_pdf(edition(filled, "clean", "pdf"), tmp_path).replace("—1—", "") == text.replace("\n", "")


@pytest.mark.pdf
def test_the_marked_pdf_has_a_number_at_each_figure_and_its_source_at_the_end(filled: Filled, tmp_path: Path) -> None:
    words = words_of_pdf(edition(filled, "marked", "pdf"), tmp_path)
    assert "数字来处" in words
    for answer in filled.answers:
        assert "".join(remark(answer).split()) in words.replace("—2—", "")


@pytest.mark.pdf
def test_the_reading_edition_glues_numbers_and_writes_the_long_one_in_words(filled: Filled, tmp_path: Path) -> None:
    words = words_of_pdf(edition(filled, "reading", "pdf"), tmp_path).replace("\u200d", "")
    assert "一万二千二百二十点五零" in words and "12220.50" in words


def test_the_proof_has_every_figure_under_its_sentence_with_its_words(filled: Filled) -> None:
    rows = [["".join(piece.text for piece in cell) for cell in row] for row in listings.proof(filled).rows]
    figures = [row for row in rows if len(row) > 1]
    assert [row[:3] for row in figures] == [
        ["1", "云坪", ""], ["2", "2020", "二〇二〇"], ["3", "12220.50", "一万二千二百二十点五零"],
        ["4", "122.2", "百分之一百二十二点二"], ["5", "待补", ""],
    ]  # fmt: skip
    assert all(row[4:] == ["□", "□"] for row in figures)
    assert rows[rows.index(figures[2]) - 1] == ["全年拆除违法建筑12220.50平方米，完成任务的122.2%；"]
    assert "镇台账数" in figures[2][3]


def test_what_is_pending_is_listed_with_its_reason_and_its_place(filled: Filled) -> None:
    row = rows_of(edition(filled, "pending", "xlsx"))[-1]
    assert row[0] == "5" and "city" in row[2] and "待补市通报表扬" in row[3]


def test_nothing_pending_is_said_in_words(working: Township) -> None:
    found = fill(OWN.replace("⟦市名⟧市", "市里").replace('市名 = {profile = "city"}\n', "").encode(), "own.md", 2020)
    assert ["没有待补的数字。"] in rows_of(edition(found, "pending", "xlsx"))
    assert "没有待补的数字。" in words_of(edition(found, "pending", "docx"))


def test_a_figure_waits_for_the_county_when_the_county_once_recognised_its_metric(working: Township) -> None:
    assert not _waiting()
    working.series("demolition.area", "2019", "9000")
    catch_up()
    assert _waiting() == [["3", "12220.50", "拆除违法建筑面积，2020年", "镇台账数", "还没有"]]
    working.series("demolition.area", "2020", "12000")
    catch_up()
    assert "没有选用" in _waiting()[0][4]


def _waiting() -> list[list[str]]:
    rows = rows_of(edition(fill(OWN.encode(), "own.md", 2020), "unrecognised", "xlsx"))
    head = next((number for number, row in enumerate(rows) if row[:1] == ["号"]), len(rows))
    return [row[:5] for row in rows[head + 1 :]]


@pytest.mark.seed
class TestSeed:
    pytestmark = pytest.mark.seed

    def test_contradictions_are_listed_with_the_sentences_that_say_them(self, working: Township) -> None:
        working.removed("A3", "90000", "2020-07-01")
        catch_up()
        found = fill(seed_text().encode(), "seed.txt", 2020)
        rows = rows_of(edition(found, "contradictions", "xlsx"))
        assert len(found.contradictions) == sum(row[0].isdigit() for row in rows if row)

    @pytest.mark.pdf
    @pytest.mark.parametrize("name", [*EDITIONS])
    def test_every_edition_of_the_whole_seed_can_be_printed(self, working: Township, name: str, tmp_path: Path) -> None:
        found = fill(seed_text().encode(), "seed.txt", 2020)
        words = words_of_pdf(edition(found, name, "pdf"), tmp_path)
        assert {"clean": "2020年工作回顾", "revisit": "请再看一遍"}.get(name, "") in words
        assert "\ufffd" not in words and "⟦" not in words


def test_fixed_words_to_look_at_again_are_listed(filled: Filled) -> None:
    rows = [row[1:3] for row in rows_of(edition(filled, "revisit", "xlsx"))[3:]]
    assert ["人名职务", "镇长蓝大山"] in rows and ["会议", "县委经济工作会议"] in rows and ["写定的数", "5万元"] in rows
    assert not any("12220" in words for _, words in rows)


def test_a_document_of_their_own_keeps_its_layout_unless_the_official_one_is_asked_for(working: Township) -> None:
    found = fill(docx_of("全年拆除违法建筑x.x万平方米。"), "their.docx", 2020)
    theirs, ours = edition(found, "clean", "docx"), edition(officially(found), "clean", "docx")
    assert words_of(theirs) == words_of(ours)
    assert "方正小标宋" not in all_words(theirs) and b"docGrid" in _part(ours) and b'w:linePitch="579"' in _part(ours)
    assert b'w:linePitch="579"' not in _part(theirs)


def _part(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml")


@pytest.mark.pdf
def test_hostile_words_are_printed_as_words(working: Township, tmp_path: Path) -> None:
    hostile = '拆除xx平方米\x00\x07#panic("y") $y^2$ \\ *粗* <w:t> & "引" ]] = @ref `raw`。'
    found = fill(hostile.encode(), "bad.txt", 2020)
    wanted = hostile.replace("xx", "待补").replace("\x00\x07", "")
    assert "".join(wanted.split()) in words_of_pdf(edition(found, "clean", "pdf"), tmp_path)
    assert words_of(edition(found, "clean", "docx")) == wanted


def test_a_formula_in_a_list_stays_a_word(working: Township) -> None:
    found = fill(b"=1+2\xef\xbc\x8c5\xe4\xb8\x87\xe5\x85\x83", "f.txt", 2020)
    sheet = openpyxl.load_workbook(io.BytesIO(edition(found, "revisit", "xlsx"))).active
    assert sheet is not None
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)


def test_without_a_chinese_font_a_pdf_is_refused_in_words() -> None:
    fonts.find_fonts.cache_clear()
    with pytest.raises(Problem) as told:
        find_fonts(system=False)
    assert told.value.code == "paper.no_font" and "ZHENWU_FONTS" in told.value.remedy


@pytest.mark.pdf
def test_a_missing_face_is_named_with_what_stands_in() -> None:
    here = find_fonts()
    for label, family in here.stand_ins.items():
        assert label in ("仿宋", "楷体", "黑体", "宋体", "小标宋") and family
