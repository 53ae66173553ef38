"""报数单: the figures of some lines, asked of the person who answers for them, pre-filled; the person says what changes.

Nobody edits a value. 有出入 leads to the ledger, where the rows are corrected, or (for a figure that nothing is known of,
or that others publish) enters a series value through its own verb; what the sheet shows then is before → after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.metrics.api import AUTHORITIES, Figures, SeriesInput, import_series
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.filling import read_source
from zhenwu.kernel.reports.models import FigureSheet, Issue, SheetAnswer
from zhenwu.kernel.reports.room.blanks import Blank, Staff, blanks_of, may_lead
from zhenwu.kernel.reports.room.draft import Draft, read_draft, read_some, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem, Refused

SAYS = {"unchanged": "无变化", "differs": "有出入", "given": "报了数"}
LONGEST = 300  # letters of what somebody says of a figure
GIVEN = ("ledger", "forecast")  # what a township itself may say of a number: its own count, or its estimate


@dataclass(frozen=True)
class SheetInput:
    """Whom to ask for which lines."""

    person: UUID
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One figure of a sheet: how it stood when it was sent (``entry``), how it stands (``blank``, None when the template no
    longer has it), what the person said of it.

    ``state``: open · unchanged · differs (nothing has moved yet) · corrected (it moved after they said so) · given ·
    moved (it moved after they said 无变化: to be looked at again).
    """

    entry: Mapping[str, Any]
    blank: Blank | None
    answer: SheetAnswer | None

    @property
    def key(self) -> str:
        return str(self.entry["key"])

    @property
    def now(self) -> str:
        return (self.blank.printed or "") if self.blank else ""

    @property
    def has_moved(self) -> bool:
        """Whether it prints something else than when the sheet was sent."""
        return self.now != (self.entry["printed"] or "")

    @property
    def state(self) -> str:
        if self.answer is None:
            return "open"
        moved = self.now != self.answer.printed
        if self.answer.says == "given":
            return "given"
        if self.answer.says == "differs":
            return "corrected" if moved else "differs"
        return "moved" if moved else "unchanged"

    @property
    def is_open(self) -> bool:
        """Whether the person still has to say something."""
        return self.state in ("open", "moved")


def send_sheets(actor: Actor, draft: Draft, asked: Sequence[SheetInput], due: date, op_id: UUID) -> dict[str, Any]:
    """Send sheets, one to each person, with the figures of their lines as they stand now.

    Raises ``Refused``, ``Problem('sheet.due')``, ``('sheet.nothing')``, ``('sheet.person')``, ``('sheet.out')``.
    """
    request = {"draft": subject_of(draft), "asked": [[str(one.person), *one.lines] for one in asked], "due": due.isoformat()}
    act = Act(actor.principal, op_id, "send_sheets", request)
    known = answered(act)
    if known is not None:
        return known
    filled = read_draft(draft, figures := Figures())
    blanks = blanks_of(filled)
    _check_sending(actor, draft, asked, due, blanks)
    last = last_prints(draft)
    rows = [
        FigureSheet(
            id=new_id(), report=draft.key, year=draft.year, unit=draft.unit, person=one.person, lines=sorted(one.lines), due=due,
            entries=[_entry(blank, last) for blank in blanks if blank.line in one.lines], position=figures.stands_at,
        )
        for one in asked
    ]  # fmt: skip

    def change(writer: Writer) -> dict[str, Any]:
        keep(writer, "sheet.sent", subject_of(draft), rows)
        return {"sheets": [str(row.id) for row in rows]}

    return perform(act, change)


def recall_sheet(actor: Actor, sheet: FigureSheet, op_id: UUID) -> dict[str, Any]:
    """收回: a sheet is no longer asked for; what was answered stays readable."""
    if not all(may_lead(actor, line, sheet.unit) for line in sheet.lines):
        raise Refused("sheet.refused", "您没有收回这张报数单的权限", "请由党政办收回。")

    def change(writer: Writer) -> dict[str, Any]:
        keep(writer, "sheet.recalled", subject_of(draft_of_sheet(sheet)), [], [sheet])
        return {"sheet": str(sheet.id)}

    return perform(Act(actor.principal, op_id, "recall_sheet", {"sheet": str(sheet.id)}), change)


def answer_sheet(
    actor: Actor, sheet: FigureSheet, says: Mapping[str, tuple[str, str]], seen: Mapping[str, str], op_id: UUID
) -> dict[str, Any]:
    """Say of figures (by key) that they are ``unchanged`` or ``differs`` with words. ``seen`` is what the person saw printed.

    Raises ``Refused``, ``Problem('sheet.words')``, ``('sheet.blank')``, ``('sheet.recalled')``, ``('room.moved')``.
    """
    request = {"sheet": str(sheet.id), "says": {key: list(told) for key, told in says.items()}, "seen": dict(seen)}
    act = Act(actor.principal, op_id, "answer_sheet", request)
    known = answered(act)
    if known is not None:
        return known
    _require_own(actor, sheet)
    if not says:
        raise Problem("sheet.nothing", "没有选要答复的数", "点“都没有变化”，或在有出入的那一个下面写明。")
    for key, (word, words) in says.items():
        _check_answer(key, word, words)
    prints = require_seen(sheet_blanks(sheet), {key: seen.get(key, "") for key in says})
    fresh = [_answer(sheet, key, word, words, prints[key]) for key, (word, words) in says.items()]
    return perform(act, lambda writer: _keep_answers(writer, sheet, fresh))


