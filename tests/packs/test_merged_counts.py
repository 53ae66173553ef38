"""One incident with three tickets is one incident, in every figure that counts incidents, and three tickets."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters.api import Report, advance_matter, current, merge_matters, open_matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem
from zhenwu.sdk import Figures, catch_up

MONDAY = date(2020, 6, 1)


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def told(stage: Stage, who: str, title: str) -> UUID:
    with at(MONDAY):
        return UUID(open_matter(stage._actor(who), uuid4(), Report("grid", stage.units["一网格"], title))["matter"])


def take(stage: Stage, who: str, matter: UUID, action: str, after: int, **given: str) -> None:
    with at(MONDAY + timedelta(days=after)):
        advance_matter(stage._actor(who), uuid4(), matter, action, current(SYSTEM, matter).number, given)


def close(stage: Stage, matter: UUID, **given: str) -> None:
    take(stage, "窗口", matter, "accept", 0)
    take(stage, "窗口", matter, "dispatch", 1, unit=str(stage.units["综合站"]))
    for action, more in (("sign", {}), ("handle", {}), ("complete", {"result": "换了灯头"})):
        take(stage, "老周", matter, action, 2, **more)
    take(stage, "阿莲", matter, "verify", 3, seen="亮了")
    take(stage, "窗口", matter, "close", 4, **given)


def figures(*names: str) -> dict[str, int]:
    catch_up()
    with at(date(2020, 12, 31)):
        found = Figures()
        return {name: int(found.figure(f"grid.{name}@2020").value or 0) for name in names}


NAMES = ("tickets", "reported", "valid", "open", "completed", "appeals_closed", "incidents_handled", "reopened")


def test_three_tickets_of_one_lamp_are_one_incident_open_closed_and_opened_again(stage: Stage) -> None:
    lead, *others = (told(stage, who, title) for who, title in (("阿莲", "路灯不亮"), ("窗口", "来电说灯不亮"), ("老周", "街上黑")))
    with at(MONDAY):
        merge_matters(stage._actor("窗口"), uuid4(), lead, [(one, 1) for one in others], "同一盏灯")
    assert figures("tickets", "reported", "open") == {"tickets": 3, "reported": 1, "open": 1}
    close(stage, lead)
    assert figures(*NAMES) == {"tickets": 3, "reported": 1, "valid": 1, "open": 0, "completed": 1, "appeals_closed": 1, "incidents_handled": 1, "reopened": 0}
    take(stage, "阿莲", lead, "reopen", 9, reason="又灭了")
    assert figures("open", "incidents_handled", "reopened") == {"open": 1, "incidents_handled": 0, "reopened": 1}


def test_what_goes_on_as_a_quarrel_is_closed_as_such_with_its_number_and_counts_once_here(stage: Stage) -> None:
    matter = told(stage, "阿莲", "两家争水渠")
    with pytest.raises(Problem) as found:
        close(stage, matter, ending="merged")
    assert found.value.code == "matter.guard" and "并入哪一件" in found.value.message
    take(stage, "窗口", matter, "close", 4, ending="merged", goes_on_as="调〔2020〕7号")
    columns = current(SYSTEM, matter).columns
    assert (columns["ending"], columns["goes_on_as"], columns["merged"]) == ("merged", "调〔2020〕7号", False)
    assert figures("incidents_handled", "appeals_closed") == {"incidents_handled": 1, "appeals_closed": 1}
