"""What may be done. Every verb of matters is one route here. Actions of a workflow, and those that every matter knows (撤回、延期、评价…),
need no route: they are data.

They are routes of the reading's router, since one address answers both.
A route says who acts (``require_write``), under which operation (``Idempotency-Key`` is the verb's ``op_id``), and calls the verb.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Header, Status
from ninja.files import UploadedFile

from zhenwu.api.asking import require_write
from zhenwu.api.problems import with_more
from zhenwu.api.reading import require_line, router
from zhenwu.api.shapes import (
    AttachedFiles,
    MadeDocument,
    MakeDocument,
    Merged,
    MergeMatters,
    OpenMatter,
    PartMerged,
    RestoreRecord,
    Split,
    SplitMatter,
    StandingRecord,
    TakeStep,
    Written,
)
from zhenwu.api.telling import action_row
from zhenwu.kernel.documents.api import make_document
from zhenwu.kernel.ledgers.api import restore_record, visible_history
from zhenwu.kernel.matters.api import (
    LARGEST,
    Report,
    Upload,
    advance_matter,
    allowed_actions,
    attach,
    current,
    hands_in,
    join_report,
    merge_matters,
    open_matter,
    openings,
    part_merged,
    split_matter,
)
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Conflict, NotFound, Problem

Key = Annotated[UUID, Header(alias="Idempotency-Key", description="这次写入的编号，一个新的 UUID；重发时用原来的")]


@router.post("/matters", operation_id="open_matter", tags=["办理"], response={201: Written}, summary="开出一件事项")
def open_one(request: HttpRequest, key: Key, sent: OpenMatter) -> Status[dict]:
    """同一个操作号、同样的内容再发，得到第一次的回答；内容不同则 409。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    if not hands_in(actor, sent.line, sent.workflow, sent.unit) and not require_line(actor, sent.line).covers_one(sent.unit):
        raise NotFound("api.unit", "没有这个地方，或者不归您管", "可用的见 /units。")
    if sent.record is not None:
        visible_history(actor, sent.record, "api")
    report = Report(sent.line, sent.unit, sent.title, sent.text, sent.category, sent.channel, sent.level, sent.record)
    try:
        asked: dict[str, Any] = {"workflow": sent.workflow, "action": sent.action, "given": sent.given}
        if sent.same_as is not None:
            current(actor, sent.same_as, "api")
            return Status(201, join_report(actor, key, report, sent.same_as, **asked))
        done = open_matter(actor, key, report, **asked)
    except (NotFound, Conflict):
        raise
    except Problem as problem:
        able = openings(actor, sent.line, sent.workflow, [sent.unit])
        raise with_more(problem, allowed=[action_row(action) for action in able.get(sent.unit, ())]) from problem
    return Status(201, done)


@router.post("/matters/{uuid:matter}/steps", operation_id="advance_matter", tags=["办理"], response={201: Written}, summary="办一步")
def take_step(request: HttpRequest, matter: UUID, key: Key, sent: TakeStep) -> Status[dict]:
    """能办什么、要填什么，看这件事的 allowed；别人先办了一步就是 409，带着两边的版本。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    try:
        return Status(201, advance_matter(actor, key, matter, sent.action, sent.base_version, sent.given, overriding=sent.overriding, purpose="api"))
    except NotFound:
        raise
    except Problem as problem:
        raise with_more(problem, allowed=_allowed(actor, matter)) from problem


@router.post("/matters/{uuid:matter}/merge", operation_id="merge_matters", tags=["办理"], response={201: Merged}, summary="把同一件事的几次上报并进来")
def merge(request: HttpRequest, matter: UUID, key: Key, sent: MergeMatters) -> Status[dict]:
    """并进来的不再单独办，这一件结案时每个上报人都得到答复；算件数时只算一件事。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    current(actor, matter, "api")
    return Status(201, merge_matters(actor, key, matter, [(one.matter, one.version) for one in sent.others], sent.reason))


@router.post("/matters/{uuid:matter}/part", operation_id="part_merged", tags=["办理"], response={201: Written}, summary="把并错的分出来")
def part(request: HttpRequest, matter: UUID, key: Key, sent: PartMerged) -> Status[dict]:
    """并进来的这些日子不计时限。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    current(actor, matter, "api")
    return Status(201, part_merged(actor, key, matter, sent.base_version, sent.reason))


@router.post("/matters/{uuid:matter}/split", operation_id="split_matter", tags=["办理"], response={201: Split}, summary="一件里有几件事，拆开")
def split(request: HttpRequest, matter: UUID, key: Key, sent: SplitMatter) -> Status[dict]:
    """拆出去的都办完了，这一件才能结案。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    found = current(actor, matter, "api")
    parts = [Report(found.matter.line, one.unit, one.title, one.text) for one in sent.parts]
    return Status(201, split_matter(actor, key, matter, sent.base_version, parts, sent.reason))


@router.post("/matters/{uuid:matter}/documents", operation_id="make_document", tags=["办理"], response={201: MadeDocument}, summary="制作一份文书")
def make(request: HttpRequest, matter: UUID, key: Key, sent: MakeDocument) -> Status[dict]:
    """照现在的记录做一份；用令牌做的不带姓名、证件号、电话。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    current(actor, matter, "api")
    return Status(201, make_document(actor, key, matter, sent.document, masked=request.auth.token is not None))  # type: ignore[attr-defined]


@router.post("/records/{uuid:record}/restore", operation_id="restore_record", tags=["办理"], response={201: StandingRecord}, summary="恢复作废错了的记录")
def restore(request: HttpRequest, record: UUID, key: Key, sent: RestoreRecord) -> Status[dict]:
    """恢复成作废以前的样子，重新计入各项数字；能更正这条记录的才能恢复，编号已经给了别的记录的恢复不了。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    ledger = visible_history(actor, record, "api")[-1].ledger
    return Status(201, restore_record(actor, ledger, record, sent.base_version, sent.reason, key))


@router.post("/matters/{uuid:matter}/files", operation_id="attach", tags=["办理"], response={201: AttachedFiles}, summary="加照片或文书")
def add_files(request: HttpRequest, matter: UUID, key: Key, kind: Literal["photo", "paper"], files: File[list[UploadedFile]]) -> Status[dict]:
    """multipart/form-data，栏目名 files，可以几个；每个不超过 20 MB。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    current(actor, matter, "api")
    return Status(201, attach(actor, key, matter, [Upload(kind, one.name or "", one.read(LARGEST + 1)) for one in files]))


def _allowed(actor: Actor, matter: UUID) -> list[dict]:
    return [action_row(action) for action in allowed_actions(actor, current(actor, matter, "api"))]
