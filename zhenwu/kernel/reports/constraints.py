"""What a text itself fixes about its figures: a list names two places, so the count is two; 28 is part of 80.

Rules are data (``[[rule]]`` in a bindings file). A printed figure stands for an interval (half a last digit,
or what its rounding word allows); two figures contradict only when no pair of values inside their intervals
can agree.

| kind | keys | says |
|---|---|---|
| ``equals`` | slot, value | the figure is this constant |
| ``at_least`` / ``at_most`` | slots, value | a bound |
| ``within`` | slot, whole | a part is not above its whole |
| ``same`` | slots, fact (optional) | one and the same word or number everywhere |
| ``minus`` | slot, of, value | slot = of − value |
| ``quotient`` | slot, of, fact | slot (%) = of ÷ fact |
| ``growth`` | slot, first, last, years | slot (%) = (last ÷ first)^(1/years) − 1 |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zhenwu.lib.printing import Form, interval
from zhenwu.lib.problems import Place, Problem
from zhenwu.lib.units import convert, read_unit

# keyed by binding id, an int or a str throughout one document
Values = Mapping[Any, str]
Forms = Mapping[Any, Form]
Interval = tuple[Fraction, Fraction]
Facts = Mapping[str, tuple[Fraction, str]]

_KEYS: dict[str, set[str]] = {
    "equals": {"slot", "value"},
    "at_least": {"slots", "value"},
    "at_most": {"slots", "value"},
    "within": {"slot", "whole"},
    "same": {"slots"},
    "minus": {"slot", "of", "value"},
    "quotient": {"slot", "of", "fact"},
    "growth": {"slot", "first", "last", "years"},
}
_ALWAYS = {"id", "kind", "because"}


@dataclass(frozen=True)
class Rule:
    """One rule; ``because`` says in Chinese where the text fixes it, ``slots`` are binding ids in the order
    of the kind."""

    id: str
    kind: str
    because: str
    slots: tuple[int | str, ...]
    value: Fraction = Fraction(0)
    fact: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Two things the document says that cannot both be true, or one that the records contradict: then ``address`` names
    the figure whose rows do."""

    rule: str
    slots: tuple[int | str, ...]
    message: str
    address: str = ""


def read_rule(entry: Mapping[str, Any], file: str) -> Rule:
    """One ``[[rule]]`` table; raises ``Problem`` for unknown kinds, unknown and missing keys, and wrong
    types."""
    place = Place(file, key=f"rule {entry.get('id', '?')}")
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise Problem("rule.kind", f"没有“{kind}”这种规则", f"可用：{'、'.join(_KEYS)}。", place)
    needed = _KEYS[kind] | _ALWAYS
    allowed = needed | ({"fact"} if kind == "same" else set())
    if set(entry) - allowed or needed - set(entry):
        odd = "、".join(sorted(set(entry) - allowed | needed - set(entry)))
        raise Problem(
            "rule.unknown_key",
            f"规则的键多了或少了：{odd}",
            f"这种规则要写：{'、'.join(sorted(needed))}。",
            place,
        )
    slots = entry["slots"] if "slots" in needed else [entry[key] for key in _order(kind)]
    value, fact = entry.get("value", entry.get("years", 0)), entry.get("fact", "")
    fine = isinstance(slots, list) and slots and all(type(one) in (int, str) for one in slots)
    if not fine or type(value) is not int or not isinstance(fact, str) or (kind == "growth" and value < 1):
        raise Problem("rule.type", "规则的写法不对", "slot 写待填项的 id，value 和 years 写整数。", place)
    return Rule(str(entry["id"]), kind, str(entry["because"]), tuple(slots), Fraction(value), fact)


def check(
    rules: Iterable[Rule],
    values: Values,
    forms: Forms | None = None,
    facts: Facts | None = None,
) -> list[Contradiction]:
    """The contradictions among printed values, by binding id.

    ``forms`` gives units and rounding words (a missing one is a bare number); ``facts`` are figures outside
    the text: name → (value, unit). A rule that touches a blank still 待补, or a fact not given, says nothing.
    """
    figures = _Figures(values, forms or {}, facts or {})
    found = []
    for rule in rules:
        complaint = _CHECKS[rule.kind](rule, figures)
        if complaint:
            found.append(Contradiction(rule.id, rule.slots, f"数字不一致：{complaint}（{rule.because}）"))
    return found


