"""Metrics that stand beside a metric (并列的数): they exist, are others, and measure the same thing."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import find_metric


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    found = []
    for key in map(pack.full, metric.table["beside"]):
        other = find_metric(pack, others, key)
        if key == metric.key:
            found.append(Problem("metric.beside", "指标不能与自己并列", "去掉它，写另一个口径的指标。", metric.place("beside")))
        elif other is not None:
            found += _units(metric, other)
        elif key.split(".")[0] in (pack.id, *others):
            allowed = "、".join(name for name in pack.metrics if name != metric.key)
            found.append(Problem("metric.beside", f"没有指标“{key}”", f"可以用：{allowed}。", metric.place("beside")))
    return found


def _units(metric: Entry, other: Entry) -> list[Problem]:
    """The gap between the two is shown, so that one must convert to the other."""
    try:
        factor(other.table.get("unit") or "", metric.table["unit"])
    except Problem as problem:
        return [] if problem.code == "unit.unknown" else [problem.at(metric.place("beside"))]
    return []
