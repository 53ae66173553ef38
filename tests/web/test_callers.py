"""Where a request comes from, behind proxies and without."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.web.conftest import Story
from zhenwu.web.callers import address_of

NEAR, FAR, FORGED = "10.0.0.1", "203.0.113.7", "198.51.100.1"


def seen(forwarded: str | None) -> str:
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return address_of(RequestFactory().get("/", REMOTE_ADDR=NEAR, **more))


def test_without_the_setting_nobody_can_say_they_are_another(settings: Any) -> None:
    settings.PROXIES = 0
    assert seen(None) == seen(FORGED) == seen(f"{FORGED}, {FAR}") == NEAR


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, FAR, FAR), (1, f"{FORGED}, {FAR}", FAR), (2, f"{FORGED}, {FAR}, 10.0.0.2", FAR), (1, f"{FAR}:5678", FAR), (1, "[2001:db8::1]:80", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"), (2, FORGED, NEAR), (1, None, NEAR), (1, "", NEAR), (1, "unknown", NEAR), (1, f"{FAR}, <script>", NEAR),
    ],
)  # fmt: skip
def test_behind_proxies_of_ours_it_is_what_the_outermost_saw(settings: Any, proxies: int, forwarded: str | None, address: str) -> None:
    settings.PROXIES = proxies
    assert seen(forwarded) == address


@pytest.mark.django_db
def test_who_guesses_passwords_behind_a_proxy_locks_themself_out_and_nobody_else(story: Story, settings: Any) -> None:
    settings.AXES_ENABLED, settings.PROXIES = True, 1
    client, wrong = Client(), {"username": "alian", "password": "wrong"}
    answers = [client.post("/login", wrong, HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, {FAR}") for n in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[-1].status_code == 429
    assert client.post("/login", wrong, HTTP_X_FORWARDED_FOR=FORGED).status_code == 200
