"""A ledger's form on the screen: its controls, what was typed into them, and which fault belongs beside which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict

from zhenwu.kernel.definitions.api import Definition, find
from zhenwu.kernel.ledgers.api import AUTHORITIES, Field, Filler, Form, RecordInput, Until, form_of, masked, shown
from zhenwu.kernel.orgs.api import Actor, Tree
from zhenwu.lib.polylines import LONGEST_TEXT
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.places import Group, grouped

LEVELS = {"grid": "所在网格", "village": "所在村", "township": "所在乡镇"}
LONG_TEXT = 120
_FLAG = (("是", "是"), ("否", "否"))


@dataclass(frozen=True)
class Control:
    """One input. ``kind``: line, number, day, choice, text (several lines), polyline, people (several of them). A choice has ``options``, or places
    in ``groups``."""

    name: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    unit: str = ""
    required: bool = False
    longest: int = 500
    options: tuple[tuple[str, str], ...] = ()
    groups: tuple[Group, ...] = ()
    error: str = ""


def blank(definition: Definition, who: Actor, now: Tree) -> list[Control]:
    """The controls of a new record."""
    return [_unit(form_of(definition), who, now), *_days(form_of(definition)), *fields_of(definition), *_authority(form_of(definition), who)]


def filled(definition: Definition, who: Actor, now: Tree, version: Any) -> list[Control]:
    """The controls of a correction, showing what the record says; personal fields stay closed."""
    form, hidden = form_of(definition), masked(version)
    values = {f"f_{one.id}": _editable(one, version.data.get(one.id)) for one in form.fields if not one.is_personal}
    values |= {"unit": str(version.unit_id), "day": str(version.starts_on), "until": str(version.ends_on or "")}
    values |= {"authority": version.authority}
    controls = [replace(one, value=values.get(one.name, "")) for one in blank(definition, who, now)]
    personal = {f"f_{one.id}" for one in form.fields if one.is_personal}
    told = {f"f_{name}": text for name, text in hidden.items()}
    return [
        replace(one, required=False, hint=f"现为 {told.get(one.name) or '空'}。不改就空着。") if one.name in personal else one
        for one in controls
    ]


def typed(controls: Sequence[Control], sent: QueryDict, faults: Sequence[Problem] = ()) -> list[Control]:
    """The controls with what was typed, each with its fault."""
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.place.column, []).append(f"{fault.message}。{fault.remedy}")
    return [replace(one, value=sent.get(one.name, "")[: max(2000, one.longest)], error=" ".join(told.get(one.label, ()))) for one in controls]


def begun(controls: Sequence[Control], asked: QueryDict) -> list[Control]:
    """The controls with what a link to the form has filled in already."""
    return [replace(one, value=asked.get(one.name, "")[:2000]) if one.name in asked else one for one in controls]


def loose(controls: Sequence[Control], faults: Sequence[Problem]) -> list[Problem]:
    """Faults that belong to no control: shown above the form."""
    labels = {one.label for one in controls}
    return [fault for fault in faults if fault.place.column not in labels]


def entered(form: Form, sent: QueryDict, correcting: bool, may_grade: bool) -> RecordInput:
    """What was typed as an entry; on a correction an empty personal field means: leave it, an emptied end: there is none."""
    data = {one.id: sent.get(f"f_{one.id}", "").strip() for one in form.fields}
    if correcting:
        data = {name: text for name, text in data.items() if text or not form.field(name).is_personal}
    authority = sent.get("authority", "")
    return RecordInput(
        data, _uuid(sent.get("unit", "")), sent.get("day", "").strip() or None, sent.get("until", "").strip() or (Until.OPEN if "until" in sent else None),
        authority if may_grade and authority in AUTHORITIES else None, sent.get("reason", "").strip()[:200],
    )  # fmt: skip


def may_grade(form: Form, who: Actor) -> bool:
    """Whether this person says whose number it is (自报, 初核, 县认定): those who answer for the whole township."""
    return doors.answers_for_township(who, form.pack)


def differences(form: Form, sent: QueryDict, theirs: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(label, what stands there now, what I typed) wherever the two differ."""
    told = []
    for one in form.fields:
        mine = sent.get(f"f_{one.id}", "").strip()
        mine = dict(one.choices).get(mine, mine)
        if mine != theirs.get(one.id, "") and (mine or not one.is_personal):
            told.append((one.label, theirs.get(one.id, ""), mine))
    return told


def _unit(form: Form, who: Actor, now: Tree) -> Control:
    units = list(Filler(who, form, now).units)
    value = str(units[0]) if len(units) == 1 else ""
    return Control("unit", LEVELS.get(form.unit_level, "所在地"), "choice", value, required=True, groups=tuple(grouped(units, now)))


def _days(form: Form) -> list[Control]:
    days = [Control("day", form.day_label, "day", required=True)]
    if form.shape == "stock":
        days.append(Control("until", "截止日期", "day", hint="还在用就空着；写不再有效的第一天。"))
    return days


def fields_of(definition: Definition) -> list[Control]:
    """The controls of a ledger's own fields."""
    hints = {one["id"]: one.get("hint") or "" for one in definition.body["fields"]}
    return [_field(one, hints[one.id]) for one in form_of(definition).fields]


def _field(one: Field, hint: str) -> Control:
    kinds = {"integer": "number", "decimal": "number", "date": "day", "choice": "choice", "flag": "choice"}
    kind = "text" if one.type == "text" and int(one.max or 500) > LONG_TEXT else "polyline" if one.type == "polyline" else kinds.get(one.type, "line")
    options = _FLAG if one.type == "flag" else one.choices
    if one.type == "link":
        other = find("ledger", one.ledger)
        hint = hint or f"填“{other.body['label'] if other else one.ledger}”里的编号。"
    if one.is_personal:
        hint = hint or "个人信息加密保存，平时只显示一部分。"
    longest = int(one.max or 500) if one.type == "text" else LONGEST_TEXT if one.type == "polyline" else 60
    return Control(f"f_{one.id}", one.label, kind, "", hint, one.unit, one.required and not one.source, longest, options)


def control_of(one: Field, name: str, required: bool) -> Control:
    """The control of a field that stands in another form."""
    return replace(_field(one, ""), name=name, required=required)


def _authority(form: Form, who: Actor) -> list[Control]:
    if not may_grade(form, who):
        return []
    return [Control("authority", "数据来源", "choice", "self", required=True, options=tuple(AUTHORITIES.items()))]


def _editable(one: Field, stored: Any) -> str:
    if one.type in ("choice", "polyline"):
        return str(stored or "")
    return shown(one, stored)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
