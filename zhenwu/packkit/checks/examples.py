"""Examples speak of ledgers, fields and metrics that exist, and expect at least one figure or one refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.examples import Example, Step
from zhenwu.packkit.shapes import ID
from zhenwu.packkit.sources import STANDARD, find_metric

_ADDRESS = re.compile(r"([a-z0-9_]+\.[a-z0-9_]+)@([^/#]+)(?:/([^#]+))?(?:#\d+)?")
_LEDGER_ACTS = ("save", "correct", "void", "authorise")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    names: set[str] = set()
    for example in pack.examples:
        place = Place(example.file, key=example.name[:60])
        if example.name in names:
            found.append(Problem("example.twice", "有两个同名的例子", "换个名称，说清各自讲的是什么。", place))
        names.add(example.name)
        if not example.figures and not any(step.refused for step in example.steps):
            found.append(Problem("example.empty", "例子没有说明结果", "在 expect 的 figures 里写出应得的数。", place))
        for value in example.series:
            found += _series(pack, others, value.metric, value.period, place)
        for step in example.steps:
            found += _step(pack, others, example, step, place)
        for address in example.figures:
            found += _figure(pack, others, address, place)
    return found


def _series(pack: Draft, others: Mapping[str, Draft], key: str, period: str, place: Place) -> list[Problem]:
    metric = find_metric(pack, others, key)
    if metric is None or metric.table.get("kind") != "series":
        return [
            Problem(
                "example.series",
                f"“{key}”不是可以录入数值的指标",
                "series 里只写 kind 为 series 的指标。",
                place,
            )
        ]
    return _period(period, place)


def _period(text: str, place: Place) -> list[Problem]:
    try:
        _ = Period.parse(text).start  # a year 0 reads but has no first day
    except Problem as problem:
        return [problem.at(place)]
    except ValueError:
        return [Problem("period.form", f"看不懂的统计期“{text[:20]}”", "写成 2020、2020-06 这样。", place)]
    return []


def _step(pack: Draft, others: Mapping[str, Draft], example: Example, step: Step, place: Place) -> list[Problem]:
    found: list[Problem] = []
    if step.day > example.today:
        found.append(Problem("example.day", f"步骤的日期 {step.day} 晚于今天 {example.today}", "改正日期。", place))
    if step.refused and not re.fullmatch(r"[a-z_]+\.[a-z_]+", step.refused):
        found.append(Problem("example.refused", f"“{step.refused[:40]}”不是问题代号", "例如 ledger.bounds。", place))
    if step.act in _LEDGER_ACTS:
        found += _record(pack, others, step, place)
    elif step.act == "open" and step.target != STANDARD and pack.full(step.target) not in pack.workflows:
        found.append(Problem("example.workflow", f"没有流程“{step.target}”", "写本模块的流程。", place))
    return found


def _record(pack: Draft, others: Mapping[str, Draft], step: Step, place: Place) -> list[Problem]:
    key = pack.full(step.target)
    home = pack if key.split(".")[0] == pack.id else others.get(key.split(".")[0])
    ledger = home.ledgers.get(key) if home else None
    if ledger is None:
        return [Problem("example.ledger", f"没有台账“{key}”", f"可以用：{'、'.join(pack.ledgers)}。", place)]
    if step.act == "save" and not step.unit:
        return [Problem("example.unit", "新增记录要写明 unit（在哪个网格或村）", "例如 unit: 一网格。", place)]
    return _fields(ledger, step, place) if ledger.sound else []


def _fields(ledger: Entry, step: Step, place: Place) -> list[Problem]:
    fields = [field["id"] for field in ledger.table["field"]]
    unknown = [name for name in step.data if name not in fields]
    found = [
        Problem(
            "example.field",
            f"台账“{ledger.key}”没有字段“{str(name)[:40]}”",
            f"可以用：{'、'.join(fields)}。",
            place,
        )
        for name in unknown
        if step.refused != "ledger.unknown_field"
    ]
    names = ledger.table["key"]
    if step.key and len(step.key) != len(names):
        message = f"key 写了 {len(step.key)} 项，台账要 {len(names)} 项"
        found.append(Problem("example.key", message, f"依次写：{'、'.join(names)}。", place))
    missing = [field["id"] for field in ledger.table["field"] if field["required"] and field["id"] not in step.data and field.get("from") not in step.data]
    if step.act == "save" and missing and step.refused != "ledger.required":
        found.append(Problem("example.required", f"必填的没有写：{'、'.join(missing)}", "在 data 里补上。", place))
    return found


def _figure(pack: Draft, others: Mapping[str, Draft], address: str, place: Place) -> list[Problem]:
    found = _ADDRESS.fullmatch(address)
    if not found or not all(ID.fullmatch(part) for part in found[1].split(".")):
        return [
            Problem(
                "example.address",
                f"看不懂“{address[:60]}”",
                "写成 模块.指标@统计期，例如 demolition.area@2020。",
                place,
            )
        ]
    if find_metric(pack, others, found[1]) is None:
        return [Problem("example.metric", f"没有指标“{found[1]}”", f"可以用：{'、'.join(pack.metrics)}。", place)]
    return _period(found[2], place)
