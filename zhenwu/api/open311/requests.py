"""Requests of the public: a new one becomes a matter on the general workflow; what is asked for is told as far as the key's system may see it.

Who reported is not taken in: a matter holds no names, phones or addresses of mail in clear, and there is no ledger of reporters that would keep them
sealed. The answer says so. The place and the picture's address go with the opening step.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, QueryDict

from zhenwu.api.asking import caller_of, require_write
from zhenwu.api.open311.answers import answering
from zhenwu.api.open311.services import Service, jurisdiction, known_service, services_of
from zhenwu.kernel.matters.access import reach_of
from zhenwu.kernel.matters.api import (
    Answer,
    Deadline,
    Report,
    Step,
    Wanted,
    answers,
    current,
    open_matter,
    openers,
    page,
    running,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, Tree, tree
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.digests import canonical
from zhenwu.lib.envelopes import blind
from zhenwu.lib.problems import NotFound, Problem

PERSONAL = ("email", "first_name", "last_name", "phone", "account_id", "device_id")
MOST, MOST_NAMED, SPAN, LONGEST_TEXT = 1000, 50, timedelta(days=90), 4000
NOTICE = "已登记，由乡镇受理。"
NOT_KEPT = "联系人的姓名、电话、邮箱和账号没有保存：请由您的系统留存，凭本编号查询进度、回访群众。"
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,9})?")
_LINK = re.compile(r"https?://[^\s<>\"']{1,480}")


@answering("GET", "POST")
def requests(request: HttpRequest) -> tuple[str, Any]:
    return "service_requests", [_report(request)] if request.method == "POST" else _asked_for(request)


@answering("GET")
def one(request: HttpRequest, identity: str) -> tuple[str, Any]:
    actor, places = _caller(request, request.GET).actor, tree()
    found = _told(actor, _within(actor, [identity]), jurisdiction(request.GET.get("jurisdiction_id", ""), places), places)
    if not found:
        raise _absent()
    return "service_requests", found


@answering("GET")
def token(request: HttpRequest, identity: str) -> tuple[str, Any]:
    """Every request has its number at once, so the number serves for the token."""
    found = _within(_caller(request, request.GET).actor, [identity])
    if not found:
        raise _absent()
    return "service_requests", [{"service_request_id": str(found[0].matter_id), "token": identity}]


def _caller(request: HttpRequest, sent: QueryDict) -> Any:
    secret = sent.get("api_key") or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not secret:
        raise Problem("open311.key", "没有写 api_key", "api_key 是发给登记系统的令牌；也可以写在 Authorization 里。")
    return caller_of(secret)


def _report(request: HttpRequest) -> dict[str, Any]:
    sent, places = request.POST, tree()
    actor = require_write(_caller(request, sent))
    township = jurisdiction(sent.get("jurisdiction_id", ""), places)
    service = known_service(sent.get("service_code", ""), township)
    text = sent.get("description", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Problem("open311.description", "description 太长", f"不超过 {LONGEST_TEXT} 字。")
    given = _place_and_picture(sent)
    unit = _unit(actor, sent.get("address_id", "").strip(), township, places)
    title = "：".join(part for part in (service.title, " ".join(given.get("address", "").split())[:50]) if part)
    report = Report(settings.OPEN311_LINE, unit, title, text, category=service.code, channel="open311")
    done = open_matter(actor, _operation(request, actor), report, given=given)
    notice = NOTICE + (NOT_KEPT if any(sent.get(name) for name in PERSONAL) else "")
    return {"service_request_id": done["matter"], "service_notice": notice, "account_id": None}


def _place_and_picture(sent: QueryDict) -> dict[str, str]:
    lat, long, address = (sent.get(name, "").strip() for name in ("lat", "long", "address_string"))
    if not (address or sent.get("address_id", "").strip() or (lat and long)):
        raise Problem("open311.place", "没有写地点", "写 lat 和 long，或 address_string，或 address_id。")
    for name, told, most in (("lat", lat, 90), ("long", long, 180)):
        if told and (not _DEGREES.fullmatch(told) or abs(float(told)) > most):
            raise Problem("open311.place", f"{name} 不对", "写 WGS84 的十进制度数，例如 27.95。")
    if bool(lat) != bool(long):
        raise Problem("open311.place", "lat 和 long 要一起写", "补上另一个，或改写 address_string。")
    picture = sent.get("media_url", "").strip()
    if picture and not _LINK.fullmatch(picture):
        raise Problem("open311.media", "media_url 不是网址", "写 http 或 https 开头的网址，不超过 480 字。")
    if len(address) > 200:
        raise Problem("open311.place", "address_string 太长", "不超过 200 字。")
    kept = {"address": address, "lat": lat, "long": long, "media_url": picture}
    return {name: value for name, value in kept.items() if value}


def _unit(actor: Actor, told: str, township: UUID, places: Tree) -> UUID:
    """Where it lies: the unit called by ``address_id`` (its code or id), else the township, whose window sends it on."""
    under = places.under(township)
    found = [unit for unit in under if told in (places.code(unit), str(unit))] if told else [township]
    seen = reach_of(actor, "api", settings.OPEN311_LINE)
    if len(found) != 1 or not seen.covers(found[0]):
        raise NotFound("open311.place", "没有这个 address_id，或者不归这个 api_key 管", "写网格或村的代码；或不写，由乡镇分派。")
    return found[0]


def _operation(request: HttpRequest, actor: Actor) -> UUID:
    """The caller's key if one is sent; else what was sent and the day: the same report sent twice on a day arrives once. A keyed
    digest, since it covers who reported."""
    told = request.headers.get("Idempotency-Key")
    if told is not None:
        try:
            return UUID(told)
        except ValueError as error:
            raise Problem("api.key", "Idempotency-Key 不是 UUID", "每次上报换一个新的 UUID，或不写。") from error
    sent = {name: values for name, values in request.POST.lists() if name != "api_key"}
    day = str(now().astimezone(LOCAL).date())
    return UUID(blind(canonical([actor.principal, day, sent]).decode(), settings.SECRET_KEY.encode(), "sha256")[:32])


def _asked_for(request: HttpRequest) -> list[dict[str, Any]]:
    asked, places = request.GET, tree()
    actor = _caller(request, asked).actor
    township = jurisdiction(asked.get("jurisdiction_id", ""), places)
    if asked.get("service_request_id"):
        named = asked["service_request_id"].split(",")
        if len(named) > MOST_NAMED:
            raise Problem("open311.many", "一次查的编号太多", f"一次不超过 {MOST_NAMED} 个。")
        return _told(actor, _within(actor, named), township, places)
    known = services_of(township)
    codes = [code for code in asked.get("service_code", "").split(",") if code] or list(known)
    wanted_states = {state for state in asked.get("status", "").split(",") if state}
    if wanted_states - {"open", "closed"}:
        raise Problem("open311.status", "status 只有 open 和 closed", "写其中一个，或不写。")
    first, last = _span(asked)
    wanted = Wanted(
        line=settings.OPEN311_LINE, workflow="standard", unit=township, categories=[code for code in codes if code in known],
        over=None if len(wanted_states) != 1 else "closed" in wanted_states,
        reported=(str(first.astimezone(LOCAL).date()), str(last.astimezone(LOCAL).date())),
    )  # fmt: skip
    if not wanted.categories:
        return []
    steps, on = page(actor, wanted, most=MOST)
    while on is not None and len(steps) < MOST:
        more, on = page(actor, wanted, on, MOST - len(steps))
        steps += more
    return [row for row in _told(actor, steps, township, places) if first <= datetime.fromisoformat(row["requested_datetime"]) <= last]


def _span(asked: QueryDict) -> tuple[datetime, datetime]:
    """From when to when; 90 days at most, the last 90 unless said otherwise."""
    start, end = (_moment(asked.get(name, ""), name) for name in ("start_date", "end_date"))
    last = end or (start + SPAN if start else now())
    first = start or last - SPAN
    if not timedelta(0) <= last - first <= SPAN:
        raise Problem("open311.dates", "start_date 到 end_date 不能超过 90 天，也不能倒过来", "分几次查。")
    return first, last


def _moment(told: str, name: str) -> datetime | None:
    if not told:
        return None
    try:
        read = datetime.fromisoformat(told.replace(" ", "+"))  # a plus in an address arrives as a space
        if read.tzinfo is None or not 2000 <= read.year <= 2200:
            raise ValueError(told)
    except ValueError as error:
        raise Problem("open311.dates", f"{name} 不对", "写成 2026-05-01T00:00:00Z，带上时区。") from error
    return read


def _within(actor: Actor, told: list[str]) -> list[Step]:
    """The matters of these numbers that the actor may see and that came by this way or might have; unknown ones are left out."""
    found = []
    for identity in told:
        try:
            step = current(actor, UUID(identity.strip()), "api")
        except (ValueError, NotFound):
            continue
        if step.matter.line == settings.OPEN311_LINE:
            found.append(step)
    return found


def _told(actor: Actor, steps: list[Step], township: UUID, places: Tree) -> list[dict[str, Any]]:
    steps = [step for step in steps if places.place(step.unit_id).unit_id in places.under(township)]
    ids = [step.matter_id for step in steps]
    first, due, known = openers(ids), running([step.matter_id for step in steps if step.ends_on is None]), services_of(township)
    said = answers(actor, steps)
    return [_row(step, first[step.matter_id], due.get(step.matter_id), known, places) | {"status_notes": _notes(step, said[step.matter_id])} for step in steps]


def _notes(step: Step, said: list[Answer]) -> str:
    """Where it stands and what was last answered, for whoever is to be told; what was merged stands where its lead does."""
    state = "并入同一件事，随主件办理" if step.columns.get("merged") and step.ends_on is None else workflow_of(step.matter).state(step.state).label
    last = said[-1] if said else None
    if last is None or not (last.words or last.lead):
        return state
    return f"{state}；{'主件' if last.lead else ''}{last.label}" + (f"：{last.words}" if last.words else "")


def _row(step: Step, first: Step, due: Deadline | None, known: dict[str, Service], places: Tree) -> dict[str, Any]:
    matter: Any = step.matter
    code, given = str(step.columns.get("category") or ""), first.given
    return {
        "service_request_id": str(step.matter_id), "status": "open" if step.ends_on is None else "closed",
        "service_name": known[code].title if code in known else code, "service_code": code,
        "description": matter.text or matter.title, "agency_responsible": places.called(step.assigned_id) if step.assigned_id else None, "service_notice": None,
        "requested_datetime": _w3(first.at), "updated_datetime": _w3(step.at),
        "expected_datetime": _w3(due.due.at) if due and due.due.at else None, "address": given.get("address") or places.called(step.unit_id),
        "address_id": (places.code(step.unit_id) if step.unit_id in places else "") or str(step.unit_id), "zipcode": None,
        "lat": float(given["lat"]) if given.get("lat") else None, "long": float(given["long"]) if given.get("long") else None,
        "media_url": given.get("media_url") or None,
    }  # fmt: skip


def _w3(moment: datetime) -> str:
    return moment.astimezone(LOCAL).isoformat(timespec="seconds")


def _absent() -> NotFound:
    return NotFound("matter.unknown", "没有这个编号，或者不归这个 api_key 看", "核对编号。")
