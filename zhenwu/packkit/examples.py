"""Examples: given, do, expect. A clerk can read them; the kernel runs them; the manual prints them.

A file is a list of stories. Everything in them is text, as a person would type it. ``day`` is the day on which the step is
taken; a saved record also occurs (or begins) on it unless ``occurred_on`` or ``valid_from`` says otherwise; a correction keeps
the day the record had, and its end unless ``valid_until`` gives another or ``no_end: true`` takes it away. A step with ``refused`` must be refused with that problem code. Expected figures are what is printed:
the value in the metric's unit at the metric's decimals, or 待补 when it is not known.

Acts: ``save <ledger>`` · ``correct <ledger>`` (key, reason) · ``void <ledger>`` (key, reason) · ``authorise <ledger>`` (key,
authority: 初核 reviewed or 认定 recognised) · ``open <workflow>`` (by its action ``report``, or ``action`` among its data) · ``advance
<action>`` (key: the one it was opened under, or of a matter that a rule opened: its category and the record's key).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.shapes import read_table
from zhenwu.packkit.vocabulary import EXAMPLE, EXPECT, GIVEN, SERIES_VALUE, STEP

ACTS = ("save", "correct", "void", "authorise", "open", "advance")
NEEDS_KEY = ("correct", "void", "authorise", "advance")
NEEDS_REASON = ("correct", "void")


@dataclass(frozen=True)
class SeriesValue:
    """An imported value that is there from the start; ``unit`` None means the township."""

    metric: str
    period: str
    value: Decimal
    unit: str | None = None
    authority: str | None = None


@dataclass(frozen=True)
class Step:
    """One act of one person on one day; ``act`` is the verb, ``target`` the ledger, workflow or action."""

    day: date
    who: str
    act: str
    target: str
    unit: str | None = None
    key: tuple[str, ...] = ()
    reason: str | None = None
    data: dict[str, str] = field(default_factory=dict)
    occurred_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    no_end: bool = False
    authority: str | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Example:
    """One story; ``figures`` maps an address (``demolition.area@2020``) to what is printed."""

    file: str
    name: str
    today: date
    units: str
    series: tuple[SeriesValue, ...]
    steps: tuple[Step, ...]
    figures: dict[str, str]


def read_stories(file: str, raw: Any, found: list[Problem]) -> list[Example]:
    """The well-shaped stories of one file; the others are reported."""
    if not isinstance(raw, list) or not raw:
        found.append(Problem("example.kind", "例子文件里没有例子", "每个例子以“- name: 一句话”开头。", Place(file)))
        return []
    stories = [_story(file, item, number, found) for number, item in enumerate(raw, start=1)]
    return [story for story in stories if story is not None]


def _story(file: str, raw: Any, number: int, found: list[Problem]) -> Example | None:
    before = len(found)
    place = Place(file, key=f"第{number}个例子")
    table = read_table(raw, EXAMPLE, place, found, "例子")
    given = read_table(table.get("given", {}), GIVEN, place, found, "given")
    series = [
        read_table(item, SERIES_VALUE, place, found, "series") for item in _items(given.get("series"), place, found)
    ]
    steps = [
        _step(item, Place(file, key=f"{place.key}第{count}步"), found)
        for count, item in enumerate(_items(table.get("do"), place, found), start=1)
    ]
    expect = read_table(table.get("expect", {}), EXPECT, place, found, "expect") if "expect" in table else {}
    figures = expect.get("figures", {})
    if not all(isinstance(text, str) for text in figures.values()):
        found.append(
            Problem("example.kind", "figures 里每个数都要写成文字", '例如 demolition.area@2020: "130.50"。', place)
        )
    if len(found) > before:
        return None
    values = tuple(SeriesValue(**item) for item in series)
    return Example(
        file,
        table["name"],
        table["today"],
        given["units"],
        values,
        tuple(s for s in steps if s),
        dict(figures),
    )


def _items(raw: Any, place: Place, found: list[Problem]) -> list[Any]:
    if isinstance(raw, list | tuple) and len(raw) <= 200:
        return list(raw)
    if raw is not None:
        found.append(Problem("example.kind", "do 和 series 要写成列表，最多 200 行", "每行以 - 开头。", place))
    return []


def _step(raw: Any, place: Place, found: list[Problem]) -> Step | None:
    before = len(found)
    table = read_table(raw, STEP, place, found, "步骤")
    verb, _, target = table.get("act", "").partition(" ")
    if "act" in table and (verb not in ACTS or not target.strip()):
        acts = "、".join(ACTS)
        found.append(
            Problem(
                "example.act",
                f"看不懂的动作“{table['act'][:40]}”",
                f"写成 动作 对象，动作可以是：{acts}。",
                place,
            )
        )
    if verb in NEEDS_KEY and not table.get("key"):
        found.append(Problem("example.key", f"“{verb}”要用 key 说明是哪一条记录", "例如 key: [A1]。", place))
    if verb in NEEDS_REASON and not table.get("reason"):
        found.append(Problem("example.reason", f"“{verb}”要写明原因", "例如 reason: 复测。", place))
    if table.get("no_end") and table.get("valid_until"):
        found.append(Problem("example.end", "no_end 和 valid_until 只能写一个", "还没有截止的写 no_end: true，有截止日期的写 valid_until。", place))
    if not all(isinstance(value, str) for value in table.get("data", {}).values()):
        found.append(
            Problem("example.kind", "data 里每个值都要写成文字", '例如 data: {code: A1, area: "120.50"}。', place)
        )
    if len(found) > before:
        return None
    return Step(**{**table, "act": verb, "target": target.strip()})
