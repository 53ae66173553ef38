"""What a ledger's list is narrowed by: a place, choices, words, days; read from the address, said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhenwu.kernel.ledgers.api import Form
from zhenwu.kernel.orgs.api import Actor, Reach, Tree, reach, reach_filter
from zhenwu.lib.problems import Problem
from zhenwu.web.places import Group, grouped

LONGEST = 60


@dataclass(frozen=True)
class Narrowing:
    """A filter on versions (``q``), what it says in words, and what the controls show."""

    q: Q
    words: tuple[str, ...]
    text: str = ""
    unit: str = ""
    since: str = ""
    until: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        """The words of an export's scope line."""
        return "；".join(self.words) or "全部（您权限内）"

    def sent(self) -> list[tuple[str, str]]:
        """The filter as pairs for an address or a form."""
        pairs = [("q", self.text), ("unit", self.unit), ("since", self.since), ("until", self.until)]
        return [pair for pair in [*pairs, *((f"c_{name}", value) for name, value in self.chosen.items())] if pair[1]]


def read_narrowing(sent: Mapping[str, str], form: Form, now: Tree) -> Narrowing:
    """Read what was asked; what the form does not offer is ignored, an impossible day is a ``Problem``."""
    text = "".join(sign for sign in sent.get("q", "") if sign.isprintable()).strip()[:LONGEST]
    unit, unit_words = _unit(sent.get("unit", ""), now)
    since, until = day_sent(sent.get("since", "")), day_sent(sent.get("until", ""))
    q, words = Q(), []
    if unit:
        q &= reach_filter(Reach(units=frozenset({UUID(unit)})))
        words.append(f"所在地：{unit_words}")
    chosen = {}
    for one in form.fields:
        value = sent.get(f"c_{one.id}", "")
        label = dict(one.choices).get(value)
        if one.type == "choice" and label:
            chosen[one.id] = value
            q &= Q(**{f"data__{one.id}": value})
            words.append(f"{one.label}：{label}")
    if since:
        q &= Q(starts_on__gte=since)
        words.append(f"{since}起")
    if until:
        q &= Q(starts_on__lte=until)
        words.append(f"{until}止")
    if text:
        q &= _said(form, text)
        words.append(f"含“{text}”")
    return Narrowing(q, tuple(words), text, unit, str(since or ""), str(until or ""), chosen)


def places(who: Actor, pack: str, now: Tree) -> list[Group]:
    """The units to choose among, those in reach only."""
    seen = reach(who, "list", pack)
    tops = [now.root] if seen.everywhere else [unit for unit in now.order if unit in seen.units]
    return grouped({unit for top in tops for unit in now.under(top) if now.kind(unit) != "office"}, now)


def _said(form: Form, text: str) -> Q:
    """Words are looked for in what is written openly; personal fields lie sealed."""
    q = Q(pk__in=[])
    for one in form.fields:
        if one.type in ("text", "link"):
            q |= Q(**{f"data__{one.id}__icontains": text})
    return q


def _unit(sent: str, now: Tree) -> tuple[str, str]:
    try:
        unit = UUID(sent)
    except ValueError:
        return "", ""
    return (str(unit), now.name(unit)) if unit in now else ("", "")


def day_sent(sent: str) -> date | None:
    """The day that a form or an address says, None where it says none; raises ``Problem('web.day')``."""
    if not sent:
        return None
    try:
        return date.fromisoformat(sent)
    except ValueError as error:
        raise Problem("web.day", f"“{sent[:20]}”不是日期", "写成 2020-06-01 这样。") from error


def controls(form: Form, narrowing: Narrowing) -> list[dict[str, Any]]:
    """A choice field as a select: name, label, options with the chosen one."""
    return [
        {"name": f"c_{one.id}", "label": one.label,
         "options": [(value, label, narrowing.chosen.get(one.id) == value) for value, label in one.choices]}
        for one in form.fields if one.type == "choice"
    ]  # fmt: skip
