"""Windows: the ledgers of people, of what one can ask for and of papers that are kept are there, with the fields that the page reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.lib.problems import Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import fields_of, ledger_named
from zhenwu.packkit.vocabulary import WINDOW_LEDGERS

# field → in which ledger it stands, of what kind it must be
_FIELDS = {
    "name": ("person", "name"), "family": ("person", "link"), "title": ("items", "text"), "papers": ("items", "text"), "lackable": ("items", "text"),
    "owner": ("held", "link"), "paper": ("held", "text"), "covers": ("undertakings", "text"),
}  # fmt: skip
_TOGETHER = {"items": ("title", "papers"), "held": ("owner", "paper"), "undertakings": ("covers",)}
_LINKED = {"undertakings": "items", "broken": "person"}  # to which of the window's ledgers one field of another links


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for one in pack.windows.values() if one.sound for problem in _window(pack, others, one)]


def _window(pack: Draft, others: Mapping[str, Draft], one: Entry) -> Iterator[Problem]:
    ledgers = {name: ledger_named(pack, others, one, name) for name in WINDOW_LEDGERS if one.table[name]}
    for name, ledger in ledgers.items():
        key = pack.full(one.table[name])
        if ledger is None and (key.startswith(f"{pack.id}.") or key.split(".")[0] in others):
            yield Problem("window.ledger", f"没有“{key}”这本台账", f"本模块可以用：{'、'.join(pack.ledgers)}。", one.place(name))
        elif ledger is not None and ledger.sound and ledger.table["shape"] != "stock":
            yield Problem("window.shape", f"“{key}”不是一直存在的（stock）台账", f"{name} 要写这样的台账。", one.place(name))
    for name, needed in _TOGETHER.items():
        if bool(one.table[name]) != all(one.table[field] for field in needed) or (not one.table[name] and any(one.table[field] for field in needed)):
            yield Problem("window.together", f"{name}、{'、'.join(needed)} 要一起写", "都写上，或者都不写。", one.place(name))
    for name, other in _LINKED.items():
        ledger = ledgers.get(name)
        links = [_full(ledger, field["ledger"]) for field in fields_of(ledger).values() if field["type"] == "link"] if ledger is not None and ledger.sound else None
        if links is not None and (not one.table[other] or links.count(pack.full(one.table[other])) != 1):
            yield Problem("window.linked", f"“{one.table[name]}”没有一个字段关联“{one.table[other]}”", f"{name} 写的台账里要有一个、也只有一个关联 {other} 的字段。", one.place(name))
    for name, (where, kind) in _FIELDS.items():
        ledger = ledgers.get(where)
        if one.table[name] and ledger is not None and ledger.sound and fields_of(ledger).get(one.table[name], {}).get("type") != kind:
            yield Problem("window.field", f"“{one.table[where]}”里没有合用的字段“{one.table[name]}”", f"{name} 要写种类是 {kind} 的字段。", one.place(name))


def _full(ledger: Entry | None, name: str) -> str:
    """What a ledger's link names, by its full key."""
    return name if "." in name or ledger is None else f"{ledger.key.partition('.')[0]}.{name}"
