"""The drafting room as one person may see it: the draft of a year, its figures, and which of them are not shown to them.

Open to readers of the line ``report``, who see every figure, and to whoever may see some line's figures over the whole
township, who see those. Counts of few persons stay withheld from those without rights to the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from zhenwu.kernel.definitions.api import packs
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.orgs.api import Actor, reach, tree
from zhenwu.kernel.reports.api import Blank, Draft, Filled, blanks_of, read_draft, seats, words_around
from zhenwu.lib.problems import Refused
from zhenwu.web import doors, sheets
from zhenwu.web.document import TOO_FEW, cloaked, draft_of, known_year

NOT_KNOWN = "待补"


@dataclass(frozen=True)
class Room:
    """``blanks`` are the figures this person may know of; ``hidden`` the keys of those whose number is withheld from them.
    ``words`` are the sentences as they may read them."""

    who: Actor
    draft: Draft
    filled: Filled
    figures: Figures
    blanks: tuple[Blank, ...]
    hidden: frozenset[str]
    words: dict[str, str]

    def shown(self, blank: Blank) -> str:
        """What a figure prints, as this person may see it."""
        return self.cover(blank.key, NOT_KNOWN if blank.printed is None else blank.printed)

    def cover(self, key: str, text: str) -> str:
        """A text that tells a figure, unless the figure is withheld."""
        return TOO_FEW if key in self.hidden else text

    def link(self, blank: Blank) -> str:
        """The figure's page, "" where there is none for this person."""
        one = blank.figure
        return sheets.link(self.figures, self.who, one.metric, one.period, one.unit) if one and blank.key not in self.hidden else ""

    @property
    def reads_report(self) -> bool:
        """Whether the report itself is theirs to read."""
        return doors.may_see_line(self.who, doors.REPORT, self.draft.unit)

    @property
    def title(self) -> str:
        return f"{tree().name(self.draft.unit)}{self.draft.year}年报告"


def room_for(request: HttpRequest, year: int, unit: UUID | None = None) -> Room:
    """The room of a year's report (of a township, else of the one that is theirs)."""
    who = doors.actor(request)
    here = unit or room_unit(who)
    if here is None or not _may_enter(who, here):
        raise Refused("web.room", "报告的起草不在您的权限内", "请联系党政办。")
    draft = draft_of(known_year(year), here)
    figures = Figures()
    filled = read_draft(draft, figures)
    whole = reach(who, "figures", doors.REPORT).covers(here)
    blanks = [one for one in blanks_of(filled) if whole or reach(who, "figures", one.line).covers(here)]
    seen = cloaked(filled, who, figures)
    shown = {one.slot.key: one for one in seen.answers}
    hidden = frozenset(one.key for one in blanks if one.printed is not None and shown[one.key].printed is None)
    words = {one.key: words_around(seen, one.answer) for one in blanks}
    return Room(who, draft, filled, figures, tuple(blanks), hidden, words)


def room_unit(who: Actor) -> UUID | None:
    """The township whose drafts are theirs to look at, by the line ``report`` or by another; None for none."""
    return next((unit for unit in seats(tree()) if _may_enter(who, unit)), None)


def _may_enter(who: Actor, unit: UUID) -> bool:
    return any(reach(who, "figures", line).covers(unit) for line in (doors.REPORT, *(pack.key for pack in packs())))
