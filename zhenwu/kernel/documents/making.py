"""Making documents of matters, and handing them out: set anew each time from what they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.documents.access import may_make, sees_persons
from zhenwu.kernel.documents.definition import ANY, Template, template_at
from zhenwu.kernel.documents.gathering import Facts, Memory, gather, label_of
from zhenwu.kernel.documents.models import Made, Serial
from zhenwu.kernel.documents.setting import said_in, set_paper
from zhenwu.kernel.documents.template import Blank
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.api import form_at, reveal_several
from zhenwu.kernel.matters.api import Step, current, workflow_of
from zhenwu.kernel.matters.api import history as steps_of
from zhenwu.kernel.orgs.api import Actor, names_of, tree
from zhenwu.lib.clock import now, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.paper.fonts import Fonts
from zhenwu.lib.paper.papers import Paper
from zhenwu.lib.paper.pdf import paper_pdf
from zhenwu.lib.paper.word_papers import write_paper
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

Told = Mapping[tuple[UUID, int], Mapping[str, str]]
FORMS = ("docx", "pdf")
MOST_MADE, TRIES = 100, 5


@dataclass(frozen=True)
class Offer:
    """A document that a matter's workflow knows; ``why_not`` says why it cannot be made now, "" when it can."""

    key: str
    label: str
    why_not: str


@dataclass(frozen=True)
class Card:
    """A document that was made. ``outdated``: it would read otherwise now; ``opened``: with its persons in full; ``digest`` of its .docx."""

    id: UUID
    document: str
    label: str
    number: str
    at: datetime
    principal: str
    digest: str
    opened: bool
    outdated: bool


def offers(actor: Actor, matter: UUID) -> list[Offer]:
    """The documents of a matter within reach, in the order of its pack; none for whoever may make none."""
    step = current(actor, matter)
    if not may_make(actor, step):
        return []
    return [Offer(one.key, one.label, _why_not(one, step)) for one in _templates(step)]


def _templates(step: Step) -> list[Template]:
    """The documents in force for a matter: those of its workflow; of a workflow that several packs share, its own line's."""
    found = [template_at(one.id) for one in every("document")]
    home = step.matter.workflow.partition(".")[0]
    wanted = [one for one in found if (one.workflow == step.matter.workflow and one.pack in (step.matter.line, home)) or (one.workflow == ANY and one.pack == step.matter.line)]
    return sorted(wanted, key=lambda one: (one.order, one.key))


def _why_not(template: Template, step: Step) -> str:
    workflow = workflow_of(step.matter)
    if template.states and step.state not in template.states:
        return "现在还做不了：要到“" + "”“".join(one.label for one in workflow.states if one.id in template.states) + "”"
    if template.when is not None and not template.when(_row(step)):
        return template.otherwise
    return ""


def _row(step: Step) -> dict[str, Any]:
    own = workflow_of(step.matter).form
    days = {one.id for one in (own.fields if own else ()) if one.type == "date"}
    columns = {**step.columns, "line": step.matter.line, "month": step.starts_on.month}
    return {name: date.fromisoformat(value) if value and (name in days or name.endswith("_on")) else value for name, value in columns.items()}


def make_document(actor: Actor, op_id: UUID, matter: UUID, document: str, *, masked: bool = False) -> dict[str, Any]:
    """Make a document of a matter as it stands; returns ``{"made": id, "number": …, "digest": …}``. ``masked``: without its persons, whoever
    asks (another system).

    Raises ``NotFound`` out of reach or for a document its workflow does not know, ``Refused`` for whoever may make none,
    ``Problem('document.not_now')``, ``Problem('document.too_many')``. What it shows of persons is logged as shown.
    """
    step = current(actor, matter)
    act = Act(actor.principal, op_id, "make_document", {"matter": str(matter), "document": document, "masked": masked})
    if (known := answered(act)) is not None:
        return known
    template = _makeable(actor, step, document)
    for attempt in range(TRIES):
        draft = _drafted(actor, template, step, not masked and sees_persons(actor, step))
        try:
            return perform(act, lambda writer, draft=draft: _write(writer, draft, step))  # type: ignore[misc]
        except IntegrityError:  # somebody took the serial in between
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _makeable(actor: Actor, step: Step, document: str) -> Template:
    if not may_make(actor, step):
        raise Refused("document.refused", "您的岗位不能制作这件事的文书", "请经办的人制作；做好的可以下载。")
    template = next((one for one in _templates(step) if one.key == document), None)
    if template is None:
        raise NotFound("document.unknown", "这件事没有这种文书", "可以制作的见事项页的“文书”一栏。")
    if why := _why_not(template, step):
        raise Problem("document.not_now", f"{template.label}{why if why.startswith('现在') else '现在不能做：' + why}", "办到那一步再做。")
    if Made.objects.filter(matter=step.matter).count() >= MOST_MADE:
        raise Problem("document.too_many", f"这件事已经做过 {MOST_MADE} 份文书", "更正以后重做的太多，请先核对记录。")
    return template


