"""Rules that bring what a step or a record says into a ledger: that is of the pack, the key is given, what is given fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.columns import Column, column_of_type, ledger_columns
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import STANDARD, source_of
from zhenwu.packkit.vocabulary import PERSONAL
from zhenwu.sdk import OF_THE_STEP

CITED, OF_THE_TABLE = "record", "table_"
_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def entering(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> list[Problem]:
    """What is wrong with a rule that brings something into a ledger (``rule.enter``, and the codes of conditions)."""
    table, place = rule.table, rule.place("enter")
    of_steps = table["on"] == "matter.step"
    if not table["enter"] or table["open"] or table["beside"] or table["once"] or table["on"] == "alarm.raised" or bool(table["workflow"]) != of_steps or bool(table["ledger"]) == of_steps:
        return [Problem("rule.enter", "带进台账的规则要写三样", 'on = "matter.step"、workflow = "本模块的流程"（或 on = "record.saved"、ledger = "台账"）、[rule.enter]；不写 [rule.open]、[rule.beside]。', place)]
    if of_steps and (table["workflow"] == STANDARD or not pack.full(table["workflow"]).startswith(f"{pack.id}.")):
        return [Problem("rule.enter", "只能听本模块的流程", f"可以用：{'、'.join(pack.workflows)}。", rule.place("workflow"))]
    try:
        source = source_of(pack, others, rule)
    except Problem as problem:
        return [problem]
    ledger = pack.ledgers.get(pack.full(table["enter"]["ledger"]))
    if ledger is None or pack.full(table["ledger"] or "") in _led_to(pack, ledger.key):
        return [Problem("rule.enter", f"本模块没有“{table['enter']['ledger']}”这本台账，或者带来带去绕成了圈", f"可以用：{'、'.join(pack.ledgers)}。", place)]
    if source is None or not ledger.sound:
        return []  # said elsewhere
    more = {name: column_of_type(kind) for name, kind in OF_THE_STEP.items()} if of_steps else {"occurred_on": Column("day")}
    said = {**source.columns, **more, CITED: Column("text")}
    looked = _table(pack, table["enter"]["look"], source.columns, of_steps, place)
    found = [problem for problem in looked if isinstance(problem, Problem)]
    said |= {f"{OF_THE_TABLE}{name}": column for name, column in (one for one in looked if not isinstance(one, Problem))}
    return [*(judge(table["when"], source.of_rules, rule.place("when")) if table["when"] else ()), *found, *_filled(table["enter"], ledger, said, place)]


def _led_to(pack: Draft, ledger: str) -> set[str]:
    """A ledger and all into which its rules bring something, and theirs."""
    found, grown = {ledger}, True
    while grown:
        more = {pack.full(rule.table["enter"]["ledger"]) for rule in pack.rules.values() if rule.sound and rule.table["enter"] and pack.full(rule.table["ledger"] or "") in found}
        grown = not more <= found
        found |= more
    return found


def _table(pack: Draft, look: Mapping[str, Any] | None, columns: Mapping[str, Column], of_steps: bool, place: Place) -> list[Problem | tuple[str, Column]]:
    """The columns of the table in which something is looked up, or what is wrong with it."""
    if not look:
        return []
    ledger = pack.ledgers.get(pack.full(look["ledger"]))
    if of_steps or ledger is None or not ledger.sound or ledger.table["shape"] != "stock":
        return [Problem("rule.enter", "look 要写本模块的一本标准台账（stock），只用于听台账的规则", "例如 look = {ledger = \"point_rate\", same = {outcome = \"outcome\"}}。", place)]
    there = ledger_columns(ledger.table["field"])
    wrong = [field for field, name in look["same"].items() if field not in there or name not in columns or there[field].kind != columns[name].kind]
    if wrong or not look["same"]:
        return [Problem("rule.enter", f"look 的 same 对不上：{'、'.join(wrong)}", "左边是标准台账的字段，右边是听的那本台账的，两边同一种。", place)]
    return list(there.items())


def _filled(entry: Mapping[str, Any], ledger: Entry, said: Mapping[str, Column], place: Place) -> Iterator[Problem]:
    fields = {one["id"]: one for one in ledger.table["field"] if one["type"] not in PERSONAL}
    told = {**entry["given"], **entry["says"]}
    if wrong := [field for field, words in told.items() if field not in fields or not isinstance(words, str)]:
        yield Problem("rule.enter", f"台账里没有“{'”“'.join(wrong)}”可以填", f"可以填（个人信息除外）：{'、'.join(fields)}。", place)
        return
    names = [*entry["given"].values(), *(name for words in entry["says"].values() for name in _BLANK.findall(words))]
    yield from (Problem("rule.enter", f"事项里没有“{name}”这一项", f"可以用：{'、'.join(said)}。", place) for name in names if name not in said)
    for field, name in entry["given"].items():
        if name in said and not _fits(said[name], fields[field]):
            yield Problem("rule.enter", f"“{name}”填不进“{field}”", "两边要是同一种字段、同一个单位和小数位数；选项要都有。", place)
    for field, words in entry["says"].items():
        choices = [code for code, _ in fields[field].get("choices") or ()]
        if choices and words not in choices:
            yield Problem("rule.enter", f"“{field}”没有“{words}”这个选项", f"可以用：{'、'.join(choices)}。", place)
    if lacking := [name for name in ledger.table["key"] or () if name not in told]:
        yield Problem("rule.enter", f"没有写明是哪一条记录：缺{'、'.join(lacking)}", f"台账的 key 都要写上；事项引用的那条记录的编号写 {CITED}。", place)
    yield from _days(entry, ledger, said, place)


def _days(entry: Mapping[str, Any], ledger: Entry, said: Mapping[str, Column], place: Place) -> Iterator[Problem]:
    days = [name for name, column in said.items() if column.kind == "day"]
    for name in (entry["day"], entry["until"]):
        if name and name not in days:
            yield Problem("rule.enter", f"“{name}”不是事项的日期", f"可以用：{'、'.join(days)}。", place)
    if entry["until"] and ledger.table["shape"] != "stock":
        yield Problem("rule.enter", "发生一次的记录没有截止日期", "去掉 until。", place)


def _fits(column: Column, field: Mapping[str, Any]) -> bool:
    """Whether a field of a ledger can hold whatever a step says."""
    wanted = column_of_type(str(field["type"]))
    if column.kind != wanted.kind or column.scale != (field.get("scale") or 0):
        return False
    if field["type"] in ("decimal", "integer") and field.get("unit") and column.unit and column.unit != field["unit"]:
        return False
    choices = [code for code, _ in field.get("choices") or ()]
    return not choices or bool(column.choices) and set(column.choices) <= set(choices)
