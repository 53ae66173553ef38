"""Taking a file of work orders in: records that keep what the sender said, and a matter for each (decision 0028).

All rows are read and checked, and the rights to open their matters asked, before the first thing is written. What is written lies in
several acts; a run that was cut short is made up by importing the file again: every act finds out what is already there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from zhenwu.kernel.definitions.api import calendar, current
from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Filler,
    RecordInput,
    check_records,
    form_of,
    require_fill,
    save_records,
    versions_in,
)
from zhenwu.kernel.matters.api import Report, Step, Taken, citing, may_open_here, pinned, take_steps, titles
from zhenwu.kernel.orders.layouts import DEFAULT, Layout, remember
from zhenwu.kernel.orders.reading import Order, Table, read_orders, read_table
from zhenwu.kernel.orgs.api import Actor, reach_of_posts, tree
from zhenwu.lib.digests import digest, digest_bytes
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Place, Problem, Problems, Refused

LINE, ORDERS = "hotline", "hotline.order"
MOST_FAULTS = 200
UPDATED = "来单更新"
RECEIVERS = ("clerk", "office_head")
_TITLE = 120


@dataclass(frozen=True)
class Taking:
    """What a file brings (or brought): how many orders are new, changed, as they were; ``redone`` were called for again;
    ``places``: number of a new order → where its matter lies."""

    layout: Layout
    new: int
    changed: int
    same: int
    redone: int
    places: Mapping[str, str]


@dataclass(frozen=True)
class _Before:
    """What is there already of an order: the record, its version, what it says."""

    record: UUID
    version: int
    data: Mapping[str, Any]


def import_orders(actor: Actor, content: bytes, name: str, layout: str = DEFAULT, *, write: bool = True, unit: UUID | None = None) -> Taking:
    """Take a sender's .xlsx or .csv in; ``write=False`` only says what it would bring.

    ``unit``: the township (by default the only one that is this person's to fill). Raises ``Problems`` that name sheet, row and
    column; then nothing was written.
    """
    require_fill(actor, ORDERS)
    township = _township(actor, unit)
    table = read_table(content, name, layout)
    orders, faults = read_orders(table, calendar())
    entries, numbers = [_entry(one, township) for one in orders], [one.row for one in orders]
    before = records_of([one.number for one in orders])
    try:
        counts = check_records(actor, ORDERS, [_with_reason(entry, before) for entry in entries], name, True, numbers)
    except Problems as problems:
        known = {one.place.row for one in faults}
        faults += [one.at(Place(name, one.place.row, one.place.column, table.sheet)) for one in problems.found if one.place.row not in known]
    if faults:
        raise Problems(faults[:MOST_FAULTS])
    there = titles_of(orders)
    absent = [one for one in orders if one.number not in before or matter_of(one.number) not in there]
    places = _places(actor, absent, township)
    if write:
        _write(actor, table, orders, entries, before, absent, places, content)
    redone = sum(_is_called_again(one, before) for one in orders)
    named = {one.number: tree().name(places[one.number]) for one in absent}
    return Taking(table.layout, counts["saved"], counts["corrected"], counts["unchanged"], redone, named)


def may_receive(actor: Actor) -> bool:
    """Whether it is this person's post to take orders in: the window's, or the head of an office."""
    return not reach_of_posts(actor, LINE, RECEIVERS).nothing


def titles_of(orders: Sequence[Order]) -> set[UUID]:
    """Those of the orders' matters that are there."""
    wanted = [matter_of(one.number) for one in orders]
    return {matter for some in chunks(wanted, IN) for matter in titles(some)}


def matter_of(number: str) -> UUID:
    """The matter of an order: always the same for a number, so that no file opens it twice."""
    return uuid5(NAMESPACE_OID, f"{ORDERS}:{number}")


def records_of(numbers: Sequence[str]) -> dict[str, _Before]:
    """number → its record as it stands."""
    found: dict[str, _Before] = {}
    for some in chunks(sorted(set(numbers)), IN):
        rows = versions_in(Scope(PREFIX + ORDERS)).filter(key__in=some).values_list("key", "record_id", "number", "data")
        found |= {key: _Before(record, version, data) for key, record, version, data in rows}
    return found


def _township(actor: Actor, unit: UUID | None) -> UUID:
    able = Filler(actor, form_of(current("ledger", ORDERS)), tree()).units
    if unit is not None and unit not in able:
        raise Refused("orders.township", "您没有在这个乡镇接收热线工单的权限", "请联系本模块负责人。")
    if unit is None and len(able) != 1:
        raise Problem("orders.township", "您管着几个乡镇，看不出这些工单是哪个乡镇的", "写明是哪个乡镇。")
    return unit or able[0]


def _entry(order: Order, township: UUID) -> RecordInput:
    return RecordInput(order.data, township, order.day)


def _with_reason(entry: RecordInput, before: Mapping[str, _Before]) -> RecordInput:
    known = str(entry.data["number"]) in before
    return RecordInput(entry.data, entry.unit, entry.day, reason=UPDATED) if known else entry


def _places(actor: Actor, orders: Sequence[Order], township: UUID) -> dict[str, UUID]:
    """number → the village whose full name stands in the address or the title, if it is one only, else the township; raises
    ``Refused`` where this person may not open a matter."""
    now = tree()
    villages = [(now.name(one), one) for one in now.of_kind("village") if township in now.ancestors(one)]
    found = {}
    for order in orders:
        words = f"{order.data.get('address') or ''} {order.data.get('title') or ''}"
        named = {unit for name, unit in villages if name in words}
        found[order.number] = named.pop() if len(named) == 1 else township
    workflow = pinned(ORDERS)[1]
    opening = workflow.action("report")
    assert opening is not None
    wanted = set(found.values())
    if wanted - set(may_open_here(actor, LINE, workflow, opening, wanted)):
        raise Refused("orders.refused", "您的岗位不能接收热线工单", "请窗口或者站所负责人导入。")
    return found


def _write(
    actor: Actor, table: Table, orders: Sequence[Order], entries: Sequence[RecordInput], before: Mapping[str, _Before],
    absent: Sequence[Order], places: Mapping[str, UUID], content: bytes,
) -> None:  # fmt: skip
    township = entries[0].unit
    assert township is not None
    _take(actor, _updates(actor, orders, before))
    remember(actor, table.layout, township)
    stands = sorted((number, one.version) for number, one in before.items())
    op_id = uuid5(NAMESPACE_OID, digest([ORDERS, digest_bytes(content), [list(one) for one in table.layout.columns], stands]))
    rows = [_with_reason(entry, before) for entry in entries]
    save_records(actor, ORDERS, rows, op_id, table.file, True, [one.row for one in orders])
    records = records_of([one.number for one in absent])
    _take(actor, [_opening(one, places[one.number], records[one.number].record) for one in absent])


def _take(actor: Actor, steps: Sequence[Taken]) -> None:
    """Take steps in one call whose id comes from what they are: the same are taken once."""
    if steps:
        told = digest([[str(one.matter), one.action, one.base_version, dict(one.given)] for one in steps])
        take_steps(actor, uuid5(NAMESPACE_OID, told), steps, workflow=ORDERS)


def _opening(order: Order, unit: UUID, record: UUID) -> Taken:
    data = order.data
    title = _line(str(data.get("title") or data.get("content") or "热线工单"))
    title = f"{title[: _TITLE - len(order.number) - 2]}（{order.number}）"
    labels = (("address", "诉求地址"), ("content", "诉求内容"), ("category", "诉求类别"), ("assigned_to", "来单写的主办单位"))
    text = "\n".join(f"{label}：{data[key]}" for key, label in labels if data.get(key))
    report = Report(LINE, unit, title, text, "order", "hotline", "township", record)
    given = {"due_on": data["due_on"].isoformat()} if data.get("due_on") else {}
    given |= {name: "是" for name in ("urged", "settled_unit") if data.get(name)}
    return Taken(matter_of(order.number), "report", 0, report, given=given)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in text)).strip()