@dataclass(frozen=True)
class _Draft:
    made: Made
    serial: Serial | None


def _drafted(actor: Actor, template: Template, step: Step, opened: bool) -> _Draft:
    """The document as it would be, and its digest; nothing is written yet."""
    steps, memory = steps_of(actor, step.matter_id), Memory()
    facts = gather(actor, template, steps, memory)
    serial = _serial(template, step)
    made = Made(
        id=new_id(), matter=step.matter, document=template.key, revision_id=template.revision, opened=opened, principal=actor.principal, at=now(),
        basis={**facts.basis, "serial": serial.number if serial else None, "maker": _name(actor)},
    )  # fmt: skip
    made.number = said_in(template.number, {**facts.values, **_own(made)}, facts.known.said)[:120]
    made.digest = hashlib.sha256(write_paper(_paper(actor, made, steps, opened, memory))).hexdigest()
    return _Draft(made, serial)


def _name(actor: Actor) -> str:
    return names_of([actor.person_id]).get(actor.person_id, "") if actor.person_id else ""


def _serial(template: Template, step: Step) -> Serial | None:
    """The serial that a document of a matter has, or would have; None where its number asks for none."""
    if not any(isinstance(part, Blank) and part.name == "serial" for part in template.number):
        return None
    if (known := Serial.objects.filter(matter=step.matter, document=template.key).first()) is not None:
        return known
    seen, year = tree(), today().year
    above = (step.unit_id, *seen.ancestors(step.unit_id)) if step.unit_id in seen else (seen.root,)
    township = next((one for one in above if seen.kind(one) == "township"), seen.root)
    last = Serial.objects.filter(document=template.key, township=township, year=year).aggregate(last=Max("number"))["last"] or 0
    return Serial(document=template.key, township_id=township, year=year, number=last + 1, matter=step.matter)


def _own(made: Made) -> dict[str, Any]:
    """What a document says of itself."""
    return {"serial": made.basis.get("serial"), "number": made.number, "maker": made.basis.get("maker")}


def _write(writer: Writer, draft: _Draft, step: Step) -> dict[str, Any]:
    made = draft.made
    if Step.objects.filter(matter=step.matter_id, retired_by=None).values_list("number", flat=True).get() != made.basis["step"]:
        raise Conflict("这件事刚才已有人办过一步", made.basis["step"], step.number)
    if draft.serial is not None and draft.serial.pk is None:
        draft.serial.save(force_insert=True)
    body = {
        "matter": str(made.matter_id), "document": made.document, "made": str(made.id), "version": made.basis["step"], "digest": made.digest,
        "opened": made.opened, "rows": made.basis["rows"],
    }  # fmt: skip
    made.event = writer.event("document.made", f"matter:{made.matter_id}", body)
    made.save(force_insert=True)
    return {"made": str(made.id), "number": made.number, "digest": made.digest}


def _paper(actor: Actor, made: Made, steps: Sequence[Step], opened: bool, memory: Memory) -> Paper:
    """A document set from what it was made of; with ``opened`` its persons in full, all of them logged in one act."""
    told: dict[tuple[UUID, int], Mapping[str, str]] = {}
    if opened:
        wanted = {(one.record_id, one.number): one for one in _read_in(actor, made, steps, memory) if form_at(one).personal}
        shown = reveal_several(actor, list(wanted.values()), f"打印文书：{label_of(made)}")
        told = dict(zip(wanted, shown, strict=True))
    return _set(actor, made, steps, told, memory)


