"""The four types of the expression language and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal as Word

from zhenwu.lib.problems import Problem

#: The largest whole number: exact as a double, so that JSON and JavaScript agree with every database.
LARGEST = 2**53 - 1
#: How deep a tree may nest, and how many nodes it may have.
DEEPEST, MOST_NODES, FINEST_SCALE = 24, 2000, 12

TypeName = Word["integer", "text", "flag", "day"]
TYPE_LABELS: dict[str, str] = {"integer": "数字", "text": "文字", "flag": "是否", "day": "日期"}


@dataclass(frozen=True)
class Type:
    """What a value is. ``scale`` is for integers: the stored whole number is the value times 10**scale."""

    name: TypeName
    scale: int = 0

    def __post_init__(self) -> None:
        if self.name not in TYPE_LABELS:
            remedy = f"可用：{'、'.join(TYPE_LABELS)}。"
            raise Problem("expression.type", f"没有“{self.name}”这种类型", remedy)
        most = FINEST_SCALE if self.name == "integer" else 0
        if type(self.scale) is not int or not 0 <= self.scale <= most:
            raise Problem("expression.scale", f"小数位数“{self.scale}”不合适", f"只能是 0 到 {most}。")

    @property
    def label(self) -> str:
        """The words a person reads: 数字（2位小数）."""
        return TYPE_LABELS[self.name] + (f"（{self.scale}位小数）" if self.scale else "")


INTEGER, TEXT, FLAG, DAY = Type("integer"), Type("text"), Type("flag"), Type("day")
Columns = Mapping[str, Type]


def day_from(written: str) -> date:
    """A day from its one accepted form, 2020-01-31; raises ``Problem('expression.day')``."""
    try:
        day = date.fromisoformat(written)
        if day.isoformat() == written:
            return day
    except ValueError:
        pass
    remedy = "写成 '2020-01-31' 这样，四位年、两位月、两位日。"
    raise Problem("expression.day", f"“{written[:30]}”不是日期", remedy)
