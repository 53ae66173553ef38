"""Metrics over rows: the ledger and its columns exist, the filter reads, the unit converts exactly."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor, read_unit
from zhenwu.packkit.checks import apart, beside, derived, within
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import Source, counted_unit, source_of

MAX_DECIMALS = 6
ROW_KINDS = ("flow", "stock", "distinct")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for metric in pack.metrics.values():
        if not metric.sound:
            continue
        if metric.table["decimals"] > MAX_DECIMALS:
            message = f"小数位数最多 {MAX_DECIMALS} 位"
            found.append(Problem("metric.decimals", message, "改小 decimals。", metric.place("decimals")))
        found += _unit(metric) or (
            _rows(pack, others, metric)
            if metric.table["kind"] in ROW_KINDS
            else derived.check_one(pack, others, metric)
        )
        found += beside.check_one(pack, others, metric)
        found += apart.check_one(pack, others, metric)
    return found + derived.circles(pack)


def _unit(metric: Entry) -> list[Problem]:
    try:
        read_unit(metric.table["unit"])
    except Problem as problem:
        return [problem.at(metric.place("unit"))]
    return []


def _rows(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    try:
        source = source_of(pack, others, metric)
    except Problem as problem:
        return [problem]
    if source is None:
        return []  # said elsewhere: the ledger is ill-shaped or its pack is missing
    found = [
        *_shape(metric, source),
        *_time(metric, source),
        *_measure(metric, source),
        *_distinct(metric, source),
        *within.check_one(pack, others, metric),
    ]
    return found + _where(metric, source)


def _shape(metric: Entry, source: Source) -> list[Problem]:
    if metric.table["kind"] == "stock" and source.shape != "stock" and not metric.table["workflow"]:
        remedy = '期末数只能取自 shape 为 stock 的台账；本期发生数请写 kind = "flow"。'
        return [Problem("metric.shape", f"“{source.key}”记的是发生数，没有期末数", remedy, metric.place("kind"))]
    if metric.table["kind"] != "stock" and source.shape == "stock" and not metric.table["time"]:
        remedy = f"写上 time，可以用：{'、'.join(source.times)}。"
        return [Problem("metric.time", f"“{source.key}”是存量台账，要说明按哪个日期计数", remedy, metric.place("time"))]
    return []


def _time(metric: Entry, source: Source) -> list[Problem]:
    time = metric.table.get("time")
    if time is None or time in source.times:
        return []
    message = f"“{time}”不是“{source.key}”的日期"
    return [Problem("metric.time", message, f"可以用：{'、'.join(source.times)}。", metric.place("time"))]


def _measure(metric: Entry, source: Source) -> list[Problem]:
    """A sum needs a number field whose unit converts; a count needs a counted unit (户, 个)."""
    name, unit = metric.table.get("measure"), metric.table["unit"]
    if name is None:
        if counted_unit(unit) is None:
            remedy = "数条数的指标用 个、户、家 这类单位；要加总请写 measure。"
            return [Problem("metric.unit", f"没有写 measure，却用了单位“{unit}”", remedy, metric.place("unit"))]
        return []
    column = source.columns.get(name)
    numbers = [key for key, item in source.columns.items() if item.kind == "integer" and key != "month"]
    if column is None or column.kind != "integer" or name == "month":
        message = f"“{source.key}”里没有叫“{name}”的数字字段"
        return [
            Problem(
                "metric.measure",
                message,
                f"可以用：{'、'.join(numbers) or '（没有）'}。",
                metric.place("measure"),
            )
        ]
    if column.unit is None:
        remedy = f"在台账里给字段 {name} 写上 unit。"
        return [Problem("metric.measure", f"字段“{name}”没有计量单位，不能加总", remedy, metric.place("measure"))]
    try:
        factor(column.unit, unit)
    except Problem as problem:
        return [] if problem.code == "unit.unknown" else [problem.at(metric.place("unit"))]
    return []


def _distinct(metric: Entry, source: Source) -> list[Problem]:
    name = metric.table.get("distinct")
    usable = [key for key, item in source.columns.items() if item.kind == "text" and key != "authority"]
    if name is None or name in usable:
        return []
    message = f"“{source.key}”里不能按“{name}”去重"
    return [Problem("metric.distinct", message, f"可以用：{'、'.join(usable)}。", metric.place("distinct"))]


def _where(metric: Entry, source: Source) -> list[Problem]:
    text = metric.table.get("where")
    return judge(text, source.of_filter(metric), metric.place("where")) if text else []
