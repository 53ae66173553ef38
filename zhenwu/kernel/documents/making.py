"""Making documents of matters and of records, and handing them out: set anew each time from what they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from zhenwu.kernel.documents.definition import Template, template_at
from zhenwu.kernel.documents.facts import Facts, Memory
from zhenwu.kernel.documents.gathering import label_of
from zhenwu.kernel.documents.models import Made, Serial
from zhenwu.kernel.documents.setting import said_in, set_paper
from zhenwu.kernel.documents.sources import OfMatter, OfRecord, Source, made_of
from zhenwu.kernel.documents.template import Blank
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.api import form_at, reveal_several
from zhenwu.kernel.orgs.api import Actor, names_of, tree
from zhenwu.lib.clock import now, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.paper.fonts import Fonts
from zhenwu.lib.paper.papers import Paper
from zhenwu.lib.paper.pdf import paper_pdf
from zhenwu.lib.paper.word_papers import write_paper
from zhenwu.lib.problems import NotFound, Problem

Told = Mapping[tuple[UUID, int], Mapping[str, str]]
FORMS = ("docx", "pdf")
MOST_MADE, TRIES = 100, 5


@dataclass(frozen=True)
class Offer:
    """A document that can be made of a matter or a record at some time. ``why_not`` says why it cannot be made now, "" when it can."""

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
    return _offers(OfMatter(actor, matter))


def record_offers(actor: Actor, record: UUID) -> list[Offer]:
    """The documents of a record within reach, in the order of its pack; none for whoever may not write it."""
    return _offers(OfRecord(actor, record))


def _offers(source: Source) -> list[Offer]:
    found = source.templates()
    return [Offer(one.key, one.label, source.why_not(one)) for one in found] if found and source.may_make else []


def make_document(actor: Actor, op_id: UUID, matter: UUID, document: str, *, masked: bool = False) -> dict[str, Any]:
    """Make a document of a matter as it stands; returns ``{"made": id, "number": …, "digest": …}``. ``masked``: without its persons, whoever
    asks (another system).

    Raises ``NotFound`` out of reach or for a document its workflow does not know, ``Refused`` for whoever may make none,
    ``Problem('document.not_now')``, ``Problem('document.too_many')``. What it shows of persons is logged as shown.
    """
    return _make(OfMatter(actor, matter), op_id, document, masked)


def make_record_document(actor: Actor, op_id: UUID, record: UUID, document: str) -> dict[str, Any]:
    """``make_document`` of one record of a ledger as it stands, by whoever may write that record."""
    return _make(OfRecord(actor, record), op_id, document, masked=False)


def _make(source: Source, op_id: UUID, document: str, masked: bool) -> dict[str, Any]:
    act = Act(source.actor.principal, op_id, "make_document", {**source.told, "document": document, "masked": masked})
    if (known := answered(act)) is not None:
        return known
    template = _makeable(source, document)
    for attempt in range(TRIES):
        draft = _drafted(source, template, not masked and source.sees_persons)
        try:
            return perform(act, lambda writer, draft=draft: _write(writer, draft, source))  # type: ignore[misc]
        except IntegrityError:  # somebody took the serial in between
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _makeable(source: Source, document: str) -> Template:
    if not source.may_make:
        raise source.refusal()
    template = next((one for one in source.templates() if one.key == document), None)
    if template is None:
        raise NotFound("document.unknown", "没有这种文书", "可以制作的见页面上的“文书”一栏。")
    if why := source.why_not(template):
        raise Problem("document.not_now", f"{template.label}{why if why.startswith('现在') else '现在不能做：' + why}", "办到那一步、记录对了再做。")
    if made_of(source).count() >= MOST_MADE:
        raise Problem("document.too_many", f"已经做过 {MOST_MADE} 份文书", "更正以后重做的太多，请先核对记录。")
    return template


@dataclass(frozen=True)
class _Draft:
    made: Made
    serial: Serial | None


def _drafted(source: Source, template: Template, opened: bool) -> _Draft:
    """The document as it would be, and its digest; nothing is written yet."""
    memory = Memory()
    facts = source.gather(template, memory)
    serial = _serial(template, source)
    made = Made(
        id=new_id(), **source.column, document=template.key, revision_id=template.revision,
        opened=opened, principal=source.actor.principal, at=now(),
        basis={**facts.basis, "serial": serial.number if serial else None, "maker": _name(source.actor)},
    )  # fmt: skip
    made.number = said_in(template.number, {**facts.values, **_own(made)}, facts.known.said)[:120]
    made.digest = hashlib.sha256(write_paper(_paper(source, made, opened, memory))).hexdigest()
    return _Draft(made, serial)


def _name(actor: Actor) -> str:
    return names_of([actor.person_id]).get(actor.person_id, "") if actor.person_id else ""


def _serial(template: Template, source: Source) -> Serial | None:
    """The serial that a document has, or would have; None where its number asks for none."""
    if not any(isinstance(part, Blank) and part.name == "serial" for part in template.number):
        return None
    if (known := Serial.objects.filter(**source.column, document=template.key).first()) is not None:
        return known
    seen, year = tree(), today().year
    above = (source.unit, *seen.ancestors(source.unit)) if source.unit in seen else (seen.root,)
    township = next((one for one in above if seen.kind(one) == "township"), seen.root)
    last = Serial.objects.filter(document=template.key, township=township, year=year).aggregate(last=Max("number"))["last"] or 0
    return Serial(document=template.key, township_id=township, year=year, number=last + 1, **source.column)


def _own(made: Made) -> dict[str, Any]:
    """What a document says of itself."""
    return {"serial": made.basis.get("serial"), "number": made.number, "maker": made.basis.get("maker")}


def _write(writer: Writer, draft: _Draft, source: Source) -> dict[str, Any]:
    made = draft.made
    source.still(made.basis[source.numbered])
    if draft.serial is not None and draft.serial.pk is None:
        draft.serial.save(force_insert=True)
    body = {
        **source.told, "document": made.document, "made": str(made.id), "version": made.basis[source.numbered], "digest": made.digest,
        "opened": made.opened, "rows": made.basis["rows"],
    }  # fmt: skip
    made.event = writer.event("document.made", f"{source.of}:{source.identity}", body)
    made.save(force_insert=True)
    return {"made": str(made.id), "number": made.number, "digest": made.digest}


def _paper(source: Source, made: Made, opened: bool, memory: Memory) -> Paper:
    """A document set from what it was made of; with ``opened`` its persons in full, all of them logged in one act."""
    told: dict[tuple[UUID, int], Mapping[str, str]] = {}
    if opened:
        wanted = {(one.record_id, one.number): one for one in _read_in(source, made, memory) if form_at(one).personal}
        shown = reveal_several(source.actor, list(wanted.values()), f"打印文书：{label_of(made)}")
        told = dict(zip(wanted, shown, strict=True))
    return _set(source, made, told, memory)


def _read_in(source: Source, made: Made, memory: Memory) -> list[Any]:
    """The versions of records that a document reads, and the papers behind it."""
    facts = source.gather(template_at(made.revision_id), memory, made.basis)
    behind = [source.gather(template_at(one.revision_id), memory, one.basis) for one in facts.papers]
    return [version for told in (facts, *behind) for version in told.versions]


def _set(source: Source, made: Made, told: Told, memory: Memory, within: bool = False) -> Paper:
    """The paper; what is bound into another (``within``) binds no further papers in."""
    template = template_at(made.revision_id)
    facts = source.gather(template, memory, made.basis, told)
    facts = replace(facts, values={**facts.values, **_own(made)}, papers=[] if within else facts.papers)
    return set_paper(template, facts, lambda one: _set(source, one, told, memory, within=True).blocks, source.looker(memory))


def made_documents(actor: Actor, matter: UUID) -> list[Card]:
    """The documents that were made of a matter within reach, the latest first."""
    return _cards(OfMatter(actor, matter))


def record_documents(actor: Actor, record: UUID) -> list[Card]:
    """The documents that were made of a record within reach, the latest first."""
    return _cards(OfRecord(actor, record))


def _cards(source: Source) -> list[Card]:
    memory = Memory()
    return [
        Card(one.id, one.document, label_of(one), one.number, one.at, one.principal, one.digest, one.opened, _outdated(source, one, memory))
        for one in made_of(source).order_by("-at", "-id")
    ]


def _outdated(source: Source, made: Made, memory: Memory) -> bool:
    """Whether it would read otherwise now: its words (persons masked), or a person's data behind a mask."""
    template = template_at(made.revision_id)
    then, live = source.gather(template, memory, made.basis), source.gather(template, memory)
    words = [_words(made, template, facts) for facts in (then, live)]
    return words[0] != words[1] or _envelopes(then) != _envelopes(live)