@dataclass(frozen=True)
class _Figures:
    values: Values
    forms: Forms
    facts: Facts

    def interval(self, slot: int | str, unit: str | None = None) -> Interval | None:
        """What a printed figure may be, in ``unit`` when given; None when it is not a number."""
        form = self.forms.get(slot)
        printed = self.values.get(slot, "")
        try:
            low, high = interval(printed, form)
        except Problem:
            return None
        if _is_counted(form) and "." not in printed:
            low = high = (low + high) / 2
        if unit and form is not None and form.unit:
            return convert(low, form.unit, unit), convert(high, form.unit, unit)
        return low, high

    def unit(self, slot: int | str) -> str | None:
        form = self.forms.get(slot)
        return form.unit if form is not None and form.unit else None

    def said(self, slot: int | str) -> str:
        return f"第{slot}项“{self.values[slot]}”"


def _is_counted(form: Form | None) -> bool:
    """Years, anniversaries and plain counts are printed whole; nothing was rounded."""
    if form is None or not form.unit:
        return True
    return not form.word and read_unit(form.unit) == (form.unit, 1)


def _bound(rule: Rule, figures: _Figures) -> str:
    for slot in rule.slots:
        found = figures.interval(slot)
        if found is None:
            continue
        low, high = found
        if rule.kind != "at_most" and high < rule.value:
            return f"{figures.said(slot)}应{'是' if rule.kind == 'equals' else '不少于'} {rule.value}"
        if rule.kind != "at_least" and low > rule.value:
            return f"{figures.said(slot)}应{'是' if rule.kind == 'equals' else '不超过'} {rule.value}"
    return ""


def _within(rule: Rule, figures: _Figures) -> str:
    part_slot, whole_slot = rule.slots
    whole = figures.interval(whole_slot)
    part = figures.interval(part_slot, figures.unit(whole_slot))
    if part and whole and part[0] > whole[1]:
        return f"{figures.said(part_slot)}大于{figures.said(whole_slot)}"
    return ""


def _same(rule: Rule, figures: _Figures) -> str:
    known = [slot for slot in rule.slots if figures.values.get(slot, "待补") != "待补"]
    for slot in known[1:]:
        if figures.values[slot] != figures.values[known[0]]:
            return f"{figures.said(known[0])}与{figures.said(slot)}应相同"
    if known and rule.fact in figures.facts:
        low_high = figures.interval(known[0])
        fact = figures.facts[rule.fact][0]
        if low_high and not low_high[0] <= fact <= low_high[1]:
            return f"{figures.said(known[0])}与登记的 {fact} 不同"
    return ""


def _minus(rule: Rule, figures: _Figures) -> str:
    slot, of = rule.slots
    here, there = figures.interval(slot), figures.interval(of)
    if here and there and _apart(here, (there[0] - rule.value, there[1] - rule.value)):
        return f"{figures.said(slot)}应是{figures.said(of)}减 {rule.value}"
    return ""


def _quotient(rule: Rule, figures: _Figures) -> str:
    slot, of = rule.slots
    if rule.fact not in figures.facts:
        return ""
    fact, unit = figures.facts[rule.fact]
    here, there = figures.interval(slot), figures.interval(of, unit)
    if here and there and fact > 0 and _apart(here, (there[0] * 100 / fact, there[1] * 100 / fact)):
        return f"{figures.said(slot)}不等于{figures.said(of)}除以 {fact}{unit}"
    return ""


def _growth(rule: Rule, figures: _Figures) -> str:
    """Compared by powers, so that no root is ever taken: last = first × (1 + rate)^years."""
    slot, first_slot, last_slot = rule.slots
    rate, first, last = (figures.interval(one) for one in rule.slots)
    if not rate or not first or not last:
        return ""
    years = int(rule.value)
    reached = (first[0] * (1 + rate[0] / 100) ** years, first[1] * (1 + rate[1] / 100) ** years)
    form = figures.forms.get(slot)
    if form is not None and form.word in ("以上", "不低于", "至少"):
        # a stated floor is true of anything above it
        return _complain_growth(figures, rule) if last[1] < reached[0] else ""
    return _complain_growth(figures, rule) if _apart(last, reached) else ""


def _complain_growth(figures: _Figures, rule: Rule) -> str:
    slot, first, last = rule.slots
    return f"{figures.said(slot)}的年均增长不能把{figures.said(first)}变成{figures.said(last)}"


def _apart(one: Interval, other: Interval) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _order(kind: str) -> list[str]:
    orders = {"within": ["slot", "whole"], "growth": ["slot", "first", "last"], "equals": ["slot"]}
    return orders.get(kind, ["slot", "of"])


_CHECKS: dict[str, Callable[[Rule, _Figures], str]] = {
    "equals": _bound,
    "at_least": _bound,
    "at_most": _bound,
    "within": _within,
    "same": _same,
    "minus": _minus,
    "quotient": _quotient,
    "growth": _growth,
}
