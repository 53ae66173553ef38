"""What a blank can say, and how: dates in their official form, amounts in capitals, an empty line where nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhenwu.lib.clock import LOCAL
from zhenwu.lib.numerals import capitals, spoken, spoken_year

PERSONAL = ("identity", "name", "phone")
NUMBERS = ("integer", "decimal")
BY_HAND, LONGEST_LINE = 8, 40  # signs of the line to be filled by hand


@dataclass(frozen=True)
class Said:
    """What a blank says: ``type`` is that of a field, or ``moment`` or ``page``; a number is whole, in units of 10**-``scale`` of its ``unit``."""

    type: str
    label: str
    unit: str = ""
    scale: int = 0
    choices: tuple[tuple[str, str], ...] = ()


# filter → (the types it takes, what it does, in words)
FILTERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "date": (("date", "moment"), "写成 2025年3月4日"),
    "han": (("date", "moment"), "写成 二〇二五年三月四日"),
    "year": (("date", "moment"), "只写年份"),
    "time": (("moment",), "写成 2025年3月4日9时05分"),
    "money": (NUMBERS, "每三位加逗号，写到分"),
    "capitals": (NUMBERS, "大写金额，只用于单位是元的"),
    "or": ((), "没有时写什么：or 无"),
    "empty": ((), "没有时空着"),
    "line": ((), "没有时留几个字宽的线：line 12"),
}


def fault_of(said: Said, filters: Sequence[tuple[str, str]]) -> str:
    """What is wrong with the filters of a blank, "" if nothing."""
    for word, rest in filters:
        if word not in FILTERS:
            return f"没有“{word}”这种写法"
        takes = FILTERS[word][0]
        if takes and said.type not in takes:
            return f"“{said.label}”不能写成 {word}"
        if word == "capitals" and said.unit != "元":
            return f"“{said.label}”的单位不是元，写不成大写金额"
        if word == "or" and not rest:
            return "or 后面要写没有时印什么"
        if word == "line" and not (rest.isdecimal() and 1 <= int(rest) <= LONGEST_LINE):
            return f"line 后面写几个字宽，1 到 {LONGEST_LINE}"
    return ""


def say(said: Said, value: Any, filters: Sequence[tuple[str, str]] = ()) -> str:
    """The words for a value; a line to be filled by hand (or what ``or`` names, or nothing) for one that is not there, never ``None``."""
    asked = dict(filters)
    if value is None or value == "":
        return "" if "empty" in asked else asked.get("or") or "＿" * int(asked.get("line") or BY_HAND)
    if isinstance(value, datetime | date):
        return _day(value, said, asked)
    if said.type in NUMBERS:
        return _number(said, int(value), asked)
    if said.type == "choice":
        return dict(said.choices).get(value, str(value))
    if said.type == "flag":
        return "是" if value else "否"
    return str(value)


def _day(value: date, said: Said, asked: Mapping[str, str]) -> str:
    local = value.astimezone(LOCAL) if isinstance(value, datetime) else None
    day = local.date() if local else value
    if "year" in asked:
        return str(day.year)
    if "han" in asked:
        return f"{spoken_year(str(day.year))}年{spoken(str(day.month))}月{spoken(str(day.day))}日"
    told = f"{day.year}年{day.month}月{day.day}日"
    if local and said.type == "moment" and "date" not in asked:
        return f"{told}{local.hour}时{local.minute:02d}分"
    return told


def _number(said: Said, value: int, asked: Mapping[str, str]) -> str:
    if "capitals" in asked:
        cents = value * 100 // 10**said.scale if said.scale < 2 else round(Decimal(value).scaleb(2 - said.scale))
        return capitals(int(cents)) or "＿" * BY_HAND
    number = Decimal(value).scaleb(-said.scale)
    return f"{number:,.2f}" if "money" in asked else f"{number:f}"
