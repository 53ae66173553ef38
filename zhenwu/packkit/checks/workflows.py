"""Workflows: the matters shelf says whether a table makes sense; here, whether it fits the pack around it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import named_by_workflow
from zhenwu.sdk import CLOCKS, MONTHS, Limit, Workflow, check_workflow, longest_term, post_kinds, standard


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [*_kinds(pack), *(problem for entry in pack.workflows.values() for problem in (*_workflow(pack, entry), *_named(pack, others, entry)))]


def _kinds(pack: Draft) -> list[Problem]:
    """A ledger with the name of the standards of general matters (``matter_kind``) holds what their limit reads."""
    named = {limit.ledger for limit in standard().limits if limit.ledger}
    there = [pack.ledgers[key] for name in sorted(named) if (key := pack.full(name)) in pack.ledgers]
    return [_no_limits(entry.table["id"], "amount", Place(entry.file, key="field")) for entry in there if entry.sound and not _holds_limits(entry)]


def _no_limits(ledger: str, amount: str, place: Place) -> Problem:
    words = "、".join(CLOCKS)
    return Problem("workflow.limit", f"台账“{ledger}”存不了时限标准", f"要有一个编号作 key、整数 {amount}、选项 clock（{words}；时限自己写了 clock 的不用）。", place)


def _workflow(pack: Draft, entry: Entry) -> list[Problem]:
    workflow: Workflow = entry.table["workflow"]
    found = check_workflow(workflow, post_kinds().keys(), entry.file)
    if Path(entry.file).stem != workflow.id:
        found.append(Problem("workflow.file", "流程代号与文件名不同", "把文件改成与代号同名。", entry.place("id")))
    if workflow.lookup and workflow.lookup.ledger and pack.full(workflow.lookup.ledger) not in pack.ledgers:
        found.append(Problem("workflow.lookup", f"没有台账“{workflow.lookup.ledger}”", f"ledger 写事项引用的那本台账，可用：{'、'.join(one.partition('.')[2] for one in pack.ledgers)}。", entry.place("lookup.ledger")))
    return [*found, *_certified(pack, entry, workflow), *(problem for limit in workflow.limits for problem in _limit(pack, entry, limit))]


def _named(pack: Draft, others: Mapping[str, Draft], entry: Entry) -> list[Problem]:
    """Links name ledgers with one key, on a day what stands; a register is of what stands and links to the ledger that the cited record's field names."""
    workflow: Workflow = entry.table["workflow"]
    there = {ledger: _ledger(pack, others, ledger) for _, ledger in named_by_workflow(workflow)}
    found = [
        Problem("workflow.named", f"没有台账“{ledger}”", f"可用：{'、'.join(one.partition('.')[2] for one in pack.ledgers)}；别的模块的写 模块.代号，并写进 reads。", Place(entry.file, key=name))
        for name, ledger in named_by_workflow(workflow)
        if there[ledger] is None and _is_known(pack, others, ledger)
    ]
    for name, one in workflow.links.items():
        ledger = there[one.ledger]
        if ledger is not None and ledger.sound and (len(ledger.table["key"]) != 1 or one.on_day and ledger.table["shape"] != "stock"):
            found.append(Problem("workflow.link", f"“{one.label}”关联不了“{one.ledger}”", "只能关联用一个字段认记录的台账；on_day 只用于持续存在（stock）的。", Place(entry.file, key=name)))
    for action in workflow.actions:
        found += [problem for registers in (action.listed, action.unlisted) for name, ledger in registers.items() if (register := there[ledger]) for problem in _register(pack, others, register, name, Place(entry.file, key=action.id))]
    return found


