"""Tokens: how another system proves which enrolled system it is. What it may do is in its posts alone, as for people.

A token is 256 random bits, shown once; only its digest is kept. A refusal is an event of the journal, bounded so that nobody
can fill the journal by guessing: one an hour for each known token and reason, and at most ``FORGED_AN_HOUR`` for all others.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import orjson
from django.conf import settings

from zhenwu.kernel.journal.api import Act, Writer, answered, ask_of, perform
from zhenwu.kernel.orgs.access import require
from zhenwu.kernel.orgs.actors import SYSTEM, Actor
from zhenwu.kernel.orgs.models import Person, Token
from zhenwu.lib.clock import now, today
from zhenwu.lib.digests import ALGORITHMS, digest_bytes
from zhenwu.lib.problems import NotFound, Problem

SCOPES = {"read": "查看", "write": "查看和办理"}
LONGEST_LIFE = timedelta(days=731)
FORGED_AN_HOUR = 16
_SHOWN = """SELECT t.id, t.scopes, t.until, t.revoked_by_id, p.id, p.name, p.is_active
FROM orgs_token t JOIN orgs_person p ON p.id = t.person_id WHERE t.digest IN (%s)"""
_SECRET = re.compile(r"zw_[A-Za-z0-9_-]{43}")
_REASONS = {
    "unknown": ("这个令牌不认得", "核对令牌有没有抄全；遗失的令牌找不回来，请系统管理员另发一个。"),
    "revoked": ("这个令牌已经收回", "请系统管理员另发一个。"),
    "expired": ("这个令牌已经过期", "请系统管理员另发一个。"),
    "inactive": ("这个系统的账号已经停用", "请联系系统管理员。"),
}  # fmt: skip


class BadToken(Problem):
    """A token that opens nothing."""


@dataclass(frozen=True)
class Bearer:
    """Who carries a token that is good: the system's person, and whether it may write as well as read."""

    token: UUID
    person: Person
    scopes: frozenset[str]


@dataclass(frozen=True)
class TokenRow:
    """A token as it is listed: ``until`` is the first day on which it is no longer good."""

    id: UUID
    username: str
    system: str
    name: str
    scopes: tuple[str, ...]
    until: date
    issued_at: datetime
    revoked_at: datetime | None


def new_secret() -> str:
    """A fresh secret; whoever shows it, shows it once."""
    return f"zw_{secrets.token_urlsafe(32)}"


def issue_token(
    actor: Actor, op_id: UUID, system: UUID, name: str, scopes: Collection[str], until: date, secret: str
) -> UUID:
    """Make ``secret`` (of ``new_secret``) a token of an enrolled system until a day (exclusive); returns the token's id.

    Raises ``Problem('orgs.token.person')`` for somebody who logs in with a password: a token would be a second way in.
    """
    require(actor, "people")
    kept = sorted(set(scopes))
    if not kept or not set(kept) <= set(SCOPES):
        raise Problem("orgs.token.scopes", "令牌的范围写得不对", "可选：read（查看）、write（查看和办理）。")
    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise Problem("orgs.token.name", "令牌的名称不合要求", "写1到60个字，说明给谁、做什么用。")
    if not today() < until <= today() + LONGEST_LIFE:
        raise Problem("orgs.token.until", "令牌的截止日期不对", "要晚于今天，最长两年；到期前另发一个。")
    if not _SECRET.fullmatch(secret):
        raise ValueError("not a secret of new_secret()")
    token_id, kind = uuid5(op_id, "token"), digest_bytes(secret.encode(), settings.DIGEST)
    asked = {"system": str(system), "name": name, "scopes": kept, "until": str(until), "digest": kind}

    def write(writer: Writer) -> dict[str, Any]:
        person = Person.objects.select_for_update().filter(id=system, is_active=True).first()
        if person is None:
            raise NotFound("orgs.person.unknown", "没有这个系统，或账号已停用", "先用 zhenwu user add --system 登记系统。")
        if person.has_usable_password():
            raise Problem("orgs.token.person", "令牌只发给登记的系统，不发给用密码登录的人", "先用 zhenwu user add --system 登记系统。")
        body = {"token": str(token_id), "person": str(system), "scopes": kept, "until": str(until), "digest": kind}
        event = writer.event("token.issued", f"person:{system}", body)
        Token.objects.create(id=token_id, person=person, name=name.strip(), digest=kind, scopes=kept, until=until, event=event)
        return {"token": str(token_id)}

    perform(Act(actor.principal, op_id, "token.issued", asked), write)
    return token_id


