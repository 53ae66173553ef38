"""What the public may report: a township's list, kept in a ledger and edited there like any other; and where to find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from zhenwu.api.open311.answers import answering
from zhenwu.kernel.ledgers.api import PREFIX, facts, versions_in
from zhenwu.kernel.orgs.api import Tree, tree
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound, Problem

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@dataclass(frozen=True)
class Service:
    """A kind of matter that the public may report. ``code`` is the matter's category."""

    code: str
    title: str
    told: str
    cluster: str
    keywords: str
    place: int = 1000  # behind those that say theirs

    def row(self) -> dict[str, Any]:
        return {
            "service_code": self.code, "service_name": self.title, "description": self.told, "metadata": False, "type": "realtime",
            "keywords": self.keywords, "group": self.cluster,
        }  # fmt: skip


def jurisdiction(told: str, now: Tree) -> UUID:
    """The township that a request is for: its code or name. It need not be said where there is but one."""
    towns = now.of_kind("township")
    found = [unit for unit in towns if told in (now.code(unit), now.name(unit), str(unit))]
    if told and not found:
        raise NotFound("open311.jurisdiction", "没有这个 jurisdiction_id", "写乡镇的行政区划代码。")
    if not told and len(towns) != 1:
        raise Problem("open311.jurisdiction", "没有写 jurisdiction_id", "这里有几个乡镇，写要找的那个的行政区划代码。")
    return (found or towns)[0]


def services_of(township: UUID) -> dict[str, Service]:
    """The township's list as of today, by code. It is made to be public: nobody's rights are asked."""
    rows = [fact.row for fact in facts(_scope(township))]
    words = ("code", "title", "told", "cluster", "keywords")
    made = [Service(**{name: str(row[name] or "") for name in words}, place=row["place_in_list"] or 1000) for row in rows]
    return {one.code: one for one in sorted(made, key=lambda one: (one.place, one.cluster, one.code))}


def known_service(code: str, township: UUID) -> Service:
    """Raises ``Problem`` for no code and ``NotFound`` for one that is not on the list."""
    if not code:
        raise Problem("open311.service", "没有写 service_code", "可用的见 services。")
    found = services_of(township).get(code)
    if found is None:
        raise NotFound("open311.service", "没有这个 service_code", "可用的见 services；可能已经停用。")
    return found


@answering("GET")
def discovery(request: HttpRequest) -> tuple[str, Any]:
    changed = max((version.event.recorded_at for version in versions_in(_scope(None)).select_related("event")), default=None)
    changeset = changed.isoformat(timespec="seconds") if changed else "1970-01-01T00:00:00Z"
    endpoint = {
        "specification": SPECIFICATION, "url": request.build_absolute_uri("/open311/v2"), "changeset": changeset, "type": "production",
        "formats": ["text/xml", "application/json"],
    }  # fmt: skip
    return "discovery", {
        "changeset": changeset, "contact": "请联系本乡镇的系统管理员。", "key_service": "api_key 是发给登记系统的令牌，请向本乡镇的系统管理员申请。",
        "endpoints": [endpoint],
    }  # fmt: skip


@answering("GET")
def services(request: HttpRequest) -> tuple[str, Any]:
    return "services", [one.row() for one in services_of(jurisdiction(request.GET.get("jurisdiction_id", ""), tree())).values()]


@answering("GET")
def service(request: HttpRequest, code: str) -> tuple[str, Any]:
    known_service(code, jurisdiction(request.GET.get("jurisdiction_id", ""), tree()))
    return "service_definition", {"service_code": code, "attributes": []}


def _scope(township: UUID | None) -> Scope:
    units = None if township is None else frozenset({township})
    return Scope(PREFIX + settings.OPEN311_LEDGER, None, units, alive_on=today())
