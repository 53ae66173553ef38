"""The shape of a declared table: which keys it may have and of what kind.

``read_table`` refuses unknown keys (naming the allowed ones), missing keys and values of another kind, collects
everything it finds, and returns only what is well-shaped, so that later checks never meet a surprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhenwu.lib.problems import Place, Problem

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REF = re.compile(rf"{ID.pattern}(\.{ID.pattern})?")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
MAX_WHOLE = 10**15


@dataclass(frozen=True)
class Key:
    """One allowed key: its kind (a name in ``_READERS``), whether it must be there, its default, the allowed words."""

    kind: str
    required: bool = False
    default: Any = None
    among: tuple[str, ...] = ()


class _Wrong(Exception):
    """What a value should have been, in words."""


def read_table(
    raw: Any, keys: Mapping[str, Key], place: Place, found: list[Problem], what: str = "这里"
) -> dict[str, Any]:
    """The well-shaped part of ``raw`` with defaults filled in; what is wrong is appended to ``found``."""
    if not isinstance(raw, dict):
        found.append(Problem("pack.kind", f"{what}应当是一组“名称 = 值”", "对照手册里的例子改。", place))
        return {}
    for name in raw:
        if name not in keys:
            allowed = "、".join(keys)
            found.append(
                Problem(
                    "pack.unknown_key",
                    f"{what}没有“{str(name)[:60]}”这一项",
                    f"可以写的有：{allowed}。",
                    _at(place, name),
                )
            )
    table: dict[str, Any] = {}
    for name, key in keys.items():
        if name in raw:
            _take(table, name, raw[name], key, place, found)
        elif key.required:
            found.append(Problem("pack.missing_key", f"{what}缺少“{name}”", f"请补上 {name}。", _at(place, name)))
        else:
            table[name] = key.default
    return table


def _take(table: dict[str, Any], name: str, value: Any, key: Key, place: Place, found: list[Problem]) -> None:
    try:
        table[name] = read_value(value, key)
    except _Wrong as wrong:
        found.append(Problem("pack.kind", f"“{name}”的值不对：{_shown(value)}", str(wrong), _at(place, name)))


def read_value(value: Any, key: Key) -> Any:
    """One value of the kind; raises with the words for the remedy."""
    got = _READERS[key.kind](value)
    if key.among and got not in key.among:
        raise _Wrong(f"只能是：{'、'.join(key.among)}。")
    return got


def _at(place: Place, name: object) -> Place:
    key = f"{place.key}.{name}" if place.key else str(name)
    return Place(place.file, place.row, place.column, key[:120])


def _shown(value: Any) -> str:
    text = str(value).replace("\n", " ")
    return text[:40] + ("……" if len(text) > 40 else "")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("写成英文双引号里的一句话，不能空着。")
    if len(value) > 2000 or _CONTROL.search(value):
        raise _Wrong("最多 2000 个字，不能有看不见的控制字符。")
    return value.strip()


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise _Wrong("写成小写英文字母开头，只含小写字母、数字和下划线，不超过 40 个字符。")
    return value


def _ref(value: Any) -> str:
    if not isinstance(value, str) or not _REF.fullmatch(value):
        raise _Wrong("写成 名称 或 模块.名称，例如 demolition.area。")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("写 true（是）或 false（否），不加引号。")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_WHOLE:
        raise _Wrong("写成不带引号的整数，例如 2。")
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, float):
        raise _Wrong(f'小数要加英文引号，例如 "{value}"，以免机器改动尾数。')
    if isinstance(value, bool) or not isinstance(value, int | str) or not _NUMBER.fullmatch(str(value)):
        raise _Wrong('写成整数，或英文引号里的小数，例如 "0.01"。')
    return Decimal(str(value))


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Wrong('写成日期，例如 "2020-06-30"。')


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong("写成一组“名称 = 值”。")
    return value


def _tables(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value or len(value) > 200:
        raise _Wrong("写成一个或多个双方括号的小节，例如 [[field]]，最多 200 个。")
    return value


def _listed(one: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > 200:
            raise _Wrong('写成方括号里的列表，例如 ["a", "b"]。')
        items = tuple(one(item) for item in value)
        if len(set(items)) != len(items):
            raise _Wrong("列表里有重复的。")
        return items

    return read


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    fits = isinstance(value, list) and value and all(isinstance(pair, list) and len(pair) == 2 for pair in value)
    if not fits or len(value) > 200:
        raise _Wrong('写成 [["low", "低"], ["high", "高"]] 这样：前面是代号，后面是屏幕上的字。')
    pairs = tuple((_id(code), _text(label)) for code, label in value)
    if len({code for code, _ in pairs}) < len(pairs) or len({label for _, label in pairs}) < len(pairs):
        raise _Wrong("代号和文字都不能重复。")
    return pairs


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "id": _id,
    "ref": _ref,
    "flag": _flag,
    "whole": _whole,
    "number": _number,
    "day": _day,
    "table": _table,
    "tables": _tables,
    "any": lambda value: value,
    "ids": _listed(_id),
    "refs": _listed(_ref),
    "texts": _listed(_text),
    "pairs": _pairs,
}
