"""Report templates: every blank is bound once to one source; a metric that is not installed is allowed and prints 待补."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.lib.units import factor, read_unit
from zhenwu.packkit.draft import Draft
from zhenwu.packkit.front_matter import Document
from zhenwu.packkit.sources import find_metric

_SOURCES = ("metric", "record", "profile", "text", "pending")
_PERIOD = re.compile(r"year([+-][1-9])?|five_years|next_five_years")
_YEAR = re.compile(r"year([+-][1-9])?")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for document in pack.documents.values():
        found += _names(document)
        for name, blank in document.blanks.items():
            place = Place(document.file, key=name[:60])
            found += _source(blank, place) or _metric(pack, others, blank, place)
        found += _claims(document)
    return found


def _claims(document: Document) -> list[Problem]:
    found = []
    for words, claim in document.claims.items():
        place = Place(document.file, key=words[:60])
        if words not in document.text:
            found.append(Problem("report.unused", f"正文里没有“{words[:60]}”这句话", "照正文的原话写，或者去掉这一行。", place))
        if claim.get("claim") and "." not in claim["claim"]:
            remedy = "写成 模块.指标，例如 relief.uncovered；这个指标数的是例外。"
            found.append(Problem("report.metric", f"“{claim['claim']}”没有写是哪个模块的指标", remedy, place))
    return found


def _names(document: Document) -> list[Problem]:
    found: list[Problem] = []
    if not document.title:
        found.append(Problem("report.title", "没有标题", "在正文第一行写 # 标题。", Place(document.file)))
    for name in document.used:
        if name not in document.blanks:
            remedy = "在开头的 +++ 之间写上它取什么数。"
            found.append(
                Problem(
                    "report.unbound",
                    f"待填项“{name}”没有说明取什么数",
                    remedy,
                    Place(document.file, key=name),
                )
            )
    for name in document.blanks:
        if name not in document.used:
            message = f"写了“{name}”取什么数，正文里却没有 ⟦{name[:60]}⟧"
            found.append(
                Problem(
                    "report.unused",
                    message,
                    "在正文里用上，或者去掉这一行。",
                    Place(document.file, key=name[:60]),
                )
            )
    return found


def _source(blank: Mapping[str, Any], place: Place) -> list[Problem]:
    given = [name for name in _SOURCES if blank.get(name)]
    if len(given) != 1:
        remedy = 'metric（指标）、record（台账里的字）、profile（镇情）、text = "year"（年份）、pending = true（暂无来源）里写一样。'
        return [Problem("report.source", "要写明一个来源", remedy, place)]
    if blank.get("metric") and "." not in blank["metric"]:
        remedy = "写成 模块.指标，例如 demolition.area。"
        return [Problem("report.metric", f"“{blank['metric']}”没有写是哪个模块的指标", remedy, place)]
    if blank.get("text") and not _YEAR.fullmatch(blank["text"]):
        return [
            Problem(
                "report.text",
                f"看不懂“{blank['text'][:30]}”",
                'text 写 "year"、"year-1" 或 "year+1"。',
                place,
            )
        ]
    if given == ["metric"] and not _PERIOD.fullmatch(blank.get("period") or ""):
        return [
            Problem(
                "report.period",
                "没有写明统计期，或写法不对",
                "period 写 year、year-1、year+1、five_years 或 next_five_years。",
                place,
            )
        ]
    of_metrics = ("unit", "decimals") if given == ["record"] else ("period", "unit", "decimals")
    others = [name for name in of_metrics if blank.get(name) is not None]
    if given != ["metric"] and others:
        return [Problem("report.source", f"只有取指标时才写 {'、'.join(others)}", "去掉它们。", place)]
    return []


def _metric(pack: Draft, others: Mapping[str, Draft], blank: Mapping[str, Any], place: Place) -> list[Problem]:
    if not blank.get("metric") or not blank.get("unit"):
        return []
    metric = find_metric(pack, others, blank["metric"])
    try:
        read_unit(blank["unit"])
        if metric is not None and metric.sound:
            factor(metric.table["unit"], blank["unit"])
    except Problem as problem:
        return [problem.at(Place(place.file, key=f"{place.key}.unit"))]
    return []
