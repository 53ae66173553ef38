"""The event tree of a line: what a pack's ledger ``matter_kind`` says of the kinds of its general matters, for the pages that open
and handle them. How long each may take is the limit's own business (``matters/standard.toml``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import every, find
from zhenwu.kernel.ledgers.api import PREFIX, facts, form_of, shown
from zhenwu.kernel.matters.api import Step
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope

LEDGER = "matter_kind"
_PLATFORM = "所属平台"
_TOLD = (("cluster", "大类"), ("platform", _PLATFORM), ("urgent", "轻重缓急"), ("office", "牵头单位"), ("accept_when", "结案条件"))


@dataclass(frozen=True)
class MatterKind:
    """A small kind (小类): its ``code`` is the matter's category; ``told`` are the words beside it, (label, words); ``office`` is the
    name of the office that leads; ``often``: reported so often that it stands first; ``condition_of``: the kind of which it is a condition of
    acceptance (立案条件), "" for a kind."""

    code: str
    title: str
    cluster: str
    office: str
    often: bool
    told: tuple[tuple[str, str], ...]
    condition_of: str = ""

    @property
    def platform(self) -> str:
        """The platform (所属平台) that deals with it, "" where none is named."""
        return dict(self.told).get(_PLATFORM, "")


def rule_kinds(lines: Collection[str] | None = None) -> dict[str, str]:
    """The kinds of what rules open (台账自动开出): category → what the rule is called; of the packs of these lines, or of all."""
    rules = [one for one in every("rule") if lines is None or one.pack in lines]
    return {code: one.body["label"] for one in rules if (code := (one.body.get("open") or {}).get("category"))}


def kinds_of(line: str, places: Iterable[UUID]) -> list[MatterKind]:
    """The kinds in force today in the townships of these places, in the order of their clusters and codes."""
    return [one for one in _all_of(line, places) if not one.condition_of]


def _all_of(line: str, places: Iterable[UUID]) -> list[MatterKind]:
    """The kinds and the conditions of acceptance within them."""
    ledger = f"{line}.{LEDGER}"
    definition = find("ledger", ledger)
    if definition is None:
        return []
    now = tree()
    units = {above for place in places if place in now for above in (place, *now.ancestors(place))}
    fields = {one.id: one for one in form_of(definition).fields}
    choices = fields["cluster"].choices if "cluster" in fields else ()
    order = [code for code, _ in choices]
    rows = [fact.row for fact in facts(Scope(PREFIX + ledger, None, frozenset(units), alive_on=today()))]
    rows.sort(key=lambda row: (order.index(row["cluster"]) if row.get("cluster") in order else len(order), str(row["code"])))
    return [_kind(row, fields) for row in rows]


def kind_of(step: Step) -> MatterKind | None:
    """What the event tree says today of the kind of a matter; None for one that has none."""
    category = step.columns.get("category")
    return next((one for one in kinds_of(step.matter.line, [step.unit_id]) if one.code == category), None) if category else None


def kind_words(step: Step) -> list[tuple[str, str]]:
    """What the page of a matter says of its kind: who leads, what closes it, beside its name."""
    kind, condition = kind_of(step), step.columns.get("condition")
    if kind is None:
        return []
    named = {one.code: one.title for one in _all_of(step.matter.line, [step.unit_id])} if condition else {}
    return [("小类", kind.title), *([("立案条件", named.get(str(condition), str(condition)))] if condition else []), *kind.told]


def kind_choices(step: Step) -> tuple[tuple[str, str], ...]:
    """The kinds that may be said of a matter: (code, words)."""
    return tuple((one.code, f"{one.cluster}：{one.title}" if one.cluster else one.title) for one in kinds_of(step.matter.line, [step.unit_id]))


def condition_choices(step: Step) -> tuple[tuple[str, str], ...]:
    """The conditions of acceptance that may be said of it, those of its own kind first: (code, words)."""
    found = _all_of(step.matter.line, [step.unit_id])
    kinds, own = {one.code: one.title for one in found}, step.columns.get("category")
    some = sorted((one for one in found if one.condition_of), key=lambda one: one.condition_of != own)
    return tuple((one.code, f"{kinds.get(one.condition_of, one.condition_of)}：{one.title}") for one in some)


def kind_title(step: Step, code: str) -> str:
    """What a kind or a condition of acceptance is called today; its code where there is none."""
    return next((one.title for one in _all_of(step.matter.line, [step.unit_id]) if one.code == code), code)


def leading_office(step: Step) -> UUID | None:
    """The office that leads for the kind of a matter, where there is one of that name in its township."""
    kind, now = kind_of(step), tree()
    if kind is None or not kind.office:
        return None
    above = {step.unit_id, *(now.ancestors(step.unit_id) if step.unit_id in now else ())}
    return next((unit for unit in now.of_kind("office") if now.name(unit) == kind.office and above.intersection(now.ancestors(unit))), None)


def usual_lines(who: Actor) -> frozenset[str]:
    """The packs whose matters are what the posts of this person report in the usual course (``usual_for`` of pack.toml)."""
    held = {post.kind for post in who.posts}
    return frozenset(card.key for card in every("pack") if held.intersection(card.body.get("usual_for") or ()))


def _kind(row: Any, fields: dict[str, Any]) -> MatterKind:
    words = {name: shown(fields[name], row.get(name)) for name, _ in _TOLD if name in fields and row.get(name) is not None}
    told = tuple((label, words[name]) for name, label in _TOLD if words.get(name))
    return MatterKind(str(row["code"]), str(row.get("title") or row["code"]), words.get("cluster", ""), words.get("office", ""), bool(row.get("often")), told, str(row.get("condition_of") or ""))
