"""What people are about on the last day lived: they are reminded of what is overdue, sign some slips, and add photos to what is under way.

The books know nothing of it: no figure counts a reminder or a photo.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import connection, transaction

from demo.pictures import picture
from zhenwu.kernel.matters.api import (
    Upload,
    allowed_actions,
    attach,
    catch_up_limits,
    listed,
    proposed,
    sign_slip,
    tell_due,
)
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.ids import new_id
from zhenwu.sdk import Actor

WINDOW, GRID_WORKER, OFFICER = "chuangkou", "alian", "zhili"
SIGNED, SHOWN = 3, 2  # slips; matters of each
_WORDS = ("上报人又来问过，请这两天办完，把结果告诉窗口。", "请先说明卡在哪里，要谁帮忙。", "")


def close_the_day(actors: Mapping[str, Actor], last: date) -> None:
    """The afternoon of the last day: due limits are told, the window signs some slips, who told of something or works on it adds photos."""
    with at(datetime.combine(last, time(16), LOCAL)):
        if connection.vendor == "sqlite":
            with transaction.atomic():  # nobody looks on, and what is cut short is made anew
                _tell()
        else:
            _tell()
        for words, notice in zip(_WORDS, list(proposed(actors[WINDOW])[:SIGNED]), strict=False):
            sign_slip(actors[WINDOW], new_id(), notice.slip.pk, words)
        _photograph(actors[GRID_WORKER], "report")
        _photograph(actors[OFFICER], "handle")


def _tell() -> None:
    catch_up_limits()
    while tell_due():
        pass


def _photograph(who: Actor, action: str) -> None:
    """Photos of what was found: of open matters on which this person took the action and may go on."""
    under_way = listed(who, "grid").filter(matter__workflow="standard").order_by("-at", "matter__title")
    mine = [step for step in under_way if who.principal in step.hands.get(action, ()) and (action == "report" or allowed_actions(who, step))]
    for step in mine[:SHOWN]:
        attach(who, new_id(), step.matter_id, [Upload("photo", "现场.png", picture(f"{step.matter.title}/{step.at:%Y-%m-%d}", "before"))])
