"""An invented pack ``yard`` (庭院): a flow ledger of buildings, a stock ledger of families, and metrics of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.expressions import DAY, INTEGER, TEXT, parse, to_json

HOUSE, FAMILY, TALLY, CARE = "yard.house", "yard.family", "yard.tally", "yard.care"
_COLUMNS = {
    "state": TEXT, "style": TEXT, "authority": TEXT, "area": INTEGER, "people": INTEGER, "id_number_sex": TEXT,
    "id_number_birth_year": INTEGER, "valid_from": DAY, "occurred_on": DAY, "checked": DAY,
}  # fmt: skip


def field(id: str, label: str, type: str, **more: Any) -> dict[str, Any]:
    """A field as a ledger's definition stores it."""
    return {"id": id, "label": label, "type": type, **more}


def ledger(key: str, label: str, shape: str, fields: list[dict[str, Any]], **more: Any) -> Draft:
    """A ledger of the pack; records lie at grids and are known by their code."""
    body = {
        "key": key, "label": label, "pack": "yard", "unit_level": "grid", "shape": shape, "key_fields": ["code"],
        "day_label": "日期", "subject": "", "fill_by": [], "fields": fields, **more,
    }  # fmt: skip
    return Draft("ledger", key, "yard", body)


def metric(key: str, kind: str, unit: str, where: str | None = None, **more: Any) -> Draft:
    """A metric of the pack, with its filter compiled as packkit does."""
    body = {
        "key": f"yard.{key}", "label": key, "pack": "yard", "kind": kind, "unit": unit, "decimals": 2, "basis": "口径",
        "where": to_json(parse(where, _COLUMNS)) if where else None, "where_text": where, **more,
    }  # fmt: skip
    return Draft("metric", f"yard.{key}", "yard", body)


CODE = field("code", "编号", "text", max=30, required=True)
HOUSES = [
    CODE,
    field("area", "面积", "decimal", unit="平方米", scale=2, min="0.01"),
    field("state", "状态", "choice", choices=[["found", "已发现"], ["removed", "已拆除"]]),
    field("style", "样式", "text", max=80),
    field("checked", "核对日期", "date"),
]
FAMILIES = [CODE, field("people", "人口", "integer", unit="人", min="0", max="100"), field("style", "样式", "text", max=80)]
TALLIES = [
    CODE,
    field("id_number", "身份证号", "identity"),
    field("who", "姓名", "name"),
    field("phone", "电话", "phone"),
    field("house", "所在房屋", "link", ledger=HOUSE),
    field("paid", "补助", "decimal", unit="元", scale=2),
]
CARES = [field("id_number", "身份证号", "identity", required=True), field("who", "姓名", "name")]
FLOW = {"ledger": HOUSE, "time": "occurred_on", "source_unit": "平方米", "scale": 2, "measure": "area"}
METRICS: dict[str, Draft] = {
    draft.key.removeprefix("yard."): draft
    for draft in (
        metric("area", "flow", "亩", "state = 'removed'", **FLOW),
        metric("all_area", "flow", "平方米", **FLOW),
        metric("houses", "flow", "座", ledger=HOUSE, time="occurred_on"),
        metric("checked", "flow", "座", "area > 500", ledger=HOUSE, time="checked"),
        metric("styles", "distinct", "个", ledger=HOUSE, distinct="style", time="occurred_on"),
        metric("families", "stock", "户", ledger=FAMILY),
        metric("people", "stock", "人", "style <> 'tent'", ledger=FAMILY, measure="people"),
        metric("quota", "series", "亩"),
        metric("completion", "ratio", "%", numerator="yard.area", denominator="yard.quota"),
        metric("removed_part", "ratio", "%", numerator="yard.area", denominator="yard.all_area"),
        metric("share", "share", "%", numerator="yard.all_area"),
        metric("more", "change", "平方米", of="yard.all_area", against="year"),
        metric("faster", "change", "%", of="yard.all_area", against="period", relative=True),
        metric("two_years", "cumulative", "平方米", of="yard.all_area", years=2),
        metric("kept", "net", "亩", plus=["yard.all_area", "yard.quota"], less=["yard.area"], whole_years=True),
        metric("growth", "growth", "%", of="yard.people", years=1),
    )
}
MEMBERS = [
    metric("tallied", "flow", "人", ledger=TALLY, time="occurred_on"),
    metric("women", "flow", "人", "id_number_sex = 'female'", ledger=TALLY, time="occurred_on"),
    metric("persons", "distinct", "人", ledger=TALLY, distinct="id_number_subject", time="occurred_on"),
    metric("paid", "flow", "元", ledger=TALLY, measure="paid", source_unit="元", scale=2, time="occurred_on"),
]


def drafts(
    house: list[dict[str, Any]] | None = None, metrics: Mapping[str, Draft] = METRICS, **tally: Any
) -> list[Draft]:
    """The whole pack; a changed form, changed metrics or a changed ledger of people may be put in place."""
    return [
        Draft("pack", "yard", "yard", {"key": "yard", "label": "庭院"}),
        ledger(HOUSE, "房屋台账", "flow", house or HOUSES),
        ledger(FAMILY, "家庭台账", "stock", FAMILIES),
        ledger(TALLY, "补助台账", "flow", TALLIES, subject="id_number", **tally),
        ledger(CARE, "关爱台账", "stock", CARES, subject="id_number", key_fields=["id_number"]),
        *metrics.values(),
        *MEMBERS,
    ]


def install_yard(**changed: Any) -> None:
    """Install the pack, or what changed in it."""
    install(SYSTEM, drafts(**changed), uuid4())
