"""A ledger's form: turns what a person entered into what is stored, or says what is wrong. Pure.

Entered values are texts, whole numbers, decimals, days or flags (from a web form, a spreadsheet, a phone). Stored values
are JSON: whole numbers in the field's scale, ISO days, texts, true/false. Personal fields come back apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

from zhenwu.lib.codes import read_identity
from zhenwu.lib.problems import Place, Problem, Problems

FORGOTTEN = "（已删除）"  # what is shown of somebody whose key was deleted
PERSONAL = ("identity", "name", "phone")
LARGEST = 2**53 - 1  # whole numbers that every reader of JSON keeps exactly
_TRUE, _FALSE = {"是", "有", "true", "1", "y", "√"}, {"否", "无", "false", "0", "n", "×"}
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


@dataclass(frozen=True)
class Field:
    """One field of a ledger, every default explicit."""

    id: str
    label: str
    type: str
    required: bool = False
    unit: str = ""
    scale: int = 0
    min: str | None = None  # exact text in the field's unit
    max: str | None = None  # the same; for a text its longest length
    pattern: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    ledger: str = ""

    @property
    def is_personal(self) -> bool:
        return self.type in PERSONAL


@dataclass(frozen=True)
class Entry:
    """What was read: stored values, personal texts apart, and derived codes of the subject."""

    data: dict[str, Any]
    personal: dict[str, str]


@dataclass(frozen=True)
class Form:
    """A ledger's definition, ready to read entries."""

    key: str
    label: str
    pack: str
    unit_level: str
    shape: str
    key_fields: tuple[str, ...]
    day_label: str
    subject: str
    fill_by: tuple[str, ...]  # kinds of post that may write; none named: all that may write on the pack's line
    fields: tuple[Field, ...]
    readers: Mapping[str, Callable[[Any], Any]] = field(hash=False, compare=False)

    def field(self, id: str) -> Field:
        return next(one for one in self.fields if one.id == id)

    def read(self, raw: Mapping[str, Any], place: Place | None = None, partial: bool = False) -> Entry:
        """Read an entry; every fault is collected (``Problems``). ``partial`` allows required fields to be absent."""
        place, faults = place or Place(self.label), []
        known = self.readers.keys()
        for name in sorted(map(ascii, raw.keys() - known)):
            faults.append(Problem("ledger.unknown_field", f"“{self.label}”没有{name[:60]}这一栏", self._allowed(), place))
        data: dict[str, Any] = {}
        personal: dict[str, str] = {}
        for one in self.fields:
            value = raw.get(one.id)
            if value is None or value == "":
                if one.required and not (partial and one.id not in raw):
                    faults.append(_fault(one, place, "ledger.required", "必须填写", "请补上这一栏。"))
                elif one.id in raw:
                    data[one.id] = None
                continue
            try:
                stored = self.readers[one.id](_readable(value))
            except Problem as problem:
                faults.append(_fault(one, place, problem.code, problem.message, problem.remedy))
                continue
            if one.type in PERSONAL:
                personal[one.id] = stored
            else:
                data[one.id] = stored
        if faults:
            raise Problems(faults)
        if self.subject in personal:
            data.update(derived(self.subject, personal[self.subject]))
        return Entry(data, personal)

    def _allowed(self) -> str:
        return "可填：" + "、".join(f"{one.id}（{one.label}）" for one in self.fields)


def derived(subject: str, number: str) -> dict[str, Any]:
    """The codes that may be counted without knowing the person: sex and year of birth."""
    identity = read_identity(number)
    return {f"{subject}_sex": identity.sex, f"{subject}_birth_year": identity.born_on.year}


def derived_columns(subject: str) -> tuple[str, ...]:
    """The columns that an identity field brings with it."""
    return (f"{subject}_sex", f"{subject}_birth_year", f"{subject}_subject")


def make_form(body: Mapping[str, Any]) -> Form:
    """Build a form from a definition's body (as packkit wrote it)."""
    fields = tuple(
        Field(
            id=one["id"], label=one["label"], type=one["type"], required=bool(one.get("required")),
            unit=one.get("unit") or "", scale=one.get("scale") or 0, min=one.get("min"), max=one.get("max"),
            pattern=one.get("pattern") or None, ledger=one.get("ledger") or "",
            choices=tuple((value, label) for value, label in one.get("choices") or ()),
        )
        for one in body["fields"]
    )  # fmt: skip
    return Form(
        key=body["key"], label=body["label"], pack=body["pack"], unit_level=body["unit_level"], shape=body["shape"],
        key_fields=tuple(body.get("key_fields") or ()), day_label=body.get("day_label") or "发生日期",
        subject=body.get("subject") or "", fill_by=tuple(body.get("fill_by") or ()), fields=fields,
        readers={one.id: _reader(one) for one in fields},
    )  # fmt: skip


def shown(one: Field, stored: Any) -> str:
    """A stored value as a person reads it."""
    if stored is None:
        return ""
    if one.type == "choice":
        return dict(one.choices).get(stored, str(stored))
    if one.type == "flag":
        return "是" if stored else "否"
    if one.type in ("integer", "decimal"):
        return f"{Decimal(stored).scaleb(-one.scale):f}"
    return str(stored)


def _reader(one: Field) -> Callable[[Any], Any]:
    if one.type == "choice":
        return _choice_reader(one)
    if one.type in ("integer", "decimal"):
        return _number_reader(one)
    return {
        "date": read_day, "flag": _read_flag, "identity": lambda value: read_identity(str(value)).number,
        "name": lambda value: _read_text(value, 60, None), "phone": _read_phone,
        "link": lambda value: _read_text(value, 200, None),
        "text": lambda value: _read_text(value, int(one.max or 500), one.pattern),
    }[one.type]  # fmt: skip


def _choice_reader(one: Field) -> Callable[[Any], str]:
    table = {label: value for value, label in one.choices} | {value: value for value, _ in one.choices}

    def read(value: Any) -> str:
        found = table.get(str(value).strip())
        if found is None:
            raise Problem("ledger.choice", f"没有“{value}”这个选项", "可选：" + "、".join(label for _, label in one.choices))
        return found

    return read


def _number_reader(one: Field) -> Callable[[Any], int]:
    times = 10**one.scale
    lowest = ceil(Fraction(one.min) * times) if one.min is not None else -LARGEST
    highest = floor(Fraction(one.max) * times) if one.max is not None else LARGEST

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


def _scaled(value: Any, one: Field) -> int:
    """A whole number in the field's scale, exactly or not at all."""
    if isinstance(value, int) and abs(value) > LARGEST:  # too long a number cannot even be printed
        raise Problem("ledger.number", "这个数字太大", "请核对数字和计量单位。")
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
    _readable(text)
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        raise Problem("ledger.control", "文字里有看不见的控制字符", "请重新录入，不要从别处带格式粘贴。")
    for number in _IDENTITY.findall(text):
        try:
            read_identity(number)
        except Problem:
            continue
        raise Problem("ledger.identity_in_text", "这一栏不能写身份证号", "身份证号只填在“身份证号”一栏，那里会加密保存。")
    return text


def _readable(value: Any) -> Any:
    """Half a character (a lone surrogate) can be neither stored nor shown."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Problem("ledger.unreadable", "文字里有残缺的字符", "请重新录入。") from error
    return value


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _fault(one: Field, place: Place, code: str, message: str, remedy: str) -> Problem:
    return Problem(code, f"{one.label}：{message}", remedy, Place(place.file, place.row, one.label, place.key))
