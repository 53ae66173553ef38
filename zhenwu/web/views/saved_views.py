"""我的视图: keeping what a list is narrowed to, and dropping it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhenwu.kernel.orgs.api import drop_view, save_view, tree
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.filters import read_narrowing
from zhenwu.web.matter_filters import offer, read_wish
from zhenwu.web.saved_views import PAGE
from zhenwu.web.views.ledger import open_ledger


@doors.page
@doors.by_post
def save_of_matters(request: HttpRequest) -> HttpResponse:
    """Keep what the list of matters is narrowed to; what it does not know is cut off."""
    op_id = doors.operation(request)
    labels, line = doors.lines(doors.actor(request), "list"), request.POST.get("line", "")
    wish = read_wish(request.POST, offer(doors.actor(request), labels, line if line in labels else ""))
    return _saved(request, op_id, PAGE, dict(wish.pairs()), reverse("matters"))


@doors.page
@doors.by_post
def save_of_ledger(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what a ledger's list is narrowed to."""
    op_id, form = doors.operation(request), open_ledger(key, doors.actor(request))
    return _saved(request, op_id, form.key, dict(read_narrowing(request.POST, form, tree()).sent()), reverse("ledger", args=[form.key]))


@doors.page
@doors.by_post
def drop(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Delete a view of one's own."""
    page = drop_view(doors.actor(request), doors.operation(request), identity)
    messages.success(request, "视图已删除，事项和台账都没有动。")
    return redirect("matters") if page == PAGE else redirect("ledger", page)


def _saved(request: HttpRequest, op_id: UUID, page: str, sent: dict[str, str], back: str) -> HttpResponse:
    name = request.POST.get("name", "")
    if not sent:
        raise Problem("view.everything", "现在什么也没有筛，没有可存的", "先在列表上筛选，再存为视图。")
    save_view(doors.actor(request), op_id, page, name, sent)
    messages.success(request, f"已存为视图“{' '.join(name.split())}”，只有您自己看得到。")
    return redirect(f"{back}?{urlencode(sent)}")
