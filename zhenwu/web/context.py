"""What every page's frame needs: the menu (only what works for this person) and whether this is demonstration data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from zhenwu.kernel.exchanges.api import received_by
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rosters.api import schemes_for
from zhenwu.kernel.rounds.api import calls, rounds_for
from zhenwu.web import doors, planning
from zhenwu.web.counters import windows_for

# the drafting room's pages lie under the yearly report
ROOM = (
    "room", "room_paragraph", "room_compare", "room_opinions", "room_replace", "room_takeback", "room_taken", "room_figures",
    "room_sheets", "room_sheet", "consultations", "consultation", "room_signing",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """An entry of the menu: the page it leads to (``key``: which of several), its label, the other pages that lie under it."""

    route: str
    label: str
    others: tuple[str, ...] = ()
    key: str = ""

    @property
    def href(self) -> str:
        return reverse(self.route, args=[self.key] if self.key else None)


def frame(request: HttpRequest) -> dict[str, Any]:
    """``demo`` (the banner) and ``menu``: (address, label, whether it is the present one)."""
    match = getattr(request, "resolver_match", None)
    here, key = (match.url_name, match.kwargs.get("key")) if match else ("", "")
    return {"demo": is_demo(), "menu": [(one.href, one.label, here in (one.route, *one.others) and one.key in ("", key)) for one in _menu(request)]}


def is_demo() -> bool:
    """Whether the data is invented: said by the settings, or by a file ``demo`` in the home folder."""
    return bool(getattr(settings, "DEMO", False)) or (Path(settings.HOME) / "demo").exists()


def _desks(who: Actor) -> list[Entry]:
    """Pages of single lines, for those who work on these."""
    rows = [Entry("rosters", one.label, ("propose_roster", "roster_board"), one.key) for one in schemes_for(who)]
    if found := [one for one in windows_for(who) if one["pack"] in doors.lines(who, "write")]:
        rows.append(Entry("windows", found[0]["label"], ("window",)))
    return rows + [Entry("exchange", one.label, key=one.key) for one in received_by(who)]


def _menu(request: HttpRequest) -> list[Entry]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    who = doors.actor(request)
    rows = [Entry("home", "我的", ("notices", "slip", "reported"))]
    if doors.lines(who, "list"):
        rows.append(Entry("matters", "事项", ("matter",)))
        if rounds_for(who):
            rows.append(Entry("rounds", "周期任务", ("map",)))
        if calls(who):
            rows.append(Entry("rolls", "点名", ("roll",)))
        rows.append(Entry("ledgers", "台账管理", ("ledger", "record", "new_record", "correct_record", "reveal_record", "export_ledger")))
    rows += _desks(who)
    if doors.lines(who, "figures"):
        rows.append(Entry("metrics", "指标查询", ("figure",)))
    if doors.may_read_report(who):
        rows += [Entry("report", "年度报告", ("report_year", *ROOM)), Entry("issues", "定稿存档", ("issue", "errata"))]
    if planning.plan_unit(who) is not None:
        rows.append(Entry("plan", "任务督办", ("task", "adopt_plan")))
    if doors.may_read_report(who, "export"):
        rows.append(Entry("tables", "上级报表", ("table",)))
    if who.may("outbox"):
        rows.append(Entry("outbox", "对外推送"))
    return rows
