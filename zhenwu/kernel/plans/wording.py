"""What is said of a task: its sort, its target, how far it is; and its row in the 任务分解表. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from zhenwu.kernel.plans.breakdown import Line
from zhenwu.kernel.plans.reading import Standing
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import Problem
from zhenwu.lib.units import convert

SORTS = {"number": "数量目标", "strive": "创建争取", "milestone": "项目节点", "routine": "经常工作", "stance": "表态"}
BOUNDS = {"reach": "达到", "at_least": "以上", "more_than": "突破", "about": "左右", "at_most": "以内"}
NOT_KNOWN = "待补"


def target_words(target: str, unit: str, bound: str) -> str:
    """1.25万平方米以上, 突破20万人次, 3件以内."""
    if not target:
        return ""
    said = {"more_than": f"突破{target}{unit}", "reach": f"{target}{unit}"}
    return said.get(bound or "reach", f"{target}{unit}{BOUNDS.get(bound, '')}")


def reached_words(one: Standing) -> str:
    """What is reached, in the target's unit; or the last reported percent; "" where nothing is known or allowed."""
    figure = one.figure
    if figure is not None:
        if figure.value is None:
            return NOT_KNOWN
        return _in_unit(figure.value, figure.metric.unit, figure.metric.decimals, one.task.target_unit)
    last = one.reports[-1].row if one.reports else None
    return f"{_trimmed(Fraction(last['reached'], 10), 1)}%" if last else ""


def lines_of(rows: Sequence[Standing]) -> list[Line]:
    """Tasks as the 任务分解表 prints them, sentence by sentence."""
    return [_line(one) for one in sorted(rows, key=lambda one: (one.task.sentence, one.task.code))]


def scope_words(light: str, line: str, owner: str, lights: Mapping[str, str], lines: Mapping[str, str]) -> str:
    """What a list of tasks was narrowed by, in words."""
    said = [
        f"亮灯：{lights.get(light, light)}" if light else "", f"业务模块：{lines.get(line, line)}" if line else "", f"责任：{owner}" if owner else "",
    ]  # fmt: skip
    return "；".join(one for one in said if one) or "全部任务"


def _line(one: Standing) -> Line:
    task, said = one.task, one.sentence
    return Line(
        said.words if said else task.title, task.title, SORTS.get(task.sort, task.sort),
        target_words(task.target, task.target_unit, task.bound), task.leader, task.office, task.partner, task.owner, task.due_on,
        reached_words(one), one.light.label, one.light.why,
    )  # fmt: skip


def _in_unit(value: Fraction, own: str, decimals: int, wanted: str) -> str:
    """A value in the target's unit where it converts; two decimals then, for the target was rounded by a person."""
    if not wanted or wanted == own:
        return f"{print_number(value, own, Form(own, decimals, percent=own == '%'))}{own}"
    try:
        return f"{_trimmed(convert(value, own, wanted), 2)}{wanted}"
    except Problem:
        return f"{print_number(value, own, Form(own, decimals))}{own}"


def _trimmed(value: Fraction, decimals: int) -> str:
    text = print_number(value, "", Form("", decimals))
    return text.rstrip("0").rstrip(".") if "." in text else text
