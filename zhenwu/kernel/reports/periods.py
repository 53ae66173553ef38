"""Which period a binding means: told from the year under review."""

from __future__ import annotations

import re

from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem

_PERIOD = re.compile(r"year(?:[+-]([1-9]))?|five_years|next_five_years")


def resolve_period(form: str, year: int) -> Period:
    """The period meant by ``year``, ``year-5``, ``year+1``, ``five_years``, ``next_five_years``.

    ``year`` is the year under review; ``five_years`` end with it. Raises ``Problem('binding.period')``.
    """
    found = _PERIOD.fullmatch(form)
    if not found:
        remedy = "可用：year、year-5、year+1、five_years、next_five_years。"
        raise Problem("binding.period", f"看不懂的统计期“{form}”", remedy)
    if form == "five_years":
        return Period.years(year - 4, year)
    if form == "next_five_years":
        return Period.years(year + 1, year + 5)
    return Period.year(year + int(form.removeprefix("year") or 0))
