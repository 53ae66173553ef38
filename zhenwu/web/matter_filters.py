"""What the list of matters is narrowed to: read from the address, said in words, offered as choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.matters.api import EVERYTHING, PRESSING, Narrow, channels, pinned
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.web.filters import day_sent
from zhenwu.web.matter_kinds import LEDGER, kinds_of, rule_kinds

LONGEST = 60
WHICH = {"": "没有办完的", "late": "超期的", "mine": "轮到我办的", "over": "已经结束的", "all": "全部（结束的也在内）"}
KERNEL = {"standard": "一般事项", PRESSING: "督办"}
FEW = ("words", "place", "office")  # what stands on the form at once; the rest is folded until something of it is asked for


@dataclass(frozen=True)
class Offer:
    """What may be chosen, in the words of the screen: ``labels`` line → its name; ``states`` name of a workflow → its states as (``workflow:state``, label);
    ``kinds`` cluster → (code, title); ``platforms`` name → the codes of its kinds; ``channels`` code → words."""

    labels: Mapping[str, str]
    states: Mapping[str, list[tuple[str, str]]]
    kinds: Mapping[str, list[tuple[str, str]]]
    platforms: Mapping[str, frozenset[str]]
    channels: Mapping[str, str]

    @cached_property
    def kind_names(self) -> dict[str, str]:
        return {code: title for some in self.kinds.values() for code, title in some}

    @cached_property
    def state_names(self) -> dict[str, str]:
        return {value: f"{label}·{state}" for label, some in self.states.items() for value, state in some}


@dataclass(frozen=True)
class Wish:
    """What was asked: ``line``, ``which``, and ``sent``, the other choices as they stand in the address."""

    line: str
    which: str
    narrow: Narrow
    sent: Mapping[str, str]
    words: tuple[str, ...] = field(default=())

    @property
    def narrowed(self) -> bool:
        return self.narrow != EVERYTHING

    @property
    def unfolded(self) -> bool:
        """Whether something of what is folded at first was asked for."""
        return any(value for name, value in self.sent.items() if name not in FEW)

    def pairs(self) -> list[tuple[str, str]]:
        """The wish as pairs for an address or a form: whoever opens that address sees the same, as far as it is theirs."""
        return [pair for pair in [("line", self.line), ("which", self.which), *self.sent.items()] if pair[1]]


def offer(who: Actor, labels: Mapping[str, str], line: str = "") -> Offer:
    """What may be chosen of the matters of a line ("" for all those of ``labels``)."""
    lines = [line] if line else list(labels)
    kinds: dict[str, list[tuple[str, str]]] = {}
    platforms: dict[str, set[str]] = {}
    has_tree = {one.pack for one in every("ledger") if one.key == f"{one.pack}.{LEDGER}"}
    towns = _towns(who)
    for kind in (one for name in lines if name in has_tree for one in kinds_of(name, towns)):
        kinds.setdefault(kind.cluster or "其他", []).append((kind.code, kind.title))
        if kind.platform:
            platforms.setdefault(kind.platform, set()).add(kind.code)
    if opened := rule_kinds(lines):
        kinds.setdefault("台账自动开出的", []).extend(opened.items())
    own = {one.key: one.body["label"] for one in every("workflow") if one.pack in lines}
    states = {label: [(f"{key}:{state.id}", state.label) for state in pinned(key)[1].states] for key, label in (KERNEL | own).items()}
    return Offer(labels, states, kinds, {name: frozenset(codes) for name, codes in platforms.items()}, channels())


def read_wish(asked: Mapping[str, str], there: Offer) -> Wish:
    """Read what was asked; what is not offered asks for nothing, an impossible day is a ``Problem``."""
    now = tree()
    units = {str(unit): unit for unit in now.order}
    text = "".join(sign for sign in asked.get("words", "") if sign.isprintable()).strip()[:LONGEST]
    unit, office = (units.get(asked.get(name, "")) for name in ("place", "office"))
    state, kind, platform, channel = (
        asked.get(name, "") if asked.get(name, "") in known else ""
        for name, known in (("state", there.state_names), ("kind", there.kind_names), ("platform", there.platforms), ("channel", there.channels))
    )
    since, until = day_sent(asked.get("since", "")), day_sent(asked.get("until", ""))
    workflow, _, code = state.partition(":")
    narrow = Narrow(text, unit, office, workflow, code, _categories(there, kind, platform), channel, since, until)
    sent = {
        "words": text, "place": str(unit or ""), "office": str(office or ""), "state": state, "kind": kind, "platform": platform,
        "channel": channel, "since": str(since or ""), "until": str(until or ""),
    }  # fmt: skip
    line, which = asked.get("line", ""), asked.get("which", "")
    line, which = line if line in there.labels else "", which if which in WHICH else ""
    told = (
        ("业务模块", there.labels.get(line, "")), ("看哪些", WHICH[which]), ("在哪里", now.name(unit) if unit else ""), ("现在在哪个单位", now.name(office) if office else ""),
        ("到了哪一步", there.state_names.get(state, "")), ("小类", there.kind_names.get(kind, "")), ("平台", platform), ("来源", there.channels.get(channel, "")),
        ("上报日期", "" if not (since or until) else f"{since or ''}至{until or ''}"), ("含", text),
    )  # fmt: skip
    return Wish(line, which, narrow, sent, tuple(f"{label}：{words}" for label, words in told if words))


def _categories(there: Offer, kind: str, platform: str) -> frozenset[str] | None:
    if not kind and not platform:
        return None
    chosen = [frozenset({kind})] if kind else []
    return frozenset.intersection(*chosen, *([there.platforms[platform]] if platform else []))


def _towns(who: Actor) -> Iterable[UUID]:
    """The townships that a post of this person lies in, or over."""
    now, held = tree(), [post.unit_id for post in who.posts]
    for town in now.of_kind("township"):
        if any(unit == town or unit in now and (town in now.ancestors(unit) or unit in now.ancestors(town)) for unit in held):
            yield town


def folded(there: Offer, wish: Wish) -> list[dict[str, Any]]:
    """The choices that are folded at first, each as a select: name, label, groups of (value, label), what is chosen."""
    platforms = [("", [(name, name) for name in there.platforms])]
    told = (("state", "到了哪一步", list(there.states.items())), ("kind", "小类", list(there.kinds.items())), ("platform", "平台", platforms), ("channel", "来源", [("", list(there.channels.items()))]))
    return [
        {"name": name, "label": label, "groups": groups, "value": wish.sent[name]} for name, label, groups in told if any(some for _, some in groups)
    ]
