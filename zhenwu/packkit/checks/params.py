"""Limits and thresholds: dated, never overwritten, each with its source; a value is a whole number or a decimal in quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.lib.units import read_unit
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.shapes import ID

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for entry in pack.params.values() if entry.sound for problem in _param(entry)]


def _param(entry: Entry) -> list[Problem]:
    found: list[Problem] = []
    if entry.table.get("unit"):
        try:
            read_unit(entry.table["unit"])
        except Problem as problem:
            found.append(problem.at(entry.place("unit")))
    versions = entry.table["from"]
    if not versions:
        found.append(
            Problem(
                "param.empty",
                "没有写从哪天起、是多少",
                '例如 from."2026-01-01" = {value = 3}。',
                entry.place("from"),
            )
        )
    for day, values in versions.items():
        found += _version(day, values, entry.place("from", day[:20]))
    return found


def _version(day: str, values: Any, place: Place) -> list[Problem]:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
            raise ValueError
        date.fromisoformat(day)
    except ValueError:
        return [Problem("param.day", f"“{day[:20]}”不是日期", '写成 "2026-01-01"（加英文引号）。', place)]
    if not isinstance(values, dict) or not values:
        return [Problem("param.value", "没有写数值", "写成 {value = 3}，废止写 {abolished = true}。", place)]
    if values == {"abolished": True}:
        return []
    return [
        Problem("param.value", f"“{str(name)[:40]}”的数值不对", '写整数，或英文引号里的小数，例如 "1.5"。', place)
        for name, value in values.items()
        if not ID.fullmatch(name) or name == "abolished" or not _is_number(value)
    ]


def _is_number(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return (whole or isinstance(value, str)) and bool(_NUMBER.fullmatch(str(value)))
