"""云岭镇 with its people, two systems that come in by tokens, and the lines grid and integrity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.orgs.staff import BEGINNING, Town, posted
from tests.people import People, gather
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import Report, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, Actor, appoint, enrol_system, issue_token, new_secret, revoke_token
from zhenwu.kernel.orgs.models import Person
from zhenwu.lib import clock
from zhenwu.lib.limiter import limiter

LONG = timedelta(days=90)


@dataclass
class Village:
    """Who lives and works here. ``secrets``: the tokens by the name of who carries them."""

    people: People
    clerk: Actor
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.people.town

    def browser(self, name: str, **more: Any) -> Client:
        """A browser in which somebody is logged in; nobody for an empty name."""
        client = Client(**more)
        if name:
            client.force_login(Person.objects.get(name=name), "django.contrib.auth.backends.ModelBackend")
        return client

    def system(self, name: str) -> Client:
        """A program that shows a token with every request."""
        return Client(headers={"authorization": f"Bearer {self.secrets[name]}"})

    def caller(self, name: str) -> Client:
        """A person by the session, or a system by its token."""
        return self.system(name) if name in self.secrets else self.browser(name)

    def open(self, title: str = "路灯不亮", unit: str = "深塘一格", line: str = "grid", **more: Any) -> UUID:
        """A matter, opened by the system."""
        return UUID(open_matter(SYSTEM, uuid4(), Report(line, self.town[unit], title, **more))["matter"])


def system(username: str, name: str, kind: str, unit: UUID, *lines: str) -> UUID:
    """Another system, enrolled and appointed."""
    found = enrol_system(SYSTEM, uuid4(), username, name)
    appoint(SYSTEM, uuid4(), found, kind, unit, lines, BEGINNING)
    return found


def token(of: UUID, *scopes: str, until: date | None = None) -> str:
    """A token of a system."""
    secret = new_secret()
    issue_token(SYSTEM, uuid4(), of, "测试用", scopes or ("read", "write"), until or clock.today() + LONG, secret)
    return secret


@pytest.fixture
def village(db: None, settings: Any) -> Iterator[Village]:
    settings.API_PER_MINUTE = 0  # whoever tests the limit sets one
    limiter.clear()
    packs = {"grid": "网格事项", "integrity": "廉政"}
    install(SYSTEM, [Draft("pack", key, key, {"key": key, "label": label}) for key, label in packs.items()], uuid4())
    people = gather("grid")
    here = Village(people, posted("chuangkou", "窗口", "clerk", people.town["综合站"], "grid"))
    hotline = system("hotline", "热线平台", "clerk", people.town["综合站"], "grid")
    next_door = system("nextdoor", "外乡平台", "clerk", people.town["外乡"], "grid")
    here.secrets = {"热线": token(hotline), "只读": token(hotline, "read"), "邻镇": token(next_door), "伪造": new_secret()}
    with clock.at(clock.now() - timedelta(days=30)):
        here.secrets["过期"] = token(hotline, until=clock.today() + timedelta(days=2))
    here.secrets["收回"] = token(hotline)
    from zhenwu.kernel.orgs.api import tokens

    revoke_token(SYSTEM, uuid4(), tokens()[0].id)
    yield here


Send = Callable[..., Any]


def post(client: Client, address: str, body: object, key: UUID | None = None, **more: Any) -> Any:
    """A write with its key."""
    headers = {"idempotency-key": str(key or uuid4()), **more.pop("headers", {})}
    return client.post(address, body, content_type="application/json", headers=headers, **more)
