"""Taking a sender's file in: records that keep what the sender said, and a matter for each (decision 0028).

All rows are read and checked, and the rights to open their matters asked, before the first thing is written. What is written lies in
several acts; a run that was cut short is made up by importing the file again: every act finds out what is already there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from zhenwu.kernel.definitions.api import calendar, current
from zhenwu.kernel.exchanges.exchange import Exchange
from zhenwu.kernel.exchanges.layouts import DEFAULT, Layout, remember
from zhenwu.kernel.exchanges.moving import Before, as_given, changes_of, steps_for
from zhenwu.kernel.exchanges.reading import Item, Table, read_items, read_table
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
from zhenwu.kernel.matters.api import Report, Taken, citing, may_open_here, pinned, take_steps, titles
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.digests import digest, digest_bytes
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Place, Problem, Problems, Refused

MOST_FAULTS = 200
UPDATED = "来单更新"
_TITLE = 120


@dataclass(frozen=True)
class Taking:
    """What a file brings (or brought): how many rows are new, changed, as they were; ``told``: words of a change → how many rows call
    for it; ``places``: number of a new row → where its matter lies."""

    layout: Layout
    new: int
    changed: int
    same: int
    told: Mapping[str, int]
    places: Mapping[str, str]


def import_table(
    actor: Actor, exchange: Exchange, content: bytes, name: str, layout: str = DEFAULT, *, write: bool = True, unit: UUID | None = None
) -> Taking:
    """Take a sender's .xlsx or .csv in; ``write=False`` only says what it would bring.

    ``unit``: the township (by default the only one that is this person's to fill). Raises ``Problems`` that name sheet, row and
    column; then nothing was written.
    """
    require_fill(actor, exchange.keeps)
    township = _township(actor, exchange, unit)
    table = read_table(exchange, content, name, layout)
    items, faults = read_items(exchange, table, calendar())
    entries, numbers = [RecordInput(one.data, township, one.day) for one in items], [one.row for one in items]
    before = records_of(exchange, [one.number for one in items])
    rows = [_with_reason(entry, one.number in before) for entry, one in zip(entries, items, strict=True)]
    try:
        counts = check_records(actor, exchange.keeps, rows, name, True, numbers)
    except Problems as problems:
        known = {one.place.row for one in faults}
        faults += [one.at(Place(name, one.place.row, one.place.column, table.sheet)) for one in problems.found if one.place.row not in known]
    if faults:
        raise Problems(faults[:MOST_FAULTS])
    there = _there(exchange, items)
    absent = [one for one in items if one.number not in before or matter_of(exchange, one.number) not in there]
    places = _places(actor, exchange, absent, township)
    if write:
        _write(actor, exchange, table, items, rows, before, absent, places, content)
    named = {one.number: tree().name(places[one.number]) for one in absent}
    return Taking(table.layout, counts["saved"], counts["corrected"], counts["unchanged"], _told(exchange, items, before), named)


def matter_of(exchange: Exchange, number: str) -> UUID:
    """The matter of a row: always the same for a number, so that no file opens it twice."""
    return uuid5(NAMESPACE_OID, f"{exchange.keeps}:{number}")


def records_of(exchange: Exchange, numbers: Sequence[str]) -> dict[str, Before]:
    """number → its record as it stands."""
    found: dict[str, Before] = {}
    for some in chunks(sorted(set(numbers)), IN):
        rows = versions_in(Scope(PREFIX + exchange.keeps)).filter(key__in=some).values_list("key", "record_id", "number", "data")
        found |= {key: Before(record, version, data) for key, record, version, data in rows}
    return found


def _there(exchange: Exchange, items: Sequence[Item]) -> set[UUID]:
    """Those of the rows' matters that are there."""
    wanted = [matter_of(exchange, one.number) for one in items]
    return {matter for some in chunks(wanted, IN) for matter in titles(some)}


def _told(exchange: Exchange, items: Sequence[Item], before: Mapping[str, Before]) -> dict[str, int]:
    """How many rows call for what is counted by name."""
    words = {one.column: one.told for one in exchange.changes if one.told}
    changed = [changes_of(exchange, one, before[one.number].data) for one in items if one.number in before]
    counts = {word: sum(column in some for some in changed) for column, word in words.items()}
    return {word: count for word, count in counts.items() if count}


def _township(actor: Actor, exchange: Exchange, unit: UUID | None) -> UUID:
    able = Filler(actor, form_of(current("ledger", exchange.keeps)), tree()).units
    if unit is not None and unit not in able:
        raise Refused("exchange.township", f"您没有在这个乡镇接收{exchange.label}{exchange.item}的权限", "请联系本模块负责人。")
    if unit is None and len(able) != 1:
        raise Problem("exchange.township", f"您管着几个乡镇，看不出这些{exchange.item}是哪个乡镇的", "写明是哪个乡镇。")
    return unit or able[0]


def _with_reason(entry: RecordInput, is_known: bool) -> RecordInput:
    return RecordInput(entry.data, entry.unit, entry.day, reason=UPDATED) if is_known else entry


def _places(actor: Actor, exchange: Exchange, items: Sequence[Item], township: UUID) -> dict[str, UUID]:
    """number → the village whose full name stands in the columns of the place, if it is one only, else the township; raises
    ``Refused`` where this person may not open a matter."""
    now = tree()
    villages = [(now.name(one), one) for one in now.of_kind("village") if township in now.ancestors(one)]
    found = {}
    for one in items:
        words = " ".join(str(one.data.get(name) or "") for name in exchange.place)
        named = {unit for name, unit in villages if name in words}
        found[one.number] = named.pop() if len(named) == 1 else township
    workflow = pinned(exchange.opens)[1]
    opening = workflow.action(exchange.action)
    assert opening is not None
    wanted = set(found.values())
    if wanted - set(may_open_here(actor, exchange.pack, workflow, opening, wanted)):
        raise Refused("exchange.refused", f"您的岗位不能接收{exchange.label}{exchange.item}", "请窗口或者站所负责人导入。")
    return found


def _write(
    actor: Actor, exchange: Exchange, table: Table, items: Sequence[Item], rows: Sequence[RecordInput], before: Mapping[str, Before],
    absent: Sequence[Item], places: Mapping[str, UUID], content: bytes,
) -> None:  # fmt: skip
    township = rows[0].unit
    assert township is not None
    _take(actor, exchange, _updates(actor, exchange, items, before))
    remember(actor, exchange, table.layout, township)
    stands = sorted((number, one.version) for number, one in before.items())
    op_id = uuid5(NAMESPACE_OID, digest([exchange.keeps, digest_bytes(content), [list(one) for one in table.layout.columns], stands]))
    save_records(actor, exchange.keeps, rows, op_id, table.file, True, [one.row for one in items])
    records = records_of(exchange, [one.number for one in absent])
    _take(actor, exchange, [_opening(exchange, one, places[one.number], records[one.number].record) for one in absent])


def _take(actor: Actor, exchange: Exchange, steps: Sequence[Taken]) -> None:
    """Take steps in one call whose id comes from what they are: the same are taken once."""
    if steps:
        told = digest([[str(one.matter), one.action, one.base_version, dict(one.given)] for one in steps])
        take_steps(actor, uuid5(NAMESPACE_OID, told), steps, workflow=exchange.opens)


def _opening(exchange: Exchange, item: Item, unit: UUID, record: UUID) -> Taken:
    data = item.data
    said = next((data[name] for name in exchange.title if data.get(name)), f"{exchange.label}{exchange.item}")
    title = f"{_line(str(said))[: _TITLE - len(item.number) - 2]}（{item.number}）"
    labels = {one.id: one.said for one in exchange.columns}
    text = "\n".join(f"{labels[name]}：{data[name]}" for name in exchange.text if data.get(name))
    report = Report(exchange.pack, unit, title, text, exchange.category, exchange.channel, "township", record)
    given = {one.carry: as_given(data[one.id]) for one in exchange.columns if one.carry and data.get(one.id)}
    return Taken(matter_of(exchange, item.number), exchange.action, 0, report, given=given)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in text)).strip()


def _updates(actor: Actor, exchange: Exchange, items: Sequence[Item], before: Mapping[str, Before]) -> list[Taken]:
    """The steps that changed rows call for. Only what this file changes, and what is not so already."""
    known = [(one, before[one.number]) for one in items if one.number in before]
    changed = {was.record: (one, changes) for one, was in known if (changes := changes_of(exchange, one, was.data))}
    found: list[Taken] = []
    workflow = pinned(exchange.opens)[1]
    for some in chunks(sorted(changed), IN):
        for step in citing(actor, exchange.pack, some):
            item, changes = changed[step.matter.record] if step.matter.record in changed else (None, {})
            if item is not None and step.matter_id == matter_of(exchange, item.number):
                found += steps_for(exchange, workflow, step, changes)
    return found
