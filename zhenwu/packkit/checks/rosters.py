"""Rosters: their ledgers have the fields that the kernel reads and writes, their roles are named, their parameters and swaps are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rosters import ledgers_of
from zhenwu.packkit.rounds import fields_of
from zhenwu.packkit.vocabulary import ROSTER_FIELDS, ROSTER_PARAMS, SWAP_ACTIONS
from zhenwu.sdk import Workflow

_SHAPES = {"posts": "stock", "people": "stock", "away": "flow", "into": "flow", "log": "flow"}
Fields = Mapping[str, Mapping[str, object]]


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for one in pack.rosters.values() if one.sound for problem in _roster(pack, one)]


def _roster(pack: Draft, one: Entry) -> Iterator[Problem]:
    ledgers = ledgers_of(pack, one)
    for name, ledger in ledgers.items():
        if ledger is None:
            yield Problem("roster.ledger", f"本模块没有“{one.table[name]}”这本台账", f"可以用：{'、'.join(pack.ledgers)}。", one.place(name))
        elif ledger.sound and ledger.table["shape"] != _SHAPES[name]:
            words = "一直存在的（stock）" if _SHAPES[name] == "stock" else "发生一次的（flow）"
            yield Problem("roster.shape", f"“{ledger.key}”不是{words}台账", f"{name} 要写这样的台账。", one.place(name))
    yield from _params(pack, one)
    yield from _swaps(pack, one)
    if not all(ledger is not None and ledger.sound for ledger in ledgers.values()):
        return  # said here or elsewhere
    fields = {name: fields_of(ledger) for name, ledger in ledgers.items()}
    for name, ledger in ledgers.items():
        assert ledger is not None
        yield from _fields(pack, one, name, ledger, fields[name])
    yield from _roles(one, fields)
    yield from _named(one, fields["posts"])


def _params(pack: Draft, one: Entry) -> Iterator[Problem]:
    for name in ROSTER_PARAMS:
        if one.table[name] and pack.full(one.table[name]) not in pack.params:
            yield Problem("roster.param", f"没有参数“{one.table[name]}”", f"先在 params.toml 里写上；可以用：{'、'.join(pack.params)}。", one.place(name))


def _swaps(pack: Draft, one: Entry) -> Iterator[Problem]:
    """An exchange of watches is asked for, agreed to, granted and entered, each by an action of that name."""
    if not one.table["swaps"]:
        return
    entry = pack.workflows.get(pack.full(one.table["swaps"]))
    if entry is None:
        yield Problem("roster.swaps", f"本模块没有流程“{one.table['swaps']}”", f"可以用：{'、'.join(pack.workflows) or '（还没有）'}。", one.place("swaps"))
        return
    workflow: Workflow = entry.table["workflow"]
    lacks = [name for name in SWAP_ACTIONS if workflow.action(name) is None]
    if lacks or "assignment" not in workflow.fields:
        remedy = f"要有动作 {'、'.join(SWAP_ACTIONS)} 和文字字段 assignment（改后的班）。"
        yield Problem("roster.swaps", f"流程“{entry.key}”换不了班，缺：{'、'.join(lacks) or 'assignment'}", remedy, Place(entry.file))


def _fields(pack: Draft, one: Entry, name: str, ledger: Entry, fields: Fields) -> Iterator[Problem]:
    for field, told in ROSTER_FIELDS[name].items():
        kind, _, to = told.removesuffix("?").partition(":")
        if told.endswith("?") and field not in fields:
            continue
        found = fields.get(field, {})
        wrong = found.get("type") != kind or (to and pack.full(str(found.get("ledger") or "")) != pack.full(one.table[to]))
        if wrong:
            more = f"、ledger = \"{one.table[to]}\"" if to else ""
            yield Problem("roster.field", f"“{ledger.key}”里没有字段“{field}”，或种类不对", f'加一个 id = "{field}"、type = "{kind}"{more} 的字段。', Place(ledger.file, key=field))
    key = tuple(ledger.table["key"])
    if name == "into" and key != ("watch", "watcher"):
        yield Problem("roster.key", "班表一个人一班一条", '写 key = ["watch", "watcher"]。', Place(ledger.file))
    if name in ("posts", "people", "log") and (len(key) != 1 or fields.get(key[0], {}).get("type") != "text"):
        yield Problem("roster.key", f"“{ledger.key}”要按一个文字编号认", '例如 key = ["code"]。', Place(ledger.file))
    written = {*ROSTER_FIELDS[name], *key}
    others = [field for field, told in fields.items() if told["required"] and field not in written] if name == "into" else []
    if others:
        yield Problem("roster.required", f"排班写不出：{'、'.join(others)}", "去掉 required。", Place(ledger.file))


def _roles(one: Entry, fields: Mapping[str, Fields]) -> Iterator[Problem]:
    """Each role is a choice of the roster's; each thing that somebody can do is a choice of the people's, and made of roles."""
    roles, codes = _codes(fields["into"].get("role")), _codes(fields["people"].get("role"))
    needs, able = one.table["needs"], one.table["able"]
    strange = [role for role in needs if role not in roles]
    if strange:
        yield Problem("roster.role", f"班表的 role 里没有：{'、'.join(strange)}", f"可以用：{'、'.join(roles)}。", one.place("needs"))
    for field in needs.values():
        if fields["posts"].get(str(field), {}).get("type") != "integer":
            yield Problem("roster.needs", f"值班点里没有整数字段“{field}”", "needs 写 角色 = 每班几人的字段。", one.place("needs"))
    wrong = [code for code in codes if not isinstance(able.get(code), list) or set(map(str, able[code])) - set(needs)]
    if wrong or set(able) - set(codes):
        remedy = "able 写 名单里 role 的每个选项 = [能当的角色]，角色用 needs 里有的。"
        yield Problem("roster.able", f"对不上：{'、'.join(wrong or sorted(set(able) - set(codes)))}", remedy, one.place("able"))


def _named(one: Entry, posts: Fields) -> Iterator[Problem]:
    for name in ("title", "board"):
        if one.table[name] and posts.get(one.table[name], {}).get("type") != "text":
            yield Problem("roster.field", f"值班点里没有文字字段“{one.table[name]}”", f"可以用：{'、'.join(posts)}。", one.place(name))
    for field, value in one.table["usual"].items():
        if value not in _codes(posts.get(field)):
            yield Problem("roster.usual", f"值班点里没有选项 {field} = “{value}”", "写一个选项字段和它的代号。", one.place("usual"))


def _codes(field: Mapping[str, object] | None) -> list[str]:
    choices = (field or {}).get("choices")
    return [code for code, _ in choices] if isinstance(choices, tuple) else []