def _register(pack: Draft, others: Mapping[str, Draft], register: Entry, name: str, place: Place) -> list[Problem]:
    """A link field of this name stands in a ledger of the pack, and exactly one field of the register links to the same."""
    cited = [field for one in pack.ledgers.values() if one.sound for field in one.table["field"] if field.get("id") == name and field.get("type") == "link"]
    home = pack if register.key.startswith(f"{pack.id}.") else others[register.key.partition(".")[0]]
    links = [home.full(field["ledger"]) for field in register.table["field"] if field.get("type") == "link"] if register.sound else []
    if not register.sound or register.table["shape"] == "stock" and any(links.count(pack.full(field["ledger"])) == 1 for field in cited):
        return []
    remedy = "左边写引用的那条记录的关联字段；右边写一本持续存在（stock）的台账，其中有一个、也只有一个字段关联同一本台账。"
    return [Problem("workflow.register", f"“{name}”对不上台账“{register.table['label']}”", remedy, place)]


def _ledger(pack: Draft, others: Mapping[str, Draft], name: str) -> Entry | None:
    key = pack.full(name)
    home = pack if key.startswith(f"{pack.id}.") else others.get(key.partition(".")[0])
    return home.ledgers.get(key) if home else None


def _is_known(pack: Draft, others: Mapping[str, Draft], name: str) -> bool:
    """Whether the pack that a ledger would belong to can be judged here; else ``reads`` says that it is missing."""
    return pack.full(name).partition(".")[0] in {pack.id, *others}


def _certified(pack: Draft, entry: Entry, workflow: Workflow) -> list[Problem]:
    """What an action asks certificates by are links of a ledger of the pack: the cited record names them."""
    links = [{field.get("id") for field in ledger.table["field"] if field.get("type") == "link"} for ledger in pack.ledgers.values() if ledger.sound]
    return [
        Problem("workflow.certified", f"本模块没有一本台账有这些关联字段：{'、'.join(action.certified)}", "certified 写事项引用的那本台账里关联执法证的字段。", Place(entry.file, key=action.id))
        for action in workflow.actions
        if action.certified and not any(set(action.certified) <= one for one in links)
    ]


def _limit(pack: Draft, entry: Entry, limit: Limit) -> list[Problem]:
    place = Place(entry.file, key=limit.id)
    param, ledger = pack.params.get(pack.full(limit.param)), pack.ledgers.get(pack.full(limit.ledger))
    if limit.param and param is None:
        return [Problem("workflow.limit", f"没有参数“{limit.param}”", "先在 params.toml 里写上。", place)]
    if param is not None and not _is_whole(param):
        return [Problem("workflow.limit", f"参数“{limit.param}”不能用作时限", f"每一段都写 value，1 到 {_most(param)} 的整数。", place)]
    if param is not None and limit.clock and (param.table.get("unit") == MONTHS) != (limit.clock == "month"):
        return [Problem("workflow.limit", f"参数“{limit.param}”的单位和 clock 对不上", f'按月的时限，clock 写 "month"，参数的 unit 写“{MONTHS}”，两处要一致。', place)]
    if limit.ledger and ledger is None:
        return [Problem("workflow.limit", f"没有台账“{limit.ledger}”", "先写上存时限标准的台账。", place)]
    own_clock = bool(limit.clock) and limit.value is None
    if ledger is not None and ledger.sound and not _holds_limits(ledger, limit.amount, own_clock):
        return [_no_limits(limit.ledger, limit.amount, place)]
    return []


def _holds_limits(ledger: Entry, amount: str = "amount", own_clock: bool = False) -> bool:
    """Whether a ledger says how long, by one key, and by which clock where the limit itself does not."""
    fields = {field["id"]: field for field in ledger.table["field"]}
    wanted = {amount: "integer"} | ({} if own_clock else {"clock": "choice"})
    named = all(name in fields and fields[name]["type"] == kind for name, kind in wanted.items())
    return named and len(ledger.table["key"] or ()) == 1 and (own_clock or {code for code, _ in fields["clock"]["choices"]} <= CLOCKS.keys())


def _most(param: Entry) -> int:
    return longest_term("month" if param.table.get("unit") == MONTHS else "")


def _is_whole(param: Entry) -> bool:
    """Whether every value of a parameter that is not abolished is a whole number that a limit can have."""
    dated = param.table.get("from")
    told = [values for values in dated.values() if values != {"abolished": True}] if isinstance(dated, dict) else []
    return all(isinstance(values, dict) and isinstance(values.get("value"), int) and 1 <= values["value"] <= _most(param) for values in told)
