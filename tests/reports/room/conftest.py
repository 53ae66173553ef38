"""云岭镇 on one fixed day, its people and a year of records, for the tests of the drafting room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction

from tests.reports.room.office import Office, open_office
from tests.reports.township import forget_remembered
from zhenwu.lib.clock import LOCAL, at

TODAY = datetime(2021, 1, 20, 9, tzinfo=LOCAL)


# The year is told once for a file, in a transaction around those of its tests (``db`` rolls each of them back).
@pytest.fixture(scope="module")
def _opened(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Office]:
    forget_remembered()
    with django_db_blocker.unblock(), transaction.atomic(), at(TODAY):  # type: ignore[attr-defined]
        yield open_office()
        transaction.set_rollback(True)
    forget_remembered()


@pytest.fixture
def office(_opened: Office, db: None) -> Iterator[Office]:
    """The township on 20 January 2021: three structures removed, the county's task, 老周 who answers for it."""
    with at(TODAY):
        yield _opened
