"""A page looks at few matters: where it looked at enough it gives what it found and goes on, and nothing is lost by it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.conftest import Village
from tests.api.test_paging import pages
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.matters import paging
from zhenwu.kernel.matters.api import Report, Taken, Wanted, page, take_steps
from zhenwu.kernel.orgs.api import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("few", [0, 1000])
def test_short_pages_lead_to_all_that_is_within_reach(village: Village, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    for name, value in (("LOOKED", 8), ("WINDOW", 4), ("FEW", few), ("SPAN", 3)):
        monkeypatch.setattr(paging, name, value)
    places = ["外乡一村"] * 9 + ["深塘一格", "上垟一格"]
    steps = [Taken(uuid4(), "report", report=Report("grid", village.town[places[number % 11]], f"第{number}件")) for number in range(44)]
    take_steps(SYSTEM, uuid4(), steps)
    wanted = {step.matter for step in steps if step.report and step.report.unit == village.town["深塘一格"]}
    sequence()
    for since in (None, 0):
        found, after, calls = [], None, 0
        while calls == 0 or after is not None:
            rows, after = page(village.people.alian, Wanted(since=since), after, 3)
            found, calls = found + [row.matter_id for row in rows], calls + 1
        assert sorted(found) == sorted(wanted), (since, few)
    assert len(set(pages(village, 5, []))) == 8


def test_a_list_asks_the_database_as_often_for_many_matters_as_for_few(village: Village) -> None:
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert village.system("热线").get("/api/v1/matters", {"limit": 40}).status_code == 200
        return len(asked)

    for number in range(3):
        village.open(f"第{number}件")
    few = count()
    for number in range(30):
        village.open(f"再{number}件")
    assert count() <= few + 1
