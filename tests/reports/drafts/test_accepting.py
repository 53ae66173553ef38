"""Tracked changes accepted as Word accepts them: paragraphs joined, rows gone, formats final, marks kept."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.reports.drafts.word import NS, W, bookmark, dele, ins, p, r
from zhenwu.kernel.reports.drafts.accepting import Accepted, accept
from zhenwu.kernel.reports.drafts.reading import read_sheet

WHO = 'w:id="1" w:author="何书记" w:date="2021-01-14T08:00:00Z"'


def accepted(*content: str) -> tuple[list[str], Accepted, etree._Element]:
    root = etree.fromstring(f'<w:document xmlns:w="{NS}"><w:body>{"".join(content)}</w:body></w:document>')
    told = accept(root)
    return [line.text for line in read_sheet(root).lines], told, root


def end(change: str) -> str:
    return f"<w:pPr><w:rPr><w:{change} {WHO}/></w:rPr></w:pPr>"


def test_insertions_stay_and_deletions_go() -> None:
    lines, told, _ = accepted(p(r("开头"), ins("新"), dele("旧"), r("结尾")))
    assert lines == ["开头新结尾"] and [(one.kind, one.words, one.day) for one in told.changes] == [("增加", "新", "2021-01-14"), ("删去", "旧", "2021-01-14")]


def test_a_deletion_inside_an_insertion_goes() -> None:
    inner = f"<w:ins {WHO}>{r('甲')}{dele('乙')}</w:ins>"
    assert accepted(p(inner, r("丙")))[0] == ["甲丙"]


def test_a_struck_paragraph_end_joins_what_follows() -> None:
    lines, told, _ = accepted(f"<w:p>{end('del')}{r('前')}</w:p>", f"<w:p>{end('del')}{r('中')}</w:p>", p(r("后")))
    assert lines == ["前中后"] and {one.words for one in told.changes} == {"（分段）"}


def test_a_struck_paragraph_leaves_nothing() -> None:
    assert accepted(f"<w:p>{end('del')}{dele('全删')}</w:p>", p(r("后")))[0] == ["后"]


def test_what_was_moved_stands_once() -> None:
    start, stop = f'<w:moveFromRangeStart w:id="7" w:name="m" {WHO[8:]}/>', '<w:moveFromRangeEnd w:id="7"/>'
    lines, told, root = accepted(p(start, f"<w:moveFrom {WHO}>{r('搬')}</w:moveFrom>", stop, r("甲")), p(r("乙"), f"<w:moveTo {WHO}>{r('搬')}</w:moveTo>"))
    assert lines == ["甲", "乙搬"] and [one.kind for one in told.changes] == ["移走", "移来"]
    assert not list(root.iter(W + "moveFromRangeStart", W + "moveFromRangeEnd"))


def test_a_struck_row_goes_and_a_new_one_stays() -> None:
    def row(change: str, text: str) -> str:
        return f"<w:tr><w:trPr><w:{change} {WHO}/></w:trPr><w:tc>{p(r(text))}</w:tc></w:tr>"

    assert accepted(f"<w:tbl>{row('del', '旧')}{row('ins', '新')}</w:tbl>")[0] == ["新"]
    assert not list(accepted(f"<w:tbl>{row('del', '旧')}</w:tbl>", p(r("后")))[2].iter(W + "tbl"))


@pytest.mark.parametrize("record", ["rPrChange", "pPrChange", "sectPrChange"])
def test_a_change_of_looks_is_final_and_listed(record: str) -> None:
    lines, told, root = accepted(f"<w:p><w:r><w:rPr><w:b/><w:{record} {WHO}><w:rPr/></w:{record}></w:rPr><w:t>粗</w:t></w:r></w:p>")
    assert lines == ["粗"] and told.changes[0].author == "何书记" and not list(root.iter(W + record)) and list(root.iter(W + "b"))


def test_a_bookmark_that_begins_in_struck_words_still_ends() -> None:
    _, _, root = accepted(p(f"<w:del {WHO}>{bookmark('拆违')[:-len('<w:bookmarkEnd w:id=.3./>')]}</w:del>", r("数"), '<w:bookmarkEnd w:id="3"/>'))
    assert [len(list(root.iter(W + name))) for name in ("bookmarkStart", "bookmarkEnd")] == [1, 1]


def test_pieces_of_one_insertion_are_told_as_one_change() -> None:
    assert [one.words for one in accepted(p(ins("群众"), ins("满意")))[1].changes] == ["群众满意"]


def test_a_change_without_a_name_is_nobodys() -> None:
    assert accepted(p(ins("新", "")))[1].changes[0].author == "（没有署名）"