def _read_in(actor: Actor, made: Made, steps: Sequence[Step], memory: Memory) -> list[Any]:
    """The versions of records that a document reads, and the papers behind it."""
    facts = gather(actor, template_at(made.revision_id), steps, memory, made.basis)
    behind = [gather(actor, template_at(one.revision_id), steps, memory, one.basis) for one in facts.papers]
    return [version for told in (facts, *behind) for version in told.versions]


def _set(actor: Actor, made: Made, steps: Sequence[Step], told: Told, memory: Memory, within: bool = False) -> Paper:
    """The paper; what is bound into another (``within``) binds no further papers in."""
    template = template_at(made.revision_id)
    facts = gather(actor, template, steps, memory, made.basis, told)
    facts = replace(facts, values={**facts.values, **_own(made)}, papers=[] if within else facts.papers)
    return set_paper(template, facts, lambda one: _set(actor, one, steps, told, memory, within=True).blocks)


def made_documents(actor: Actor, matter: UUID) -> list[Card]:
    """The documents that were made of a matter within reach, the latest first."""
    current(actor, matter)
    found = list(Made.objects.filter(matter=matter).order_by("-at", "-id"))
    steps, memory = steps_of(actor, matter) if found else [], Memory()
    return [
        Card(one.id, one.document, label_of(one), one.number, one.at, one.principal, one.digest, one.opened, _outdated(actor, one, steps, memory))
        for one in found
    ]


def _outdated(actor: Actor, made: Made, steps: Sequence[Step], memory: Memory) -> bool:
    """Whether it would read otherwise now: its words (persons masked), or a person's data behind a mask."""
    template = template_at(made.revision_id)
    then, live = gather(actor, template, steps, memory, made.basis), gather(actor, template, steps, memory)
    words = [_words(made, template, facts) for facts in (then, live)]
    return words[0] != words[1] or _envelopes(then) != _envelopes(live)


def _words(made: Made, template: Template, facts: Facts) -> str:
    """The words of a document, made on the day that it was made, without the papers behind it: these are judged themselves."""
    kept = {"today": date.fromisoformat(made.basis["day"]), "year": made.basis["day"][:4], "matter.due": None}
    return set_paper(template, replace(facts, values={**facts.values, **_own(made), **kept}), lambda one: ()).text


def _envelopes(facts: Facts) -> list[list[Any]]:
    return [[one.record_id, [one.data.get(name) for name in form_at(one).personal]] for one in facts.versions]


def find_made(actor: Actor, matter: UUID, made: UUID) -> Made:
    """A document that was made of a matter within reach; raises ``NotFound``."""
    current(actor, matter)
    found = Made.objects.filter(matter=matter, id=made).first()
    if found is None:
        raise NotFound("document.none", "没有这份文书", "刷新事项页再看。")
    return found


def document_file(actor: Actor, matter: UUID, made: UUID, form: str, fonts: Fonts | None = None, *, masked: bool = False) -> tuple[str, bytes]:
    """(file name, bytes) of a document as it was made, .docx or (with ``fonts``) .pdf; persons in full for whom they are, logged each time,
    masked for others (and for whoever asks ``masked``). Raises ``NotFound``, ``Problem('document.form')``, ``Problem('paper.…')``."""
    one, step = find_made(actor, matter, made), current(actor, matter)
    if form not in FORMS:
        raise Problem("document.form", f"文书没有 {form[:10]} 格式", f"可选：{'、'.join(FORMS)}。")
    paper = _paper(actor, one, steps_of(actor, matter), not masked and one.opened and sees_persons(actor, step), Memory())
    name = f"{label_of(one)}{one.number and ' ' + one.number}.{form}"
    if form == "docx":
        return name, write_paper(paper)
    assert fonts is not None
    return name, paper_pdf(paper, fonts, date.fromisoformat(one.basis["day"]))


def altered() -> list[str]:
    """Documents whose row no longer says what the journal says of them."""
    return [
        f"{one.document} {one.id}"
        for one in Made.objects.select_related("event").order_by("at", "id").iterator()
        if one.event.body != {**one.event.body, "made": str(one.id), "document": one.document, "digest": one.digest, "opened": one.opened, "rows": one.basis["rows"], "version": one.basis["step"]}
    ]  # fmt: skip

