"""Rolls: their ledgers are there and have the fields by which people are called, ticked off and said to be back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.kernel.rounds.api import WORDS
from zhenwu.lib.problems import Problem
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import columns_of, fields_of, ledger_named
from zhenwu.packkit.vocabulary import ROLL_LEDGERS

_SHAPES = {"of": "stock", "event": "stock", "by": "flow", "people": "stock"}
_SHAPE_WORDS = {"stock": "一直存在的（stock）", "flow": "发生一次的（flow）"}
# field → in which ledger it stands, and what kinds it may be
_FIELDS = {
    "link": ("by", ("link",)), "names": ("by", ("text", "link")), "title": ("of", ("text", "link")), "helper": ("of", ("text", "link")),
    "place": ("by", ("text", "link", "choice")), "reason": ("by", ("text", "choice")), "back": ("by", ("date",)), "early": ("by", ("flag",)),
}  # fmt: skip
_WORD_MAX = 12
Fields = Mapping[str, Mapping[str, object]]


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for one in pack.rolls.values() if one.sound for problem in _roll(pack, others, one)]


def _roll(pack: Draft, others: Mapping[str, Draft], one: Entry) -> Iterator[Problem]:
    ledgers = {name: ledger_named(pack, others, one, name) for name in ROLL_LEDGERS if one.table[name]}
    wrong = list(_ledgers(pack, others, one, ledgers))
    yield from wrong
    if wrong or not all(ledger is not None and ledger.sound for ledger in ledgers.values()):
        return  # said here or elsewhere
    fields = {name: fields_of(ledger) for name, ledger in ledgers.items()}
    yield from _named(pack, one, fields)
    yield from _keys(one, ledgers)
    yield from _filled(one, fields)
    yield from _beside(pack, one, fields)
    yield from _words(one)
    if one.table["done"]:
        yield from judge(one.table["done"], columns_of(ledgers["by"]), one.place("done"))


def _ledgers(pack: Draft, others: Mapping[str, Draft], one: Entry, ledgers: Mapping[str, Entry | None]) -> Iterator[Problem]:
    for name, ledger in ledgers.items():
        key = pack.full(one.table[name])
        if ledger is None and (key.startswith(f"{pack.id}.") or key.split(".")[0] in others):
            yield Problem("roll.ledger", f"没有“{key}”这本台账", f"本模块可以用：{'、'.join(pack.ledgers)}。", one.place(name))
        elif ledger is not None and ledger.sound and ledger.table["shape"] != _SHAPES[name]:
            yield Problem("roll.shape", f"“{key}”不是{_SHAPE_WORDS[_SHAPES[name]]}台账", f"{name} 要写这样的台账。", one.place(name))


def _named(pack: Draft, one: Entry, fields: Mapping[str, Fields]) -> Iterator[Problem]:
    for name, (where, kinds) in _FIELDS.items():
        wanted = one.table[name]
        if wanted and fields[where].get(wanted, {}).get("type") not in kinds:
            yield Problem("roll.field", f"“{one.table[where]}”里没有合用的字段“{wanted}”", f"{name} 要写这样的字段：{'、'.join(kinds)}。", one.place(name))
    link = fields["by"].get(one.table["link"], {})
    if link.get("type") == "link" and pack.full(str(link.get("ledger") or "")) != pack.full(one.table["of"]):
        yield Problem("roll.link", f"“{one.table['link']}”关联的不是“{one.table['of']}”", "写关联名单台账的那个字段。", one.place("link"))
    for name in one.table["same"]:
        told = {fields[where].get(name, {}).get("type") for where in ("of", "event")}
        if None in told or len(told) > 1:
            yield Problem("roll.same", f"名单和事件里没有同样的字段“{name}”", "两本台账里各有一个同代号、同种类的字段。", one.place("same"))
    if one.table["early"] and not one.table["back"]:
        yield Problem("roll.field", "写了 early，没有写 back", "back 写记返回日期的字段。", one.place("early"))


def _beside(pack: Draft, one: Entry, fields: Mapping[str, Fields]) -> Iterator[Problem]:
    """The further fields in which an event's word may stand; the second call; the register of those who live there."""
    of = fields["of"]
    for name, column in one.table["also"].items():
        kinds = {of.get(told, {}).get("type") for told in (name, str(column))}
        if name not in one.table["same"] or None in kinds or len(kinds) > 1:
            yield Problem("roll.also", f"“{name}”旁边没有合用的“{str(column)[:40]}”", "左边是 same 里的字段，右边是名单里同种类的另一个字段。", one.place("also"))
    if one.table["again"] and (not one.table["back"] or one.table["early"]):
        yield Problem("roll.again", "结束以后再叫一遍，要有记日期的字段", "写了 again 的，back 写那个日期字段，不写 early。", one.place("again"))
    if bool(one.table["people"]) != bool(one.table["home"]):
        yield Problem("roll.people", "people 和 home 要一起写", "people 是人员台账，home 是名单和人员台账里关联同一户的字段。", one.place("people"))
    elif one.table["people"]:
        told = [fields[name].get(one.table["home"], {}) for name in ("of", "people")]
        home = pack.full(one.table["people"]).split(".")[0]
        houses = [str(field.get("ledger") or "") for field in told]
        full = {houses[0] if "." in houses[0] else f"{pack.id}.{houses[0]}", houses[1] if "." in houses[1] else f"{home}.{houses[1]}"}
        if any(field.get("type") != "link" for field in told) or len(full) > 1:
            yield Problem("roll.people", f"名单和人员台账里没有关联同一户的字段“{one.table['home']}”", "两本台账里各有一个同代号、关联同一本户册的字段。", one.place("home"))


