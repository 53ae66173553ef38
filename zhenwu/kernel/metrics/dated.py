"""The dated parameters in filters, for whoever looks at a figure: which number each row was held against (decision 0044).

The filter has them written out already; here they are only told. They are read at the position at which the figure stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.metrics.catalogue import Catalogue, Metric
from zhenwu.lib.facts import Fact

PREFIX = "param_"  # how a condition names a parameter


@dataclass(frozen=True)
class DatedNumber:
    """A parameter of a filter. ``name`` is how the filter calls it; ``versions``: (first day, number as text or "" once abolished), oldest first."""

    name: str
    label: str
    unit: str
    source: str
    versions: tuple[tuple[str, str], ...]

    def on(self, day: date) -> str:
        """The number in force on a day with its unit, and, if it was ever another, since when; "" where there was none."""
        past = [one for one in self.versions if one[0] <= day.isoformat()]
        since = f"（{past[-1][0]}起）" if past and len(self.versions) > 1 else ""
        return f"{past[-1][1]}{self.unit}{since}" if past and past[-1][1] else ""

    def between(self, first: date, last: date) -> str:
        """The numbers in force on some day of a span, in words, with their source."""
        ends = [day for day, _ in self.versions[1:]] + [""]
        told = [
            f"{day}起{number + self.unit if number else '废止'}"
            for (day, number), end in zip(self.versions, ends, strict=True) if day <= last.isoformat() and (not end or end > first.isoformat())
        ]  # fmt: skip
        return f"{self.label}：{'，'.join(told) or '那时还没有'}（{self.source}）"


def dated_numbers(metric: Metric, position: int | None = None) -> list[DatedNumber]:
    """The parameters that a metric's own filter names, as known at a position."""
    found = [(key, find("param", key, position)) for key in metric.params]
    return [
        DatedNumber(
            PREFIX + key.partition(".")[2], one.body["label"], one.body["unit"] or "", one.body["source"],
            tuple((version["from"], "" if version["abolished"] else version["values"]["value"]) for version in one.body["versions"]),
        )
        for key, one in found if one
    ]  # fmt: skip


def numbers_behind(metric: Metric, known: Catalogue, position: int | None = None) -> list[DatedNumber]:
    """Those of a metric and of all that it is computed from, each once."""
    asked, found = [metric.key], dict[DatedNumber, None]()
    for key in asked:
        one = known.metrics.get(key)
        if one is not None:
            found |= dict.fromkeys(dated_numbers(one, position))
            asked += [more for more in one.needs if more not in asked]
    return list(found)


def held_against(metric: Metric, numbers: Sequence[DatedNumber], fact: Fact) -> str:
    """The numbers that a row behind a figure was held against, in words."""
    day = fact.row[metric.additive.time] if metric.additive else None
    return "，".join(f"{one.label}{said}" for one in numbers if (said := one.on(day))) if isinstance(day, date) else ""
