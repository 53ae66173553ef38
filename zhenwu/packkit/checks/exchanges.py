"""Exchanges: their ledgers and workflow are there, each column can be kept and named, each action can be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.columns import WORKFLOW_COLUMNS, workflow_columns
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.exchanges import KEPT_AS, columns_of, number_of, own_ledger
from zhenwu.packkit.rounds import fields_of
from zhenwu.packkit.vocabulary import LAYOUT_FIELDS, MEANINGS
from zhenwu.sdk import Workflow, post_kinds

_SPECIAL = ("state", "office")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for one in pack.exchanges.values() if one.sound for problem in _exchange(pack, one)]


def _exchange(pack: Draft, one: Entry) -> Iterator[Problem]:
    keeps, layouts, opens = own_ledger(pack, one, "keeps"), own_ledger(pack, one, "layouts"), pack.workflows.get(pack.full(one.table["opens"]))
    for name, found, there in (("keeps", keeps, pack.ledgers), ("layouts", layouts, pack.ledgers), ("opens", opens, pack.workflows)):
        if found is None:
            message = f"本模块没有“{one.table[name]}”这{'个流程' if name == 'opens' else '本台账'}"
            yield Problem("exchange.absent", message, f"可以用：{'、'.join(there) or '（还没有）'}。", one.place(name))
    yield from _once(one)
    if keeps is None or layouts is None or opens is None or not keeps.sound or not layouts.sound:
        return  # said here or elsewhere
    fields = fields_of(keeps)
    yield from _keeping(one, keeps, fields)
    yield from _layouts(one, layouts)
    yield from _columns(one, fields, opens.table["workflow"])
    yield from _moves(one, opens.table["workflow"], fields)


def _once(one: Entry) -> Iterator[Problem]:
    """Each id means one thing; there is one number; lists name columns that are there; receivers are kinds of post."""
    ids = [column.get("id") for name in ("column", "answer") for column in one.table[name]]
    twice = sorted({name for name in ids if name and (ids.count(name) > 1 or name in MEANINGS)})
    if twice:
        yield Problem("exchange.twice", f"栏目代号重复，或另有所指：{'、'.join(twice)}", f"每栏一个代号；{'、'.join(MEANINGS)} 是系统用的。", one.place("column"))
    if not number_of(one):
        yield Problem("exchange.number", "要有一栏（只一栏）是对方的编号", '写 read = "number"。', one.place("column"))
    columns = columns_of(one)
    for name in ("day", "title", "text", "place"):
        yield from _unknown(one.table[name], columns, one.place(name), "收进来的栏目里没有")
    yield from _unknown(one.table["receivers"], post_kinds(), one.place("receivers"), "没有这种岗位：")
    days = [name for name in one.table["day"] if columns.get(name, {}).get("read") not in ("day", None)]
    if days:
        yield Problem("exchange.day", f"不是日期栏：{'、'.join(days)}", 'day 里写 read = "day" 的栏目。', one.place("day"))


def _keeping(one: Entry, keeps: Entry, fields: Mapping[str, Mapping[str, object]]) -> Iterator[Problem]:
    """The ledger of what the sender said: a township's flow, known by the sender's number; the kernel can fill all it requires."""
    place = Place(keeps.file)
    if keeps.table["shape"] != "flow" or keeps.table["unit_level"] != "township":
        yield Problem("exchange.ledger", f"“{keeps.key}”不是镇一级、发生一次的台账", '写 shape = "flow"、unit_level = "township"。', place)
    if tuple(keeps.table["key"]) != (number_of(one),):
        yield Problem("exchange.key", "来单按对方的编号认", f'写 key = ["{number_of(one) or "number"}"]。', place)
    for name, kind in (("rest", "text"), ("spare_phone", "phone"), ("layout", "text")):
        if one.table[name] and fields.get(one.table[name], {}).get("type") != kind:
            yield _field(keeps, one.table[name], kind, one.place(name))
    filled = {*columns_of(one), *(one.table[name] for name in ("rest", "spare_phone", "layout"))}
    others = [name for name, field in fields.items() if field["required"] and name not in filled]
    if others:
        yield Problem("exchange.required", f"来单里没有：{'、'.join(others)}", "去掉 required，或加一栏。", place)


def _layouts(one: Entry, layouts: Entry) -> Iterator[Problem]:
    """The ledger of the columns: the fields that the kernel writes, and a choice for everything that a column may mean."""
    fields, place = fields_of(layouts), Place(layouts.file)
    for name, kind in LAYOUT_FIELDS.items():
        if fields.get(name, {}).get("type") != kind:
            yield _field(layouts, name, kind, place)
    if layouts.table["shape"] != "stock" or tuple(layouts.table["key"]) != ("layout", "heading"):
        yield Problem("exchange.layouts", "栏目对照一套一栏一条", '写 shape = "stock"、key = ["layout", "heading"]。', place)
    told = {code for code, _ in fields.get("meaning", {}).get("choices") or ()}
    wanted = {*MEANINGS, *columns_of(one), *(answer["id"] for answer in one.table["answer"])}
    if told != wanted:
        lacks, strange = sorted(wanted - told), sorted(told - wanted)
        words = "；".join(f"{what}：{'、'.join(names)}" for what, names in (("缺", lacks), ("多", strange)) if names)
        yield Problem("exchange.meaning", f"“meaning”的选项和来往表的栏目对不上，{words}", "一栏一个选项，另加 keep（原样留着）和 personal（不存）。", Place(layouts.file, key="meaning"))


def _columns(one: Entry, fields: Mapping[str, Mapping[str, object]], workflow: Workflow) -> Iterator[Problem]:
    own = workflow.form.fields if workflow.form else ()
    carried = {field.id: field.type for field in own}
    for name, column in columns_of(one).items():
        place, kinds = Place(one.file, key=f"{one.table['id']}.{name}"), KEPT_AS[column["read"]]
        if name in fields and fields[name]["type"] not in kinds:
            yield Problem("exchange.field", f"“{name}”读进来是 {column['read']}，台账里是 {fields[name]['type']}", f"台账里写成 {'、'.join(kinds)}。", place)
        if name not in fields and name not in one.table["day"]:
            yield Problem("exchange.field", f"台账里没有“{name}”，读进来没有地方放", f'加一个 id = "{name}"、type = "{kinds[0]}" 的字段。', place)
        if column.get("carry") and carried.get(column["carry"]) not in kinds:
            yield Problem("exchange.carry", f"流程里没有能接“{name}”的字段“{column['carry']}”", f"流程的字段可以用：{'、'.join(carried)}；种类写 {'、'.join(kinds)}。", place)
        if column.get("since") and columns_of(one).get(column["since"], {}).get("read") != "day":
            yield Problem("exchange.since", f"“{column['since']}”不是日期栏", '写 read = "day" 的栏目。', place)
    columns = workflow_columns(workflow)
    for answer in one.table["answer"]:
        if answer["from"] not in (*_SPECIAL, *columns):
            place = Place(one.file, key=f"{one.table['id']}.{answer['id']}.from")
            yield Problem("exchange.answer", f"事项里没有“{answer['from']}”", f"可以用：{'、'.join((*_SPECIAL, *(name for name in columns if name not in WORKFLOW_COLUMNS)))}，和各流程都有的列。", place)


def _moves(one: Entry, workflow: Workflow, fields: Mapping[str, Mapping[str, object]]) -> Iterator[Problem]:
    """The action that opens a matter and those that a change takes."""
    columns, states = columns_of(one), {state.id for state in workflow.states}
    carried = {column["carry"] for column in columns.values() if column.get("carry")}
    opening = workflow.action(one.table["action"])
    if opening is None or not any(move.source is None for move in opening.moves):
        openers = "、".join(action.id for action in workflow.actions if any(move.source is None for move in action.moves))
        yield Problem("exchange.action", f"动作“{one.table['action']}”开不出事项", f"可以用：{openers}。", one.place("action"))
    elif set(opening.needs) or carried - set(opening.takes):
        remedy = f"写 needs = []、takes = [{', '.join(f'{chr(34)}{name}{chr(34)}' for name in sorted(carried))}]。"
        yield Problem("exchange.action", f"动作“{opening.id}”接不住来单带来的内容", remedy, one.place("action"))
    for change in one.table["change"]:
        place = Place(one.file, key=f"{one.table['id']}.change.{change['column']}")
        yield from _unknown([change["column"], *change["gives"]], [name for name in columns if name in fields], place, "台账和来往表里都要有的栏目没有")
        yield from _unknown(change["states"], states, place, "流程里没有状态")
        action = workflow.action(change["action"])
        if action is None or all(move.source is None for move in action.moves):
            yield Problem("exchange.action", f"流程里没有动作“{change['action']}”", f"可以用：{'、'.join(one.id for one in workflow.actions)}。", place)
            continue
        given = {columns[name].get("carry") for name in change["gives"] if name in columns}
        able = {*action.needs, *action.takes}
        if None in given or given - able or set(action.needs) - given - {"reason"} or ("reason" in action.needs and not change["reason"]):
            remedy = "gives 只写带进事项（carry）的栏目，动作要能接住它们；动作必须写的，这里要给全；要写 reason 的写一句。"
            yield Problem("exchange.gives", f"动作“{action.id}”和这里给的对不上", remedy, place)


def _unknown(names: Iterable[str], known: Collection[str], place: Place, message: str) -> Iterator[Problem]:
    strange = [name for name in names if name not in known]
    if strange:
        yield Problem("exchange.unknown", f"{message}“{'、'.join(strange)}”", f"可以用：{'、'.join(known)}。", place)


def _field(ledger: Entry, name: str, kind: str, place: Place) -> Problem:
    return Problem("exchange.field", f"“{ledger.key}”里没有字段“{name}”，或种类不对", f'加一个 id = "{name}"、type = "{kind}" 的字段。', place)
