"""A closed matter that is opened again: what was counted as finished is under way, and every cell says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.matters.test_verbs import DONE, JUNE, SCOPE, opened, walk
from tests.orgs.staff import Town
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.matters import api
from zhenwu.kernel.metrics.api import Figures, catch_up, rebuild
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
LATE = JUNE + timedelta(days=40)


def take(who: Actor, matter: UUID, action: str, **given: str) -> None:
    api.advance_matter(who, uuid4(), matter, action, len(api.history(SYSTEM, matter)), given)


def counted() -> dict[str, int]:
    catch_up()
    assert not rebuild(write=False).differed
    figures = Figures()
    return {name: int(figures.figure(f"grid.{name}@2020").value or 0) for name in ("appeals_closed", "open", "reopened", "suspended")}


def test_cells_equal_a_rebuild_before_and_after_a_closed_matter_is_opened_again(town: Town, people: dict[str, Actor]) -> None:
    install_packs(SYSTEM, [PACKS], uuid4())
    matter = opened(people, town)
    walk(people, matter, *DONE[:-1], unit=town["综合站"])
    with clock.at(LATE):
        take(people["窗口"], matter, "suspend", reason="等汛期过了再修")
        assert counted() == {"appeals_closed": 0, "open": 1, "reopened": 0, "suspended": 1}
        take(people["老周"], matter, "resume", reason="水退了")
        take(people["老周"], matter, "complete", result="修好了")
        take(people["阿莲"], matter, "verify", seen="不漏了")
        take(people["窗口"], matter, "close", ending="settled")
        assert counted() == {"appeals_closed": 1, "open": 0, "reopened": 0, "suspended": 1}
    with clock.at(LATE + timedelta(days=9)):
        take(people["阿莲"], matter, "reopen", reason="又漏了")
        assert counted() == {"appeals_closed": 0, "open": 1, "reopened": 1, "suspended": 1}
    assert [event.kind for _, event in events_about(f"matter:{matter}")][-1] == "matter.reopened"
    (fact,) = api.facts(SCOPE)
    assert (fact.row["closed_on"], fact.row["ending"], fact.row["state"]) == (None, "", "accepted")
