"""What a new revision of a ledger may not change: what the whole numbers and codes already stored under it mean.

A record keeps its revision, but figures add what records of all revisions say in a field. A field that was 平方米 with two
decimals and is 亩 with none from now on would be added up as if both were one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhenwu.kernel.definitions.api import Draft, revisions
from zhenwu.kernel.ledgers.models import Version
from zhenwu.lib.problems import Place, Problem

_SHAPES = {"flow": "发生一次（flow）", "stock": "持续存在（stock）"}
_MEANING = (("type", "种类", "（没有）"), ("unit", "单位", "（没有）"), ("scale", "小数位数", 0), ("ledger", "关联的台账", "（没有）"))


def changed_meanings(drafts: Sequence[Draft]) -> list[Problem]:
    """What in these definitions would change the meaning of records already filled in; each with its remedy."""
    return [problem for draft in drafts if draft.kind == "ledger" for problem in _of_ledger(draft)]


def _of_ledger(draft: Draft) -> Iterator[Problem]:
    told: set[str] = set()
    for earlier in revisions("ledger", draft.key):
        found = [one for one in _between(draft, earlier.body) if one.message not in told]
        if found and Version.objects.filter(ledger=draft.key, revision_id=earlier.id).exists():
            told.update(one.message for one in found)
            yield from found


def _between(draft: Draft, before: Mapping[str, Any]) -> Iterator[Problem]:
    file = f"{draft.pack}/ledgers/{draft.key.rpartition('.')[2]}.toml"
    old, new = before["shape"], draft.body["shape"]
    if old != new:
        message = f"“{draft.body['label']}”已有记录，原来是{_SHAPES[old]}的，不能改成{_SHAPES[new]}的"
        yield Problem("ledger.meaning", message, "另建一本台账。", Place(file, key="shape"))
    fields = {one["id"]: one for one in before["fields"]}
    for one in draft.body["fields"]:
        for name, label, nothing in _MEANING if one["id"] in fields else ():
            was, is_ = (field.get(name) or nothing for field in (fields[one["id"]], one))
            if was != is_:
                message = f"字段“{one['label']}”已有记录，{label}原来是 {was}，不能改成 {is_}：已存的数会变成别的意思"
                remedy = f"保留原字段不动，另用一个新的字段代号（例如 {one['id']}_2）；原来的记录要换算的，用更正填到新字段里。"
                yield Problem("ledger.meaning", message, remedy, Place(file, key=f"{one['id']}.{name}"))
