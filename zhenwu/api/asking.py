"""Who asks: a person by the session cookie, or another system by a bearer token. A request that shows a token is judged by it alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from zhenwu.api.problems import TooOften
from zhenwu.kernel.orgs.api import Actor, BadToken, actor_of, bearer_of, note_refusal
from zhenwu.lib.limiter import limiter
from zhenwu.lib.problems import Refused


@dataclass(frozen=True)
class Caller:
    """The acting person or system, with today's posts; ``token`` is None for a person."""

    actor: Actor
    writes: bool = True
    token: UUID | None = None


class ByToken(HttpBearer):
    """``Authorization: Bearer zw_…``"""

    def __call__(self, request: HttpRequest) -> Caller | None:
        told = request.headers.get("Authorization")
        if told is None:
            return None
        scheme, _, secret = told.partition(" ")
        if scheme.lower() != "bearer":
            raise BadToken("token.scheme", "只接受 Bearer 令牌", "写成 Authorization: Bearer zw_…。")
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        return caller_of(token)


class BySession(APIKeyCookie):
    """The cookie of somebody logged in; what writes must carry the form's token too (``X-CSRFToken``)."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Caller | None:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        if not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Refused("api.csrf", "这次提交不是从本系统的页面发出的", "请刷新页面再试；程序接口请用令牌。")
        actor = actor_of(request.user)
        _not_too_often(f"person:{actor.person_id}")
        return Caller(actor)


def caller_of(secret: str) -> Caller:
    """The system that shows a token; raises ``BadToken`` or ``TooOften``."""
    bearer = bearer_of(secret)
    _not_too_often(f"token:{bearer.token}")
    return Caller(actor_of(bearer.person), "write" in bearer.scopes, bearer.token)


def who(request: HttpRequest) -> Actor:
    """Who asks, as an actor."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller.actor


def require_write(caller: Caller) -> Actor:
    """The actor, if the token may write; raises ``Refused('token.scope')`` and leaves that in the journal."""
    if not caller.writes:
        note_refusal("scope", caller.token)
        raise Refused("token.scope", "这个令牌只能查看", "要办理，请系统管理员另发一个可以办理的令牌。")
    return caller.actor


def _not_too_often(caller: str) -> None:
    wait = limiter.take(caller, settings.API_PER_MINUTE)
    if wait:
        raise TooOften(wait)
