"""Our own templates: a head that binds, a body that reads."""

from __future__ import annotations

import pytest

from tests.reports.documents import words_of
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.matching import match
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.paper.composing import lay_out
from zhenwu.kernel.reports.text_template import fill_text
from zhenwu.lib.printing import Form
from zhenwu.lib.problems import Problem, Problems

BRIEF = """+++
拆违面积 = {metric = "demolition.area", period = "year", unit = "万平方米", decimals = 1}
completion = {metric = "demolition.completion", period = "year", unit = "%"}
镇名 = {profile = "town"}
年份 = {text = "year"}
+++
# ⟦镇名⟧镇三改一拆简报

## 一、总体情况
⟦年份⟧年，⟦镇名⟧镇拆除违法建筑超过⟦拆违面积⟧万平方米，完成⟦completion⟧%以上。
"""


def test_keys_in_chinese_bind_blanks_to_their_sources() -> None:
    template, bindings = read_own(BRIEF, "brief.md")
    assert [slot.key for slot in template.slots] == ["镇名", "年份", "镇名", "拆违面积", "completion"]
    assert match(template, bindings) == {1: "镇名", 2: "年份", 3: "镇名", 4: "拆违面积", 5: "completion"}
    area, rate = template.slots[3:]
    assert bindings["拆违面积"].form(area) == Form("万平方米", 1, word="超过")
    assert bindings["completion"].form(rate) == Form("%", percent=True, word="以上")


def test_it_becomes_a_clean_document_that_fills_like_any_other() -> None:
    template, _ = read_own(BRIEF, "brief.md")
    data = lay_out(template, {})
    assert data == lay_out(template, {})
    assert [slot.key for slot in read_docx(data).slots] == [slot.key for slot in template.slots]
    filled = fill_docx(data, {1: "云坪", 2: "2020", 3: "云坪", 4: "1.8"})
    assert words_of(filled) == (
        "云坪镇三改一拆简报\n一、总体情况\n2020年，云坪镇拆除违法建筑超过1.8万平方米，完成待补%以上。"
    )


def test_its_text_fills_too() -> None:
    template, _ = read_own(BRIEF, "brief.md")
    assert fill_text(template, {1: "云坪"}).lstrip().startswith("# 云坪镇三改一拆简报")


def test_a_key_without_source_and_a_source_without_key_are_both_told() -> None:
    spoiled = BRIEF.replace("⟦年份⟧", "⟦年度⟧").replace("镇名 = {", "乡名 = {")
    with pytest.raises(Problems) as told:
        read_own(spoiled, "brief.md")
    assert [(problem.code, problem.place.key) for problem in told.value.found] == [
        ("own.unbound", "镇名"),
        ("own.unbound", "年度"),
        ("own.unbound", "镇名"),
        ("own.unused", "乡名"),
        ("own.unused", "年份"),
    ]
    assert [problem.place.row for problem in told.value.found[:3]] == [7, 10, 10]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("# 没有开头", "own.no_head"),
        ("正文\n+++\n+++\n", "own.no_head"),
        ("+++\n年份 = \n+++\n⟦年份⟧", "binding.toml"),
    ],
)
def test_a_broken_head_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problem) as told:
        read_own(text, "brief.md")
    assert told.value.code == code


@pytest.mark.parametrize("half", ["⟦年份", "年份⟧", "⟦⟧"])
def test_a_blank_left_open_is_told(half: str) -> None:
    with pytest.raises(Problems) as told:
        read_own(BRIEF + half, "brief.md")
    assert [problem.code for problem in told.value.found] == ["own.unclosed"]


def test_an_unknown_word_in_a_binding_is_refused_with_its_key() -> None:
    with pytest.raises(Problems) as told:
        read_own('+++\n年份 = {text = "year", colour = "red"}\n+++\n⟦年份⟧年', "brief.md")
    (problem,) = told.value.found
    assert (problem.code, problem.place.key) == ("binding.unknown_key", "年份")