def _updates(actor: Actor, orders: Sequence[Order], before: Mapping[str, _Before]) -> list[Taken]:
    """The steps that changed rows call for: another day, 督办, 核定, 重办. Only what this file changes, and what is not so already."""
    changed = {before[one.number].record: one for one in orders if one.number in before and _changes(one, before[one.number].data)}
    found: list[Taken] = []
    for some in chunks(sorted(changed), IN):
        for step in citing(actor, LINE, some):
            order = changed.get(step.matter.record) if step.matter.record else None
            if order is not None and step.matter_id == matter_of(order.number):
                found += _steps(step, order, before)
    return found


def _changes(order: Order, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the sender says otherwise than before, of what moves the matter."""
    due_on = order.data.get("due_on")
    told = {"due_on": due_on.isoformat() if due_on else None, **{name: bool(order.data.get(name)) for name in ("urged", "settled_unit", "again")}}
    return {name: value for name, value in told.items() if value and value != said.get(name)}


def _is_called_again(order: Order, before: Mapping[str, _Before]) -> bool:
    return order.number in before and "again" in _changes(order, before[order.number].data)


def _steps(step: Step, order: Order, before: Mapping[str, _Before]) -> list[Taken]:
    changes, workflow = _changes(order, before[order.number].data), pinned(ORDERS)[1]
    given_day = {"due_on": changes["due_on"]} if "due_on" in changes and changes["due_on"] != step.columns.get("due_on") else {}
    taken: list[tuple[str, dict[str, Any]]] = []
    if "again" in changes and step.state in ("completed", "followed", "closed"):
        action = "reopen" if step.state == "closed" else "redo"
        return [Taken(step.matter_id, action, step.number, given={"reason": "热线中心要求重办", **given_day})]
    taken += [("redate", {"reason": UPDATED, **given_day})] if given_day else []
    taken += [("urge", {})] if "urged" in changes and not step.columns.get("urged") else []
    taken += [("settle", {})] if "settled_unit" in changes and not step.columns.get("settled_unit") else []
    able = {action.id for action, _ in workflow.moves_from(step.state)}
    some = [(action, given) for action, given in taken if action in able]
    return [Taken(step.matter_id, action, step.number + at, given=given) for at, (action, given) in enumerate(some)]
