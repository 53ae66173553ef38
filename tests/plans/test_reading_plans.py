"""The plan part of a report is read sentence by sentence: which promise, which number, by when."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.leftout import seed
from zhenwu.kernel.plans.api import BOUNDS, SORTS
from zhenwu.kernel.reports.planning.owning import Lines, Measure
from zhenwu.kernel.reports.planning.quantities import quantities
from zhenwu.kernel.reports.planning.reading import read_plan
from zhenwu.kernel.reports.planning.sections import Mark, Said, Written, plan_sentences, written
from zhenwu.kernel.reports.planning.sorting import due_day, sort_of
from zhenwu.kernel.reports.text_template import read_text

LINES = Lines(
    {"demolition": ("三改一拆", "拆违台账", "拆除违法建筑面积"), "honour": ("荣誉创建", "市级花园乡村数"), "emergency": ("应急管理", "应急演练次数")},
    {"emergency": (Measure("emergency.drills", "应急演练次数", "次"),)},
)
# A sentence of the genre → its sort, its quantities (number, unit, bound).
GENRE: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("全年拆除违法建筑1.8万平方米", "number", [("1.8", "万平方米", "reach")]),
    ("新建停车场3个、公厕2座，改造危桥5座", "number", [("3", "个", "reach"), ("2", "座", "reach"), ("5", "座", "reach")]),
    ("城乡居民医保参保率保持在99%以上", "number", [("99", "%", "at_least")]),
    ("接待游客突破20万人次", "number", [("20", "万人次", "more_than")]),
    ("完成投资1200余万元", "number", [("1200", "万元", "more_than")]),
    ("越级上访控制在3件以内", "number", [("3", "件", "at_most")]),
    ("粮食播种面积稳定在8600亩左右", "number", [("8600", "亩", "about")]),
    ("应急演练不少于12次", "number", [("12", "次", "at_least")]),
    ("新建村级文化礼堂两个", "number", [("2", "个", "reach")]),
    ("创成省级垃圾分类示范村，争创4A级景区镇", "strive", []),
    ("力争列入全省首批未来乡村试点", "strive", []),
    ("老街立面整治工程6月底前完工", "milestone", []),
    ("上半年完成卫生院门诊楼主体封顶", "milestone", []),
    ("有序推进深塘溪综合治理等项目前期工作", "milestone", []),
    ("抓好森林防火和防汛值守", "routine", []),
    ("深化“四个平台”建设，健全三支队伍联动机制", "routine", []),
    ("持续做好24小时值班备勤", "routine", []),
    ("进一步推动工会、妇联等群团工作", "routine", []),
    ("始终把群众答不答应作为第一标准", "stance", []),
    ("坚持人民至上、发展为先", "stance", []),
    ("让我们同心协力，把家乡建设得更好", "stance", []),
    ("2026年是“十五五”规划的开局之年", "stance", []),
]


@pytest.mark.parametrize(("words", "sort", "numbers"), GENRE, ids=[row[0][:12] for row in GENRE])
def test_a_sentence_of_the_genre_is_sorted_and_its_numbers_are_found(words: str, sort: str, numbers: list[tuple[str, str, str]]) -> None:
    found = quantities(Said(0, "", words))
    assert [(one.number, one.unit, one.bound) for one in found] == numbers
    assert sort_of(words, found)[0] == sort


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("6月底前完工", date(2026, 6, 30)), ("六月底前完工", date(2026, 6, 30)), ("2月底前下达", date(2026, 2, 28)),
        ("9月20日前交付", date(2026, 9, 20)), ("上半年开工", date(2026, 6, 30)), ("三季度投用", date(2026, 9, 30)),
        ("第二季度完成招标", date(2026, 6, 30)), ("年底前通水", date(2026, 12, 31)), ("汛期前投用", date(2026, 4, 15)),
        ("国庆前开园", date(2026, 9, 30)), ("十一月底前验收", date(2026, 11, 30)), ("抓好防火", date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_the_words_of_time_become_a_day(words: str, day: date) -> None:
    assert due_day(words, 2026)[0] == day


REPORT = """# 云岭镇2025年工作总结和2026年工作计划

各位代表：

一、2025年工作回顾

全年拆除违法建筑1.5万平方米。抓好森林防火。

二、存在的困难和问题

用地指标紧张。

三、2026年工作计划

总的考虑是：生态优先、富民为本。

（一）抓环境。完成拆除违法建筑1.8万平方米；争创市级花园乡村。

（二）保平安，守底线。应急演练12次。老街整治六月底前完工。

