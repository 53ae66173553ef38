"""Set tasks and read how far they are. Progress comes from metrics; nobody types it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.metrics.api import Address, Figure, Figures
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.plans.models import Task
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem, Refused

__all__ = ["LIGHTS", "Progress", "TaskInput", "light", "progress", "set_task"]

LIGHTS = {"blue": "完成", "green": "正常", "yellow": "稍慢", "red": "落后", "grey": "未启动"}
YELLOW_WITHIN = Fraction(10)  # percentage points behind the calendar (a town's own rule; domain notes §11)
YELLOW_DAYS = 15


@dataclass(frozen=True)
class TaskInput:
    """A task to set; ``target`` is exact text in the metric's unit."""

    sentence: str
    metric: str
    unit: UUID
    period: Period
    target: str
    due_on: date
    owner: UUID | None = None


@dataclass(frozen=True)
class Progress:
    """A task with its figure, how much of the target is reached (%), and its light."""

    task: Task
    figure: Figure
    target: Fraction
    reached: Fraction | None
    light: str


def set_task(actor: Actor, task: TaskInput, op_id: UUID, replaces: UUID | None = None) -> UUID:
    """Set a task, or word an earlier one anew. Returns its id."""
    definition = current("metric", task.metric)
    if not reach(actor, "write", definition.pack).covers(task.unit):
        raise Refused("plan.refused", "您没有在这里下达任务的权限", "请由分管领导或党政办下达。")
    target = _exact(task.target)
    scale = max(0, -int(target.as_tuple().exponent))
    identity = uuid5(op_id, "task")

    def change(writer: Writer) -> dict[str, Any]:
        event = writer.event("task.set", f"task:{identity}", {"task": str(identity), "replaces": str(replaces or "")})
        if replaces:
            Task.objects.filter(id=replaces, retired_by=None).update(retired_by=event)
        Task.objects.create(
            id=identity, sentence=task.sentence, metric=task.metric, unit_id=task.unit, first=task.period.first,
            months=task.period.months, target=int(target.scaleb(scale)), scale=scale, owner_id=task.owner,
            due_on=task.due_on, event=event,
        )  # fmt: skip
        return {"task": str(identity)}

    request = {name: str(value) for name, value in task.__dict__.items()} | {"replaces": str(replaces or "")}
    return UUID(perform(Act(actor.principal, op_id, "set_task", request), change)["task"])


def progress(figures: Figures | None = None) -> list[Progress]:
    """All tasks in force with how far they are, by due date."""
    figures = figures or Figures()
    found = []
    for task in Task.objects.filter(retired_by=None).order_by("due_on", "id"):
        figure = figures.figure(Address(task.metric, Period(task.first, task.months), task.unit_id))
        target = Fraction(task.target, 10**task.scale)
        reached = figure.value / target * 100 if figure.value is not None and target else None
        found.append(Progress(task, figure, target, reached, light(reached, figure.period, task.due_on, today())))
    return found


def light(reached: Fraction | None, period: Period, due_on: date, on: date) -> str:
    """blue reached · green at or ahead of the calendar · yellow a little behind, or due soon · red overdue or behind."""
    if reached is not None and reached >= 100:
        return "blue"
    if on > due_on:
        return "red"
    if on < period.start:
        return "grey"
    days = max((due_on - period.start).days, 1)
    expected = Fraction(min((on - period.start).days, days) * 100, days)
    behind = expected - (reached or 0)
    if behind > YELLOW_WITHIN:
        return "red"
    return "yellow" if behind > 0 or (due_on - on).days <= YELLOW_DAYS else "green"


def _exact(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except ArithmeticError as error:
        raise Problem("plan.target", f"目标值“{text}”不是数字", "只填数字，单位随指标。") from error
    if not value.is_finite() or value.adjusted() > 14 or -int(value.as_tuple().exponent) > 6:
        raise Problem("plan.target", f"目标值“{text}”不是可以保存的数", "整数部分不超过15位，小数不超过6位。")
    return value
