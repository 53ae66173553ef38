"""What a document says, gathered: the matter as it stood, its steps, its record, the rows that belong to it, its files and papers.

The same walk serves the paper as it is made now and as it was made then: ``basis`` names the step and the versions that were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.documents.definition import Template, form_in_force, template_at, vocabulary_of
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.documents.vocabulary import Vocabulary, count_of
from zhenwu.kernel.ledgers.api import PREFIX, Form, find_record, form_at, history, masked, versions_in
from zhenwu.kernel.ledgers.api import visible as visible_versions
from zhenwu.kernel.matters.api import BUILT_IN, Attached, Step, Workflow, attachments, running, workflow_of
from zhenwu.kernel.orgs.api import Actor, Tree, names_of, tree
from zhenwu.lib.clock import LOCAL, today
from zhenwu.lib.facts import Row, Scope

Version = Any  # the ledgers' row
MOST_ROWS = 200
_MARKS = ("reported", "accepted", "completed", "closed", "struck_off", "archived")
_KINDS = {"photo": "照片", "paper": "文书"}


@dataclass
class Item:
    """One turn of a loop: what ``it`` says, and the columns that a condition sees."""

    values: Mapping[str, Any]
    row: Mapping[str, Any]


@dataclass
class Facts:
    """What a document can say: ``values`` by name, ``loops`` by name, ``row`` for conditions that stand in no loop; ``versions``: the
    records that were read; ``papers``: those to be put behind it; ``basis`` names all of it."""

    known: Vocabulary
    values: dict[str, Any]
    loops: dict[str, list[Item]]
    row: Row
    basis: dict[str, Any]
    versions: list[Version] = field(default_factory=list)
    papers: list[Made] = field(default_factory=list)


class Memory:
    """What was read of a matter within one request: its documents ask for the same records again and again."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def once(self, name: Any, read: Callable[[], Any]) -> Any:
        """What a name stands for, read the first time."""
        if name not in self._known:
            self._known[name] = read()
        return self._known[name]

    def history(self, record: UUID) -> list[Version]:
        found: list[Version] = self.once(("history", record), lambda: history(record))
        return found


