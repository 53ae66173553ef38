"""What stands fixed in a template and was true last year."""

from __future__ import annotations

import pytest

from zhenwu.kernel.reports.paper.passages import MASK, passages


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in passages(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [("贯彻党的十九届五中全会精神", "会议", "党的十九届五中全会"), ("镇十六届三次党代会和镇十七届五次人民代表大会", "会议", "十七届五次人民代表大会"),
     ("召开第二次全体会议", "会议", "第二次全体会议"), ("县委经济工作会议上", "会议", "县委经济工作会议"),
     ("镇长蓝大山代表镇政府", "人名职务", "镇长蓝大山"), ("何志远同志到村", "人名职务", "何志远同志"),
     ("将于3月15日开工", "日期", "3月15日"), ("2019年底建成", "日期", "2019年底"), ("6月底前", "日期", "6月底"),
     ("“十四五”规划的开局", "年代口号", "“十四五”规划"), ("建党一百周年", "年代口号", "建党一百周年"), ("是决胜之年。", "年代口号", "是决胜之年"),
     ("荣获“五星平安镇”“先锋集体”等荣誉", "称号荣誉", "“五星平安镇”“先锋集体”等荣誉"), ("获评省级卫生镇。", "称号荣誉", "获评省级卫生镇"),
     ("推行5×24小时服务", "写定的数", "5×24小时"), ("奖励1.5万元", "写定的数", "1.5万元")],
)  # fmt: skip
def test_it_is_pointed_at(text: str, kind: str, words: str) -> None:
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    "text", ["全镇上下一心，发展农业。", "书记带头入户", "镇长负责制", "一月一查", "在会议室集中", "为人民服务。", ""]
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_the_data_fill_is_no_fixed_word() -> None:
    assert found(f"{MASK * 4}年拆除{MASK * 3}平方米，完成{MASK}%") == []


def test_passages_do_not_overlap_and_stand_in_order() -> None:
    places = passages("2020年3月，镇长蓝大山在县委经济工作会议上获“平安镇”称号，奖励5万元。")
    assert all(one.end <= other.start for one, other in zip(places, places[1:], strict=False))
    assert [one.kind for one in places] == ["日期", "人名职务", "会议", "称号荣誉", "写定的数"]
