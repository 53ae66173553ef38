"""The shapes that cross the wire, as the OpenAPI document tells them. Moments are RFC 3339 with their offset, days are local (China Standard Time)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr

Code = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
MaybeCode = Annotated[StrictStr, Field(pattern=r"^([a-z][a-z0-9_]{0,39})?$")]
LineId = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="业务模块（条线）的编号，见 /lines")]
WorkflowKey = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$", description="办理流程的编号，见 /workflows")]
Given = Annotated[
    dict[str, StrictStr | StrictBool | StrictInt | Annotated[list[StrictStr], Field(max_length=20)] | None],
    Field(description="随这一步填写的内容：平的对象，名称是小写字母、数字和下划线，值是文字、整数、真假、空，协办单位（assist）是单位编号的列表，要回避的人（barred）是工作人员编号的列表。要填什么见流程里动作的 needs。", max_length=50),
]


class Sent(Schema):
    """What callers send: unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class OpenMatter(Sent):
    line: LineId
    unit: UUID = Field(description="事情发生的地方，见 /units")
    title: StrictStr = Field(min_length=1, max_length=120)
    text: StrictStr = Field("", max_length=5000)
    category: MaybeCode = ""
    channel: MaybeCode = ""
    level: MaybeCode = ""
    record: UUID | None = Field(None, description="为哪条台账记录而开")
    workflow: WorkflowKey = "standard"
    action: Code = "report"
    given: Given = {}
    same_as: UUID | None = Field(None, description="和哪一件是同一件事：开出来就并进那一件，随它答复；那一件要看得到、没有结束、同一业务")


class TakeStep(Sent):
    action: Code = Field(description="动作的编号，见这件事的 allowed")
    base_version: StrictInt = Field(ge=1, le=1_000_000, description="您看到的版本；别人先办了一步就返回 409 和两边的版本")
    given: Given = {}
    overriding: StrictBool = Field(False, description="破例：越过挡住这一步的规矩，要写 reason；只有流程里写明的岗位可以")


Reason = Annotated[StrictStr, Field(min_length=1, max_length=2000)]


class RestoreRecord(Sent):
    base_version: StrictInt = Field(ge=1, le=1_000_000, description="您看到的版本（作废的那一版）")
    reason: Annotated[StrictStr, Field(min_length=1, max_length=200)]


class StandingRecord(Schema):
    record: UUID
    version: int


class Seen(Sent):
    matter: UUID
    version: StrictInt = Field(ge=1, le=1_000_000, description="您看到的版本")


class MergeMatters(Sent):
    others: list[Seen] = Field(min_length=1, max_length=50, description="要并进来的事项")
    reason: Reason


class PartMerged(Sent):
    base_version: StrictInt = Field(ge=1, le=1_000_000)
    reason: Reason


class PartOf(Sent):
    unit: UUID
    title: StrictStr = Field(min_length=1, max_length=120)
    text: StrictStr = Field("", max_length=5000)


class SplitMatter(Sent):
    base_version: StrictInt = Field(ge=1, le=1_000_000)
    parts: list[PartOf] = Field(min_length=1, max_length=50)
    reason: Reason


class Merged(Schema):
    matter: UUID
    version: int
    merged: int


class Split(Schema):
    matter: UUID
    version: int
    children: list[UUID]


class AttachedFiles(Schema):
    matter: UUID
    numbers: list[int]


class FileRow(Schema):
    number: int
    step: int = Field(description="加上时这件事的版本")
    kind: str = Field(description="photo 照片，paper 文书")
    name: str
    digest: str = Field(description="内容的 SHA-256")
    at: datetime
    elsewhere: int = Field(description="另有几件事项用了一模一样的文件")


class Written(Schema):
    matter: UUID
    version: int
    state: str


class MakeDocument(Sent):
    document: WorkflowKey = Field(description="哪种文书，编号见这件事的文书清单")


class MadeDocument(Schema):
    made: UUID
    number: str
    digest: str = Field(description="docx 的 SHA-256")


class DocumentOffer(Schema):
    document: str
    label: str
    why_not: str = Field(description="现在做不了的原因；空就是可以做")


class DocumentRow(Schema):
    id: UUID
    document: str
    label: str
    number: str
    at: datetime
    digest: str = Field(description="做成时 docx 的 SHA-256")
    outdated: bool = Field(description="做好以后有更正，现在重做会不一样")


class Documents(Schema):
    made: list[DocumentRow] = Field(description="做好的，新的在前")
    offers: list[DocumentOffer] = Field(description="可以制作的；不归您办的是空的")


class Named(Schema):
    id: UUID
    name: str


