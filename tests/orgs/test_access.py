"""Every kind of post × purpose × line × place, by enumeration."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tests.orgs.staff import actor, enrol, found_town, posted
from zhenwu.kernel.orgs import api
from zhenwu.kernel.orgs.api import PURPOSES, SYSTEM, Actor, Held, post_kinds, reach, reach_filter
from zhenwu.kernel.orgs.models import Unit

pytestmark = pytest.mark.django_db

ALL, NO_WRITE = set(PURPOSES), set(PURPOSES) - {"write"}
NO_EXPORT = set(PURPOSES) - {"export"}
TOWN = {"云岭镇", "深塘村", "深塘一格", "上垟村", "上垟一格", "综合站"}
# kind: (posted at, purposes allowed, places reached on its own line, reached on another line too)
EXPECTED: dict[str, tuple[str, set[str], set[str], bool]] = {
    "grid_worker": ("深塘一格", NO_EXPORT, {"深塘一格"}, False),
    "village_secretary": ("深塘村", ALL, {"深塘村", "深塘一格"}, False),
    "village_watch": ("深塘村", NO_WRITE - {"export"}, {"深塘村", "深塘一格"}, False),
    "clerk": ("综合站", NO_EXPORT, TOWN, False),
    "officer": ("综合站", ALL, TOWN, False),
    "office_head": ("综合站", ALL, TOWN, False),
    "overseer": ("云岭镇", NO_WRITE, TOWN, False),
    "secretary": ("云岭镇", NO_WRITE, TOWN, True),
    "mayor": ("云岭镇", NO_WRITE, TOWN, True),
    "statistician": ("云岭镇", {"figures", "evidence"}, TOWN, True),
    "supervisor": ("云岭县", {"figures"}, TOWN | {"云岭县", "外乡", "外乡一村"}, False),
    "auditor": ("云岭县", set(), set(), False),
    "admin": ("云岭县", set(), set(), False),
    "security_admin": ("云岭县", set(), set(), False),
}


def test_every_kind_of_post_is_enumerated_here() -> None:
    assert EXPECTED.keys() == post_kinds().keys()


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_post_reaches_its_purposes_lines_and_places_and_no_more(kind: str) -> None:
    at, purposes, places, every_line = EXPECTED[kind]
    town = found_town()
    who = posted("someone", "老周", kind, town[at], "demolition")
    for purpose in PURPOSES:
        for line in ("demolition", "petition"):
            seen = set(Unit.objects.filter(reach_filter(reach(who, purpose, line), "id")).values_list("id", flat=True))
            allowed = purpose in purposes and (line == "demolition" or every_line)
            assert seen == ({town[name] for name in places} if allowed else set()), (purpose, line)
            for name, unit in town.units.items():
                assert reach(who, purpose, line).covers(unit) == (allowed and name in places)


def test_a_stranger_sees_nothing() -> None:
    found_town()
    stranger = actor(enrol("wai", "外乡人"))
    for purpose in PURPOSES:
        assert reach(stranger, purpose, "demolition").nothing
        assert not Unit.objects.filter(reach_filter(reach(stranger, purpose, "demolition"), "id")).exists()


def test_a_kind_of_post_nobody_knows_allows_nothing() -> None:
    ghost = Actor(uuid4(), "外乡人", (Held("emperor", uuid4(), frozenset({"*"}), uuid4(), uuid4()),))
    assert all(reach(ghost, purpose, "demolition").nothing for purpose in PURPOSES)
    assert not ghost.may("units")


def test_a_purpose_nobody_declared_is_a_programming_error() -> None:
    with pytest.raises(ValueError):
        reach(SYSTEM, "peek", "demolition")  # type: ignore[arg-type]


def test_the_successors_people_see_what_the_merged_villages_recorded() -> None:
    town, june = found_town(), date(2020, 6, 1)
    into = api.merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "塘垟村", june)
    person = enrol("shu", "村书记")
    api.appoint(SYSTEM, uuid4(), person, "village_secretary", into, ["*"], june)
    seen = Unit.objects.filter(reach_filter(reach(actor(person), "list", "demolition"), "id"))
    merged = {into, *(town[name] for name in ("深塘村", "上垟村", "深塘一格", "上垟一格"))}
    assert set(seen.values_list("id", flat=True)) == merged
