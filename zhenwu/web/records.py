"""What is said of a record's versions: what each changed, by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import AUTHORITIES, Form, form_at, form_of, masked, named, shown
from zhenwu.kernel.orgs.api import Tree, names_of, tree
from zhenwu.web.words import moment

Version = Any  # the ledgers' row; its model is nobody else's business


@dataclass(frozen=True)
class Told:
    """One version as the screen tells it; ``changes`` are (label, before, after)."""

    number: int
    author: str
    at: str
    reason: str
    late: bool
    removed: bool
    restored: bool
    changes: tuple[tuple[str, str, str], ...]


def authors_of(principals: Iterable[str]) -> dict[str, str]:
    """The names of the people behind principals (``person:…``; ``system`` has none)."""
    ids = {one: UUID(one.partition(":")[2]) for one in principals if one.startswith("person:")}
    names = names_of(ids.values())
    return {author: names.get(id, "（已离任人员）") for author, id in ids.items()}


def author_name(author: str, names: dict[str, str]) -> str:
    """Who entered a version, in words."""
    return names.get(author) or ("系统导入" if author == "system" else author)


def values_of(version: Version) -> dict[str, str]:
    """Every field as everyone in reach reads it: field id → text, personal ones masked."""
    form = form_at(version)
    hidden = masked(version) if any(one.is_personal for one in form.fields) else {}
    return {
        one.id: hidden.get(one.id, "") if one.is_personal else shown(one, version.data.get(one.id)) for one in form.fields
    }


def plain_words(version: Version) -> str:
    """What the record says beside what is personal, in a line; of what it links to, the name."""
    form = form_of(current("ledger", version.ledger))
    said = values_of(version)
    words = {one.id: named(one, version.data.get(one.id)) if one.type == "link" else said.get(one.id) for one in form.fields if not one.is_personal}
    return "，".join(f"{one.label} {words[one.id]}" for one in form.fields if words.get(one.id) and one.id not in form.key_fields)


def place_name(unit: UUID, now: Tree | None = None) -> str:
    """A unit's path below the township, as it stands today: 深塘村 · 深塘一格."""
    now = now or tree()
    if unit not in now:
        return now.called(unit)
    path = [one for one in (unit, *now.ancestors(unit)) if one != now.root] or [unit]
    return " · ".join(now.name(one) for one in reversed(path))


def told(versions: Sequence[Version]) -> list[Told]:
    """A record's versions, newest first, each with what it changed."""
    names, lines, before = authors_of(one.author for one in versions), [], None
    for version in versions:
        changes = tuple(_changes(before, version)) if before else ()
        who = author_name(version.author, names)
        lines.append(
            Told(version.number, who, moment(version.recorded_at), version.reason, version.late, version.removed, bool(before and before.removed and not version.removed), changes)
        )
        before = version
    return lines[::-1]


def _changes(before: Version, after: Version) -> Iterable[tuple[str, str, str]]:
    form: Form = form_at(after)
    old, new = values_of(before), values_of(after)
    for one in form.fields:
        if old.get(one.id, "") != new[one.id]:
            yield one.label, old.get(one.id, ""), new[one.id]
    if before.starts_on != after.starts_on:
        yield form.day_label, str(before.starts_on), str(after.starts_on)
    if before.ends_on != after.ends_on:
        yield "截止日期", str(before.ends_on or ""), str(after.ends_on or "")
    if before.unit_id != after.unit_id:
        yield "所在地", place_name(before.unit_id), place_name(after.unit_id)
    if before.authority != after.authority:
        yield "数据来源", AUTHORITIES[before.authority], AUTHORITIES[after.authority]
