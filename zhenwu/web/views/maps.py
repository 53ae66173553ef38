"""地图: the lines that are walked again and again, coloured by how they stand today, and the tracks of some days. Drawn on the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.rounds.api import Stretch, Trail, drawn_rounds, stretches, take_course, trails
from zhenwu.lib.clock import today
from zhenwu.lib.polylines import in_words, kept_polyline
from zhenwu.web import doors
from zhenwu.web.drawing import Way, draw
from zhenwu.web.records import place_name

STANDINGS = {"missed": "漏巡", "short": "还差", "enough": "巡够", "free": "这一期不用巡"}
DAYS = {0: "不看轨迹", 7: "最近7天的轨迹", 30: "最近30天的轨迹", 90: "最近90天的轨迹"}
USUAL = 30


@doors.page
def lines_map(request: HttpRequest) -> HttpResponse:
    """One round's lines and tracks, with everything that they say in a table below."""
    who = doors.actor(request)
    labels = drawn_rounds(who)
    one, days = request.GET.get("round", ""), request.GET.get("days", "")
    one = one if one in labels else next(iter(labels), "")
    span = int(days) if days.isdecimal() and len(days) < 4 and int(days) in DAYS else USUAL
    found = stretches(who, one) if one else []
    walks = trails(who, one, today() - timedelta(days=span - 1), today()) if one and span else []
    numbers = {row.key: str(number) for number, row in enumerate(found, start=1)}
    now, titles = tree(), {row.key: row.title for row in found}
    return render(request, "web/map.html", {
        "labels": labels, "one": one, "days": span, "spans": DAYS, "picture": draw(_ways(found, walks, numbers)),
        "rows": [{"row": row, "number": numbers[row.key], "place": place_name(row.unit, now), "standing": STANDINGS[row.standing], "line": in_words(row.course) if row.course else ""} for row in found],
        "trails": [{"row": row, "title": titles.get(row.key, row.key), "line": in_words(row.track)} for row in walks],
        "key": [*STANDINGS.items(), *([("trail", "走过的轨迹")] if walks else [])],
        "sums": Counter(row.standing for row in found), "bare": sum(not row.course for row in found), "day": today(),
    })  # fmt: skip


@doors.page
@doors.by_post
def take_track(request: HttpRequest, record: object) -> HttpResponse:
    """用这次的轨迹作这一段的线: a visit's track becomes the line of its thing."""
    who, op_id = doors.actor(request), doors.operation(request)
    answer = take_course(who, visible_history(who, record)[-1], doors.version(request.POST.get("base_version", "")), op_id)  # type: ignore[arg-type]
    doors.act_on_news()
    doors.settle()
    messages.success(request, "这次的轨迹已经作为这一段的线，经过已留痕。")
    return redirect(reverse("record", args=[answer["record"]]) + "?moved=1")


def _ways(found: Sequence[Stretch], walks: Sequence[Trail], numbers: Mapping[str, str]) -> list[Way]:
    """Tracks below, lines above them, what was missed on top."""
    tracks = [
        Way(kept_polyline(row.track).places, "trail", f"{row.day} 的轨迹，{in_words(row.track)}", reverse("record", args=[row.record])) for row in reversed(walks)
    ]
    lines = [
        Way(kept_polyline(row.course).places, row.standing, f"{row.title}：{STANDINGS[row.standing]}", reverse("record", args=[row.record]), numbers[row.key], row.title)
        for row in reversed(found) if row.course
    ]  # fmt: skip
    return tracks + lines
