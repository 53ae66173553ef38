"""What the ledgers say in a document: a record, the records that it links to, the rows that belong to it; as they stand, or as a basis names
them; without what is not the reader's to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhenwu.kernel.documents.definition import Template, form_in_force
from zhenwu.kernel.documents.facts import Item, Memory, Version
from zhenwu.kernel.ledgers.api import PREFIX, Form, find_record, form_at, masked, versions_in
from zhenwu.kernel.ledgers.api import visible as visible_versions
from zhenwu.kernel.orgs.api import Actor, Tree, tree
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Row, Scope

MOST_ROWS = 200
Opened = Mapping[tuple[UUID, int], Mapping[str, str]]


class Reader:
    """The records of one document; ``then`` is the basis it was made of, None for what it would be made of now."""

    def __init__(self, actor: Actor, template: Template, basis: Mapping[str, Any] | None, memory: Memory, opened: Opened) -> None:
        self.actor, self.template, self.then, self.memory, self.opened = actor, template, basis, memory, opened
        self.day = date.fromisoformat(basis["day"]) if basis else today()
        self.tree: Tree = memory.once(("tree", self.day), lambda: tree(self.day))
        self.read: dict[str, list[Version]] = {}

    def look_up(self) -> None:
        """Read the versions of the record, of what it links to, and of the rows gathered."""
        if (record := self.record_id()) is not None:
            self.read["record"] = self.versions("record", lambda: self.memory.history(record)[-1:])
            for version in self.read["record"]:
                self._links(version)
        for name, one in self.template.rows.items():
            self.read[name] = self.versions(name, lambda one=one: self._rows(one.ledger, one.field, self.equal(one.equals)))  # type: ignore[misc]

    def record_id(self) -> UUID | None:
        """The record that ``record.…`` names."""
        raise NotImplementedError

    def equal(self, name: str) -> Any:
        """What the rows gathered have in their first field."""
        record = self.read.get("record")
        return record[0].data.get(name.removeprefix("record.")) if record else None

    def _links(self, record: Version) -> None:
        for one in form_at(record).fields:
            key = record.data.get(one.id)
            if one.type == "link" and key:
                name = f"record.{one.id}"
                self.read[name] = self.versions(name, lambda one=one, key=key: self._linked(one.ledger, str(key)))  # type: ignore[misc]

    def _linked(self, ledger: str, key: str) -> list[Version]:
        found = self.memory.once(("record", ledger, key), lambda: find_record(ledger, key))
        return self.memory.history(found)[-1:] if found else []

    def _rows(self, ledger: str, wanted: str, value: Any) -> list[Version]:
        found: list[Version] = self.memory.once(("rows", ledger, wanted, value), lambda: self._rows_of(ledger, wanted, value))
        return found

    def _rows_of(self, ledger: str, wanted: str, value: Any) -> list[Version]:
        form = form_in_force(ledger)
        if form is None or value in (None, ""):
            return []
        # ``wanted`` is the first field of the key: keys alone are looked at, not the rows of the ledger (a range would hang on the collation).
        keyed = Q(key=value) if len(form.key_fields) == 1 else Q(key__startswith=f"{value}/")
        query = versions_in(Scope(PREFIX + ledger)).filter(keyed, **{f"data__{wanted}": value})
        found = query.select_related("event").order_by("starts_on", "record_id")[:MOST_ROWS]
        return sorted(found, key=lambda one: [(type(told).__name__, told) for told in map(one.data.get, form.key_fields)])

    def versions(self, name: str, now: Any) -> list[Version]:
        """Those of now, or those that the basis names; without what is not this reader's to see."""
        if self.then is None:
            found = [one for one in now() if not one.removed]
        else:
            wanted = [(UUID(record), number) for record, number in self.then["rows"].get(name, ())]
            found = [one for record, number in wanted for one in self.memory.history(record) if one.number == number]
        return [one for one in found if self._sees(one)]

    def _sees(self, version: Version) -> bool:
        return bool(self.memory.once(("sees", version.record_id), lambda: self._is_visible(version)))

    def _is_visible(self, version: Version) -> bool:
        """By the place at which the record stands now."""
        query = type(version).objects.filter(record_id=version.record_id, retired_by=None)
        return visible_versions(self.actor, "list", query, form_at(version).pack).exists()

    def said_by(self, version: Version) -> dict[str, Any]:
        """The fields of a version as blanks say them; persons masked, or opened where that was logged."""
        form: Form = form_at(version)
        hidden = self.opened.get((version.record_id, version.number)) or self.memory.once(("masked", version.record_id, version.number), lambda: masked(version) if form.personal else {})
        told = {one.id: hidden.get(one.id) if one.is_personal else typed(one.type, version.data.get(one.id)) for one in form.fields}
        return {**told, "day": version.starts_on}

    def placed(self, unit: UUID) -> dict[str, str]:
        """Where a unit lies, in the words of the day: ``place``, ``village``, ``township``."""
        above = [one for one in (unit, *self.tree.ancestors(unit))] if unit in self.tree else [unit]
        named = {kind: next((self.tree.name(one) for one in above if one in self.tree and self.tree.kind(one) == kind), "") for kind in ("township", "village")}
        below = [one for one in above if one not in self.tree or self.tree.kind(one) not in ("county", "township")]
        return {"place": "".join(self.tree.called(one) for one in reversed(below)) or named["township"], **named}

    def values(self) -> dict[str, Any]:
        """What the blanks say of the records read, by their names."""
        told: dict[str, Any] = {"today": self.day, "year": str(self.day.year)}
        for name, versions in self.read.items():
            told |= {f"{name}.{field}": value for field, value in (self.said_by(versions[0]) if versions else {}).items()}
        return told

    def loops(self) -> dict[str, list[Item]]:
        """The rows gathered, by their names."""
        return {name: numbered([(self.said_by(one), _open_columns(one)) for one in self.read[name]]) for name in self.template.rows}

    def basis(self) -> dict[str, Any]:
        """The day and the versions read."""
        return {"day": self.day.isoformat(), "rows": {name: [[one.record_id.hex, one.number] for one in found] for name, found in self.read.items() if found}}


def numbered(told: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> list[Item]:
    """The turns of a loop from (what ``it`` says, the columns that a condition sees), counted from 1."""
    return [Item({"no": n, **values}, Row({"no": n, **row})) for n, (values, row) in enumerate(told, 1)]


def typed(kind: str, stored: Any) -> Any:
    """A stored value as a blank or a condition takes it: days as days."""
    if kind == "date" and isinstance(stored, str) and stored:
        return date.fromisoformat(stored)
    return stored if not isinstance(stored, datetime) else stored.date()


def _open_columns(version: Version) -> dict[str, Any]:
    return {one.id: typed(one.type, version.data.get(one.id)) for one in form_at(version).fields if not one.is_personal}
