"""From checked drafts to what the definitions shelf stores: plain JSON, every default written out, always the same.

Bounds are exact text in the field's unit (of a text: its longest length). Of a filter both the tree (which computes) and the text
(which people read) are kept. A metric names what it is made from by full keys; what does not apply is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from zhenwu.lib.expressions import parse, to_json
from zhenwu.lib.problems import Problem
from zhenwu.packkit.columns import ALARM_COLUMNS, Column, ledger_columns
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.front_matter import Document
from zhenwu.packkit.rounds import columns_of, copied, ledger_named, visit_columns
from zhenwu.packkit.sources import STANDARD, counted_unit, each_columns, ledger_called, source_of
from zhenwu.packkit.vocabulary import METRIC_LISTS, METRIC_REFS, ROLL_LEDGERS, ROUND_LEDGERS, WINDOW_LEDGERS

Body = dict[str, Any]


def ledger_body(pack: Draft, ledger: Entry) -> Body:
    """{key, label, pack, unit_level, shape, key_fields, day_label, subject, unique, fill_by, fields}; ``forget_after`` where a parameter says when people are forgotten;
    ``follow`` [{ledger, label, when, given}] where something is entered next; ``sign`` {heading, show, duty, report, phone, fact} where records have public signs."""
    table = ledger.table
    types = {name: column.type for name, column in ledger_columns(table["field"]).items()}
    return {
        "key": ledger.key,
        "label": table["label"],
        "pack": pack.id,
        "unit_level": table["unit_level"],
        "shape": table["shape"],
        "key_fields": list(table["key"]),
        "day_label": table["day_label"],
        "subject": table["subject"],
        "unique": list(table["unique"]),
        "fill_by": list(table["fill_by"]),
        "fields": [_field(pack, field) for field in table["field"]],
        **({"forget_after": pack.full(table["forget_after"])} if table["forget_after"] else {}),
        **({"follow": [
            {"ledger": pack.full(one["ledger"]), "label": one["label"], "when": to_json(parse(one["when"], types)) if one["when"] else None, "given": dict(one["given"])}
            for one in table["follow"]
        ]} if table["follow"] else {}),
        **({"sign": _sign(pack, table["sign"])} if table["sign"] else {}),
    }  # fmt: skip


def _sign(pack: Draft, sign: Mapping[str, Any]) -> Body:
    facts = []
    for one in sign["fact"]:
        types = {name: column.type for name, column in columns_of(pack.ledgers.get(pack.full(one["ledger"]))).items()}
        facts.append({**one, "ledger": pack.full(one["ledger"]), "when": to_json(parse(one["when"], types)) if one["when"] else None})
    return {**sign, "show": list(sign["show"]), "fact": facts}


def _field(pack: Draft, field: Mapping[str, Any]) -> Body:
    return {
        "id": field["id"],
        "label": field["label"],
        "type": field["type"],
        "required": field["required"],
        "hint": field["hint"],
        "unit": field.get("unit"),
        "scale": field.get("scale") or 0,
        "min": _bound(field.get("min")),
        "max": _bound(field.get("max")),
        "pattern": field.get("pattern"),
        "choices": [list(pair) for pair in field.get("choices") or ()],
        "ledger": pack.full(field["ledger"]) if field.get("ledger") else None,
        **({"on_day": True} if field.get("on_day") else {}),
        **({"timed": True} if field.get("timed") else {}),
        **({"from": field["from"], "measure": field["measure"]} if field.get("from") else {}),
        **({"only": [[name, value] for name, value in field["only"].items()]} if field.get("only") else {}),
    }


def _bound(number: Decimal | int | None) -> str | None:
    return None if number is None else format(number, "f") if isinstance(number, Decimal) else str(number)


def metric_body(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Body:
    """See ``docs/house.md`` for the kinds; ``source_unit`` and ``scale`` are those of the summed field or counted row."""
    table = metric.table
    body: Body = {
        "key": metric.key,
        "label": table["label"],
        "pack": pack.id,
        "kind": table["kind"],
        "ledger": None,
        "workflow": None,
        "measure": table.get("measure"),
        "distinct": table.get("distinct"),
        "where": None,
        "where_text": table.get("where_text"),
        "time": None,
        "unit": table["unit"],
        "source_unit": None,
        "scale": 0,
        "decimals": table["decimals"],
        "better": table["better"],
        "basis": table["basis"],
        "source": table.get("source"),
        "against": table.get("against"),
        "relative": bool(table.get("relative")),
        "years": table.get("years"),
        "beside": [pack.full(other) for other in table["beside"]],
        "measures": pack.full(table["measures"]) if table.get("measures") else None,
    }
    if table["match"]:  # else left out: a key more would make every metric another one, to be counted anew
        body["match"] = {
            pack.full(other): {name: sorted(map(list, pairs.items())) for name, pairs in told.items()}
            for other, told in table["match"].items()
        }
    if table.get("apart"):
        body["apart"] = list(table["apart"])
    body |= {name: pack.full(table[name]) if table.get(name) else None for name in METRIC_REFS}
    return body | _terms(pack, table) | _rows(pack, others, metric)


def _terms(pack: Draft, table: Mapping[str, Any]) -> Body:
    """What only a metric of terms has: which count for it, which against it, where and when it is told."""
    if table["kind"] != "net":
        return {}
    terms = {name: [pack.full(key) for key in table[name]] for name in METRIC_LISTS}
    either = {"either": True} if table["either"] else {}  # else left out, as with ``match``
    return {**terms, "unit_level": table["unit_level"], "whole_years": table["whole_years"], **either}


def _rows(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Body:
    """What only metrics over rows have."""
    table = metric.table
    if table["kind"] not in ("flow", "stock", "distinct"):
        return {}
    source = source_of(pack, others, metric)
    if source is None:
        raise Problem("metric.source", "数据来源读不出来", "先改正它所在的业务模块。", metric.place("ledger"))
    measure = table.get("measure")
    column = source.columns[measure] if measure else None
    where = table.get("where")
    types = {name: item.type for name, item in source.of_filter(metric).items()}
    dated = {"params": [pack.full(name) for name in table["params"]]} if table["params"] else {}  # else left out, as with ``match``
    return {
        **dated,
        **_within(pack, others, table.get("within")),
        "ledger": source.key if table["ledger"] else None,
        "workflow": source.key if table.get("workflow") else None,
        "where": to_json(parse(where, types)) if where else None,
        "time": table.get("time") or source.times[0],
        "source_unit": column.unit if column else counted_unit(table["unit"]),
        "scale": column.scale if column else 0,
        **({"until": source.until} if table["kind"] == "stock" and source.until else {}),
    }


def _within(pack: Draft, others: Mapping[str, Draft], told: Mapping[str, Any] | None) -> Body:
    """``within``: the other ledger (``right``), the field that says which record of it, and the field by which that one is called (``named``)."""
    other = ledger_called(pack, others, told["ledger"]) if told else None
    return {"within": {"right": other.key, "same": told["same"], "named": other.table["key"][0]}} if told and other else {}


def param_body(pack: Draft, param: Entry) -> Body:
    """{key, label, pack, unit, source, versions: [{from, abolished, values}]}, oldest first; numbers as text."""
    table = param.table
    versions = []
    for day, values in sorted(table["from"].items()):
        abolished = values == {"abolished": True}
        numbers = {} if abolished else {name: str(value) for name, value in sorted(values.items())}
        versions.append({"from": day, "abolished": abolished, "values": numbers})
    head = {"key": param.key, "label": table["label"], "pack": pack.id}
    return {**head, "unit": table["unit"], "source": table["source"], "versions": versions}


def rule_body(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> Body:
    """{key, label, pack, on, ledger, when, when_text, beside: {same, days, warns}, open: {workflow, action, title, category, channel, given}}."""
    table, opening = rule.table, rule.table["open"]
    if table["enter"]:
        return _entering_body(pack, others, rule)
    source = source_of(pack, others, rule) if table["ledger"] else None
    columns = source.of_rules if source else ALARM_COLUMNS
    when = table["when"]
    types = {name: column.type for name, column in columns.items()}
    workflow = opening["workflow"]
    opening = {name: value for name, value in opening.items() if name != "given" or value}
    return {
        "key": rule.key, "label": table["label"], "pack": pack.id, "on": table["on"],
        "ledger": source.key if source else None, "when": to_json(parse(when, types)) if when else None, "when_text": when,
        "beside": _beside(table["beside"]),
        "open": {**opening, "workflow": workflow if workflow == STANDARD else pack.full(workflow)}, **_each(pack, table["each"], columns),
        **({"once": {"same": list(table["once"]["same"]), "days": table["once"]["days"]}} if table["once"] else {}),
    }  # fmt: skip


def _each(pack: Draft, told: Mapping[str, Any] | None, columns: Mapping[str, Column]) -> Body:
    if not told:
        return {}
    types = {name: column.type for name, column in each_columns(pack, told, columns).items()}
    return {"each": {"ledger": pack.full(told["ledger"]), "when": to_json(parse(told["when"], types)), "when_text": told["when"]}}


def _entering_body(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> Body:
    """{key, label, pack, on, workflow | ledger, when, when_text, enter: {ledger, given, says, day, until, look: {ledger, same}}}."""
    table, entry = rule.table, rule.table["enter"]
    source = source_of(pack, others, rule)
    assert source is not None
    types = {name: column.type for name, column in source.of_rules.items()}
    return {
        "key": rule.key, "label": table["label"], "pack": pack.id, "on": table["on"], "workflow" if table["workflow"] else "ledger": source.key,
        "when": to_json(parse(table["when"], types)) if table["when"] else None, "when_text": table["when"],
        "enter": {**{name: value for name, value in entry.items() if name != "look"}, "ledger": pack.full(entry["ledger"]), **_look(pack, entry["look"])},
    }  # fmt: skip


def _look(pack: Draft, told: Mapping[str, Any] | None) -> Body:
    return {"look": {"ledger": pack.full(told["ledger"]), "same": dict(told["same"])}} if told else {}


def _beside(told: Mapping[str, Any] | None) -> Body | None:
    """``warns`` only where it is said: a key more would make every rule another one."""
    if not told:
        return None
    return {"same": list(told["same"]), "days": told["days"], **({"warns": told["warns"]} if told.get("warns") else {})}


def workflow_body(pack: Draft, workflow: Entry) -> Body:
    """{key, pack, and the table as the matters shelf reads it}; of a guard the tree is kept, not the text."""
    raw, table = pack.raw.tables[workflow.file], workflow.table["workflow"]
    actions = [
        {**action, **_registers(pack, action), "move": [_guarded(move, known) for move, known in zip(action["move"], read.moves, strict=True)]}
        for action, read in zip(raw["action"], table.actions, strict=True)
    ]
    limits = [_guarded(limit, known) for limit, known in zip(raw.get("limit", ()), table.limits, strict=True)]
    told: Body = {"lookup": {**raw["lookup"], "ledger": pack.full(raw["lookup"]["ledger"])}} if raw.get("lookup", {}).get("ledger") else {}
    told |= {"field": [_full_ledger(pack, one) for one in raw["field"]]} if raw.get("field") else {}
    return {"key": workflow.key, "pack": pack.id, **raw, "action": actions, "limit": limits, **told}


def _full_ledger(pack: Draft, field: Mapping[str, Any]) -> Body:
    return {**field, "ledger": pack.full(field["ledger"])} if field.get("ledger") else dict(field)


def _registers(pack: Draft, action: Mapping[str, Any]) -> Body:
    return {key: {name: pack.full(ledger) for name, ledger in action[key].items()} for key in ("listed", "unlisted") if key in action}


def _guarded(raw: Mapping[str, Any], read: Any) -> Body:
    return {**raw, "when": to_json(read.when.tree)} if read.when else dict(raw)


def report_body(pack: Draft, key: str, document: Document) -> Body:
    """{key, label, pack, text, blanks}: ``text`` is the whole file, ``blanks`` its bindings with full metric keys."""
    blanks = {
        name: {**blank, "metric": pack.full(blank["metric"]) if blank["metric"] else None}
        for name, blank in sorted(document.blanks.items())
    }
    return {"key": key, "label": document.title, "pack": pack.id, "text": document.source, "blanks": blanks}


def round_body(pack: Draft, others: Mapping[str, Draft], one: Entry) -> Body:
    """{key, label, pack, of, by, plan, into, link, same, every, clock, title, chief, grace_days, since, where, where_text, valid,
    valid_text, copied}: ledgers by full keys, of a condition the tree and the text; ``course``, ``track``, ``near``, ``missed``, ``missed_text`` where it has lines."""
    table = one.table
    body: Body = {"key": one.key, "label": table["label"], "pack": pack.id}
    body |= {name: pack.full(table[name]) if table[name] else None for name in ROUND_LEDGERS}
    body |= {name: table[name] for name in ("link", "every", "clock", "title", "chief", "grace_days")}
    body |= {"same": list(table["same"]), "since": table["since"].isoformat() if table["since"] else None}
    seen = {"where": columns_of(ledger_named(pack, others, one, "of")), "valid": visit_columns(pack, others, one)}
    for name, columns in seen.items():
        types = {column: told.type for column, told in columns.items()}
        body |= {name: to_json(parse(table[name], types)) if table[name] else None, f"{name}_text": table[name]}
    if table["missed"]:
        types = {column: told.type for column, told in columns_of(ledger_named(pack, others, one, "into")).items()}
        body |= {"missed": to_json(parse(table["missed"], types)), "missed_text": table["missed"]}
    body |= {name: table[name] for name in ("course", "track", "near") if table[name]}
    return body | {"copied": copied(pack, others, one)}


def window_body(pack: Draft, one: Entry) -> Body:
    """{key, label, pack, person, name, family, items, title, papers, lackable, held, owner, paper}: ledgers by full keys; ``undertakings`` with ``covers``, ``broken`` where it has them."""
    table = one.table
    body: Body = {"key": one.key, "label": table["label"], "pack": pack.id}
    body |= {name: pack.full(table[name]) if table[name] else None for name in WINDOW_LEDGERS if table[name] or name in ("person", "items", "held")}
    body |= {name: table[name] for name in ("name", "family", "title", "papers", "lackable", "owner", "paper")}
    return body | ({"covers": table["covers"]} if table["covers"] else {})


def roll_body(pack: Draft, others: Mapping[str, Draft], one: Entry) -> Body:
    """{key, label, pack, of, event, by, same, link, names, done, done_text, fill, title, helper, place, reason, back, early, also,
    anywhere, again, people, home, words}: ledgers by full keys."""
    table = one.table
    body: Body = {"key": one.key, "label": table["label"], "pack": pack.id}
    body |= {name: pack.full(table[name]) if table[name] else None for name in ROLL_LEDGERS}
    body |= {name: table[name] for name in ("link", "names", "title", "helper", "place", "reason", "back", "early")}
    body |= {"same": list(table["same"]), "fill": dict(table["fill"])}
    added = {name: table[name] for name in ("anywhere", "again", "home") if table[name]} | {name: dict(table[name]) for name in ("also", "words") if table[name]}
    body |= added  # said only where they are, so that a roll without them is the definition that it was
    types = {column: told.type for column, told in columns_of(ledger_named(pack, others, one, "by")).items()}
    return body | {"done": to_json(parse(table["done"], types)) if table["done"] else None, "done_text": table["done"]}
