"""Metrics that stand beside a metric (并列的数), and the metric that a target is measured by (``measures``): they exist, are
others, and measure the same thing."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import find_metric

_NOT_ONESELF = {
    "beside": ("指标不能与自己并列", "去掉它，写另一个口径的指标。"),
    "measures": ("目标不能用自己来量", "写量完成数的那个指标。"),
}


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    measures = metric.table.get("measures")
    named = [*(("beside", key) for key in metric.table["beside"]), *([("measures", measures)] if measures else [])]
    return [problem for name, key in named for problem in _named(pack, others, metric, name, pack.full(key))]


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
