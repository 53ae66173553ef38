"""Which signs of a text are blanks, and what its words say of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.documents import REPORT, SEED, seed_text
from zhenwu.kernel.reports.slots import MAX_SLOTS
from zhenwu.kernel.reports.text_template import fill_text, read_text
from zhenwu.lib.problems import Problem


def patterns(text: str) -> list[str]:
    return [slot.pattern for slot in read_text(text).slots]


def only(text: str) -> tuple[str, str, int, str]:
    (slot,) = read_text(text).slots
    return slot.kind, slot.unit, slot.decimals, slot.word


@pytest.mark.parametrize("sign", ["x", "X", "×", "_", "＿", "○", "□", "*", "…"])
def test_whatever_sign_the_office_leaves_blank_with_is_recognised(sign: str) -> None:
    text = f"{sign * 4}年建成公厕{sign}座，投入{sign * 2}.{sign}万元，完成{sign * 3}%。"
    assert [slot.kind for slot in read_text(text).slots] == ["year", "number", "number", "percent"]


def test_one_document_has_one_alphabet_and_other_signs_stay_text() -> None:
    text = "新建基地xx个，面积xxx亩。备注：_____，×××。"
    assert patterns(text) == ["xx", "xxx"]


@pytest.mark.parametrize(
    "fixed",
    [
        "网格员+三支队伍+X",
        "5×24小时值守",
        "3 × 8 米",
        "二〇三五年远景目标",
        "数据*为初步统计",
        "等等……。",
        "□是 □否",
        "max-width",
        "www.xxx.cn",
        "X光",
    ],
)
def test_a_sign_inside_a_fixed_term_is_text(fixed: str) -> None:
    template = read_text(fixed + "。")
    assert [slot.pattern for slot in template.slots if len(slot.pattern) == 1] == []
    assert fill_text(template, {}) == fixed + "。"


@pytest.mark.parametrize("sign", ["X", "×", "○", "*"])
def test_a_fixed_term_stays_text_even_in_a_document_of_that_alphabet(sign: str) -> None:
    terms = {"X": "三支队伍+X", "×": "5×24", "○": "二○三五年", "*": "初步统计*。"}
    text = f"{terms[sign]}新建公厕{sign * 2}座，投入{sign * 3}万元。"
    assert patterns(text) == [sign * 2, sign * 3]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("投资xxxx余万元，", ("number", "万元", 0, "余")),
        ("投资xx亿多元，", ("number", "亿元", 0, "多")),
        ("旅游人次突破xx万，", ("number", "万人次", 0, "突破")),
        ("收入超过xxxx万元。", ("number", "万元", 0, "超过")),
        ("覆盖率达到xx%以上。", ("percent", "%", 0, "以上")),
        ("参保率达百分之xx。", ("percent", "%", 0, "")),
        ("20xx年工作", ("year", "年", 0, "")),
        ("成立xxx周年", ("ordinal", "周年", 0, "")),
        ("xA级景区", ("ordinal", "A级", 0, "")),
        ("x月底前", ("ordinal", "月", 0, "")),
        ("用时x个月，", ("number", "个", 0, "")),
        ("政务服务x.x平台上线", ("ordinal", "", 1, "")),
        ("加强xx镇建设", ("name", "镇", 0, "")),
        ("完成xx文化路改造", ("name", "", 0, "")),
        ("推进xx项目", ("name", "", 0, "")),
        ("实施xx个项目", ("number", "个", 0, "")),
        ("xx人民安居乐业", ("name", "", 0, "")),
        ("种植xx多肉", ("name", "", 0, "")),
    ],
)
def test_the_words_around_a_blank_tell_what_it_is(text: str, told: tuple[str, str, int, str]) -> None:
    assert only(text) == told


def test_a_text_without_blanks_has_no_alphabet() -> None:
    template = read_text("全镇工作平稳有序。\n本报告共三份。")
    assert (template.alphabet, template.slots) == ("", ())


def test_what_is_unknown_prints_as_to_be_supplied() -> None:
    template = read_text(REPORT)
    filled = fill_text(template, {1: "2020"})
    assert filled.startswith("一、2020年工作回顾")
    assert filled.count("待补") == len(template.slots) - 1


def test_values_for_blanks_that_do_not_exist_or_cannot_be_printed_are_refused() -> None:
    template = read_text("新建公厕xx座。")
    for values in ({2: "5"}, {1: "5\x00"}, {1: "五\n座"}):
        with pytest.raises(Problem):
            fill_text(template, values)


def test_a_text_made_to_exhaust_the_reader_is_refused() -> None:
    with pytest.raises(Problem) as told:
        read_text("建xx座，" * (MAX_SLOTS + 1))
    assert told.value.code == "report.too_many_blanks"
    assert len(read_text("x" * 200_000 + "座").slots) == 1


@given(
    st.text(alphabet="x年座万元,。余+X\r\n%.A级", max_size=200),
    st.text(alphabet="甲乙丙", min_size=1, max_size=4),
)
@settings(max_examples=200)
def test_everything_outside_the_blanks_is_byte_for_byte_the_same(text: str, value: str) -> None:
    template = read_text(text)
    filled = fill_text(template, {slot.index: value for slot in template.slots})
    here = 0
    for slot in template.slots:
        start = template.offset(slot)
        assert text[start : start + len(slot.pattern)] == slot.pattern
        assert filled.startswith(text[here:start] + value)
        filled, here = filled.removeprefix(text[here:start] + value), start + len(slot.pattern)
    assert filled == text[here:]


class TestTheSeed:
    pytestmark = pytest.mark.seed

    def rows(self) -> list[dict[str, str]]:
        text = (SEED / "blanks.tsv").read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))

    def test_it_yields_exactly_its_blanks_at_their_places(self) -> None:
        template = read_text(seed_text())
        found = [(template.offset(slot), slot.paragraph + 1, slot.pattern) for slot in template.slots]
        assert found == [(int(row["char_offset"]), int(row["line"]), row["pattern"]) for row in self.rows()]

    def test_kind_unit_and_decimals_are_read_from_its_words(self) -> None:
        for slot, row in zip(read_text(seed_text()).slots, self.rows(), strict=True):
            unit = {"万(人次)": "万人次", "个村": "个"}.get(row["unit"], row["unit"])
            assert row["kind"].startswith(slot.kind), row
            assert slot.unit == unit, row
            assert slot.decimals == int(row["decimals"] or 0), row
