"""Readers of values: from what a person typed into one field to what is stored, or a ``Problem`` without a place. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from zhenwu.lib.codes import read_identity
from zhenwu.lib.polylines import read_polyline
from zhenwu.lib.problems import Problem

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field

LARGEST = 2**53 - 1  # whole numbers that every reader of JSON keeps exactly
_TRUE, _FALSE = {"是", "有", "true", "1", "y", "√"}, {"否", "无", "false", "0", "n", "×"}
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
IDENTITY_SIGNS = 18
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.([0-9]{1,15}))?")


def reader_of(one: Field) -> Callable[[Any], Any]:
    """What reads the values of a field."""
    if one.type == "choice":
        return _choice_reader(one)
    if one.type in ("integer", "decimal"):
        return _number_reader(one)
    readers: dict[str, Callable[[Any], Any]] = {
        "date": read_day, "flag": _read_flag, "identity": lambda value: read_identity(str(value)).number,
        "name": lambda value: _read_text(value, 60, None), "phone": _read_phone,
        "link": lambda value: _read_text(value, 200, None),
        "text": lambda value: _read_text(value, int(one.max or 500), one.pattern), "polyline": lambda value: _read_polyline(value, one.timed),
    }  # fmt: skip
    return readers[one.type]


def _choice_reader(one: Field) -> Callable[[Any], str]:
    table = {label: value for value, label in one.choices} | {value: value for value, _ in one.choices}

    def read(value: Any) -> str:
        found = table.get(str(value).strip())
        if found is None:
            raise Problem(
                "ledger.choice", f"没有“{value}”这个选项", "可选：" + "、".join(label for _, label in one.choices)
            )
        return found

    return read


def _number_reader(one: Field) -> Callable[[Any], int]:
    lowest, highest = bounds_of(one)

    def read(value: Any) -> int:
        whole = _scaled(value, one)
        if not lowest <= whole <= highest:
            bounds = " 到 ".join(end or "不限" for end in (one.min, one.max))
            raise Problem(
                "ledger.bounds", f"“{value}”超出范围（{bounds} {one.unit}）",
                "请核对数字和计量单位；确有其事的，请业务模块负责人放宽范围。",
            )  # fmt: skip
        return whole

    return read


def _read_polyline(value: Any, timed: bool) -> str:
    """The one spelling of a line; what is no track has no times."""
    line = read_polyline(value)
    return str(line if timed else line.untimed)


def bounds_of(one: Field) -> tuple[int, int]:
    """The least and the greatest number that a field takes, in its scale."""
    times = 10**one.scale
    lowest = ceil(Fraction(one.min) * times) if one.min is not None else -LARGEST
    highest = floor(Fraction(one.max) * times) if one.max is not None else LARGEST
    return lowest, highest


def _scaled(value: Any, one: Field) -> int:
    """A whole number in the field's scale, exactly or not at all."""
    if type(value) is str and (found := _PLAIN_NUMBER.fullmatch(value)) and len(found[1] or "") <= one.scale:
        return int(value.replace(".", "")) * 10 ** (one.scale - len(found[1] or ""))  # as nearly all are written
    text = str(value).strip().replace(",", "").replace("，", "")
    try:
        number = Decimal(text)
        if not number.is_finite() or isinstance(value, bool) or len(text) > 40 or abs(number.adjusted()) > 40:
            raise ValueError
    except (ArithmeticError, ValueError) as error:
        raise Problem("ledger.number", f"“{text[:40]}”不是数字", "只填数字，不带单位和文字。") from error
    scaled = Fraction(number) * 10**one.scale
    if scaled.denominator != 1:
        raise Problem("ledger.scale", f"“{text}”的小数位太多（最多 {one.scale} 位）", "请按规定的小数位填写。")
    return scaled.numerator


def read_day(value: Any) -> str:
    """An ISO day from a day, a moment or a text such as 2020-6-1, 2020/6/1, 2020年6月1日."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", str(value).strip())
    try:
        if not found:
            raise ValueError
        return date(*map(int, found.groups())).isoformat()
    except ValueError as error:
        raise Problem("ledger.day", f"“{str(value)[:40]}”不是日期", "写成 2020-06-01 这样。") from error


def _read_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Problem("ledger.flag", f"“{str(value)[:20]}”不是“是”或“否”", "填 是 或 否。")


def _read_phone(value: Any) -> str:
    text = str(value).strip().removesuffix(".0").replace(" ", "")
    if not _PHONE.fullmatch(text):
        raise Problem("ledger.phone", "电话号码的位数或格式不对", "手机11位；座机写成 0578-1234567。")
    return text


def _read_text(value: Any, longest: int, pattern: str | None) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if len(text) > longest:
        raise Problem("ledger.too_long", f"文字太长（{len(text)} 字，最多 {longest} 字）", "请缩短。")
    read_plain(text)
    if pattern and not _compiled(pattern).fullmatch(text):
        raise Problem("ledger.pattern", f"“{text[:40]}”的写法不对", f"应符合 {pattern}。")
    return text


def read_plain(text: str) -> str:
    """A text that may be stored in the open: storable, and without an identity number in it.

    Open text outlives the forgetting of a person; numbers belong into the field that seals them.
    """
    if text.isprintable() and len(text) < IDENTITY_SIGNS:
        return text
    readable(text)
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        raise Problem("ledger.control", "文字里有看不见的控制字符", "请重新录入，不要从别处带格式粘贴。")
    for number in _IDENTITY.findall(text):
        try:
            read_identity(number)
        except Problem:
            continue
        raise Problem(
            "ledger.identity_in_text", "这一栏不能写身份证号", "身份证号只填在“身份证号”一栏，那里会加密保存。"
        )
    return text


def readable(value: Any) -> Any:
    """Half a character (a lone surrogate) can be neither stored nor shown, too long a number not even printed."""
    if isinstance(value, int) and abs(value) > LARGEST:
        raise Problem("ledger.number", "这个数字太大", "请核对数字和计量单位。")
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Problem("ledger.unreadable", "文字里有残缺的字符", "请重新录入。") from error
    return value


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
