"""办件查询: whoever holds a receipt sees how their matter stands, without an account."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from zhenwu.kernel.matters.api import LookedUp, look_up, note_guessing
from zhenwu.lib.clock import today
from zhenwu.lib.limiter import limiter
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.web.callers import address_of

A_MINUTE = 10  # tries of one caller
AT_ONCE, REFILLED = 20, 1  # tries for one number, from wherever: so many, and one more each minute
LONGEST = 120
_NOTED = 1 / 60  # times a minute that the journal tells of guessing at one number


@never_cache
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and what was found. Typed, it goes by POST, so that no code stays in an address; the code on a receipt leads here by GET."""
    sent = request.POST if request.method == "POST" else request.GET
    number, code = (_typed(sent.get(name, "")) for name in ("number", "code"))
    if wait := _wait(request, number) if number or code else 0.0:
        return _harden(render(request, "web/lookup.html", {"number": number, "wait": int(wait) + 1}, status=429))
    found: LookedUp | None = None
    fault: Problem | None = None
    if number and code:
        try:
            found = look_up(number, code)
        except NotFound as problem:
            fault = problem
    elif number or code:
        fault = Problem("lookup.both", "编号和查询码要一起填", "两样都印在回执（告知书）上。")
    status = 404 if isinstance(fault, NotFound) else 400 if fault else 200
    return _harden(render(request, "web/lookup.html", {"number": number, "found": found, "promised": _day(found.promised_on) if found else "", "fault": fault, "told_on": today()}, status=status))


def _day(told: str) -> str:
    """A last day in words; a minute as it is."""
    return f"{date.fromisoformat(told):%Y年%-m月%-d日}" if len(told) == len("2024-01-01") else told


def _typed(told: str) -> str:
    """What was typed or scanned: printable, and short."""
    return "".join(sign for sign in told if sign.isprintable()).strip()[:LONGEST]


def _wait(request: HttpRequest, number: str) -> float:
    """How long to wait. A number that is none is counted like one that is, and what the journal is told reads back to nobody."""
    if wait := limiter.take(f"lookup from {address_of(request)}", A_MINUTE):
        return wait
    wait = limiter.take(f"lookup of {number}", REFILLED, AT_ONCE) if number else 0.0
    if wait and not limiter.take(f"lookup noted {number}", _NOTED, 1):
        note_guessing(number)
    return wait


def _harden(answer: HttpResponse) -> HttpResponse:
    """The address may hold a code: it goes into no search engine (and to no other site: ``SECURE_REFERRER_POLICY``; were it to go nowhere at
    all, browsers would not say where the form comes from, and it would be refused)."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
