"""Addresses of the interfaces."""

from __future__ import annotations

from django.urls import path, re_path

from zhenwu.api.interface import api
from zhenwu.api.open311 import requests, services

FORM = r"\.(?P<form>json|xml)$"
OPEN311 = [
    re_path(rf"^open311/v2/discovery{FORM}", services.discovery, name="open311_discovery"),
    re_path(rf"^open311/v2/services{FORM}", services.services, name="open311_services"),
    re_path(rf"^open311/v2/services/(?P<code>[^/]{{1,60}}){FORM}", services.service, name="open311_service"),
    re_path(rf"^open311/v2/requests{FORM}", requests.requests, name="open311_requests"),
    re_path(rf"^open311/v2/requests/(?P<identity>[^/]{{1,60}}){FORM}", requests.one, name="open311_request"),
    re_path(rf"^open311/v2/tokens/(?P<identity>[^/]{{1,60}}){FORM}", requests.token, name="open311_token"),
]
urlpatterns = [path("api/v1/", api.urls), *OPEN311]