class _Gatherer:
    def __init__(self, actor: Actor, template: Template, steps: Sequence[Step], basis: Mapping[str, Any] | None, memory: Memory) -> None:
        self.memory = memory
        self.actor, self.template, self.then = actor, template, basis
        self.steps = [step for step in steps if basis is None or step.number <= basis["step"]]
        self.step, self.matter = self.steps[-1], steps[0].matter
        self.workflow: Workflow = workflow_of(self.matter)
        self.day = date.fromisoformat(basis["day"]) if basis else today()
        self.tree: Tree = memory.once(("tree", self.day), lambda: tree(self.day))
        self.known = memory.once(("vocabulary", template.revision), lambda: vocabulary_of(template, self.workflow))
        people = {UUID(one.principal.partition(":")[2]) for one in steps if one.principal.startswith("person:")}
        self.names: dict[UUID, str] = memory.once("names", lambda: names_of(people))
        self.read: dict[str, list[Version]] = {}
        self.opened: Mapping[tuple[UUID, int], Mapping[str, str]] = {}

    def who(self, principal: str) -> str:
        """Who took a step, by name; the system is called so."""
        if not principal.startswith("person:"):
            return "系统" if principal == "system" else principal
        person = UUID(principal.partition(":")[2])
        if person not in self.names:
            self.names |= {person: "", **names_of([person])}
        return self.names[person]

    # The rows of ledgers -----------------------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Read the versions of the record, of what it links to, and of the rows gathered."""
        if self.template.record and self.matter.record:
            self.read["record"] = self._versions("record", lambda: self.memory.history(self.matter.record)[-1:])
            for record in self.read["record"]:
                self._links(record)
        for name, one in self.template.rows.items():
            self.read[name] = self._versions(name, lambda one=one: self._rows(one.ledger, one.field, self._equal(one.equals)))  # type: ignore[misc]

    def _links(self, record: Version) -> None:
        for one in form_at(record).fields:
            key = record.data.get(one.id)
            if one.type == "link" and key:
                name = f"record.{one.id}"
                self.read[name] = self._versions(name, lambda one=one, key=key: self._linked(one.ledger, str(key)))  # type: ignore[misc]

    def _linked(self, ledger: str, key: str) -> list[Version]:
        found = self.memory.once(("record", ledger, key), lambda: find_record(ledger, key))
        return self.memory.history(found)[-1:] if found else []

    def _equal(self, name: str) -> Any:
        if name.startswith("record."):
            record = self.read.get("record")
            return record[0].data.get(name.removeprefix("record.")) if record else None
        return self.step.columns.get(name)

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

    def _versions(self, name: str, now: Any) -> list[Version]:
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
        told = {one.id: hidden.get(one.id) if one.is_personal else _typed(one.type, version.data.get(one.id)) for one in form.fields}
        return {**told, "day": version.starts_on}

    # The matter and its steps --------------------------------------------------------------------------------------------

    def standing(self) -> list[Step]:
        """The steps that count: what was taken back is as if it had not been."""
        kept: list[Step] = []
        for step in self.steps:
            if step.action == "withdraw" and kept:
                kept.pop()
            elif step.action != "withdraw":
                kept.append(step)
        return kept

    def of_matter(self) -> dict[str, Any]:
        columns, unit = self.step.columns, self.step.unit_id
        above = [one for one in (unit, *self.tree.ancestors(unit))] if unit in self.tree else [unit]
        named = {kind: next((self.tree.name(one) for one in above if one in self.tree and self.tree.kind(one) == kind), "") for kind in ("township", "village")}
        below = [one for one in above if one not in self.tree or self.tree.kind(one) not in ("county", "township")]
        pack = self.memory.once("pack", lambda: find("pack", self.matter.line))
        said = {
            "title": self.matter.title, "text": self.matter.text, "number": self._number(), "opened": self.steps[0].starts_on,
            "place": "".join(self.tree.called(one) for one in reversed(below)) or named["township"], **named,
            "office": self.tree.called(self.step.assigned_id) if self.step.assigned_id else None, "state": self.workflow.state(self.step.state).label,
            "line": pack.body["label"] if pack else self.matter.line, "ending": columns.get("ending"), "due": self._due(),
            **{mark: _typed("date", columns.get(f"{mark}_on")) for mark in ("accepted", "completed", "closed")},
        }  # fmt: skip
        return {f"matter.{name}": value for name, value in said.items()}

    def _number(self) -> str:
        """What people call the record behind the matter, else the end of the matter's own id."""
        record = self.read.get("record")
        return str(record[0].key) if record and not form_at(record[0]).personal else self.matter.id.hex[-8:].upper()

    def _due(self) -> date | None:
        if self.then is not None:
            return date.fromisoformat(self.then["due"]) if self.then.get("due") else None
        found = self.memory.once("due", lambda: running([self.matter.id]).get(self.matter.id))
        last = found.last_day[:10] if found else ""
        return date.fromisoformat(last) if last else None

    def own(self, step: Step) -> dict[str, Any]:
        """The workflow's own fields as they stood after a step."""
        return {one.id: _typed(one.type, step.columns.get(one.id)) for one in (self.workflow.form.fields if self.workflow.form else ())}

    def of_step(self, step: Step, files: Sequence[Attached]) -> dict[str, Any]:
        action = self.workflow.action(step.action) or BUILT_IN.get(step.action)
        given = {name: step.given.get(name) for name in ("reason", "result", "paper_no")}
        unit = step.given.get("unit")
        own = {name: value for name, value in self.own(step).items() if name in step.given}
        return {
            "at": step.at, "day": _local(step.at), "who": self.who(step.principal), "action": action.label if action else step.action,
            "state": self.workflow.state(step.state).label, "files": "、".join(one.name for one in files if one.step == step.number) or None,
            "unit": self.tree.called(UUID(str(unit))) if unit else None, **given, **own,
        }  # fmt: skip


