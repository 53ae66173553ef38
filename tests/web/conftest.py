"""One township for all tests of a file, given back unchanged after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser

from tests.web.browsing import browser
from tests.web.township import Township, a_year, township
from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.reports.api import issue_report
from zhenwu.sdk import SYSTEM


@dataclass(frozen=True)
class Story:
    """The township, its records by code, one issued report (number 1)."""

    town: Township
    records: dict[str, UUID]

    def browser(self, name: str = "") -> Client:
        """A browser in which somebody is logged in; nobody without a name."""
        client = Client()
        if name:
            client.force_login(self.town.person(name), "django.contrib.auth.backends.ModelBackend")
        return client


def tell() -> Story:
    """The township with its year and the report of 2020 issued."""
    town = township()
    story = Story(town, a_year(town))
    own = every("report")[0]
    issue_report(SYSTEM, own.body["text"].encode(), f"{own.key}.md", 2020, "云岭镇2020年工作总结", uuid4())
    return story


# The year is told once for a file, in a transaction around those of its tests (``db`` rolls each of them back).
@pytest.fixture(scope="module")
def _told(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Story]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield tell()
        transaction.set_rollback(True)


@pytest.fixture
def story(_told: Story, db: None) -> Story:
    return _told


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with browser(chromium) as started:
        yield started
