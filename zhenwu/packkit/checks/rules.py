"""Rules: what they listen to is there, their condition reads, their title asks for columns that may be shown, the matter can be opened."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.packkit.checks.entering import entering
from zhenwu.packkit.columns import ALARM_COLUMNS, Column, workflow_columns
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import STANDARD, each_columns, source_of
from zhenwu.sdk import channels_brought

_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
LONGEST_BESIDE = 366
LONGEST_TITLE = 60  # what is filled in needs room too


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for rule in pack.rules.values() if rule.sound for problem in _rule(pack, others, rule)]


def _rule(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> list[Problem]:
    if rule.table["on"] == "matter.step" or rule.table["enter"]:
        return entering(pack, others, rule)
    if rule.table["workflow"] or not rule.table["open"]:
        return [Problem("rule.open", "要写明开出什么事项", "写 [rule.open] 和标题；听事项的规则写 on = \"matter.step\"、workflow 和 [rule.enter]。", rule.place("open"))]
    opening = _opening(pack, rule)
    try:
        columns = _columns(pack, others, rule)
    except Problem as problem:
        return [problem, *opening]
    if columns is None:
        return opening  # said elsewhere: the ledger is ill-shaped or its pack is missing
    when = rule.table["when"]
    opening += _channel(pack, others, rule)
    return [
        *(judge(when, columns, rule.place("when")) if when else ()), *_beside(rule, columns), *_once(pack, rule, columns), *_each(pack, rule, columns), *_title(pack, rule, columns), *_given(pack, rule, columns), *opening,
    ]  # fmt: skip


def _channel(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> list[Problem]:
    """Where the matter is said to come from is a channel of the kernel's, or that of an exchange."""
    told = rule.table["open"].get("channel") or ""
    known = channels_brought() | {str(one.table["channel"]) for draft in (pack, *others.values()) for one in draft.exchanges.values() if one.table.get("channel")}
    if not told or told in known:
        return []
    return [Problem("rule.channel", f"没有“{told}”这个来源", f"channel 可用：{'、'.join(sorted(known))}。", rule.place("open"))]


def _beside(rule: Entry, columns: Mapping[str, Column]) -> list[Problem]:
    """Another record within some days: of a ledger of things that happen, alike in columns that there are."""
    beside, place = rule.table["beside"], rule.place("beside")
    if beside is None:
        return []
    if rule.table["on"] == "alarm.raised":
        return [Problem("rule.beside", "报警不在台账里，没有“旁边的记录”", "去掉 [rule.beside]。", place)]
    found = [
        Problem("rule.beside", f"台账里没有“{name}”这一项", f"可以用：{'、'.join(columns)}。", place)
        for name in beside.get("same", ())
        if name not in columns
    ]
    if not 1 <= beside.get("days", 1) <= LONGEST_BESIDE:
        found.append(Problem("rule.beside", f"days 要在 1 到 {LONGEST_BESIDE} 之间", "写几天以内，例如 30。", place))
    return found


def _once(pack: Draft, rule: Entry, columns: Mapping[str, Column]) -> list[Problem]:
    """What makes a second record the same thing: columns of a ledger of things that happen, and within how many days."""
    once, place = rule.table["once"], rule.place("once")
    if once is None:
        return []
    if rule.table["on"] == "alarm.raised" or "occurred_on" not in columns:
        return [Problem("rule.once", "once 只用于听发生一次（flow）的台账的规则", "去掉 [rule.once]。", place)]
    found = [Problem("rule.once", f"台账里没有“{name}”这一项", f"可以用：{'、'.join(columns)}。", place) for name in once.get("same", ()) if name not in columns]
    if not 0 <= once.get("days", 0) <= LONGEST_BESIDE:
        found.append(Problem("rule.once", f"days 要在 0 到 {LONGEST_BESIDE} 之间", "写相差几天以内算一回，例如 1。", place))
    if not rule.table["open"]["category"]:
        found.append(Problem("rule.once", "写了 once 的规则要写 category", "在 [rule.open] 里写分类的代号，系统照它认是不是同一件。", place))
    return found


def _columns(pack: Draft, others: Mapping[str, Draft], rule: Entry) -> Mapping[str, Column] | None:
    ledger, place = rule.table["ledger"], rule.place("ledger")
    if rule.table["on"] == "alarm.raised":
        if ledger:
            raise Problem("rule.ledger", "报警不在台账里", "去掉 ledger，在 when 里写 kind = '设备种类'。", place)
        return ALARM_COLUMNS
    if not ledger:
        raise Problem("rule.ledger", "没有写明听哪一本台账", f"可以用：{'、'.join(pack.ledgers)}。", place)
    source = source_of(pack, others, rule)
    return source.of_rules if source else None