def give_value(
    actor: Actor, sheet: FigureSheet, key: str, value: str, authority: str, source: str, op_id: UUID
) -> dict[str, Any]:
    """Enter a number for a figure of which nothing is known, or which others publish: a series value (自报 or 预计) with its
    source, in the metric's unit. The verb of series checks it; both are written together.

    Raises also ``Problem('sheet.counted')`` for a figure that is counted from rows.
    """
    request = {"sheet": str(sheet.id), "key": key, "value": value, "authority": authority, "source": source}
    act = Act(actor.principal, op_id, "give_value", request)
    known = answered(act)
    if known is not None:
        return known
    _require_own(actor, sheet)
    blank = next((one for one in sheet_blanks(sheet) if one.key == key), None)
    if blank is None or not takes_value(blank):
        raise Problem("sheet.counted", "这个数由台账记录算出，不能直接填数", "请到台账里登记或更正记录。")
    if authority not in GIVEN:
        raise Problem("sheet.authority", "没有写是实际数还是预计数", "选“实际（自报）”或“预计”。")
    figure = blank.figure
    assert figure is not None
    row = SeriesInput(figure.metric.key, figure.unit, figure.period, value, authority, source)
    said = f"{AUTHORITIES[authority]} {value.strip()[:20]} {figure.metric.unit}，{source.strip()}"[:LONGEST]
    fresh = [_answer(sheet, key, "given", said, blank.printed or "")]

    def change(writer: Writer) -> dict[str, Any]:
        import_series(actor, [row], uuid5(op_id, "series"))
        return _keep_answers(writer, sheet, fresh)

    return perform(act, change)


def takes_value(blank: Blank) -> bool:
    """Whether a number may be entered for a figure: nothing is known of it, or others publish it."""
    return blank.figure is not None and (blank.printed is None or blank.figure.metric.kind == "series")


def find_sheet(identity: UUID) -> FigureSheet:
    """A sheet by id; raises ``NotFound``."""
    found = FigureSheet.objects.select_related("event").filter(id=identity).first()
    if found is None:
        raise unknown_sheet()
    return found


def unknown_sheet() -> NotFound:
    """What is said of a sheet that is not there, or not this person's to see."""
    return NotFound("sheet.unknown", "没有这张报数单", "请检查链接，或问党政办。")


def sheets_of(draft: Draft) -> list[FigureSheet]:
    """The live sheets of a draft, oldest first."""
    rows = FigureSheet.objects.filter(report=draft.key, year=draft.year, unit=draft.unit, retired_by=None)
    return list(rows.select_related("event").order_by("event_id", "id"))


def sheets_for(person: UUID) -> list[FigureSheet]:
    """The live sheets of a person for reports that were not issued since, the earliest due first."""
    rows = FigureSheet.objects.filter(person=person, retired_by=None).select_related("event").order_by("due", "id")
    done = last_issued(row.year for row in rows)
    return [row for row in rows if row.event_id > done.get((row.year, row.unit), 0)]


def last_issued(years: Iterable[int]) -> dict[tuple[int, UUID], int]:
    """(year, township) → the event by which its report was last issued: what was asked or signed before it is over."""
    rows = Issue.objects.filter(year__in=set(years)).order_by("event_id")
    return {(row.year, UUID(row.frozen["unit"])): row.event_id for row in rows}


def draft_of_sheet(sheet: FigureSheet) -> Draft:
    return Draft(sheet.report, sheet.year, sheet.unit)


def asked_of(sheet: FigureSheet, blanks: Sequence[Blank]) -> list[Asked]:
    """The figures of a sheet with what became of each."""
    answers = {row.blank: row for row in sheet.answers.filter(retired_by=None).select_related("event")}
    now = {blank.key: blank for blank in blanks}
    return [Asked(entry, now.get(entry["key"]), answers.get(entry["key"])) for entry in sheet.entries]


def sheet_blanks(sheet: FigureSheet, figures: Figures | None = None) -> list[Blank]:
    """The figures of a sheet as they stand now."""
    wanted = {entry["key"] for entry in sheet.entries}
    return [blank for blank in blanks_of(read_draft(draft_of_sheet(sheet), figures)) if blank.key in wanted]


def left_open(sheet: FigureSheet) -> int:
    """How many figures of a sheet its person still has to say something of."""
    blanks = blanks_of(read_some(draft_of_sheet(sheet), {entry["key"] for entry in sheet.entries}, Figures()))
    return sum(one.is_open for one in asked_of(sheet, blanks))