class ActionRow(Schema):
    id: str
    label: str
    needs: list[str]
    takes: list[str] = Field(description="可以不填的")


class MatterRow(Schema):
    id: UUID
    version: int
    position: int | None = Field(description="最近一步在留痕里的位置；刚写入、还没编号时为空")
    title: str
    line: str
    workflow: str
    state: str
    state_label: str
    unit: Named
    assigned: Named | None
    category: str
    channel: str
    level: str
    ending: str
    reported_on: date
    ended_on: date | None
    updated_at: datetime
    due: datetime | None = Field(description="正在走的时限里最先到期的那个；没有或暂停时为空")
    late: bool


class MatterPage(Schema):
    matters: list[MatterRow]
    next: str | None = Field(description="下一页的游标；为空表示到头了")


class StepRow(Schema):
    version: int
    action: str
    label: str
    state: str
    by: str = Field(description="经手人姓名")
    at: datetime
    given: dict[str, Any]


class DeadlineRow(Schema):
    limit: str
    label: str
    since: datetime
    due: datetime | None = Field(description="最迟在此刻之前；暂停时为空")
    last_day: str
    provisional: bool = Field(description="跨到放假安排还没公布的年份，到期时间暂定")
    over: datetime | None
    late: bool = Field(description="单位超期了；外面的人的期限过了不算")
    binds: str = Field(description="是谁的期限（当事人、申请人……）；空的是单位自己的")
    lapsed: bool = Field(description="外面的人的期限过了")
    opens: list[str] = Field(description="这个期限过了才能办的步骤")
    why: list[str] = Field(description="怎么算出来的，一行一步")


class PartRow(Schema):
    unit: Named
    answered: datetime | None
    declined: bool


class AnswerRow(Schema):
    what: str = Field(description="accepted 受理，returned 退回，paused 挂账，merged 并入别的事项，parted 又分出来，ended 结束，reopened 重开")
    label: str
    at: datetime
    by: str
    words: str = Field(description="结果或理由")
    of_lead: bool = Field(description="并入以后，主件上的这一步")


class MatterWhole(MatterRow):
    text: str
    record: UUID | None
    steps: list[StepRow]
    deadlines: list[DeadlineRow]
    allowed: list[ActionRow] = Field(description="您现在可以办的")
    fields: dict[str, Any] = Field(description="流程自己的字段现在的值")
    parts: list[PartRow] = Field(description="协办单位")
    answers: list[AnswerRow] = Field(description="给上报的人的答复，早的在前；并入别的事项的，主件的受理、退回、挂账也在内")
    merged_into: UUID | None
    parent: UUID | None
    rating: str
    files: list[FileRow]


class StateRow(Schema):
    id: str
    label: str
    end: bool
    pauses: bool


class MoveRow(Schema):
    source: str | None = Field(description="为空：用这个动作开出事项")
    target: str
    posts: list[str]
    not_by: list[str]
    only_by: list[str]
    at_office: bool = Field(description="岗位要在受派的单位里")


class WorkflowAction(ActionRow):
    returns: bool
    reworks: bool
    reopens: bool
    voids: bool
    moves: list[MoveRow]


class LimitRow(Schema):
    id: str
    label: str
    during: list[str]
    value: int | None
    param: str
    clock: str
    owner: list[str]
    ledger: str
    by: str
    until: str
    source: str
    binds: str = Field(description="是谁的期限；空的是单位自己的")
    follows: str = Field(description="从哪个时限的最后一天起算")
    right: bool = Field(description="是可以做什么的期限，不是必须做什么的")


class WorkflowName(Schema):
    key: str
    label: str


class FieldRow(Schema):
    id: str
    label: str
    type: str
    unit: str
    choices: list[tuple[str, str]]


class WorkflowWhole(WorkflowName):
    fields: list[FieldRow]
    states: list[StateRow]
    actions: list[WorkflowAction]
    limits: list[LimitRow]


class LineRow(Schema):
    id: str
    label: str


class UnitRow(Schema):
    id: UUID
    name: str
    code: str
    kind: str
    parent: UUID | None
    actions: list[str] = Field(description="您可以用哪些动作在这里开出事项；为空表示只能看")


class UnitPage(Schema):
    units: list[UnitRow]
    next: str | None


class PlaceOfError(Schema):
    place: str
    message: str


class ProblemBody(Schema):
    """RFC 9457."""

    type: str
    code: str
    title: str = Field(description="什么不对")
    status: int
    detail: str = Field(description="怎么办")
    place: str | None = None
    allowed: list[ActionRow] | None = Field(None, description="动作被拒绝时：您现在可以办的")
    errors: list[PlaceOfError] | None = None
    base_version: int | None = None
    current_version: int | None = None
