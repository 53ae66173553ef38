"""What happens to a task: another owner, day or target, with a reason; its quarterly reports; its end, with what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import RecordInput, save_record, save_records
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.plans.lights import Span
from zhenwu.kernel.plans.reading import (
    DONE,
    DROPPED,
    PROGRESS,
    RUNNING,
    TASKS,
    Task,
    figure_of,
    light_by,
    period_of,
    running,
    standing_of,
    target_of,
    tempo_on,
)
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem

CHANGEABLE = (
    "title", "sort", "line", "metric", "measured_year", "target", "target_unit", "bound", "leader", "office", "partner", "owner", "due_on",
    "evidence",
)  # fmt: skip
_MOST = Decimal(300)


@dataclass(frozen=True)
class Ending:
    """How a task ends: ``done`` with what proves it, or ``dropped`` with why."""

    state: str
    on: date
    proof: str = ""
    reason: str = ""


def change_task(actor: Actor, code: str, base_version: int, changed: Mapping[str, str], reason: str, op_id: UUID) -> dict[str, Any]:
    """Word a task anew, or give it to somebody else; the earlier versions stay. Raises ``Conflict``, ``Problems``."""
    task = standing_of(actor, code).task
    strange = [name for name in changed if name not in CHANGEABLE]
    if strange:
        raise Problem("plan.field", f"任务的“{strange[0]}”不能改", "可以改：" + "、".join(CHANGEABLE))
    if changed.get("target"):
        _number(changed["target"])
    return save_record(actor, TASKS, RecordInput(dict(changed), reason=reason.strip()), op_id, task.record, base_version)


def close_task(actor: Actor, code: str, base_version: int, ending: Ending, op_id: UUID) -> dict[str, Any]:
    """完成 or 取消. Raises ``Problem('plan.proof')`` for a task done without proof, ``Problem('plan.closed')``."""
    task = standing_of(actor, code).task
    if ending.state not in (DONE, DROPPED):
        raise Problem("plan.state", "任务只能办成“完成”或“取消”", "请从两个按钮里选一个。")
    if task.state != RUNNING and task.version == base_version:
        raise Problem("plan.closed", "这项任务已经办结", "要改办结的内容，请在任务台账里更正。")
    if ending.state == DONE and not ending.proof.strip():
        raise Problem("plan.proof", "完成要有凭据", "写验收单、文件号或公示；凭指标完成的，写指标到了多少。")
    data = {"state": ending.state}
    if ending.state == DONE:
        data |= {"done_on": ending.on.isoformat(), "proof": ending.proof.strip()}
    reason = ending.reason.strip() or ("完成：" + ending.proof.strip() if ending.state == DONE else "")
    entry = RecordInput(data, until=max(ending.on, task.given_on), reason=reason[:200])
    return save_record(actor, TASKS, entry, op_id, task.record, base_version)


@dataclass(frozen=True)
class Report:
    """A quarter's report on a task without a metric: percent done, what was done, what it hangs on; ``reason`` when the quarter
    was reported before."""

    quarter: str
    reached: str
    said: str = ""
    obstacle: str = ""
    reason: str = ""


def report_progress(actor: Actor, code: str, told: Report, op_id: UUID) -> dict[str, Any]:
    """Enter a quarter's progress, once. Raises ``Problem('plan.measured')`` where a metric says it already,
    ``Problem('plan.obstacle')`` where a task is behind and nothing is said of why."""
    task = standing_of(actor, code).task
    if task.metric and task.target:
        raise Problem("plan.measured", "这项任务由指标亮灯，不用另报进度", "数不对，请更正台账里的记录。")
    on = _quarter_end(task, told.quarter)
    planned = _tenths(Span(task.given_on, task.due_on, on).expected)
    reached = _number(told.reached)
    if reached < planned and not told.obstacle.strip():
        raise Problem("plan.obstacle", f"按时序应到 {planned}%，实到 {reached}%，要写卡在哪里", "写一句：缺什么、等谁。")
    data = {"task": code, "quarter": told.quarter, "planned": str(planned), "reached": str(reached)}
    data |= {name: text for name, text in (("said", told.said.strip()), ("obstacle", told.obstacle.strip())) if text}
    return save_records(actor, PROGRESS, [RecordInput(data, task.unit, on, reason=told.reason.strip())], op_id, correct=True)


def note_quarter(actor: Actor, quarter: str, op_id: UUID, figures: Figures | None = None) -> dict[str, Any]:
    """Write down where every measured task stood at a quarter's end, from its metric: nobody types it, and what is far behind
    proposes a 督办 by the pack's rule. Returns ``{"noted", "waiting"}``; waiting are those whose metric says nothing yet."""
    figures, noted, waiting = figures or Figures(), [], 0
    period = _quarter(quarter)
    for task in running(actor, period.start.year):
        if not task.metric or target_of(task) is None or period_of(task) != Period.year(period.start.year):
            continue
        entry = _noted(task, period, quarter, figures)
        waiting += entry is None
        noted += [entry] if entry else []
    if noted:
        save_records(actor, PROGRESS, noted, op_id, correct=True)
    return {"noted": len(noted), "waiting": waiting}


def _noted(task: Task, period: Period, quarter: str, figures: Figures) -> RecordInput | None:
    figure = figure_of(task, figures, Period(period_of(task).first, period.last - period_of(task).first + 1))
    if figure is None or figure.value is None:
        return None
    on = min(period.end, today())
    span = Span(period_of(task).start, task.due_on, on)
    light = light_by(task, figure, span, tempo_on(on))
    if light.reached is None:
        return None
    planned = _tenths(light.expected if light.expected is not None else min(light.reached, Fraction(100)))
    data = {"task": task.code, "quarter": quarter, "planned": str(planned), "reached": str(min(_tenths(light.reached), _MOST)), "said": "由指标登记"}
    return RecordInput(data, task.unit, on, reason="按指标重新登记")


def _quarter(text: str) -> Period:
    period = Period.parse(text)
    if period.months != 3:
        raise Problem("plan.quarter", f"“{text[:10]}”不是季度", "写成 2026Q1 这样。")
    return period


def _quarter_end(task: Task, text: str) -> date:
    period = _quarter(text)
    if period.start > today():
        raise Problem("plan.quarter", f"{period.label}还没有到", "请选本季度或以前的季度。")
    if period.end < task.given_on:
        raise Problem("plan.quarter", f"{period.label}还没有下达这项任务", "请选下达以后的季度。")
    return min(period.end, today())


def _tenths(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().rstrip("%％"))
    except ArithmeticError as error:
        raise Problem("plan.number", f"“{text[:20]}”不是数字", "只填数字，单位另写。") from error
    if not value.is_finite() or value < 0 or value.adjusted() > 12:
        raise Problem("plan.number", f"“{text[:20]}”不是可以登记的数", "填零以上的数。")
    return value
