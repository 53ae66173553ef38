"""Addresses of the interfaces."""

from __future__ import annotations

from django.urls import path

from zhenwu.api.interface import api

urlpatterns = [path("api/v1/", api.urls)]
