"""周期任务: what is owed again and again and runs today, how far it is done, when it was done last, how many days are left."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.rounds.api import drawn_rounds, owed, rounds_for
from zhenwu.web import doors
from zhenwu.web.calling import called
from zhenwu.web.records import place_name

ROWS = 40
WHICH = {"": "还没有做够的", "done": "已经做够的", "all": "全部"}


@doors.page
def rounds(request: HttpRequest) -> HttpResponse:
    """The things within reach whose span runs today; what is missing and ends first stands first."""
    who = doors.actor(request)
    labels = rounds_for(who)
    one, which = request.GET.get("round", ""), request.GET.get("which", "")
    one, which = one if one in labels else "", which if which in WHICH else ""
    found = owed(who, one)
    kept = [row for row in found if which == "all" or (row.left == 0) == (which == "done")]
    page = Paginator(kept, ROWS).get_page(request.GET.get("page"))
    now = tree()
    names = {of: called(who, of, {row.key for row in page if row.of == of}) for of in {row.of for row in page}}
    rows = [{"owed": row, "place": place_name(row.unit, now), "name": names[row.of].get(row.key, row.title)} for row in page]
    return render(request, "web/rounds.html", {
        "page": page, "rows": rows, "labels": labels, "one": one, "which": which, "choices": WHICH, "drawn": drawn_rounds(who), "left": sum(1 for row in found if row.left), "whole": len(found),
    })  # fmt: skip