def _words(one: Entry) -> Iterator[Problem]:
    for name, said in one.table["words"].items():
        if name not in WORDS or not isinstance(said, str) or not 0 < len(said) <= _WORD_MAX:
            yield Problem("roll.words", f"“{name}”不是点名页上的话，或者写得太长", f"可以写：{'、'.join(WORDS)}；一句最多{_WORD_MAX}个字。", one.place("words"))


def _keys(one: Entry, ledgers: Mapping[str, Entry | None]) -> Iterator[Problem]:
    by, event, of = ledgers["by"], ledgers["event"], ledgers["of"]
    assert by is not None and event is not None and of is not None
    if tuple(by.table["key"]) != (one.table["names"], one.table["link"]):
        yield Problem("roll.key", "一次一个对象只记一条", f'“{one.table["by"]}”写 key = ["{one.table["names"]}", "{one.table["link"]}"]。', one.place("by"))
    for name, ledger in (("event", event), ("of", of)):
        if len(ledger.table["key"] or ()) != 1:
            yield Problem("roll.key", f"“{one.table[name]}”要靠一个字段认出一条记录", "key 只写一个字段。", one.place(name))
    if by.table["unit_level"] != of.table["unit_level"]:
        yield Problem("roll.unit_level", "记录要和名单记在同一级", f'“{one.table["by"]}”写 unit_level = "{of.table["unit_level"]}"。', one.place("by"))


def _filled(one: Entry, fields: Mapping[str, Fields]) -> Iterator[Problem]:
    """What a tick writes: nothing required is left open, and each value comes from a field of the same kind."""
    fill, by, of = one.table["fill"], fields["by"], fields["of"]
    for name, column in fill.items():
        told = (by.get(name, {}).get("type"), of.get(str(column), {}).get("type"))
        if None in told or told[0] != told[1] or by[name].get("scale", 0) != of[str(column)].get("scale", 0):
            yield Problem("roll.fill", f"“{str(column)[:40]}”填不进“{name}”", "左边是打勾要填的字段，右边是名单里同种类的字段。", one.place("fill"))
    written = {one.table["link"], one.table["names"], *fill}
    left = [name for name, field in by.items() if field.get("required") and name not in written]
    if left:
        yield Problem("roll.fill", f"打勾时填不出：{'、'.join(left)}", "在 fill 里写上，或者去掉 required。", one.place("fill"))
