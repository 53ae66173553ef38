"""Conditions that name a dated parameter of the pack (``param_…``): each is written out, span by span, with the number in force on the row's day.

``mm >= param_red`` becomes ``(occurred_on >= '2015-01-01' AND occurred_on < '2024-01-01' AND (mm >= 100)) OR (occurred_on >= '2024-01-01'
AND (mm >= 80))``. So what is stored is an expression like any other, and the numbers that a matter was opened under stay in the
revision under which it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from zhenwu.lib.problems import Place, Problem

PREFIX = "param_"
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
Params = Mapping[str, Mapping[str, Any]]  # id → its table, as ``params.toml`` has it


def written_out(text: str, params: Params, day: str, place: Place, absent: bool = False) -> str:
    """The condition with its parameters written out by the column ``day``; one that names none is returned as it is. ``absent``: whether
    it holds on days on which one of them is not in force (not yet, or no longer: what forbids nothing yet holds nobody back). Raises
    ``Problem('param.unknown')``, and ``Problem('param.value')`` for one without a single number ``value``."""
    names = [PREFIX + one for one in named(text)]
    if not names:
        return text
    versions = {name: _versions(name, params, place) for name in names}
    spans = list(_spans(versions))
    parts = [f"({_within(day, first, end)} AND ({_filled(text, numbers)}))" for first, end, numbers in spans if None not in numbers.values()]
    if absent:
        parts.append(f"({day} IS NULL OR {day} < '{spans[0][0]}')")
        parts += [f"({_within(day, first, end)})" for first, end, numbers in spans if None in numbers.values()]
    return " OR ".join(parts) if parts else "1 = 2"


def named(text: str) -> list[str]:
    """The parameters that a condition names, by their ids."""
    return sorted({name.removeprefix(PREFIX) for name in _TOKEN.findall(text) if name.startswith(PREFIX)})


def _versions(name: str, params: Params, place: Place) -> dict[str, str | None]:
    """From which day on which number holds; None where it was abolished."""
    table = params.get(name.removeprefix(PREFIX))
    if table is None:
        raise Problem("param.unknown", f"没有“{name[:60]}”这个参数", f"可以用：{'、'.join(PREFIX + one for one in params) or '（params.toml 里还没有）'}。", place)
    found: dict[str, str | None] = {}
    for day, values in table["from"].items():
        number = None if values == {"abolished": True} else values.get("value", "") if isinstance(values, dict) else ""
        if number is not None and not _NUMBER.fullmatch(str(number)) or not _is_day(day):
            raise Problem("param.value", f"参数“{name[:60]}”在条件里用不了", "每一版写 {value = 3} 这样一个数，日期写成 2026-01-01。", place)
        found[day] = None if number is None else str(number)
    return found


def _is_day(told: str) -> bool:
    try:
        return date.fromisoformat(told).isoformat() == told
    except ValueError:
        return False


def _spans(versions: Mapping[str, Mapping[str, str | None]]) -> Iterator[tuple[str, str, dict[str, str | None]]]:
    """(first day, the day after its last or "", the numbers in force): from the first version of any of them on."""
    days = sorted({day for one in versions.values() for day in one})
    for first, end in zip(days, [*days[1:], ""], strict=True):
        yield first, end, {name: one[max(known)] if (known := [day for day in one if day <= first]) else None for name, one in versions.items()}


def _within(day: str, first: str, end: str) -> str:
    return f"{day} >= '{first}'" + (f" AND {day} < '{end}'" if end else "")


def _filled(text: str, numbers: Mapping[str, str | None]) -> str:
    return _TOKEN.sub(lambda found: numbers.get(found[0]) or found[0], text)
