"""What a matter shows to counting, to guards and to limits: its columns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from zhenwu.lib.clock import LOCAL
from zhenwu.lib.expressions import Type

if TYPE_CHECKING:
    from zhenwu.kernel.matters.standing import Standing

MARKS = ("reported", "accepted", "completed", "closed", "struck_off", "archived")
COUNTED = ("returned", "reworked", "suspended", "reopened", "extended", "escalated")
LEVELS = {"grid": "网格", "village": "村（社区）", "township": "乡镇", "county": "县"}
RATINGS = {"satisfied": "满意", "basic": "基本满意", "dissatisfied": "不满意", "unreached": "没有联系上"}
UNREACHED = "unreached"
SOURCE_NO = "source_no"  # own field of a workflow: the number that a report has where it came from
KIND = "category"  # a limit may go by it: the key of a record of standards
CODED = (KIND, "channel")

# ``overdue_times`` and ``handled_minutes`` are judged when a step is taken, by the calendar as it is known then (decision 0026).
COLUMNS: Mapping[str, str] = {
    "line": "text", "state": "text", "category": "text", "channel": "text", "level": "text",
    **{f"{mark}_on": "date" for mark in MARKS},
    "ending": "text", "rating": "text", "first_rating": "text", "merged": "flag", "child": "flag",
    **{f"{name}_times": "integer" for name in (*COUNTED, "overdue")},
    "handled_minutes": "integer", "month": "integer",
}  # fmt: skip
_KINDS = {"text": "text", "choice": "text", "link": "text", "date": "day", "integer": "integer", "decimal": "integer", "flag": "flag"}


def types_of(fields: Mapping[str, tuple[str, int]]) -> dict[str, Type]:
    """column → its type in expressions: the columns that every matter has, and a workflow's own ``fields`` (id → type, scale)."""
    own = {name: Type(_KINDS[kind], scale) for name, (kind, scale) in fields.items()}  # type: ignore[arg-type]
    return {name: Type(_KINDS[kind]) for name, kind in COLUMNS.items()} | own  # type: ignore[arg-type]


def row_of(standing: Standing, coded: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a matter as it stands; ``coded`` are those that no step changes."""
    marks = standing.marks
    return {
        **coded, **{column: day_of(marks[mark]) if mark in marks else None for mark, column in _DAYS},
        "state": standing.state, "level": standing.level, "ending": standing.ending, "rating": standing.rating,
        "first_rating": standing.first_rating, "merged": standing.merged,
        **{column: getattr(standing, name) for name, column in _TIMES}, "overdue_times": standing.overdue,
        "handled_minutes": standing.minutes, **standing.fields,
    }  # fmt: skip


# Spelled once: every step of every matter is asked for its columns twice.
_DAYS = tuple((mark, f"{mark}_on") for mark in MARKS)
_TIMES = tuple((name, f"{name}_times") for name in COUNTED)


def day_of(moment: datetime) -> date:
    """The local day of a moment."""
    return moment.astimezone(LOCAL).date()
