"""A rule: when news of this kind says this, open that matter, or enter that record. Pure; no database.

A body is what ``packkit`` stores: ``{key, pack, label, on, ledger, when, when_text, beside: {same, days, warns}, open: {workflow,
action, title, category, channel, given}}``; ``when`` is the tree of an expression or null for always, ``beside`` may be null. What
listens to the steps of a ``workflow`` has ``enter: {ledger, given, says, day, until}`` in the place of ``open``; what listens to a
ledger may have it too, with ``look: {ledger, same}``. ``each: {ledger, when}`` asks of every record of another ledger beside the news; ``once: {same, days}`` opens no second matter of the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhenwu.lib.expressions import evaluate, from_json

RECORD, ALARM, STEP = "record.saved", "alarm.raised", "matter.step"
STEPS = "matter."  # how the events begin that take steps
LONGEST_TITLE = 120
_BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")

Condition = Callable[[Mapping[str, object]], Any]


@dataclass(frozen=True)
class Beside:
    """The rule asks for another record of the same unit within ``days`` that says the same in the columns ``same``."""

    same: tuple[str, ...]
    days: int
    warns: str = ""  # said to whoever enters such a record, before it is saved; "" for what nobody at the form may learn

    def alike(self, row: Mapping[str, object], other: Mapping[str, object]) -> bool:
        """Whether two rows say the same; what is missing is like nothing."""
        return all(row[name] is not None and row[name] == other[name] for name in self.same)


@dataclass(frozen=True)
class Each:
    """The rule acts once for every record of ``ledger`` (as it stands on the day, of the same township) of which the condition holds; its
    columns are called ``each_…`` there, ``each_here``: it lies in the very place of the news, or within."""

    ledger: str
    holds: Condition


@dataclass(frozen=True)
class Look:
    """A table in which something is looked up: the record of ``ledger`` that stands on the day, of the same township, and says in its
    fields what the news says in their columns (``same``: field → column)."""

    ledger: str
    same: Mapping[str, str]


@dataclass(frozen=True)
class Enter:
    """What a step, or a record, brings into a record of a ledger, found by its key or made: ``given``: field → what the news says that
    fills it; ``says``: field → words, {columns} in them filled in; ``day``, ``until``: what it says of the record's own days ("": nothing)."""

    ledger: str
    given: Mapping[str, str]
    says: Mapping[str, str]
    day: str = ""
    until: str = ""
    look: Look | None = None

    def data(self, said: Mapping[str, str], words: Mapping[str, str] | None = None) -> dict[str, str]:
        """The fields of the record by what the news said (``words``: as a person reads it); what it did not say is left as it is."""
        told, shown = {field: said[name] for field, name in self.given.items() if said.get(name)}, words or said
        return told | {field: _BLANK.sub(lambda blank: shown.get(blank[1], ""), text) for field, text in self.says.items()}


@dataclass(frozen=True)
class Rule:
    """One rule in force; ``ledger`` is empty when it listens for alarms or steps, ``listens`` (a workflow) unless for steps; one that
    enters records opens nothing."""

    key: str
    pack: str
    label: str
    on: str
    ledger: str
    holds: Condition
    beside: Beside | None
    workflow: str
    action: str
    title: str
    category: str
    channel: str
    given: Mapping[str, str]  # field of the workflow → column of the record that fills it
    listens: str = ""
    enter: Enter | None = None
    each: Each | None = None
    once: Beside | None = None  # what makes a second record the same thing, while the matter of the first is open


def read_rule(body: Mapping[str, Any]) -> Rule:
    """A rule out of its stored body."""
    opening, near, entry = body.get("open") or {}, body.get("beside"), body.get("enter")
    holds: Condition = evaluate(from_json(body["when"])) if body.get("when") else lambda row: True
    return Rule(
        body["key"], body["pack"], body["label"], body["on"], body.get("ledger") or "", holds,
        Beside(tuple(near["same"]), near["days"], near.get("warns") or "") if near else None, opening.get("workflow") or "", opening.get("action") or "", opening.get("title") or "", opening.get("category") or "", opening.get("channel") or "",
        dict(opening.get("given") or {}), body.get("workflow") or "",
        _enter(entry) if entry else None, Each(one["ledger"], evaluate(from_json(one["when"]))) if (one := body.get("each")) else None,
        Beside(tuple(same["same"]), same["days"]) if (same := body.get("once")) else None,
    )  # fmt: skip


def _enter(told: Mapping[str, Any]) -> Enter:
    look = told.get("look")
    return Enter(
        told["ledger"], dict(told["given"]), dict(told["says"]), told.get("day") or "", told.get("until") or "",
        Look(look["ledger"], dict(look["same"])) if look else None,
    )  # fmt: skip


def columns_named(title: str) -> list[str]:
    """The columns a title asks for, as ``{column}``."""
    return _BLANK.findall(title)


def title_of(rule: Rule, words: Mapping[str, str]) -> str:
    """The title with its columns filled in, in one line and short enough for a matter; what is missing reads 未填."""
    filled = _BLANK.sub(lambda blank: words.get(blank[1]) or "未填", rule.title)
    one_line = "".join(sign if sign.isprintable() else " " for sign in filled)
    return one_line if len(one_line) <= LONGEST_TITLE else one_line[: LONGEST_TITLE - 1] + "…"
