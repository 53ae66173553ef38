"""What every page goes through: a strict content security policy, and problems told in words instead of tracebacks."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.lib.problems import NotFound, Problem, Problems, Refused

_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"


class ContentSecurityPolicy:
    """Only our own scripts, styles and pictures."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        return response


class PlainProblems:
    """A problem becomes a page that says what is wrong and what to do next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Problems):
            return render(request, "web/problem.html", {"problems": error.found[:20], "back": _back(request)}, status=400)
        if isinstance(error, Problem):
            status = 404 if isinstance(error, NotFound) else 403 if isinstance(error, Refused) else 400
            return render(request, "web/problem.html", {"problems": [error], "back": _back(request)}, status=status)
        return None


def _back(request: HttpRequest) -> str:
    """The page of ours from which somebody came here, "" for none."""
    came = urlsplit(request.headers.get("Referer", ""))
    there = came.path + (f"?{came.query}" if came.query else "")
    return there if came.netloc == request.get_host() and came.path.startswith("/") and there != request.get_full_path() else ""