def _words(made: Made, template: Template, facts: Facts) -> str:
    """The words of a document, made on the day that it was made, without the papers behind it: these are judged themselves."""
    kept = {"today": date.fromisoformat(made.basis["day"]), "year": made.basis["day"][:4], "matter.due": None}
    return set_paper(template, replace(facts, values={**facts.values, **_own(made), **kept}, ticket=None), lambda one: ()).text


def _envelopes(facts: Facts) -> list[list[Any]]:
    return [[one.record_id, [one.data.get(name) for name in form_at(one).personal]] for one in facts.versions]


def document_file(actor: Actor, matter: UUID, made: UUID, form: str, fonts: Fonts | None = None, *, masked: bool = False) -> tuple[str, bytes]:
    """(file name, bytes) of a document as it was made, .docx or (with ``fonts``) .pdf; persons in full for whom they are, logged each time,
    masked for others (and for whoever asks ``masked``). Raises ``NotFound``, ``Problem('document.form')``, ``Problem('paper.…')``."""
    return _file(OfMatter(actor, matter), made, form, fonts, masked)


def record_document_file(actor: Actor, record: UUID, made: UUID, form: str, fonts: Fonts | None = None) -> tuple[str, bytes]:
    """``document_file`` of one that was made of a record."""
    return _file(OfRecord(actor, record), made, form, fonts, masked=False)


