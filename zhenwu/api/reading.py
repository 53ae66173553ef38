"""What may be asked: matters, workflows, lines and units."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from zhenwu.api.asking import who
from zhenwu.api.cursors import give_out, take_in
from zhenwu.api.shapes import (
    Documents,
    LineRow,
    MatterPage,
    MatterWhole,
    UnitPage,
    WorkflowKey,
    WorkflowName,
    WorkflowWhole,
)
from zhenwu.api.telling import Told, rows_of, whole, workflow_whole
from zhenwu.kernel.definitions.api import every, find, packs
from zhenwu.kernel.documents.api import document_file, made_documents, offers
from zhenwu.kernel.journal.api import positions
from zhenwu.kernel.matters.access import reach_of
from zhenwu.kernel.matters.api import Wanted, attachment, current, openings, page, read_workflow, standard
from zhenwu.kernel.orgs.api import Actor, Reach, tree
from zhenwu.kernel.reports.api import fonts_here
from zhenwu.lib.problems import NotFound, Problem

router = Router()
MOST = 200
DOCUMENT_TYPES = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
LineQuery = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Cursor = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9_:.=-]+$")]


class Asked(Schema):
    line: LineQuery | None = Field(None, description="只要这个业务模块的")
    state: LineQuery | None = Field(None, description="只要在这个状态的")
    unit: UUID | None = Field(None, description="只要这个单位和它下面的")
    mine: bool = Field(False, description="只要轮到我办的；这时一页可能不满甚至是空的，只要 next 不空就还没完")
    over: bool | None = Field(None, description="true 已经结束的，false 没有结束的，不写都要")
    since: int | None = Field(None, ge=0, le=2**62, description="只要留痕位置在此之后变动过的，按变动先后；再变动的会再出现一次")
    cursor: Cursor | None = None
    limit: Limit = 50


class AskedUnits(Schema):
    line: LineQuery
    workflow: WorkflowKey = "standard"
    cursor: Cursor | None = None
    limit: Limit = MOST


@router.get("/matters", tags=["查询"], operation_id="read_matters", response=MatterPage, summary="事项清单，一页一页取")
def matters(request: HttpRequest, asked: Query[Asked]) -> Told:
    """新开的在前；每件的次序不变，翻页时别人新开了事项也不会重复或漏掉。写了 since 时按变动先后。"""
    actor, question = who(request), asked.model_dump(mode="json", exclude={"cursor", "limit"})
    if asked.line:
        require_line(actor, asked.line)
    wanted = Wanted(line=asked.line or "", state=asked.state or "", unit=asked.unit, mine=asked.mine, over=asked.over, since=asked.since)
    after = tuple(take_in(asked.cursor, question)) if asked.cursor else None
    steps, on = page(actor, wanted, after, asked.limit)  # type: ignore[arg-type]
    return {"matters": rows_of(steps), "next": give_out(on, question) if on else None}


@router.get("/matters/{uuid:matter}", tags=["查询"], operation_id="read_matter", response=MatterWhole, summary="一件事项：经过、时限和怎么算的、我能办什么")
def matter(request: HttpRequest, matter: UUID) -> Told:
    """不存在的，和不归您看的，回答一样。"""
    step = current(who(request), matter, "api")
    return whole(who(request), step, positions([step.event_id]).get(step.event_id))


@router.get("/matters/{uuid:matter}/files/{int:number}", tags=["查询"], operation_id="read_file", summary="取一张照片或一份文书", response={200: None})
def file(request: HttpRequest, matter: UUID, number: int) -> HttpResponse:
    """原样的字节；编号见这件事的 files。"""
    current(who(request), matter, "api")
    name, media_type, content = attachment(who(request), matter, number)
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "X-Content-Type-Options": "nosniff"})


@router.get("/matters/{uuid:matter}/documents", tags=["查询"], operation_id="read_documents", response=Documents, summary="这件事做好的文书，和可以制作的")
def documents(request: HttpRequest, matter: UUID) -> Told:
    """文书是照记录填好的公文（受理通知书、协议书、决定书……）。"""
    actor = who(request)
    current(actor, matter, "api")
    made = [{name: getattr(one, name) for name in ("id", "document", "label", "number", "at", "digest", "outdated")} for one in made_documents(actor, matter)]
    return {"made": made, "offers": [{"document": one.key, "label": one.label, "why_not": one.why_not} for one in offers(actor, matter)]}


@router.get("/matters/{uuid:matter}/documents/{uuid:made}/{form}", tags=["查询"], operation_id="read_document", response={200: None}, summary="取一份做好的文书")
def document(request: HttpRequest, matter: UUID, made: UUID, form: Annotated[Literal["docx", "pdf"], Path()]) -> HttpResponse:
    """用令牌取的，姓名、证件号、电话总是隐去的；登录的人按自己的权限，看到完整的都留痕。"""
    actor = who(request)
    current(actor, matter, "api")
    fonts = fonts_here() if form == "pdf" else None
    name, content = document_file(actor, matter, made, form, fonts, masked=request.auth.token is not None)  # type: ignore[attr-defined]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=DOCUMENT_TYPES[form], headers=headers)


@router.get("/workflows", tags=["查询"], operation_id="read_workflows", response=list[WorkflowName], summary="办理流程的名单")
def workflows(request: HttpRequest) -> list[Told]:
    """您看得到的业务模块的流程，和一般事项的流程。"""
    own = {row.key: row.body["label"] for row in every("workflow") if _in_reach(who(request), row.pack)}
    return [{"key": key, "label": label} for key, label in {"standard": standard().label, **own}.items()]


@router.get("/workflows/{key}", tags=["查询"], operation_id="read_workflow", response=WorkflowWhole, summary="一个流程：状态、动作和要填的内容、时限")
def workflow(request: HttpRequest, key: Annotated[WorkflowKey, Path()]) -> Told:
    """现行的版本；办到一半的事项按它开出时的版本走，能办什么以事项的 allowed 为准。"""
    found = find("workflow", key)
    if found is not None and (key == "standard" or _in_reach(who(request), found.pack)):
        return workflow_whole(key, read_workflow({name: part for name, part in found.body.items() if name not in ("key", "pack")}, key))
    if found is None and key == "standard":
        return workflow_whole(key, standard())
    raise NotFound("matter.workflow", "没有这种办理流程", "业务模块可能没有启用，请联系管理员。")


@router.get("/lines", tags=["查询"], operation_id="read_lines", response=list[LineRow], summary="业务模块（条线）的名单")
def lines(request: HttpRequest) -> list[Told]:
    """您看得到的。"""
    return [{"id": pack.key, "label": pack.body["label"]} for pack in packs() if _in_reach(who(request), pack.key)]


@router.get("/units", tags=["查询"], operation_id="read_units", response=UnitPage, summary="一个业务模块里您看得到的地方，和能不能在那里开出事项")
def units(request: HttpRequest, asked: Query[AskedUnits]) -> Told:
    """按机构树的次序：上级在前，下级紧跟其后。"""
    actor, now, question = who(request), tree(), asked.model_dump(mode="json", include={"line", "workflow"})
    seen = require_line(actor, asked.line)
    rows = [unit for unit in now.order if seen.covers(unit)]
    last = UUID(take_in(asked.cursor, question)) if asked.cursor else None
    if last is not None and last not in rows:
        raise Problem("api.cursor", "翻页中间机构变了", "去掉 cursor 从头取。")
    start = rows.index(last) + 1 if last else 0
    some = rows[start : start + asked.limit]
    able = openings(actor, asked.line, asked.workflow, some)
    told = [
        {
            "id": unit, "name": now.name(unit), "code": now.code(unit), "kind": now.kind(unit), "parent": now.parent(unit),
            "actions": [action.id for action in able.get(unit, ())],
        }
        for unit in some
    ]  # fmt: skip
    return {"units": told, "next": give_out(str(some[-1]), question) if start + asked.limit < len(rows) else None}


def require_line(actor: Actor, line: str) -> Reach:
    """Where the actor reaches a line; raises ``NotFound`` for one out of reach, confidential or not installed, all in the same words."""
    seen = reach_of(actor, "api", line)
    if seen.nothing or find("pack", line) is None:
        raise NotFound("api.line", "没有这个业务模块，或者不归您看", "可用的见 /lines。")
    return seen


def _in_reach(actor: Actor, line: str) -> bool:
    return not reach_of(actor, "api", line).nothing
