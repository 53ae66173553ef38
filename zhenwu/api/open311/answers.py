"""Answers as the specification has them: XML, and JSON by its rule (a list loses the names of its members). Errors are a list of
code and description: 404 what does not exist, 403 a wrong or missing api_key, 400 nearly all else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from lxml import etree

from zhenwu.api.problems import TooOften, status_of
from zhenwu.kernel.orgs.api import BadToken
from zhenwu.lib.problems import NotFound, Problem, Problems

_MEMBERS = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
View = Callable[..., tuple[str, Any]]


def answering(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view that gives the name of its root and a plain value; the address says the format."""

    def made(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt  # no cookie is looked at here: who asks is told by the api_key alone
        @wraps(view)
        def guarded(request: HttpRequest, form: str, **given: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    return _write(form, "errors", _errors("这个地址不接受这种请求。", 405), 405)
                root, value = view(request, **given)
                return _write(form, root, value, 201 if request.method == "POST" else 200)
            except (Problem, Problems) as error:
                return _refuse(form, error)

        return guarded

    return made


def _refuse(form: str, error: Problem | Problems) -> HttpResponse:
    found = error.found if isinstance(error, Problems) else [error]
    status = _status(found[0])
    response = _write(form, "errors", [entry for one in found[:20] for entry in _errors(f"{one.message}。{one.remedy}（{one.code}）", status)], status)
    if isinstance(found[0], TooOften):
        response["Retry-After"] = str(found[0].wait)
    return response


def _status(problem: Problem) -> int:
    if isinstance(problem, BadToken) or problem.code == "open311.key":
        return 403
    if isinstance(problem, TooOften | NotFound):
        return status_of(problem)
    return 403 if status_of(problem) == 403 else 400


def _errors(told: str, status: int) -> list[dict[str, Any]]:
    return [{"code": status, "description": told}]


def _write(form: str, root: str, value: Any, status: int) -> HttpResponse:
    if form == "json":
        return HttpResponse(orjson.dumps(value), status=status, content_type="application/json; charset=utf-8")
    text = etree.tostring(_element(root, value), xml_declaration=True, encoding="utf-8")
    return HttpResponse(text, status=status, content_type="text/xml; charset=utf-8")


def _element(name: str, value: Any) -> etree._Element:
    made = etree.Element(name)
    if isinstance(value, dict):
        made.extend(_element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        made.extend(_element(_MEMBERS[name], part) for part in value)
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif value is not None:
        made.text = _NOT_XML.sub("", str(value))
    return made
