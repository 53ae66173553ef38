"""Units of a township's measures, converted exactly.

Each unit belongs to a dimension and is an exact multiple of that dimension's base (1 亩 = 2000/3 平方米,
1 公顷 = 15 亩, 1 斤 = 1/2 公斤). A prefix 万/亿 multiplies any unit. A count noun (户, 家, 座 …) is a dimension of its own:
户 never becomes 人. Conversion happens once, on a total, as a ``Fraction``; rounding is left to printing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from zhenwu.lib.problems import Problem

_MEASURED: dict[str, tuple[str, Fraction]] = {
    "平方米": ("area", Fraction(1)), "亩": ("area", Fraction(2000, 3)), "公顷": ("area", Fraction(10000)),
    "平方公里": ("area", Fraction(1_000_000)),
    "米": ("length", Fraction(1)), "毫米": ("length", Fraction(1, 1000)), "公里": ("length", Fraction(1000)),
    "公斤": ("mass", Fraction(1)), "斤": ("mass", Fraction(1, 2)), "吨": ("mass", Fraction(1000)),
    "克": ("mass", Fraction(1, 1000)),
    "元": ("money", Fraction(1)), "分钱": ("money", Fraction(1, 100)),
    "立方米": ("volume", Fraction(1)), "升": ("volume", Fraction(1, 1000)),
    "分钟": ("time", Fraction(1)), "小时": ("time", Fraction(60)),
    "%": ("ratio", Fraction(1, 100)), "‰": ("ratio", Fraction(1, 1000)), "倍": ("ratio", Fraction(1)),
    "百分点": ("ratio", Fraction(1, 100)),
    "毫克/升": ("concentration", Fraction(1)), "NTU": ("turbidity", Fraction(1)), "pH": ("acidity", Fraction(1)),
}
_COUNTED = (
    "户 人 人次 人日 名 件 个 家 座 条 只 头 株 次 处 支 项 天 年 月 村 宗 起 场 张 批 台 套 辆 盏 棵 羽 尾 枚 篇 份 本 所 位 对 周年 穴"
).split()
_PREFIX = {"": 1, "百": 100, "千": 1000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}


def read_unit(name: str) -> tuple[str, Fraction]:
    """The dimension and the exact multiple of its base; raises ``Problem('unit.unknown')``.

    A bare 万 or 亿 is a plain number.
    """
    for prefix in sorted(_PREFIX, key=len, reverse=True):
        rest = name.removeprefix(prefix) if name.startswith(prefix) else None
        if rest is None:
            continue
        if rest in _MEASURED:
            dimension, factor = _MEASURED[rest]
            return dimension, factor * _PREFIX[prefix]
        if rest in _COUNTED:
            return rest, Fraction(_PREFIX[prefix])
        if rest == "":
            return "number", Fraction(_PREFIX[prefix])
    raise Problem("unit.unknown", f"没有“{name}”这个计量单位", "可用：" + "、".join([*_MEASURED, *_COUNTED]) + "，前面可加 万、亿。")


@lru_cache(maxsize=1024)
def factor(source: str, target: str) -> Fraction:
    """What one ``source`` is in ``target``; raises ``Problem('unit.mismatch')`` when they do not convert."""
    from_dimension, from_factor = read_unit(source)
    to_dimension, to_factor = read_unit(target)
    if from_dimension != to_dimension and "number" not in (from_dimension, to_dimension):
        raise Problem("unit.mismatch", f"“{source}”不能换算成“{target}”", "两个单位要量同一种东西，例如 亩 与 平方米、元 与 万元。")
    return from_factor / to_factor


def convert(value: int | Fraction, source: str, target: str) -> Fraction:
    """An exact conversion of a total."""
    return Fraction(value) if source == target else value * factor(source, target)
