"""A stock whose rows count only while a record of another ledger stands (``within``): both are stocks, and one field says which record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.lib.problems import Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import ledger_called


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Iterator[Problem]:
    """What is wrong with ``within`` (``metric.within``)."""
    told, place = metric.table.get("within"), metric.place("within")
    if not told or "ledger" not in told or "same" not in told or not metric.table["ledger"]:
        return  # an ill-shaped table was told when it was read; what has no ledger by its own check
    left, right = ledger_called(pack, others, metric.table["ledger"]), ledger_called(pack, others, told["ledger"])
    if right is None:
        yield Problem("metric.within", f"没有“{pack.full(told['ledger'])}”这本台账", "写本模块的台账代号，或 reads 里的模块的，例如 drinking.supply。", place)
        return
    if left is None or not left.sound or not right.sound:
        return  # said elsewhere
    if right.table["shape"] != "stock":
        yield Problem("metric.within", f"“{right.key}”不是存量台账，没有从哪天到哪天", '只能写 shape = "stock" 的台账。', place)
    fields = {field["id"]: field for field in left.table["field"]}
    named = [field for field in right.table["field"] if [field["id"]] == list(right.table["key"])]
    if not named or named[0]["type"] not in ("text", "link"):
        yield Problem("metric.within", f"“{right.key}”的记录不是靠一个文字或关联字段认的", "只能写 key 是一个这样的字段的台账。", place)
    elif told["same"] not in fields or fields[told["same"]]["type"] not in ("text", "link"):
        able = "、".join(name for name, field in fields.items() if field["type"] in ("text", "link"))
        yield Problem("metric.within", f"“{left.key}”没有叫“{told['same']}”的文字或关联字段", f"可以用：{able or '（没有）'}。", place)
    else:
        yield from _one_thing(metric, left, fields[told["same"]], right, named[0])


def _one_thing(metric: Entry, left: Entry, same: Mapping[str, str], right: Entry, named: Mapping[str, str]) -> Iterator[Problem]:
    """Two links lead to one ledger."""
    ends = [_end(entry, field) for entry, field in ((left, same), (right, named))]
    if "" not in ends and ends[0] != ends[1]:
        yield Problem("metric.within", f"“{same['id']}”关联的是“{ends[0]}”，“{right.key}”认的却是“{ends[1]}”", "两边要关联到同一本台账。", metric.place("within"))


def _end(entry: Entry, field: Mapping[str, str]) -> str:
    """The full key of the ledger that a link leads to; "" for a text."""
    ledger = field.get("ledger") or ""
    return ledger if "." in ledger or not ledger else f"{entry.key.partition('.')[0]}.{ledger}"