def gather(
    actor: Actor, template: Template, steps: Sequence[Step], memory: Memory, basis: Mapping[str, Any] | None = None,
    opened: Mapping[tuple[UUID, int], Mapping[str, str]] | None = None,
) -> Facts:  # fmt: skip
    """Everything that a document of a matter within reach may say; ``steps`` are all of the matter, oldest first."""
    at = _Gatherer(actor, template, steps, basis, memory)
    at.opened = opened or {}
    at.look_up()
    kept = at.standing()
    files = memory.once("files", lambda: attachments(actor, at.matter.id))[: basis["files"] if basis else None]
    papers = _papers(at)
    values = {**at.of_matter(), **at.own(at.step), "today": at.day, "year": str(at.day.year)}
    for name, versions in at.read.items():
        values |= {f"{name}.{field}": value for field, value in (at.said_by(versions[0]) if versions else {}).items()}
    for step in kept:
        values |= {f"step.{step.action}.{name}": value for name, value in at.of_step(step, files).items()}
    loops = _loops(at, kept, files, papers)
    row = Row({**_columns(at), **{count_of(name): len(items) for name, items in loops.items()}})
    return Facts(at.known, values, loops, row, _basis(at, files, papers, values), [one for found in at.read.values() for one in found], papers)


def _loops(at: _Gatherer, kept: Sequence[Step], files: Sequence[Attached], papers: Sequence[Made]) -> dict[str, list[Item]]:
    def of_steps(some: Sequence[Step]) -> list[Item]:
        return _numbered(({**at.of_step(one, files)}, {"action": one.action, "state": one.state, **at.own(one)}) for one in some)

    loops = {"step": of_steps(kept)} | {f"step:{one.id}": of_steps([step for step in kept if step.action == one.id]) for one in at.workflow.actions}
    loops["file"] = _numbered(
        ({"name": one.name, "kind": _KINDS.get(one.kind, one.kind), "day": _local(one.at), "who": at.who(one.principal)}, {"kind": one.kind}) for one in files
    )
    loops["paper"] = _numbered(
        ({"label": label_of(one), "number": one.number, "day": _local(one.at), "page": anchor_of(one)}, {"document": one.document.partition(".")[2]}) for one in papers
    )
    return loops | {name: _numbered((at.said_by(one), _open_columns(one)) for one in at.read[name]) for name in at.template.rows}


def _numbered(told: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> list[Item]:
    return [Item({"no": n, **values}, Row({"no": n, **row})) for n, (values, row) in enumerate(told, 1)]


def _local(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _columns(at: _Gatherer) -> dict[str, Any]:
    """The columns of the matter as a condition reads them."""
    columns = {**at.step.columns, "line": at.matter.line}
    days = {name: _typed("date", value) for name, value in columns.items() if name.removesuffix("_on") in _MARKS}
    return {**columns, **days, **at.own(at.step)}


def _open_columns(version: Version) -> dict[str, Any]:
    return {one.id: _typed(one.type, version.data.get(one.id)) for one in form_at(version).fields if not one.is_personal}


def _papers(at: _Gatherer) -> list[Made]:
    """The latest of each document made of the matter, in the order in which they were made; other than this one itself."""
    made: list[Made] = at.memory.once("papers", lambda: list(Made.objects.filter(matter=at.matter).order_by("at", "id")))
    found = [one for one in made if one.document != at.template.key]
    if at.then is not None:
        there = {str(one.id): one for one in found}
        return [there[id] for id in at.then["papers"] if id in there]
    return sorted({one.document: one for one in found}.values(), key=lambda one: (_order(one), one.at))


def _order(one: Made) -> int:
    return template_at(one.revision_id).order


def label_of(one: Made) -> str:
    """What a made document is called, by the definition it was made under."""
    return template_at(one.revision_id).label


def anchor_of(one: Made) -> str:
    """The name of the page on which a paper begins in a case file."""
    return f"p{one.id.hex[-12:]}"


def _basis(at: _Gatherer, files: Sequence[Attached], papers: Sequence[Made], values: Mapping[str, Any]) -> dict[str, Any]:
    due = values["matter.due"]
    rows = {name: [[one.record_id.hex, one.number] for one in found] for name, found in at.read.items() if found}
    return {
        "step": at.step.number, "day": at.day.isoformat(), "due": due.isoformat() if due else "", "rows": rows, "files": len(files),
        "papers": [str(one.id) for one in papers],
    }  # fmt: skip


def _typed(kind: str, stored: Any) -> Any:
    if kind == "date" and isinstance(stored, str) and stored:
        return date.fromisoformat(stored)
    return stored if not isinstance(stored, datetime) else stored.date()
