"""Logging in and out. Too many wrong passwords lock the name at that address for a quarter of an hour."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Credentials(AuthenticationForm):
    """Name and password, with our words for what is wrong."""

    error_messages = {"invalid_login": "登录名或密码不对，请核对后再试。", "inactive": "这个账号已停用，请联系系统管理员。"}

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["username"].label = "登录名"
        self.fields["username"].error_messages["required"] = "请填写登录名。"
        self.fields["password"].label = "密码"
        self.fields["password"].error_messages["required"] = "请填写密码。"


class LogIn(LoginView):
    """The login page."""

    template_name = "web/login.html"
    authentication_form = Credentials
    redirect_authenticated_user = True


class LogOut(LogoutView):
    """By POST only; back to the login page."""

    http_method_names = ["post"]
    next_page = "login"


def locked(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """What a locked name is told (the answer of django-axes)."""
    return render(request, "web/locked.html", status=429)
