"""审签: responsible people confirm their figures as printed. A sign-off stands as long as the print is the same.

The law: a sign-off has fallen if and only if what is printed now differs from what was signed; other figures' sign-offs are
untouched by it. A value that moves below the last printed digit moves no print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.filling import Filled
from zhenwu.kernel.reports.models import FigureSheet, SignOff
from zhenwu.kernel.reports.room.blanks import Blank, blanks_of, may_answer_for
from zhenwu.kernel.reports.room.draft import Draft, read_draft, read_some, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.sheets import last_issued, require_seen
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem, Refused

STATES = {"signed": "已签", "fallen": "签后变了，要重签", "unsigned": "没有签", "pending": "待补，不能签"}


@dataclass(frozen=True)
class Signed:
    """One figure of a draft and its live sign-off, if any."""

    blank: Blank
    sign_off: SignOff | None

    @property
    def state(self) -> str:
        """signed · fallen · unsigned · pending (nothing is printed, nothing was signed)."""
        if self.sign_off:
            return "signed" if self.sign_off.printed == self.blank.printed else "fallen"
        return "unsigned" if self.blank.printed is not None else "pending"


def sign(actor: Actor, draft: Draft, seen: Mapping[str, str], op_id: UUID) -> dict[str, Any]:
    """确认: sign figures (key → what the person saw printed).

    Raises ``Refused`` for a line the person does not answer for, ``Problem('sign.nothing')``, ``('sign.pending')``,
    ``('room.moved')`` when a figure is printed otherwise by now.
    """
    act = Act(actor.principal, op_id, "sign", {"draft": subject_of(draft), "seen": dict(seen)})
    known = answered(act)
    if known is not None:
        return known
    if not seen:
        raise Problem("sign.nothing", "没有选要签的数", "勾选看过、认可的数，再点“确认”。")
    figures = Figures()
    blanks = blanks_of(read_draft(draft, figures))
    prints = require_seen(blanks, seen)
    wanted = [blank for blank in blanks if blank.key in prints]
    for blank in wanted:
        if not may_answer_for(actor, blank.line, draft.unit):
            raise Refused("sign.refused", f"“{blank.meaning}”不由您负责，您不能签", "请负责这条业务的人签。")
        if blank.printed is None:
            raise Problem("sign.pending", f"“{blank.meaning}”还是待补，不能签", "补上数再签。")
    fresh = [_sign_off(draft, blank, figures) for blank in wanted]

    def change(writer: Writer) -> dict[str, Any]:
        old = [row for row in sign_offs(draft) if row.blank in prints]
        keep(writer, "figure.signed", subject_of(draft), fresh, old)
        return {"signed": len(fresh)}

    return perform(act, change)


def sign_offs(draft: Draft) -> list[SignOff]:
    """The live sign-offs of a draft."""
    rows = SignOff.objects.filter(report=draft.key, year=draft.year, unit=draft.unit, retired_by=None)
    return list(rows.select_related("event").order_by("event_id", "id"))


def signed(draft: Draft, blanks: Sequence[Blank]) -> list[Signed]:
    """Every figure of a draft with its sign-off."""
    live = {row.blank: row for row in sign_offs(draft)}
    return [Signed(blank, live.get(blank.key)) for blank in blanks]


def unsigned(all_of_them: Iterable[Signed]) -> list[Signed]:
    """What somebody still has to sign: never signed, or fallen."""
    return [one for one in all_of_them if one.state in ("unsigned", "fallen")]


def signing_begun(draft: Draft) -> bool:
    """Whether anybody was asked for, or signed, a figure of this draft."""
    here = {"report": draft.key, "year": draft.year, "unit": draft.unit}
    return SignOff.objects.filter(**here).exists() or FigureSheet.objects.filter(**here).exists()


def fallen_for(actor: Actor) -> list[tuple[Draft, list[Signed]]]:
    """The sign-offs of a person that have fallen, by draft; what was signed before a report was issued is left alone."""
    rows = SignOff.objects.filter(retired_by=None, event__principal=actor.principal).select_related("event")
    done = last_issued(row.year for row in rows)
    mine: dict[Draft, set[str]] = {}
    for row in rows:
        if row.event_id > done.get((row.year, row.unit), 0):
            mine.setdefault(Draft(row.report, row.year, row.unit), set()).add(row.blank)
    found = []
    for draft, keys in sorted(mine.items()):
        fallen = [one for one in signed(draft, blanks_of(read_some(draft, keys, Figures()))) if one.state == "fallen"]
        found += [(draft, fallen)] if fallen else []
    return found


def signing_of(draft: Draft, filled: Filled, reason: str) -> dict[str, Any]:
    """What an issue freezes of the signing; raises ``Problem('report.unsigned')`` when figures are unsigned and no reason is given."""
    states = signed(draft, blanks_of(filled))
    missing = unsigned(states)
    if missing and not reason.strip():
        told = "、".join(one.blank.meaning for one in missing[:8]) + ("等" if len(missing) > 8 else "")
        raise Problem("report.unsigned", f"还有 {len(missing)} 个数没有审签：{told}", "请责任人到审签单上签；来不及的，写明理由再定稿。")
    names = {row.blank: row.event.principal for row in (one.sign_off for one in states) if row is not None}
    return {
        "signed": {one.blank.key: names[one.blank.key] for one in states if one.state == "signed"},
        "unsigned": [[one.blank.key, one.blank.meaning, one.state] for one in missing], "reason": reason.strip() if missing else "",
    }  # fmt: skip


def _sign_off(draft: Draft, blank: Blank, figures: Figures) -> SignOff:
    value = "" if blank.figure is None or blank.figure.value is None else str(blank.figure.value)
    return SignOff(
        id=new_id(), report=draft.key, year=draft.year, unit=draft.unit, blank=blank.key, printed=blank.printed or "", value=value,
        position=figures.stands_at,
    )  # fmt: skip
