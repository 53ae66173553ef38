"""A township whose congress has passed a plan: 老周 keeps the plan, 何书记 sees it, 阿莲 and 外乡人 have no post for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from tests.web.township import Township, set_quota, township
from zhenwu.kernel.orgs.api import appoint
from zhenwu.kernel.plans.api import Adoption, GoalInput, SentenceInput, adopt, compare
from zhenwu.kernel.reports.api import Issue, Promise, issue_report, plan_of_issue, seat_of_issue
from zhenwu.lib.clock import at
from zhenwu.sdk import SYSTEM, catch_up

PASSED = date(2021, 1, 20)
REPORT = """+++
下年拆违 = {metric = "demolition.quota", period = "year+1", unit = "万平方米", decimals = 2}
+++
# 云岭镇2020年工作总结和2021年工作计划

## 一、2020年的工作

一件件办了。

## 二、2021年的打算

（一）抓环境。完成拆除违法建筑⟦下年拆违⟧万平方米的任务。争创市级花园乡村。老街立面整治工程六月底前完工。

（二）守底线。抓好森林防火。始终把群众放在心上。
"""
REWORDED = REPORT.replace("老街立面整治工程六月底前完工", "老街立面整治工程九月底前全面完工").replace("抓好森林防火。", "新建停车场3个。")


def planned() -> Township:
    """The township, with 老周 in charge of the plan and the county's task of demolition for 2021: 12 000 square metres."""
    town = township()
    appoint(SYSTEM, uuid4(), town.people["老周"], "office_head", town.units["综合站"], ["plan", "report", "demolition"], date(2015, 1, 1))
    set_quota(town, 2021, "12000")
    catch_up()
    return town


def issued(text: str = REPORT) -> Issue:
    """A report of 2020, issued."""
    return issue_report(SYSTEM, text.encode(), "own.md", 2020, "云岭镇2020年工作总结", uuid4())


def confirmed(issue: Issue, drop: tuple[str, ...] = ()) -> Adoption:
    """All that an issue promises, as it is proposed; each task to 综合站."""
    found = plan_of_issue(issue)
    known = compare(issue.year + 1, [one.words for one in found])
    rows = tuple(_sentence(one, known[number].code) for number, one in enumerate(found))
    return Adoption(str(issue.number), issue.year + 1, seat_of_issue(issue), PASSED, rows, drop)


def _sentence(one: Promise, code: str) -> SentenceInput:
    goals = tuple(
        GoalInput(goal.title, goal.due_on or one.due_on, "综合站", goal.metric, goal.period, goal.number, goal.unit, goal.bound)
        for goal in one.goals
    )
    return SentenceInput(one.chapter, one.words, one.sort, one.line, code, goals)


def adopted(town: Township, issue: Issue | None = None, on: date = date(2021, 2, 1)) -> UUID:
    """老周 adopts everything on a day; returns the operation's id."""
    op_id = uuid4()
    with at(on):
        adopt(town.actor("老周"), confirmed(issue or issued()), op_id)
    return op_id
