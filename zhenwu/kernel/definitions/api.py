"""Install, switch off and look up definitions.

Kinds: ``pack``, ``ledger``, ``metric``, ``workflow``, ``param``, ``report``, ``binding``, ``rule``, ``round``, ``document``, ``plan``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.calendar import DayInput, altered_days, calendar, own_days, set_days
from zhenwu.kernel.definitions.models import Revision
from zhenwu.kernel.definitions.office_hours import set_hours
from zhenwu.kernel.journal.api import IN, Act, Writer, ask, chunks, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import NotFound

__all__ = [
    "DayInput",
    "Definition",
    "Draft",
    "altered",
    "calendar",
    "current",
    "every",
    "find",
    "install",
    "newest",
    "number_on",
    "own_days",
    "packs",
    "param_on",
    "revision",
    "revisions",
    "set_days",
    "set_hours",
    "stamp",
    "switch_off",
]

_IN_FORCE = "SELECT id FROM definitions_revision WHERE kind = %s AND key = %s AND retired_by_id IS NULL ORDER BY number DESC LIMIT 1"


_ALL_IN_FORCE = "SELECT id FROM definitions_revision WHERE kind = %s AND retired_by_id IS NULL ORDER BY key"
_WERE = """SELECT v.id FROM definitions_revision v JOIN journal_sequenced began ON began.event_id = v.event_id
LEFT JOIN journal_sequenced ended ON ended.event_id = v.retired_by_id"""
_THEN = "began.position <= %s AND (ended.position IS NULL OR ended.position > %s)"
_ALL_THAT_WERE = f"{_WERE} WHERE v.kind = %s AND {_THEN} ORDER BY v.key"
_WAS_IN_FORCE = f"{_WERE} WHERE v.kind = %s AND v.key = %s AND {_THEN} ORDER BY v.id LIMIT 1"


@dataclass(frozen=True)
class Draft:
    """A definition to install: its kind, key, pack and plain-JSON body."""

    kind: str
    key: str
    pack: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Definition:
    """An installed revision."""

    id: int
    kind: str
    key: str
    pack: str
    number: int
    digest: str
    body: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(self.id)


def install(actor: Actor, drafts: Sequence[Draft], op_id: UUID) -> dict[str, Any]:
    """Store what is new or changed as revisions of one event, and retire what a pack no longer has.

    Returns ``{"changed": ["metric:demolition.area", …], "retired": […]}``.
    """
    asked = {f"{draft.kind}:{draft.key}": digest(draft.body, settings.DIGEST) for draft in drafts}
    act = Act(actor.principal, op_id, "install", {"digests": asked})
    return perform(act, lambda writer: _install(writer, drafts, asked))


def switch_off(actor: Actor, pack: str, op_id: UUID) -> dict[str, Any]:
    """Retire everything of a pack. Records, old revisions and issued documents stay readable and verifiable."""
    act = Act(actor.principal, op_id, "switch_off", {"pack": pack})

    def change(writer: Writer) -> dict[str, Any]:
        live = list(Revision.objects.filter(pack=pack, retired_by=None))
        names = sorted(f"{row.kind}:{row.key}" for row in live)
        if live:
            event = writer.event("definition.retired", f"pack:{pack}", {"retired": names})
            Revision.objects.filter(id__in=[row.id for row in live]).update(retired_by=event)
        return {"retired": names}

    return perform(act, change)


def every(kind: str, position: int | None = None) -> list[Definition]:
    """All definitions of a kind in force (at a journal position), by key."""
    return revision.many(stamp(kind, position))


def stamp(kind: str, position: int | None = None) -> tuple[int, ...]:
    """The row ids of all definitions of a kind in force, by key: equal stamps mean equal definitions."""
    rows = ask(_ALL_IN_FORCE, kind) if position is None else ask(_ALL_THAT_WERE, kind, position, position)
    return tuple(id for (id,) in rows)


def find(kind: str, key: str, position: int | None = None) -> Definition | None:
    """The definition in force, or None."""
    if position is None:
        return next((revision(id) for (id,) in ask(_IN_FORCE, kind, key)), None)
    return next((revision(id) for (id,) in ask(_WAS_IN_FORCE, kind, key, position, position)), None)


def current(kind: str, key: str, position: int | None = None) -> Definition:
    """The definition in force; raises ``NotFound``."""
    found = find(kind, key, position)
    if found is None:
        raise NotFound("definition.unknown", f"没有“{key}”这个定义", "请检查写法；业务模块可能没有启用。")
    return found


class _Revisions:
    """Revisions by row id, in force or not: immutable, so remembered."""

    _MOST = 8192

    def __init__(self) -> None:
        self._known: dict[int, Definition] = {}

    def __call__(self, id: int) -> Definition:
        return self._known.get(id) or self.many([id])[0]

    def many(self, ids: Sequence[int]) -> list[Definition]:
        """Those of these ids, in their order; what is not remembered is read together. Raises ``Revision.DoesNotExist``."""
        known = {id: self._known.get(id) for id in ids}
        for some in chunks([id for id, found in known.items() if found is None], IN):
            known |= {row.id: _definition(row) for row in Revision.objects.filter(id__in=some)}
        found = [one for id in ids if (one := known[id]) is not None]
        if len(found) < len(ids):
            raise Revision.DoesNotExist
        if len(self._known) + len(known) > self._MOST:
            self.cache_clear()
        self._known |= dict(zip(ids, found, strict=True))
        return found

    def cache_clear(self) -> None:
        """Forget all: what rows are called begins anew when a test rolls them back."""
        self._known = {}


revision = _Revisions()


def param_on(key: str, day: date, name: str = "value") -> Fraction | None:
    """A parameter's number as it was on a day; None before its first value, once abolished, when it has no number of that
    name, or is not installed."""
    found = find("param", key)
    return None if found is None else number_on(found.body, day, name)


def number_on(param: Mapping[str, Any], day: date, name: str = "value") -> Fraction | None:
    """``param_on`` for a parameter's body."""
    past = [one for one in param["versions"] if one["from"] <= day.isoformat()]
    told = past[-1]["values"].get(name) if past and not past[-1]["abolished"] else None
    return None if told is None else Fraction(told)


