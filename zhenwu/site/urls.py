"""Addresses."""

from django.urls import include, path

urlpatterns = [path("", include("zhenwu.api.urls")), path("", include("zhenwu.web.urls"))]