def _each(pack: Draft, rule: Entry, columns: Mapping[str, Column]) -> list[Problem]:
    """Another ledger of the pack, of things that stand, and a condition over both."""
    each, place = rule.table["each"], rule.place("each")
    if each is None:
        return []
    ledger = pack.ledgers.get(pack.full(each["ledger"]))
    if rule.table["on"] == "alarm.raised" or rule.table["beside"] or ledger is None or ledger.sound and ledger.table["shape"] != "stock":
        return [Problem("rule.each", "each 要写本模块一本持续存在（stock）的台账，只用于听台账的规则，不和 beside 一起写", f"可以用：{'、'.join(pack.ledgers)}。", place)]
    return judge(each["when"], each_columns(pack, each, columns), place)


def _title(pack: Draft, rule: Entry, columns: Mapping[str, Column]) -> list[Problem]:
    title, place = rule.table["open"]["title"], rule.place("open", "title")
    if len(title) > LONGEST_TITLE:
        return [Problem("rule.title", f"标题太长（最多 {LONGEST_TITLE} 字）", "写清什么事即可，细节在记录里。", place)]
    if set("{}") & set(_BLANK.sub("", title)):
        return [Problem("rule.title", "标题里的花括号不成对", "写成 {字段代号}，例如 {code}。", place)]
    columns = each_columns(pack, rule.table["each"], columns) if rule.table["each"] else columns
    shown = [name for name in columns if name not in ("month", "each_month", "each_here")]
    return [
        Problem("rule.title", f"标题里不能用“{name}”", f"可以用（个人信息除外）：{'、'.join(shown)}。", place)
        for name in _BLANK.findall(title)
        if name not in shown
    ]


def _given(pack: Draft, rule: Entry, columns: Mapping[str, Column]) -> list[Problem]:
    """What the record says goes into fields of the workflow that its opening action takes and that can hold it."""
    opening, place = rule.table["open"], rule.place("open", "given")
    workflow = pack.workflows.get(pack.full(opening["workflow"]))
    if not opening["given"] or workflow is None:
        return [] if not opening["given"] else [Problem("rule.given", "只有本模块的流程有自己的字段可以填", "去掉 given。", place)]
    table, found = workflow.table["workflow"], []
    action = table.action(opening["action"])
    own, taken = workflow_columns(table), {*action.needs, *action.takes} & table.fields if action else set()
    for field, name in opening["given"].items():
        if field not in taken:
            found.append(Problem("rule.given", f"开出事项的动作不填“{field}”", f"可以填：{'、'.join(sorted(taken)) or '（没有；写在动作的 needs 或 takes 里）'}。", place))
        elif not isinstance(name, str) or name not in columns:
            found.append(Problem("rule.given", f"台账里没有“{str(name)[:40]}”这一项", f"可以用：{'、'.join(columns)}。", place))
        elif not _fits(columns[name], own[field]):
            found.append(Problem("rule.given", f"“{name}”填不进“{field}”", "两边要是同一种字段；选项要都有；小数不能这样填。", place))
    return found


def _fits(column: Column, field: Column) -> bool:
    """Whether a field of a matter can hold whatever a column says. Decimals are left out: their scales are the fields' own."""
    if column.kind != field.kind or column.scale or field.scale:
        return False
    return not field.choices or bool(column.choices) and set(column.choices) <= set(field.choices)


def _opening(pack: Draft, rule: Entry) -> list[Problem]:
    """The matter is opened by an action that opens one and that asks for nothing a rule cannot give."""
    workflow, action = rule.table["open"]["workflow"], rule.table["open"]["action"]
    place = rule.place("open", "workflow")
    if workflow == STANDARD:
        right = action == "report"
        return [] if right else [Problem("rule.action", "一般事项用 report 开出", 'action = "report" 或不写。', place)]
    found = pack.workflows.get(pack.full(workflow))
    if found is None:
        return [Problem("rule.workflow", f"没有流程“{workflow}”", f"写 {STANDARD} 或本模块的流程。", place)]
    filled = set(rule.table["open"]["given"])
    openers = [one.id for one in found.table["workflow"].actions if filled.issuperset(one.needs) and any(move.source is None for move in one.moves)]
    if action in openers:
        return []
    remedy = f"可以用：{'、'.join(openers) or '（没有；动作的 needs 都要由 given 填上）'}。"
    return [Problem("rule.action", f"动作“{action}”不能由规则开出事项", remedy, place)]

