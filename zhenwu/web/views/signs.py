"""公示牌: sheets to print for whoever keeps a ledger, and the page that a sign's code leads to, which anybody may read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import PREFIX, Sign, sign_of, versions_in, visible
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.lib.limiter import limiter
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors
from zhenwu.web.callers import address_of
from zhenwu.web.records import place_name

MOST = 200  # signs on one page
A_MINUTE = 60  # public pages for one caller
PAPERS = {"a4": "A4", "a3": "A3"}


@never_cache  # somebody who is logged in finds their name atop it
def sign(request: HttpRequest, key: str, record: UUID) -> HttpResponse:
    """What a sign says and its figures, without an account. Which callers ask too often is told by the address."""
    if wait := limiter.take(f"sign {address_of(request)}", A_MINUTE):
        return render(request, "web/too_often.html", {"wait": int(wait) + 1}, status=429)
    response = render(request, "web/sign.html", {"sign": (found := sign_of(key, record)), "place": _place(found), "told_on": today()})
    response["Referrer-Policy"] = "no-referrer"
    return response


@doors.page
def signs(request: HttpRequest, key: str) -> HttpResponse:
    """The signs of a ledger's records within reach (``record``: that one alone), one sheet each; ``paper``: a4 or a3."""
    who, definition = doors.actor(request), current("ledger", key)
    paper = request.GET.get("paper", "a4")
    rows = [_sheet(request, one) for one in _within(who, key, request.GET.get("record", ""))] if definition.body.get("sign") else []
    if not rows:
        raise NotFound("sign.none", "这里没有可以打印的公示牌", "台账里没有公示牌，或者没有您看得到的记录。")
    return render(request, "web/signs.html", {
        "label": definition.body["label"], "key": key, "rows": rows, "paper": paper if paper in PAPERS else "a4", "papers": PAPERS.items(),
        "record": request.GET.get("record", ""), "address": rows[0]["address"],
    })  # fmt: skip


def _within(who: Actor, key: str, record: str) -> list[Sign]:
    """The signs within the actor's reach, in the order of the keys."""
    query = versions_in(Scope(PREFIX + key, alive_on=today()))
    try:
        query = query.filter(record_id=UUID(record)) if record else query
    except ValueError:
        return []
    found = visible(who, "list", query, key.partition(".")[0]).order_by("key")[:MOST]
    return [sign_of(key, id, counted=False) for id in found.values_list("record_id", flat=True)]


def _sheet(request: HttpRequest, one: Sign) -> dict[str, Any]:
    path = reverse("sign", args=[one.ledger, one.record])
    address = settings.PUBLIC_ADDRESS + path if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)
    drawn = segno.make(address, error="q", micro=False).svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return {"sign": one, "place": _place(one), "address": address, "code": mark_safe(drawn)}


def _place(one: Sign) -> str:
    now = tree()
    return f"{now.name(now.township_of(one.unit))} {place_name(one.unit, now)}" if one.unit in now else now.called(one.unit)
