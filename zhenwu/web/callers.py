"""Where a request comes from: the one place that says so, for whatever is limited or locked by address."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks: of the connection, or, behind as many proxies of ours as ``settings.PROXIES`` says, what the outermost of
    them saw. Each proxy writes whom it serves at the end of ``X-Forwarded-For``; what stands before is whatever the caller wrote there. A
    request with fewer entries came around the proxies, and one that is no address tells nothing: then the connection's counts."""
    near = str(request.META.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")] if settings.PROXIES else []
    return (_address(hops[-settings.PROXIES]) if len(hops) >= settings.PROXIES > 0 else "") or near


def _address(told: str) -> str:
    """An address as proxies write it, without a port; "" for what is none."""
    bare = told[1:].partition("]")[0] if told.startswith("[") else told.partition(":")[0] if told.count(":") == 1 else told
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""
