"""A title too long for a line."""

from __future__ import annotations

import pytest

from tests.reports.documents import words_of
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.paper.composing import compose, lay_out
from zhenwu.lib.paper.geometry import OFFICIAL, READING
from zhenwu.lib.paper.titles import parted, title_break

LONG = """+++
县名 = {profile = "county"}
镇名 = {profile = "town"}
年份 = {text = "year"}
+++
# ⟦县名⟧县⟦镇名⟧镇人民政府⟦年份⟧年工作总结和下一年工作计划
正文。
"""


@pytest.mark.parametrize(
    ("title", "parts"),
    [("云岭镇工作报告", ["云岭镇工作报告"]),
     ("云岭镇2020年工作总结和2021年工作计划", ["云岭镇2020年工作总结", "和2021年工作计划"]),
     ("云岭镇人民政府关于二〇二〇年工作情况的报告", ["云岭镇人民政府", "关于二〇二〇年工作情况的报告"])],
)  # fmt: skip
def test_a_long_title_is_parted_where_a_reader_pauses(title: str, parts: list[str]) -> None:
    place = title_break(title, 17)
    assert [one for one in (title[:place], title[place:]) if one] == parts


@pytest.mark.parametrize(
    ("values", "title"),
    [({1: "青屏", 2: "云岭", 3: "2020"}, "青屏县云岭镇人民政府2020年\n工作总结和下一年工作计划"),
     ({1: "青", 2: "云岭", 3: "20"}, "青县云岭镇人民政府20年\n工作总结和下一年工作计划")],
)  # fmt: skip
def test_a_title_with_blanks_is_parted_by_what_fills_them(values: dict[int, str], title: str) -> None:
    template, _ = read_own(LONG, "long.md")
    filled = fill_docx(lay_out(template, values), values)
    assert read_docx(filled).text == f"{title}\n正文。"
    assert words_of(filled) == f"{title.replace(chr(10), '')}\n正文。"
    assert parted(compose(template, values), OFFICIAL).lines[0].text == title


def test_a_title_never_breaks_inside_what_fills_a_blank() -> None:
    template, _ = read_own(LONG, "long.md")
    values = {1: "某", 2: "很长很长很长很长很长很长的一个地名", 3: "2020"}
    assert "很长很长很长很长很长很长的一个地名" in parted(compose(template, values), READING).lines[0].text
