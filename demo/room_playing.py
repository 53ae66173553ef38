"""What is done in the drafting room, entered through its verbs."""

from __future__ import annotations

from uuid import UUID

from demo.room import Answering, Asking, RoomDeed, Ruling, Signing
from zhenwu.kernel.reports.api import (
    Draft,
    SheetInput,
    Staff,
    answer_sheet,
    asked_of,
    blanks_of,
    dispute,
    may_answer_for,
    read_draft,
    rule,
    send_sheets,
    sheets_of,
    sign,
)
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.sdk import Actor, Figures, catch_up

REPORT = "report.annual"


def do_in_room(deed: RoomDeed, actor: Actor, unit: UUID) -> None:
    """One deed, by its verb."""
    catch_up()
    draft, figures = Draft(REPORT, deed.year, unit), Figures()
    match deed:
        case Ruling():
            period = Period.year(deed.year)
            found = dispute(figures, deed.metric, deed.other, period, unit)
            rule(actor, deed.metric, deed.other, period, unit, deed.printed, deed.reason, found.mark, new_id())
            return
    blanks = blanks_of(read_draft(draft, figures))
    match deed:
        case Asking():
            staff, chosen = Staff(unit), dict[UUID, set[str]]()
            for blank in blanks:
                for able in staff.able(blank.line, blank.office)[:1]:
                    chosen.setdefault(able.person, set()).add(blank.line)
            asked = [SheetInput(person, tuple(sorted(lines))) for person, lines in chosen.items()]
            send_sheets(actor, draft, asked, deed.due, new_id())
        case Answering():
            sheet = next(one for one in sheets_of(draft) if one.person == actor.person_id)
            now = {one.key: one.now for one in asked_of(sheet, blanks)}
            says = {key: ("differs", deed.words) if key == deed.key else ("unchanged", "") for key in now}
            answer_sheet(actor, sheet, says, now, new_id())
        case Signing():
            mine = [one for one in blanks if one.line == deed.line and one.printed is not None and may_answer_for(actor, one.line, unit)]
            sign(actor, draft, {one.key: one.printed or "" for one in mine}, new_id())