def revoke_token(actor: Actor, op_id: UUID, token: UUID) -> None:
    """Take a token back, at once and for good."""
    require(actor, "people")

    def write(writer: Writer) -> dict[str, Any]:
        found = Token.objects.select_for_update().filter(id=token).first()
        if found is None:
            raise NotFound("orgs.token.unknown", "没有这个令牌", "用 zhenwu token list 查看。")
        if found.revoked_by_id is None:
            event = writer.event("token.revoked", f"person:{found.person_id}", {"token": str(token)})
            Token.objects.filter(id=token).update(revoked_by=event)
        return {"token": str(token)}

    perform(Act(actor.principal, op_id, "token.revoked", {"token": str(token)}), write)


def tokens() -> list[TokenRow]:
    """All tokens ever issued, newest first; no secret, and no digest."""
    rows = Token.objects.select_related("person", "event", "revoked_by").order_by("-event_id")
    return [
        TokenRow(
            row.id, row.person.username, row.person.name, row.name, tuple(row.scopes), row.until, row.event.recorded_at,
            row.revoked_by.recorded_at if row.revoked_by else None,
        )
        for row in rows
    ]  # fmt: skip


def bearer_of(secret: str) -> Bearer:
    """Who carries this token; raises ``BadToken`` (and leaves the refusal in the journal) for one that opens nothing."""
    found = None
    if _SECRET.fullmatch(secret):
        digests = [digest_bytes(secret.encode(), algorithm) for algorithm in ALGORITHMS]
        found = next(map(_read, ask_of(_SHOWN, digests)), None)
    reason = _wrong_with(found)
    if found is None or reason:
        note_refusal(reason, found.id if found else None, secret)
        raise BadToken(f"token.{reason}", *_REASONS[reason])
    return Bearer(found.id, found.person, frozenset(found.scopes))


def _read(row: tuple[Any, ...]) -> Token:
    """What of a token and its system is asked with every request."""
    token, scopes, until, revoked, person, name, active = row
    system = Person(id=UUID(str(person)), name=name, is_active=bool(active))
    return Token(id=UUID(str(token)), person=system, scopes=orjson.loads(scopes), until=date.fromisoformat(str(until)), revoked_by_id=revoked)


def note_refusal(reason: str, token: UUID | None, secret: str = "") -> None:
    """Leave in the journal that a token was refused: once an hour for each token and reason; a token that nobody knows
    falls into one of ``FORGED_AN_HOUR`` slots by its digest. The event names the token, or the slot; never the secret."""
    hour = now().strftime("%Y-%m-%dT%H")
    slot = str(token) if token else f"forged-{int(digest_bytes(secret.encode('utf-8', 'replace'))[:8], 16) % FORGED_AN_HOUR}"
    told = {"token": slot, "reason": reason, "hour": hour}
    act = Act(SYSTEM.principal, uuid5(NAMESPACE_OID, f"token.refused:{slot}:{reason}:{hour}"), "token.refused", told)
    if answered(act) is not None:  # asked before: no write lock is taken for it
        return

    def write(writer: Writer) -> dict[str, Any]:
        writer.event("token.refused", f"token:{slot}", told)
        return {}

    perform(act, write)


def _wrong_with(token: Token | None) -> str:
    if token is None:
        return "unknown"
    if token.revoked_by_id is not None:
        return "revoked"
    if token.until <= today():
        return "expired"
    return "" if token.person.is_active else "inactive"