def last_prints(draft: Draft) -> dict[str, str]:
    """What last year's issued report printed, by blank; nothing where none was issued from a template of ours."""
    issues = Issue.objects.filter(year=draft.year - 1).order_by("-number")
    issue = next((one for one in issues if one.frozen["unit"] == str(draft.unit)), None)
    if issue is None:
        return {}
    name, _, content = take_file(issue.template_file)
    keys = {slot.index: slot.key for slot in read_source(content, name).template.slots if slot.key}
    return {keys[slot["slot"]]: slot["printed"] for slot in issue.frozen["slots"] if slot["slot"] in keys and slot["printed"]}


def require_seen(blanks: Sequence[Blank], seen: Mapping[str, str]) -> dict[str, str]:
    """The prints of these figures, which must be what the person saw; raises ``Problem('room.moved')``, ``('sheet.blank')``."""
    now = {blank.key: blank.printed or "" for blank in blanks}
    strangers = [key for key in seen if key not in now]
    if strangers:
        raise Problem("sheet.blank", f"这份报告里没有“{strangers[0][:60]}”这个数", "刷新页面再做。")
    moved = [key for key, printed in seen.items() if now[key] != printed]
    if moved:
        told = "；".join(f"“{key}”现在是 {now[key] or '待补'}" for key in moved[:5])
        raise Problem("room.moved", f"您看的时候有 {len(moved)} 个数变了：{told}", "刷新页面，看过新的数再做。")
    return {key: now[key] for key in seen}


def _check_sending(actor: Actor, draft: Draft, asked: Sequence[SheetInput], due: date, blanks: Sequence[Blank]) -> None:
    offices = {blank.line: blank.office for blank in blanks}
    lines = [line for one in asked for line in one.lines]
    if not asked or not all(one.lines for one in asked):
        raise Problem("sheet.nothing", "没有选要发给谁", "至少勾选一个人。")
    if due < today():
        raise Problem("sheet.due", "截止日期已经过了", "写今天或以后的日期。")
    if len(set(lines)) < len(lines) or not set(lines) <= set(offices):
        raise Problem("sheet.lines", "有的业务写了两次，或这份报告里没有它的数", "刷新页面再发。")
    out = {line for sheet in sheets_of(draft) for line in sheet.lines}.intersection(lines)
    if out:
        raise Problem("sheet.out", f"有 {len(out)} 项业务的报数单已经发出", "先收回原来那张，再发给别人。")
    staff = Staff(draft.unit)
    for one in asked:
        for line in one.lines:
            if not may_lead(actor, line, draft.unit):
                raise Refused("sheet.refused", "您没有发这张报数单的权限", "请由党政办发。")
            if one.person not in {able.person for able in staff.able(line, offices[line])}:
                raise Problem("sheet.person", "选的人不登记这项业务，答不了这些数", "在列出的人里选，或先请安全管理员任职。")


def _entry(blank: Blank, last: Mapping[str, str]) -> dict[str, Any]:
    figure = blank.figure
    return {
        "key": blank.key, "meaning": blank.meaning, "printed": blank.printed, "value": None if figure is None or figure.value is None else str(figure.value),
        "last": last.get(blank.key), "sentence": blank.sentence, "basis": figure.metric.basis if figure else "",
    }  # fmt: skip


def _check_answer(key: str, word: str, words: str) -> None:
    if word not in ("unchanged", "differs"):
        raise Problem("sheet.says", f"“{key[:60]}”没有说有没有变化", "选“无变化”或“有出入”。")
    if word == "differs" and not words.strip():
        raise Problem("sheet.words", f"“{key[:60]}”有出入，没有写哪里不对", "写一句，例如“少记了石门坑的两户”。")
    if len(words) > LONGEST:
        raise Problem("sheet.words", f"“{key[:60]}”写得太长", f"不超过{LONGEST}个字。")


def _require_own(actor: Actor, sheet: FigureSheet) -> None:
    if actor.person_id != sheet.person:
        raise Refused("sheet.refused", "这张报数单不是发给您的", "请由收到的人答复；要换人，请党政办收回再发。")
    if sheet.retired_by_id is not None:
        raise Problem("sheet.recalled", "这张报数单已经收回", "问一问党政办，是不是换了人。")


def _answer(sheet: FigureSheet, key: str, says: str, words: str, printed: str) -> SheetAnswer:
    return SheetAnswer(id=new_id(), sheet=sheet, blank=key, says=says, words=words.strip(), printed=printed)


def _keep_answers(writer: Writer, sheet: FigureSheet, fresh: Sequence[SheetAnswer]) -> dict[str, Any]:
    old = list(sheet.answers.filter(retired_by=None, blank__in=[row.blank for row in fresh]))
    keep(writer, "sheet.answered", f"sheet:{sheet.id}", fresh, old)
    return {"answers": len(fresh)}
