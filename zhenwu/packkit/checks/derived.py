"""Metrics made from metrics: what they name exists, units agree, nothing is made from itself."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor, read_unit
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import find_metric
from zhenwu.packkit.vocabulary import METRIC_LISTS, METRIC_REFS

_ADDITIVE = ("flow", "series")


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    found: list[Problem] = []
    parts: dict[str, Entry] = {}
    for name in METRIC_REFS:
        key = metric.table.get(name)
        part = find_metric(pack, others, key) if key else None
        if part is not None:
            parts[name] = part
        elif key:
            found += _absent(pack, others, metric, name, key)
    years = metric.table.get("years")
    if years is not None and not 1 <= years <= 50:
        found.append(Problem("metric.years", "年数要在 1 到 50 之间", "五年写 5。", metric.place("years")))
    return found + _units(metric, parts) + _kinds(metric, parts) + _terms(pack, others, metric)


def _absent(pack: Draft, others: Mapping[str, Draft], metric: Entry, name: str, key: str) -> list[Problem]:
    """The part is not there; of a pack that is not there another check tells."""
    if pack.full(key).split(".")[0] not in (pack.id, *others):
        return []
    allowed = "、".join(name for name in pack.metrics if name != metric.key)
    return [Problem("metric.of", f"没有指标“{pack.full(key)}”", f"可以用：{allowed}。", metric.place(name))]


def _terms(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    """What is added up and taken off exists, converts to the metric's unit, and stands on one side, once."""
    found: list[Problem] = []
    terms = [(name, key) for name in METRIC_LISTS for key in metric.table.get(name) or ()]
    if metric.table["kind"] == "net" and not metric.table["plus"]:
        found.append(Problem("metric.plus", "没有写哪些数相加", "在 plus 里至少写一个指标。", metric.place("plus")))
    if len({pack.full(key) for _, key in terms}) < len(terms):
        found.append(Problem("metric.terms", "同一个指标不能加了又加、加了又减", "每个指标只写一处。", metric.place("less")))
    for name, key in terms:
        part = find_metric(pack, others, key)
        if part is None:
            found += _absent(pack, others, metric, name, key)
            continue
        try:
            factor(part.table.get("unit") or "", metric.table["unit"])
        except Problem as problem:
            found += [] if problem.code == "unit.unknown" else [problem.at(metric.place(name))]
    return found


def _units(metric: Entry, parts: Mapping[str, Entry]) -> list[Problem]:
    kind, unit = metric.table["kind"], metric.table["unit"]
    percent = kind in ("ratio", "share", "growth") or bool(metric.table.get("relative"))
    if percent and read_unit(unit)[0] != "ratio":
        return [Problem("metric.unit", f"“{unit}”不是比率的单位", "写 %、‰ 或 倍。", metric.place("unit"))]
    pairs = []
    if kind == "mean" and "numerator" in parts:
        pairs.append((parts["numerator"].table.get("unit"), unit))
    elif {"numerator", "denominator"} <= set(parts):
        pairs.append((parts["numerator"].table.get("unit"), parts["denominator"].table.get("unit")))
    if "of" in parts and not percent:
        pairs.append((parts["of"].table.get("unit"), unit))
    for source, target in pairs:
        try:
            if source and target:
                factor(source, target)
        except Problem as problem:
            if problem.code != "unit.unknown":
                return [problem.at(metric.place("unit"))]
    return []


def _kinds(metric: Entry, parts: Mapping[str, Entry]) -> list[Problem]:
    of = parts.get("of")
    if metric.table["kind"] == "cumulative" and of is not None and of.table.get("kind") not in (None, *_ADDITIVE):
        message = f"“{of.key}”不能逐年相加（{of.table['kind']}）"
        return [
            Problem(
                "metric.cumulative",
                message,
                "只有发生数（flow）和逐年的 series 可以累计。",
                metric.place("of"),
            )
        ]
    return []


def circles(pack: Draft) -> list[Problem]:
    """Metrics of this pack that are, through others of this pack, made from themselves."""
    made = {
        key: [
            *(pack.full(metric.table[name]) for name in METRIC_REFS if metric.table.get(name)),
            *(pack.full(part) for name in METRIC_LISTS for part in metric.table.get(name) or ()),
        ]
        for key, metric in pack.metrics.items()
    }
    found = []
    for key, metric in pack.metrics.items():
        waiting, seen = list(made[key]), set()
        while waiting:
            part = waiting.pop()
            if part not in seen:
                seen.add(part)
                waiting += made.get(part, [])
        if key in seen:
            found.append(Problem("metric.circle", "这个指标绕来绕去用到了自己", "改掉其中一步的来源。", metric.place()))
    return found