云岭镇人民政府
2026年1月20日
"""


def paragraphs(text: str) -> list[Written]:
    return [Written(line) for line in text.splitlines() if line.strip()]


def test_only_the_plan_part_is_read_and_each_sentence_knows_its_heading() -> None:
    found = read_plan(paragraphs(REPORT), 2026, LINES)
    assert [(one.chapter, one.words, one.sort) for one in found] == [
        ("2026年工作计划", "总的考虑是：生态优先、富民为本", "stance"),
        ("抓环境", "完成拆除违法建筑1.8万平方米", "number"),
        ("抓环境", "争创市级花园乡村", "strive"),
        ("保平安，守底线", "应急演练12次", "number"),
        ("保平安，守底线", "老街整治六月底前完工", "milestone"),
    ]


def test_a_line_and_a_metric_are_proposed_from_the_packs_own_words() -> None:
    found = {one.words: one for one in read_plan(paragraphs(REPORT), 2026, LINES)}
    assert found["完成拆除违法建筑1.8万平方米"].line == "demolition"
    drills = found["应急演练12次"]
    assert (drills.line, drills.goals[0].metric, drills.goals[0].sure) == ("emergency", "emergency.drills", False)
    assert found["总的考虑是：生态优先、富民为本"].line == ""


def test_a_blank_bound_to_a_target_says_which_metric_measures_it() -> None:
    text = "完成拆除违法建筑1.8万平方米的任务。"
    mark = Mark(8, 11, "number", "1.8", "万平方米", "demolition.quota", "2026")
    found = read_plan([Written("三、2026年工作计划"), Written(text, (mark,))], 2026, LINES, {"demolition.quota": "demolition.area"}.__getitem__)
    goal = found[0].goals[0]
    assert (goal.metric, goal.period, goal.number, goal.unit, goal.sure) == ("demolition.area", "2026", "1.8", "万平方米", True)


def test_a_figure_of_the_past_beside_the_plan_is_no_promise() -> None:
    text = "小微权力事项今年走了12项，明年照流程公开。"
    mark = Mark(10, 12, "number", "12", "项", "integrity.uses", "2025")
    found = read_plan([Written("三、2026年工作计划"), Written(text, (mark,))], 2026, LINES, lambda key: key)
    assert found[0].sort != "number"


def test_a_target_of_a_later_year_is_due_in_that_year() -> None:
    text = "力争2030年森林覆盖率达到82%以上。"
    marks = (Mark(2, 6, "year", "2030"), Mark(14, 16, "percent", "82", "%", "income.forest_target", "2030"))
    found = read_plan([Written("三、2026年工作计划"), Written(text, marks)], 2026, LINES, lambda key: "income.forest_cover")
    assert found[0].due_on == date(2030, 12, 31) and found[0].goals[0].period == "2030"


def test_a_report_that_plans_nothing_yields_nothing() -> None:
    assert read_plan(paragraphs("一、2025年工作回顾\n全年拆违1万平方米。"), 2026, LINES) == []


WORDS = st.text(alphabet="建成拆除力争年底前个座%万平方米，、“”《》（）0123456789.待补x。；", max_size=60)


@given(WORDS)
def test_whatever_is_written_is_read_into_known_sorts_units_and_places(words: str) -> None:
    for said in plan_sentences([Written("三、2026年工作计划"), Written(words + "。")], 2026):
        found = quantities(said)
        assert sort_of(said.words, found)[0] in SORTS
        for one in found:
            assert one.bound in BOUNDS and one.unit and 0 <= one.start < one.end <= len(said.words)
        assert [one.start for one in found] == sorted({one.start for one in found})
        assert due_day(said.words, 2026)[0].year == 2026


@given(st.lists(st.sampled_from([row[0] for row in GENRE]), min_size=1, max_size=8))
def test_no_sentence_is_lost_and_none_is_read_twice(rows: list[str]) -> None:
    text = Written("。".join(rows) + "。")
    found = plan_sentences([Written("一、2025年工作总结"), text, Written("二、下一步打算"), text], 2026)
    assert [one.words for one in found] == rows


@pytest.mark.seed
def test_the_seeds_plan_is_read_with_each_blank_of_it_as_a_goal() -> None:
    template = read_text((seed() / "annual-report-template.txt").read_text(encoding="utf-8"))
    found = read_plan(written(template, {}, {}), 2021, LINES)
    sorts = Counter(one.sort for one in found)
    assert len(found) == 95 and set(sorts) == set(SORTS)
    assert sorts["number"] == 12 and sum(len(one.goals) for one in found if one.sort == "number") == 19
    assert not [goal for one in found for goal in one.goals if goal.bound and not goal.unit]
