"""What a document of a matter says, gathered: the matter as it stood, its steps, its record, the rows that belong to it, its files and papers.

The same walk serves the paper as it is made now and as it was made then: ``basis`` names the step and the versions that were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.documents.definition import Template, form_in_force, template_at, vocabulary_of
from zhenwu.kernel.documents.facts import Facts, Item, Memory, Ticket
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.documents.reader import Opened, Reader, numbered, typed
from zhenwu.kernel.documents.vocabulary import PHOTOS, count_of
from zhenwu.kernel.ledgers.api import form_at
from zhenwu.kernel.matters.api import (
    BUILT_IN,
    Attached,
    Photo,
    Step,
    Workflow,
    attachments,
    code_of,
    photos_of,
    receipt_of,
    running,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.facts import Row

_MARKS = ("reported", "accepted", "completed", "closed", "struck_off", "archived")
_KINDS = {"photo": "照片", "paper": "文书"}


class _Gatherer(Reader):
    def __init__(self, actor: Actor, template: Template, steps: Sequence[Step], basis: Mapping[str, Any] | None, memory: Memory, opened: Opened) -> None:
        super().__init__(actor, template, basis, memory, opened)
        self.steps = [step for step in steps if basis is None or step.number <= basis["step"]]
        self.step, self.matter = self.steps[-1], steps[0].matter
        self.workflow: Workflow = workflow_of(self.matter)
        self.known = memory.once(("vocabulary", template.revision), lambda: vocabulary_of(template, self.workflow, lambda ledger: memory.once(("form", ledger), lambda: form_in_force(ledger))))
        people = {UUID(one.principal.partition(":")[2]) for one in steps if one.principal.startswith("person:")}
        self.names: dict[UUID, str] = memory.once("names", lambda: names_of(people))

    def look_up(self) -> None:
        """Also what the matter's own links name."""
        super().look_up()
        for name, one in self.workflow.links.items():
            if name not in self.read and (key := self.step.columns.get(name)):
                self.read[name] = self.versions(name, lambda one=one, key=key: self._linked(one.ledger, str(key)))  # type: ignore[misc]

    def record_id(self) -> UUID | None:
        return self.matter.record if self.template.record else None

    def equal(self, name: str) -> Any:
        return super().equal(name) if name.startswith("record.") else self.step.columns.get(name)

    def who(self, principal: str) -> str:
        """Who took a step, by name; the system is called so."""
        if not principal.startswith("person:"):
            return "系统" if principal == "system" else principal
        person = UUID(principal.partition(":")[2])
        if person not in self.names:
            self.names |= {person: "", **names_of([person])}
        return self.names[person]

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
        columns = self.step.columns
        pack = self.memory.once("pack", lambda: find("pack", self.matter.line))
        said = {
            "title": self.matter.title, "text": self.matter.text, "number": self._number(), "opened": self.steps[0].starts_on,
            **self.placed(self.step.unit_id),
            "office": self.tree.called(self.step.assigned_id) if self.step.assigned_id else None, "state": self.workflow.state(self.step.state).label,
            "line": pack.body["label"] if pack else self.matter.line, "ending": columns.get("ending"), "due": self._due(),
            **{mark: typed("date", columns.get(f"{mark}_on")) for mark in ("accepted", "completed", "closed")},
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
        return {one.id: typed(one.type, step.columns.get(one.id)) for one in (self.workflow.form.fields if self.workflow.form else ())}

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
    opened: Opened | None = None,
) -> Facts:  # fmt: skip
    """Everything that a document of a matter within reach may say; ``steps`` are all of the matter, oldest first."""
    at = _Gatherer(actor, template, steps, basis, memory, opened or {})
    at.look_up()
    kept = at.standing()
    files = memory.once("files", lambda: attachments(actor, at.matter.id))[: basis["files"] if basis else None]
    papers = _papers(at)
    values = {**at.of_matter(), **at.own(at.step), **at.values()}
    for step in kept:
        values |= {f"step.{step.action}.{name}": value for name, value in at.of_step(step, files).items()}
    loops = _loops(at, kept, files, papers)
    photos = photos_of(at.workflow, at.steps, files)
    counts = {count_of(name): len(items) for name, items in loops.items()} | _photo_counts(photos)
    row, ticket = Row({**_columns(at), **counts}), _ticket(at)
    return Facts(at.known, values, loops, row, _basis(at, files, papers, values, ticket), [one for found in at.read.values() for one in found], papers, photos, ticket)


def _ticket(at: _Gatherer) -> Ticket | None:
    """What the matter is looked up with; on a paper that was made, as it was printed."""
    if at.then is not None:
        told = at.then.get("lookup")
        return Ticket(told["number"], code_of(at.matter.id), told["address"]) if told else None
    found = at.memory.once("receipt", lambda: receipt_of(at.step)) if at.template.is_receipt else None
    return Ticket(found.number, found.code, settings.PUBLIC_ADDRESS) if found else None


def _photo_counts(photos: Sequence[Photo]) -> dict[str, int]:
    return {count_of(name): len(on_side(photos, name.partition(":")[2])) for name in PHOTOS}


def on_side(photos: Sequence[Photo], side: str) -> list[Photo]:
    """The photos of one side, "" for all; what nobody can tell apart is on both."""
    return [one for one in photos if side in ("", one.side) or one.side == "both"]


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
    return loops | at.loops()


def _numbered(told: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> list[Item]:
    return numbered(list(told))


def _local(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _columns(at: _Gatherer) -> dict[str, Any]:
    """The columns of the matter as a condition reads them."""
    columns = {**at.step.columns, "line": at.matter.line}
    days = {name: typed("date", value) for name, value in columns.items() if name.removesuffix("_on") in _MARKS}
    return {**columns, **days, **at.own(at.step)}


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


def _basis(at: _Gatherer, files: Sequence[Attached], papers: Sequence[Made], values: Mapping[str, Any], ticket: Ticket | None) -> dict[str, Any]:
    due = values["matter.due"]
    return {
        **at.basis(), "step": at.step.number, "due": due.isoformat() if due else "", "files": len(files),
        "papers": [str(one.id) for one in papers], "lookup": {"number": ticket.number, "address": ticket.address} if ticket else None,
    }  # fmt: skip
