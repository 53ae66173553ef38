"""Rules that bring what a step says into a ledger: both are of the pack, the key is given, what is given fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.columns import Column, column_of_type
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import STANDARD, source_of
from zhenwu.packkit.vocabulary import PERSONAL
from zhenwu.sdk import OF_THE_STEP

CITED = "record"
_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def entering(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> list[Problem]:
    """What is wrong with a rule that listens to steps (``rule.enter``, and the codes of conditions)."""
    table, place = rule.table, rule.place("enter")
    if table["on"] != "matter.step" or not table["enter"] or table["open"] or table["beside"] or table["ledger"] or not table["workflow"]:
        return [Problem("rule.enter", "听事项的规则要写三样", 'on = "matter.step"、workflow = "本模块的流程"、[rule.enter]；不写 ledger、[rule.open]、[rule.beside]。', place)]
    if table["workflow"] == STANDARD or not pack.full(table["workflow"]).startswith(f"{pack.id}."):
        return [Problem("rule.enter", "只能听本模块的流程", f"可以用：{'、'.join(pack.workflows)}。", rule.place("workflow"))]
    try:
        source = source_of(pack, others, rule)
    except Problem as problem:
        return [problem]
    ledger = pack.ledgers.get(pack.full(table["enter"]["ledger"]))
    if ledger is None:
        return [Problem("rule.enter", f"本模块没有“{table['enter']['ledger']}”这本台账", f"可以用：{'、'.join(pack.ledgers)}。", place)]
    if source is None or not ledger.sound:
        return []  # said elsewhere
    said = {**source.columns, **{name: column_of_type(kind) for name, kind in OF_THE_STEP.items()}, CITED: Column("text")}
    return [*(judge(table["when"], source.columns, rule.place("when")) if table["when"] else ()), *_filled(table["enter"], ledger, said, place)]


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
