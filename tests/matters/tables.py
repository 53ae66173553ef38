"""A small workflow with everything in it, for tests of the engine."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.matters.workflow_tables import read_workflow

CASE = """
id = "case"
label = "执法案件"
[[field]]
id = "gravity"
label = "案件轻重"
type = "choice"
choices = [["plain", "一般"], ["major", "重大"]]
[[field]]
id = "fine"
label = "罚款"
type = "decimal"
unit = "元"
scale = 2
min = "0"
[[field]]
id = "reviewed"
label = "法制审核过"
type = "flag"
[[state]]
id = "filed"
label = "已立案"
[[state]]
id = "decided"
label = "已决定"
[[state]]
id = "closed"
label = "已结案"
end = true
[[action]]
id = "report"
label = "立案"
marks = "reported"
needs = ["gravity"]
move = [{to = "filed", posts = ["officer"]}]
[[action]]
id = "review"
label = "法制审核"
sets = {reviewed = true}
move = [{from = "filed", to = "filed", posts = ["office_head"], not_by = ["report"]}]
[[action]]
id = "decide"
label = "决定"
needs = ["fine"]
marks = "completed"
move = [{from = "filed", to = "decided", posts = ["officer"], when = "gravity <> 'major' OR reviewed", otherwise = "重大案件先做法制审核"}]
[[action]]
id = "close"
label = "结案"
marks = "closed"
move = [{from = "decided", to = "closed", posts = ["officer"]}]
[[limit]]
id = "plain"
label = "一般案件期限"
during = ["filed"]
value = 30
clock = "natural_day"
when = "gravity = 'plain'"
owner = ["officer"]
source = "某条例第六条"
[[limit]]
id = "major"
label = "重大案件期限"
during = ["filed"]
value = 90
clock = "natural_day"
when = "gravity = 'major'"
owner = ["officer"]
extend = {by = ["overseer"], most = 30, times = 1}
"""


def case_body() -> dict[str, Any]:
    """The plain body, fresh each time."""
    return tomllib.loads(CASE)


@cache
def case() -> Workflow:
    """The workflow of a case."""
    return read_workflow(case_body(), "case.toml")
