"""A list taken page by page holds each matter once, whatever is opened and moved between the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Village, post
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.matters.api import Report, Taken, take_steps
from zhenwu.kernel.orgs.api import SYSTEM

pytestmark = pytest.mark.django_db
MATTERS = "/api/v1/matters"
WHERE = ("深塘一格", "上垟一格", "云岭镇")


def pages(village: Village, limit: int, between: list[str], **asked: object) -> list[str]:
    """All ids in the order they came; ``between`` two pages something happens each time."""
    client, found, cursor, acts = village.system("热线"), list[str](), None, list(between)
    while True:
        told = client.get(MATTERS, {"limit": limit, **asked, **({"cursor": cursor} if cursor else {})}).json()
        assert len(told["matters"]) <= limit
        found += [row["id"] for row in told["matters"]]
        cursor = told["next"]
        if cursor is None:
            return found
        if acts:
            act(village, acts.pop(), found)


def act(village: Village, what: str, found: list[str]) -> None:
    """Another is opened, or one that was seen (or not yet) goes on."""
    if what == "open":
        village.open("新来的")
        return
    rows = village.browser("窗口").get(MATTERS, {"state": "reported", "limit": 200}).json()["matters"]
    wanted = [row for row in rows if (row["id"] in found) == (what == "move seen")]
    if wanted:
        done = post(village.browser("窗口"), f"{MATTERS}/{wanted[-1]['id']}/steps", {"action": "accept", "base_version": wanted[-1]["version"]})
        assert done.status_code == 201


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 9), limit=st.integers(1, 4), between=st.lists(st.sampled_from(["open", "move seen", "move unseen"]), max_size=4),
    mine=st.booleans(),
)  # fmt: skip
def test_each_matter_comes_once(village: Village, count: int, limit: int, between: list[str], mine: bool) -> None:
    there = {str(village.open(f"第{number}件", WHERE[number % 3])) for number in range(count)}
    before = set(pages(village, 200, []))
    assert there <= before
    asked = {"mine": "true"} if mine else {}
    found = pages(village, limit, between, **asked)
    assert len(found) == len(set(found))
    assert before <= set(found) if not mine else set(found) <= before


def test_matters_of_one_event_are_told_apart_by_pages(village: Village) -> None:
    """A bulk verb opens many matters in one event: the key must not stop within it."""
    report = Report("grid", village.town["深塘一格"], "补报的")
    take_steps(SYSTEM, uuid4(), [Taken(uuid4(), "report", report=report) for _ in range(7)])
    sequence()
    for asked in ({}, {"since": 0}):
        found = pages(village, 2, [], **asked)
        assert len(found) == len(set(found)) == 7
