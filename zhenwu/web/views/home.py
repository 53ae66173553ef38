"""我的: what this person may open, and in which posts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.definitions.api import every, packs
from zhenwu.kernel.orgs.api import Actor, post_kinds, reach
from zhenwu.web import doors
from zhenwu.web.records import place_name


@doors.page
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    who = doors.actor(request)
    ledgers = [
        {"key": one.key, "label": one.body["label"], "may_write": not reach(who, "write", one.pack).nothing}
        for one in every("ledger")
        if not reach(who, "list", one.pack).nothing
    ]
    return render(request, "web/home.html", {
        "posts": _posts(who), "ledgers": ledgers, "may_read": doors.may_read_report(who),
        "sees_figures": bool(doors.lines(who, "figures")),
    })  # fmt: skip


def _posts(who: Actor) -> list[str]:
    labels = {pack.key: pack.body["label"] for pack in packs()}
    said = []
    for held in who.posts:
        kind = post_kinds()[held.kind]
        every_line = kind.all_lines or "*" in held.lines
        lines = "全部业务" if every_line else "、".join(labels.get(line, line) for line in sorted(held.lines))
        said.append(f"{place_name(held.unit_id)} {kind.label}" + ("" if kind.apart else f"（{lines}）"))
    return said
