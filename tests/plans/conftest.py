"""One township with a plan for all tests of a file, given back unchanged after each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.plans.township import planned
from tests.web.township import Township


@pytest.fixture(scope="module")
def _planned(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Township]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield planned()
        transaction.set_rollback(True)


@pytest.fixture
def town(_planned: Township, db: None) -> Township:
    return _planned
