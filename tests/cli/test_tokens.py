"""Tokens by the command: issued once, listed without the secret, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.cli.township import found_township, say
from zhenwu.kernel.journal.models import Event, Operation
from zhenwu.lib.clock import today

pytestmark = pytest.mark.django_db
SOON = str(today() + timedelta(days=60))


@pytest.fixture
def hotline(tmp_path: Path, settings: object) -> str:
    """A system with a token; its secret."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    assert "token issue hotline" in say("user", "add", "hotline", "热线平台", "--system", "--post", "clerk", "--line", "grid").output
    told = say("token", "issue", "hotline", "--name", "转办", "--until", SOON)
    assert told.exit_code == 0, told.output
    return re.findall(r"zw_[A-Za-z0-9_-]{43}", told.output)[0]


def asks(secret: str) -> int:
    return Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/lines").status_code


def test_a_token_opens_the_interface_until_it_is_taken_back(hotline: str) -> None:
    assert asks(hotline) == 200
    listed = say("token", "list").output
    assert "热线平台" in listed and "有效" in listed and hotline not in listed
    number = re.findall(r"[0-9a-f-]{36}", listed)[0]
    assert say("token", "revoke", number).exit_code == 0
    assert asks(hotline) == 401 and "已收回" in say("token", "list").output


def test_the_secret_is_kept_nowhere(hotline: str) -> None:
    from django.core import serializers

    from zhenwu.kernel.orgs.models import Token

    kept = serializers.serialize("json", [*Token.objects.all(), *Event.objects.all(), *Operation.objects.all()])
    assert hotline not in kept and hotline.removeprefix("zw_") not in kept


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("laozhou", "--name", "转办", "--until", SOON), "orgs.token.person"), (("nobody", "--name", "转办", "--until", SOON), "orgs.person.unknown"),
        (("hotline", "--name", "转办", "--until", str(today())), "orgs.token.until"), (("hotline", "--name", "转办", "--until", "2999-01-01"), "orgs.token.until"),
        (("hotline", "--name", " ", "--until", SOON), "orgs.token.name"), (("hotline", "--name", "转办", "--until", SOON, "--as", "laozhou"), "access.refused"),
    ],
)  # fmt: skip
def test_a_token_that_may_not_be_is_refused_in_words(hotline: str, words: tuple[str, ...], code: str) -> None:
    told = say("token", "issue", *words)
    assert told.exit_code == 1 and code in told.output and "zw_" not in told.output


def test_a_system_has_no_password_to_log_in_with(hotline: str) -> None:
    assert not Client().login(username="hotline", password="")