def _file(source: Source, made: UUID, form: str, fonts: Fonts | None, masked: bool) -> tuple[str, bytes]:
    one = made_of(source).filter(id=made).first()
    if one is None:
        raise NotFound("document.none", "没有这份文书", "刷新页面再看。")
    if form not in FORMS:
        raise Problem("document.form", f"文书没有 {form[:10]} 格式", f"可选：{'、'.join(FORMS)}。")
    paper = _paper(source, one, not masked and one.opened and source.sees_persons, Memory())
    name = f"{label_of(one)}{one.number and ' ' + one.number}.{form}"
    if form == "docx":
        return name, write_paper(paper)
    assert fonts is not None
    return name, paper_pdf(paper, fonts, date.fromisoformat(one.basis["day"]))


def altered() -> list[str]:
    """Documents whose row no longer says what the journal says of them."""
    return [f"{one.document} {one.id}" for one in Made.objects.select_related("event").order_by("at", "id").iterator() if one.event.body != {**one.event.body, **_journalled(one)}]


def _journalled(made: Made) -> dict[str, Any]:
    """What a row says of what its event says too."""
    whose = {"matter": str(made.matter_id)} if made.matter_id else {"record": str(made.record)}
    version = made.basis["step"] if made.matter_id else made.basis["version"]
    return {**whose, "made": str(made.id), "document": made.document, "digest": made.digest, "opened": made.opened, "rows": made.basis["rows"], "version": version}
