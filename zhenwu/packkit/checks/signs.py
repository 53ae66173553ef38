"""Public signs: what stands on one is there, and nothing personal is among it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhenwu.lib.problems import Problem
from zhenwu.packkit.columns import ledger_columns
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import fields_of
from zhenwu.packkit.vocabulary import PERSONAL, SIGN_TYPES


def check_sign(pack: Draft, ledger: Entry) -> list[Problem]:
    """What is wrong with the ``sign`` of a ledger, if it has one."""
    sign = ledger.table.get("sign")
    if not sign or not ledger.sound:
        return []
    return [*_shown(ledger, sign), *(problem for one in sign["fact"] for problem in _fact(pack, ledger, one))]


def _shown(ledger: Entry, sign: Mapping[str, Any]) -> Iterator[Problem]:
    place, fields = ledger.place("sign"), fields_of(ledger)
    able = "、".join(name for name, field in fields.items() if field["type"] in SIGN_TYPES)
    if ledger.table["shape"] != "stock":
        yield Problem("sign.shape", "只有一直存在的（stock）东西才立公示牌", "把 sign 写在 stock 的台账里。", place)
    if not sign["show"]:
        yield Problem("sign.empty", "公示牌上什么也没有", f"show 里至少写一个字段，第一个当名称：{able}。", place)
    for name in (*sign["show"], *([sign["phone"]] if sign["phone"] else ())):
        kind = fields.get(name, {}).get("type")
        if kind in PERSONAL:
            yield Problem("sign.personal", f"“{name}”是个人信息，不能上公示牌", "姓名、电话、身份证号这三种字段不公开；办公电话另设一个文字字段。", place)
        elif kind not in SIGN_TYPES:
            yield Problem("sign.field", f"公示牌上写不了“{name}”", f"可以写：{able}。", place)


def _fact(pack: Draft, ledger: Entry, one: Mapping[str, Any]) -> Iterator[Problem]:
    place, other = ledger.place("sign"), pack.ledgers.get(pack.full(one["ledger"]))
    if other is None or not other.sound:
        names = "、".join(key.partition(".")[2] for key in pack.ledgers)
        yield Problem("sign.fact", f"没有台账“{one['ledger']}”", f"写本模块的：{names}。", place)
        return
    link = fields_of(other).get(one["link"], {})
    if link.get("type") != "link" or pack.full(link.get("ledger") or "") != ledger.key:
        yield Problem("sign.fact", f"“{one['ledger']}”的“{one['link']}”不是关联到本台账的字段", "link 写那本台账里指向这本的关联字段。", place)
    if one["when"]:
        yield from judge(one["when"], ledger_columns(other.table["field"]), place)
