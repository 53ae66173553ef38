"""Read what a blank is from the characters that touch it: 年, 万元, 余个, 镇, A级 ….

Only the text speaks here. What only meaning can tell (is “xx村” a name or a number of villages?) is said by a
binding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MULTIPLES = "百万|千万|百|千|万|亿"
_UNITS = (
    "平方公里 平方米 立方米 百分点 小时 分钟 公顷 公里 公斤 人次 人日 亩 元 吨 斤 克 米 升 倍 "
    "户 人 名 件 个 家 座 条 只 头 株 次 处 支 项 天 年 宗 起 场 "
    "张 批 台 套 辆 盏 棵 羽 尾 枚 篇 份 本 所 位 对 穴"
).split()
# Words that begin like a unit but are not one: “xx项目” names a project, “xx人民” a place.
_NOT_UNITS = (
    "个别|人民|人大|人才|人文|人口|人均|人居|名优|名村|名镇|家园|家庭|家乡|条件|头雁|次生|处置|处理"
    "|支部|支柱|项目|天然|年度|年来|宗教|起步|场所|批准|台账|套餐|份额|本地|本镇|本村|所在|位于|对接"
    "|对口|米面|元旦|克服|升级|千年|百年|百姓|百日"
)
_AFTER = re.compile(
    rf"(?!{_NOT_UNITS})(?P<early>余|多)?(?P<multiple>{_MULTIPLES})?(?P<middle>余|多)?"
    rf"(?P<unit>(?!{_NOT_UNITS})(?:{'|'.join(_UNITS)}))(?P<late>余|多)?(?P<bound>以上|以下|左右|以内)?"
)
_BARE_MULTIPLE = re.compile(
    r"(?P<early>余|多)?(?P<multiple>万|亿)(?P<late>余|多)?(?P<bound>以上|左右)?(?=[,，。;；、!！)）]|$)"
)
_NOUN_BEFORE = re.compile(r"(人次|人数|户数|件数|人|户|件|亩|元)(?:突破|超过|超|达到|达|为|约|近)?$")
_BEFORE = re.compile(r"(突破|超过|超|达到|达|近|约|不少于|不低于|至少)$")
_BOUND = re.compile(r"余|多(?=$|[,，。;；、])|以上|以下|左右")
_ORDINAL = re.compile(r"(?:[A-Z]级|级(?!别)|周年|月(?!球)|日(?!常)|届|号)")
_PLACE = re.compile(
    r"(?!市场|市级|区域|段落|省级|县级|镇级|乡级|村级|乡村|乡亲)(?:街道|镇|乡|县|市|村|省|区|段)"
)


@dataclass(frozen=True)
class Reading:
    """What the neighbourhood says of a blank; see ``Slot`` for the fields."""

    kind: str
    unit: str = ""
    decimals: int = 0
    before: str = ""
    after: str = ""


def read_neighbourhood(before: str, pattern: str, after: str) -> Reading:
    """Classify a blank of the given pattern (``xx.xx%``) between two pieces of its paragraph."""
    decimals = len(pattern.rstrip("%％‰").replace("．", ".").partition(".")[2])
    leading = _first(_BEFORE.search(before[-4:]))
    if pattern[-1] in "%％‰" or before.endswith("百分之"):
        trailing = _first(_BOUND.match(after))
        return Reading("percent", "‰" if pattern.endswith("‰") else "%", decimals, leading, trailing)
    if len(pattern) == 4 and not decimals and after.startswith("年"):
        return Reading("year", "年")
    return (
        _ordinal(before, pattern, after, decimals)
        or _number(before, after, decimals, leading)
        or Reading("ordinal" if decimals else "name", _place(after, decimals), decimals)
    )


def unit_length(after: str) -> int:
    """How many characters after a number belong to it: 余万元, 年, 个以上."""
    found = _AFTER.match(after) or _BARE_MULTIPLE.match(after) or _ORDINAL.match(after)
    return found.end() if found else 0


def _ordinal(before: str, pattern: str, after: str, decimals: int) -> Reading | None:
    """A grade, an anniversary, part of a date, a year inside a name: digits that count nothing."""
    found = _ORDINAL.match(after)
    if found and not decimals:
        return Reading("ordinal", found[0])
    if before.endswith("第"):
        return Reading("ordinal")
    if len(pattern) == 4 and after[:1] in ("”", "》", "』"):
        return Reading("ordinal")
    return None


def _number(before: str, after: str, decimals: int, leading: str) -> Reading | None:
    found = _AFTER.match(after)
    if found:
        more = found["early"] or found["middle"] or found["late"] or found["bound"] or ""
        return Reading("number", (found["multiple"] or "") + found["unit"], decimals, leading, more)
    found = _BARE_MULTIPLE.match(after)
    if not found:
        return None
    noun = _NOUN_BEFORE.search(before[-12:])
    unit = found["multiple"] + (noun[1].removesuffix("数") if noun else "")
    return Reading("number", unit, decimals, leading, found["early"] or found["late"] or found["bound"] or "")


def _place(after: str, decimals: int) -> str:
    found = None if decimals else _PLACE.match(after)
    return found[0] if found else ""


def _first(found: re.Match[str] | None) -> str:
    return found[0] if found else ""
