"""What every page's frame needs: the menu (only what works for this person) and whether this is demonstration data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhenwu.kernel.orders.api import LINE as HOTLINE
from zhenwu.kernel.orders.api import may_receive
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rounds.api import calls, rounds_for
from zhenwu.web import doors, planning
from zhenwu.web.counters import windows_for
from zhenwu.web.rostering import LINE

# the drafting room's pages lie under the yearly report
ROOM = (
    "room", "room_paragraph", "room_compare", "room_opinions", "room_replace", "room_takeback", "room_taken", "room_figures",
    "room_sheets", "room_sheet", "consultations", "consultation", "room_signing",
)  # fmt: skip


def frame(request: HttpRequest) -> dict[str, Any]:
    """``demo`` (the banner) and ``menu``: (route, label, whether it is the present one)."""
    match = getattr(request, "resolver_match", None)
    here = match.url_name if match else ""
    rows = [(route, label, here in (route, *others)) for route, label, others in _menu(request)]
    return {"demo": is_demo(), "menu": rows}


def is_demo() -> bool:
    """Whether the data is invented: said by the settings, or by a file ``demo`` in the home folder."""
    return bool(getattr(settings, "DEMO", False)) or (Path(settings.HOME) / "demo").exists()


def _desks(who: Actor) -> list[tuple[str, str, tuple[str, ...]]]:
    """Pages of single lines, for those who work on these."""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    if LINE in doors.lines(who, "list"):
        rows.append(("rosters", "值班排班", ("propose_roster", "roster_board")))
    if found := [one for one in windows_for(who) if one["pack"] in doors.lines(who, "write")]:
        rows.append(("windows", found[0]["label"], ("window",)))
    if HOTLINE in doors.lines(who, "write") and may_receive(who):
        rows.append(("hotline", "12345热线", ()))
    return rows


def _menu(request: HttpRequest) -> list[tuple[str, str, tuple[str, ...]]]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    who = doors.actor(request)
    rows: list[tuple[str, str, tuple[str, ...]]] = [("home", "我的", ("notices", "slip"))]
    if doors.lines(who, "list"):
        rows.append(("matters", "事项", ("matter",)))
        if rounds_for(who):
            rows.append(("rounds", "周期任务", ()))
        if calls(who):
            rows.append(("rolls", "点名", ("roll",)))
        rows.append(("ledgers", "台账管理", ("ledger", "record", "new_record", "correct_record", "reveal_record", "export_ledger")))
    rows += _desks(who)
    if doors.lines(who, "figures"):
        rows.append(("metrics", "指标查询", ("figure",)))
    if doors.may_read_report(who):
        rows += [("report", "年度报告", ("report_year", *ROOM)), ("issues", "定稿存档", ("issue", "errata"))]
    if planning.plan_unit(who) is not None:
        rows.append(("plan", "任务督办", ("task", "adopt_plan")))
    if doors.may_read_report(who, "export"):
        rows.append(("tables", "上级报表", ("table",)))
    if who.may("outbox"):
        rows.append(("outbox", "对外推送", ()))
    return rows