def newest(kind: str) -> dict[str, Definition]:
    """key → the newest revision of each definition of a kind, in force or not: what was switched off still binds."""
    ids = Revision.objects.filter(kind=kind).order_by("number").values_list("key", "id")
    return {key: revision(id) for key, id in dict(ids).items()}


def revisions(kind: str, key: str) -> list[Definition]:
    """Every revision a definition ever had, newest first, in force or not."""
    return [_definition(row) for row in Revision.objects.filter(kind=kind, key=key).order_by("-number")]


def packs() -> list[Definition]:
    """The packs in force."""
    return every("pack")


def altered() -> list[str]:
    """Revisions whose body, digest or end of validity is no longer what the journal says."""
    found, numbers = [], Counter[tuple[str, str]]()
    for row in Revision.objects.select_related("event", "retired_by").order_by("id").iterator():
        numbers[(row.kind, row.key)] += 1
        if not _as_written(row) or row.number != numbers[(row.kind, row.key)]:
            found.append(f"{row.kind}:{row.key} 第{row.number}版")
    return [*found, *altered_days()]


def _as_written(row: Revision) -> bool:
    name, told = f"{row.kind}:{row.key}", row.event.body
    if not digest(row.body, told.get("algorithm", "sha256")) == row.digest == told.get("digests", {}).get(name):
        return False
    if row.pack != told.get("packs", {}).get(name):
        return False
    ending = row.retired_by.body if row.retired_by else None
    return ending is None or name in [*ending.get("changed", ()), *ending.get("retired", ())]


def _definition(row: Revision) -> Definition:
    return Definition(row.id, row.kind, row.key, row.pack, row.number, row.digest, row.body)


def _install(writer: Writer, drafts: Sequence[Draft], asked: Mapping[str, str]) -> dict[str, Any]:
    live = {f"{row.kind}:{row.key}": row for row in Revision.objects.filter(retired_by=None)}
    changed = [draft for draft in drafts if _name(draft) not in live or live[_name(draft)].digest != asked[_name(draft)]]
    owned = {draft.pack for draft in drafts}
    gone = [row for name, row in live.items() if row.pack in owned and name not in asked]
    answer = {"changed": sorted(map(_name, changed)), "retired": sorted(f"{row.kind}:{row.key}" for row in gone)}
    if not changed and not gone:
        return answer
    digests = {_name(draft): asked[_name(draft)] for draft in changed}
    owners = {_name(draft): draft.pack for draft in changed}
    told = {**answer, "digests": digests, "packs": owners, "algorithm": settings.DIGEST}
    event = writer.event("definition.installed", "definitions", told)
    replaced = [live[_name(draft)].id for draft in changed if _name(draft) in live]
    Revision.objects.filter(id__in=[*replaced, *(row.id for row in gone)]).update(retired_by=event)
    numbers = {(row.kind, row.key): row.number for row in Revision.objects.order_by("number").only("kind", "key", "number")}
    Revision.objects.bulk_create(
        Revision(
            kind=draft.kind, key=draft.key, pack=draft.pack, number=numbers.get((draft.kind, draft.key), 0) + 1,
            digest=asked[_name(draft)], body=dict(draft.body), event=event,
        )
        for draft in changed
    )  # fmt: skip
    return answer


def _name(draft: Draft) -> str:
    return f"{draft.kind}:{draft.key}"
