"""Numbers, moments and filters as the screen says them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from zhenwu.lib.clock import LOCAL
from zhenwu.lib.printing import Form, print_number

KINDS = {
    "flow": "本期发生数", "stock": "期末数", "distinct": "本期不重复数", "series": "登记的指标数", "ratio": "比率", "mean": "平均数",
    "share": "占比", "change": "增减", "cumulative": "累计数", "net": "加减后的数", "growth": "年均增长率",
}  # fmt: skip
_SIGNS = {"=": "是", "<>": "不是", "!=": "不是", ">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}
_WORDS = {
    "AND": "，并且", "OR": "，或者", "NOT": "不", "IN": "属于", "IS": "为", "NULL": "空", "TRUE": "是", "FALSE": "否",
    "BETWEEN": "介于", "YEAR": "年份", "MONTH": "月份", "COALESCE": "取", "STARTS_WITH": "开头",
}  # fmt: skip
_BLANK = re.compile("⟦([^⟦⟧]+)⟧")
_TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*|<>|!=|>=|<=|[=<>]|\d+|\s+|.")


def printed(value: Fraction, unit: str, decimals: int) -> str:
    """A value as its metric prints it: half up, 100 % only when it is exactly that."""
    return print_number(value, unit, Form(unit, decimals, percent=unit == "%"))


def exact(value: Fraction) -> str:
    """A value with every digit it has, or six of them after 约 when it has no end."""
    scaled = value * 10**6
    if scaled.denominator == 1:
        text = f"{Decimal(scaled.numerator).scaleb(-6):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"约 {printed(value, '', 6)}"


def amount(value: Fraction, unit: str, decimals: int) -> str:
    """A value with the metric's digits where they tell all of it, else with every digit it has."""
    whole = value * 10**decimals
    return printed(value, unit, decimals) if whole.denominator == 1 else exact(value)


def said(text: str, prints: Mapping[str, str]) -> str:
    """A draft's words with each ``⟦key⟧`` as it prints, 待补 where nothing is known, and without the mark of a heading."""
    bare = text.removeprefix("## ").removeprefix("# ")
    return _BLANK.sub(lambda found: prints.get(found[1].strip(), "待补"), bare)


def moment(at: datetime | None) -> str:
    """A moment on the local clock: 2020年6月1日 12:03."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def condition(where: str, labels: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> str:
    """A filter in words: columns and choices by their labels; what has none stays as written."""
    said, column = [], ""
    for token in _TOKEN.findall(where):
        if token.startswith("'"):
            text = token[1:-1].replace("''", "'")
            said.append(f"“{choices.get(column, {}).get(text, text)}”")
        elif token.upper() in _WORDS:
            said.append(_WORDS[token.upper()])
        elif token in labels:
            column = token
            said.append(labels[token])
        else:
            said.append(_SIGNS.get(token, token.strip()))
    return "".join(said)
