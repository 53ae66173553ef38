"""What a metric can see of a ledger or a workflow: its columns, with type, scale, unit and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhenwu.lib.expressions import Type
from zhenwu.packkit.vocabulary import AUTHORITIES, PERSONAL
from zhenwu.sdk import LEVELS, MATTER_COLUMNS, RATINGS, Workflow


@dataclass(frozen=True)
class Column:
    """``kind`` is a type of the expression language; ``scale`` counts decimals; ``choices`` are the only values."""

    kind: str
    scale: int = 0
    unit: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def type(self) -> Type:
        return Type(self.kind, self.scale)  # type: ignore[arg-type]


_KINDS = {
    "text": "text",
    "choice": "text",
    "link": "text",
    "polyline": "text",
    "integer": "integer",
    "decimal": "integer",
    "date": "day",
    "flag": "flag",
}
CHOSEN: dict[str, tuple[str, ...]] = {"level": ("", *LEVELS), "rating": ("", *RATINGS), "first_rating": ("", *(one for one in RATINGS if one != "unreached"))}
_EVERY = {"month": Column("integer"), "authority": Column("text", choices=AUTHORITIES)}

_UNITS = {"handled_minutes": "分钟"}

# One row per step of a matter, as the matters shelf shows it to metrics.
WORKFLOW_COLUMNS: dict[str, Column] = {
    name: Column(_KINDS[kind], unit=_UNITS.get(name, "次" if name.endswith("_times") else None), choices=CHOSEN.get(name, ()))
    for name, kind in MATTER_COLUMNS.items()
}


def workflow_columns(workflow: Workflow) -> dict[str, Column]:
    """The columns of a workflow's matters, its own fields among them."""
    own = workflow.form.fields if workflow.form else ()
    return WORKFLOW_COLUMNS | {one.id: Column(_KINDS[one.type], one.scale, one.unit or None, tuple(code for code, _ in one.choices)) for one in own}


# An alarm as rules see it: the device that raised it.
ALARM_COLUMNS: dict[str, Column] = {name: Column("text") for name in ("kind", "code", "label", "measure")}


def ledger_columns(fields: Iterable[Mapping[str, Any]]) -> dict[str, Column]:
    """Columns of well-shaped fields; personal ones are left out, an identity yields its derived columns."""
    columns = dict(_EVERY)
    for field in fields:
        name, kind = field.get("id"), field.get("type")
        if not name or not kind:
            continue
        if kind == "identity":
            columns[f"{name}_sex"] = Column("text", choices=("male", "female"))
            columns[f"{name}_birth_year"] = Column("integer", unit="年")
            columns[f"{name}_subject"] = Column("text")
        elif kind not in PERSONAL:
            choices = tuple(code for code, _ in field.get("choices") or ())
            columns[name] = Column(_KINDS[kind], field.get("scale") or 0, field.get("unit"), choices)
    return columns


def time_columns(shape: str, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The names that may stand as a metric's ``time``: the ledger's own days first, then its date fields."""
    own = ("occurred_on",) if shape == "flow" else ("valid_from", "valid_until")
    return (*own, *(name for name, column in columns.items() if column.kind == "day"))


def column_of_type(kind: str) -> Column:
    """The column that a field of a type yields, its scale and unit left aside."""
    return Column(_KINDS[kind])
