"""What documents are made of: a matter as it stands, or one record of a ledger. Both answer the same questions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.documents.access import may_make, sees_persons, writes_record
from zhenwu.kernel.documents.album import Album
from zhenwu.kernel.documents.definition import ANY, Template, template_at
from zhenwu.kernel.documents.facts import Facts, Memory, Version
from zhenwu.kernel.documents.gathering import gather
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.documents.reader import Opened
from zhenwu.kernel.documents.record_gathering import gather_record
from zhenwu.kernel.documents.setting import Look
from zhenwu.kernel.ledgers.api import fact_of, visible_history
from zhenwu.kernel.ledgers.api import history as versions_of
from zhenwu.kernel.matters.api import PRESSING, Step, current, workflow_of
from zhenwu.kernel.matters.api import history as steps_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Conflict, Problem, Refused


class Source(ABC):
    """What a document is made of, within reach of an actor: ``column`` names it in the rows of documents, ``told`` in the journal; ``numbered`` is
    where the basis of a document says how far it had come."""

    of: str
    numbered: str
    unit: UUID

    def __init__(self, actor: Actor, identity: UUID, column: str) -> None:
        self.actor, self.identity, self.column = actor, identity, {column: identity}

    @property
    def told(self) -> dict[str, str]:
        return {self.of: str(self.identity)}

    @abstractmethod
    def templates(self) -> list[Template]:
        """The documents in force for it, in the order of their pack."""

    @abstractmethod
    def why_not(self, template: Template) -> str:
        """Why one of them cannot be made now, "" when it can."""

    @property
    @abstractmethod
    def may_make(self) -> bool: ...

    @property
    @abstractmethod
    def sees_persons(self) -> bool: ...

    @abstractmethod
    def gather(self, template: Template, memory: Memory, basis: Mapping[str, Any] | None = None, opened: Opened | None = None) -> Facts: ...

    @abstractmethod
    def still(self, number: int) -> None:
        """Within the transaction that writes: raises ``Conflict`` where it was gone on with since."""

    def looker(self, memory: Memory) -> Look:
        """How its photos are opened for paper."""
        return lambda photo: None

    def refusal(self) -> Problem:
        return Refused("document.refused", "您的岗位不能制作这件事的文书", "请经办的人制作；做好的可以下载。")


class OfMatter(Source):
    """A matter; raises ``NotFound`` out of reach."""

    of, numbered = "matter", "step"

    def __init__(self, actor: Actor, matter: UUID) -> None:
        super().__init__(actor, matter, "matter_id")
        self.step = current(actor, matter)
        self.unit = self.step.unit_id

    @cached_property
    def steps(self) -> list[Step]:
        return steps_of(self.actor, self.identity)

    @property
    def may_make(self) -> bool:
        return may_make(self.actor, self.step)

    @property
    def sees_persons(self) -> bool:
        return sees_persons(self.actor, self.step)

    def templates(self) -> list[Template]:
        """Those of its workflow; of a workflow that several packs share, its own line's; those of a 督办, whatever line it presses."""
        matter = self.step.matter
        home = matter.workflow.partition(".")[0]
        return _in_order(one for one in _in_force() if (one.workflow == matter.workflow and one.pack in (matter.line, home)) or (one.workflow == ANY and one.pack == matter.line) or matter.workflow == one.workflow == PRESSING)

    def why_not(self, template: Template) -> str:
        workflow = workflow_of(self.step.matter)
        if template.states and self.step.state not in template.states:
            return "现在还做不了：要到“" + "”“".join(one.label for one in workflow.states if one.id in template.states) + "”"
        if template.when is not None and not template.when(_row(self.step)):
            return template.otherwise
        return ""

    def gather(self, template: Template, memory: Memory, basis: Mapping[str, Any] | None = None, opened: Opened | None = None) -> Facts:
        return gather(self.actor, template, self.steps, memory, basis, opened)

    def looker(self, memory: Memory) -> Look:
        return Album(self.actor, self.identity, memory).look

    def still(self, number: int) -> None:
        standing = Step.objects.filter(matter_id=self.identity, retired_by=None).values_list("number", flat=True).get()
        if standing != number:
            raise Conflict("这件事刚才已有人办过一步", number, standing)


class OfRecord(Source):
    """One record of a ledger; raises ``NotFound`` out of reach."""

    of, numbered = "record", "version"

    def __init__(self, actor: Actor, record: UUID) -> None:
        super().__init__(actor, record, "record")
        self.version: Version = visible_history(actor, record)[-1]
        self.unit = self.version.unit_id

    @cached_property
    def may_make(self) -> bool:  # type: ignore[override]
        return writes_record(self.actor, self.version)

    @property
    def sees_persons(self) -> bool:
        return self.may_make

    def templates(self) -> list[Template]:
        return _in_order(one for one in _in_force() if one.ledger == self.version.ledger)

    def why_not(self, template: Template) -> str:
        if self.version.removed:
            return "这条记录已经作废"
        return template.otherwise if template.when is not None and not template.when(fact_of(self.version).row) else ""

    def gather(self, template: Template, memory: Memory, basis: Mapping[str, Any] | None = None, opened: Opened | None = None) -> Facts:
        return gather_record(self.actor, template, self.identity, memory, basis, opened)

    def still(self, number: int) -> None:
        standing = versions_of(self.identity)[-1].number
        if standing != number:
            raise Conflict("这条记录刚才已有人更正过", number, standing)

    def refusal(self) -> Problem:
        return Refused("document.refused", "您的岗位不能制作这条记录的文书", "请登记这本台账的人制作；做好的可以下载。")


def _in_force() -> list[Template]:
    return [template_at(one.id) for one in every("document")]


def _in_order(found: Any) -> list[Template]:
    return sorted(found, key=lambda one: (one.order, one.key))


def _row(step: Step) -> dict[str, Any]:
    own = workflow_of(step.matter).form
    days = {one.id for one in (own.fields if own else ()) if one.type == "date"}
    columns = {**step.columns, "line": step.matter.line, "month": step.starts_on.month}
    return {name: date.fromisoformat(value) if value and (name in days or name.endswith("_on")) else value for name, value in columns.items()}


def made_of(source: Source) -> Any:
    """The rows of the documents that were made of it."""
    return Made.objects.filter(**source.column)
