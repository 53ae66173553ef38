"""Metrics that stand beside a metric (并列的数), and the metric that a target is measured by (``measures``): they exist, are
others, and measure the same thing; and how the rows of what stands beside are matched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor
from zhenwu.packkit.columns import Column
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import Source, find_metric, source_of

_NOT_ONESELF = {
    "beside": ("指标不能与自己并列", "去掉它，写另一个口径的指标。"),
    "measures": ("目标不能用自己来量", "写量完成数的那个指标。"),
}


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    measures = metric.table.get("measures")
    named = [*(("beside", key) for key in metric.table["beside"]), *([("measures", measures)] if measures else [])]
    found = [problem for name, key in named for problem in _named(pack, others, metric, name, pack.full(key))]
    return found + [fault for key in metric.table["match"] for fault in _match(pack, others, metric, key)]


def _match(pack: Draft, others: Mapping[str, Draft], metric: Entry, key: str) -> Iterator[Problem]:
    """The rows of both are found again by columns that both have and that hold the same kind of value."""
    place = metric.place("match", key)
    if pack.full(key) not in map(pack.full, metric.table["beside"]):
        yield Problem("metric.match", f"“{key}”没有写在 beside 里，对不了行", "先把它写进 beside。", place)
        return
    other, told = find_metric(pack, others, key), metric.table["match"][key]
    if other is None or not other.sound or "same" not in told:
        return
    if other.table["kind"] not in ("flow", "stock", "distinct"):
        yield Problem("metric.match", f"“{key}”没有明细，对不了行", "只写 beside，去掉它的 match。", place)
        return
    if not told["same"]:
        yield Problem("metric.match", "没有写靠什么认出是同一条", '例如 same = {code = "facility"}：左边是本指标台账的栏目，右边是对方的。', place)
    mine, theirs = _source(pack, others, metric), _source(pack, others, other)
    if mine and theirs:
        for own, its in [*told["same"].items(), *(told.get("compare") or {}).items()]:
            yield from (problem.at(place) for problem in _columns(mine, theirs, own, its))


def _source(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Source | None:
    owner = metric.key.split(".")[0]
    try:
        return source_of(pack if owner == pack.id else others[owner], {**others, pack.id: pack}, metric)
    except Problem:
        return None  # the metric's own check says so


def _columns(mine: Source, theirs: Source, own: str, its: object) -> Iterator[Problem]:
    kinds = []
    for source, name in ((mine, own), (theirs, its)):
        column = _column(source, name) if isinstance(name, str) else None
        if column is None:
            yield Problem("metric.match", f"“{source.key}”没有“{name}”这个栏目", f"可以用：{'、'.join(dict.fromkeys((*source.columns, *source.times)))}。")
        else:
            kinds.append(_kind(column))
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        yield Problem("metric.match", f"“{own}”和“{its}”不是同一种内容，比不了", "写内容相同的两个栏目，例如编号对编号、日期对日期。")


def _column(source: Source, name: str) -> Column | None:
    """A column of a source; its own days stand among them here."""
    return source.columns.get(name) or (Column("day") if name in source.times else None)


def _kind(column: Column) -> tuple[object, ...]:
    """What must be equal for two values to be held against each other: numbers need one unit and scale; a link is a text."""
    return (column.kind, column.unit, column.scale) if column.kind == "integer" else (column.kind,)


def _named(pack: Draft, others: Mapping[str, Draft], metric: Entry, name: str, key: str) -> list[Problem]:
    other = find_metric(pack, others, key)
    if key == metric.key:
        return [Problem(f"metric.{name}", *_NOT_ONESELF[name], metric.place(name))]
    if other is not None:
        return _units(metric, other, name)
    if key.split(".")[0] in (pack.id, *others):
        allowed = "、".join(one for one in pack.metrics if one != metric.key)
        return [Problem(f"metric.{name}", f"没有指标“{key}”", f"可以用：{allowed}。", metric.place(name))]
    return []


def _units(metric: Entry, other: Entry, name: str) -> list[Problem]:
    """The gap between the two is shown, so that one must convert to the other."""
    try:
        factor(other.table.get("unit") or "", metric.table["unit"])
    except Problem as problem:
        return [] if problem.code == "unit.unknown" else [problem.at(metric.place(name))]
    return []
