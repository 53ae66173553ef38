"""Problems as HTTP tells them: a status, and a body of ``application/problem+json`` (RFC 9457) in plain Chinese.

400 what cannot be read · 401 who asks is not known · 403 known, but may not · 404 no such thing, or not theirs to see · 409 somebody
was quicker, or one key for two requests · 413 too long · 415 not JSON · 422 read, but cannot be done · 429 too often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpResponse

from zhenwu.kernel.orgs.api import BadToken
from zhenwu.lib.problems import Conflict, NotFound, Problem, Problems, Refused

MEDIA_TYPE = "application/problem+json"
_STATUS = {
    "op.reused": 409, "op.unreadable": 400, "matter.not_now": 409, "api.json": 400, "api.key": 400, "api.cursor": 400, "api.query": 400,
    "api.who": 401, "api.method": 405, "api.too_long": 413, "api.media_type": 415, "api.often": 429,
}  # fmt: skip
_WORDS = {
    "missing": "没有填", "extra_forbidden": "没有这一项", "uuid_parsing": "不是编号", "uuid_type": "不是编号", "string_type": "要写文字",
    "string_too_long": "太长", "string_too_short": "太短", "string_pattern_mismatch": "写法不对", "int_type": "要写整数", "int_parsing": "要写整数",
    "bool_parsing": "要写 true 或 false", "greater_than_equal": "太小", "less_than_equal": "太大", "dict_type": "要写成对象", "model_attributes_type": "要写成对象",
    "literal_error": "不在可选之列", "date_from_datetime_parsing": "不是日期", "date_parsing": "不是日期",
}  # fmt: skip


class TooOften(Problem):
    """More requests than the limit allows; ``wait`` is how many seconds to wait."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, math.ceil(wait))
        super().__init__("api.often", "请求太频繁", f"请等 {self.wait} 秒再试。")


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem."""
    if problem.code in _STATUS:
        return _STATUS[problem.code]
    kinds = ((BadToken, 401), (Conflict, 409), (NotFound, 404), (Refused, 403))
    return next((status for kind, status in kinds if isinstance(problem, kind)), 422)


def body_of(problem: Problem, **more: Any) -> dict[str, Any]:
    """A problem's body: ``type`` and ``code`` (stable), ``title`` (what is wrong), ``detail`` (what to do), ``place``, ``fields`` (the ids
    of what was given that it is about), and for a conflict both versions."""
    told: dict[str, Any] = {
        "type": f"urn:zhenwu:problem:{problem.code}", "code": problem.code, "title": problem.message, "status": status_of(problem), "detail": problem.remedy,
    }  # fmt: skip
    if str(problem.place):
        told["place"] = str(problem.place)
    if problem.fields:
        told["fields"] = list(problem.fields)
    if isinstance(problem, Conflict):
        told |= {"base_version": problem.ours, "current_version": problem.theirs}
    return told | more | dict(getattr(problem, "more", {}))


def with_more(problem: Problem, **more: Any) -> Problem:
    """The same problem, telling more: what is allowed instead."""
    problem.more = {**getattr(problem, "more", {}), **more}  # type: ignore[attr-defined]
    return problem


def answer(problem: Problem | Problems, **more: Any) -> HttpResponse:
    """The response to a problem; of several the first decides, and all are told."""
    if isinstance(problem, Problems):
        first, *_ = problem.found
        more["problems"] = [body_of(one) for one in problem.found[:50]]
        problem = first
    elif problem.beside:
        more["problems"] = [body_of(one) for one in problem.all]
    response = HttpResponse(orjson.dumps(body_of(problem, **more)), status=status_of(problem), content_type=MEDIA_TYPE)
    if response.status_code == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, TooOften):
        response["Retry-After"] = str(problem.wait)
    return response


def unreadable(errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """The response to what does not fit the form: 422 for the body, 400 for the address and the headers."""
    in_body = any(error["loc"][0] == "body" for error in errors)
    places = [{"place": ".".join(map(str, error["loc"])), "message": _WORDS.get(error["type"], "写得不对")} for error in errors[:50]]
    if any("Idempotency-Key" in map(str, error["loc"]) for error in errors):
        problem = Problem("api.key", "没有写操作号，或写得不对", "每次写入都要带 Idempotency-Key，内容是一个新的 UUID；重发同一次写入时用原来的。")
    elif in_body:
        problem = Problem("api.body", "提交的内容不合要求", "按 errors 里指出的地方改好再提交。")
    else:
        problem = Problem("api.query", "地址里的参数不合要求", "按 errors 里指出的地方改好再试。")
    return answer(problem, errors=places)
