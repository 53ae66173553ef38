"""What every request to the interfaces goes through: nothing too long is read, and what Django answers by itself becomes a problem body."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhenwu.api.problems import MEDIA_TYPE, answer
from zhenwu.lib.problems import NotFound, Problem

LONGEST_BODY = 64 * 1024  # a report of 5,000 characters is 15 KiB
LONGEST_FILES = 100 * 1024 * 1024
_API, _OPEN311 = "/api/", "/open311/"
_FILES = re.compile(r"/api/v1/matters/[0-9a-f-]{36}/files")


class Doorkeeper:
    """Only for the addresses of the interfaces; pages pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith((_API, _OPEN311)):
            return self.get_response(request)
        response = _refused(request) or _told(self.get_response(request))
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    files = _FILES.fullmatch(request.path_info) is not None
    longest = LONGEST_FILES if files else LONGEST_BODY
    if not length.isdecimal() or int(length[:20]) > longest:
        return answer(Problem("api.too_long", "提交的内容太长", f"一次不超过 {longest // 1024} KB。"))
    if files and request.content_type != "multipart/form-data":
        return answer(Problem("api.media_type", "照片和文书要用 multipart/form-data 传", "带上 kind=photo 或 kind=paper，栏目名 files。"))
    if not files and int(length) and request.path_info.startswith(_API) and request.content_type != "application/json":
        return answer(Problem("api.media_type", "只接受 JSON", "带上 Content-Type: application/json。"))
    return None


def _told(response: HttpResponse) -> HttpResponse:
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith((MEDIA_TYPE, "application/json", "text/xml")):
        return response
    if response.status_code == 404:
        return answer(NotFound("api.address", "没有这个地址", "对照 /api/v1/openapi.json 检查地址。"))
    if response.status_code == 400:
        return answer(Problem("api.query", "请求不合要求", "检查地址、机器名和提交的项数。"))
    if response.status_code == 405:
        told = answer(Problem("api.method", "这个地址不接受这种请求", f"可用：{response.headers.get('Allow', '')}。"))
        told["Allow"] = response.headers.get("Allow", "")
        return told
    return response
