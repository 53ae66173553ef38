"""The interface ``/api/v1/``: its routes, how bodies are read, how problems are told, and its OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from zhenwu.api.asking import BySession, ByToken
from zhenwu.api.problems import MEDIA_TYPE, answer, unreadable
from zhenwu.api.shapes import ProblemBody
from zhenwu.api.writing import router
from zhenwu.lib.problems import Problem, Problems

_REFUSALS = {
    "400": "读不懂：不是合格的 JSON，或参数、操作号、游标不对", "401": "不知道是谁：没有登录，或令牌不认得、过期、收回了", "403": "不归您办",
    "404": "没有，或者不归您看（两种回答一样）", "409": "别人先办了一步，或这个状态不能这样办，或同一个操作号用在了不同的内容上",
    "413": "太长", "415": "不是 JSON", "422": "内容不合要求", "429": "太频繁，按 Retry-After 等一等",
}  # fmt: skip


class StrictJson(Parser):
    """JSON as the standard has it: UTF-8, no NaN, no half characters, no name twice."""

    def parse_body(self, request: HttpRequest) -> Any:
        read = orjson.loads(request.body)
        json.loads(request.body, object_pairs_hook=_each_once)
        return read


class QuickJson(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Interface(NinjaAPI):
    """Ninja's interface, whose document also tells the refusals."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**more)
        told = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**told.pop("$defs"), "ProblemBody": told}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"] |= {
                    status: {"description": told, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}}
                    for status, told in _REFUSALS.items()
                    if method == "post" or status not in ("409", "413", "415", "422")
                }
        return schema


api = Interface(
    title="镇务 Zhenwu", version="1", urls_namespace="api-v1", docs_url=None, auth=[ByToken(), BySession()], parser=StrictJson(), renderer=QuickJson(),
    description="事项的登记、办理和查询。时刻带时区（RFC 3339），日期是北京时间的日子。说明见 docs/api.md。",
)  # fmt: skip
api.add_router("", router)


@api.exception_handler(Problem)
@api.exception_handler(Problems)
def _problem(request: HttpRequest, error: Problem | Problems) -> HttpResponse:
    return answer(error)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return unreadable(error.errors)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(Problem("api.who", "不知道是谁在请求", "先登录；程序接口带上 Authorization: Bearer 令牌。"))


@api.exception_handler(HttpError)
def _no_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(Problem("api.json", "提交的内容不是合格的 JSON", "用 UTF-8 编码，每个名称只写一次。"))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name twice")
    return read
