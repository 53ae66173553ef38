"""司法确认: the court's own days are seen and reminded of, and a breach waits no longer for ever."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from tests.packs.stories import Stage
from tests.packs.test_examples import stage as stage
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput, save_record


def step(matter: UUID, action: str, day: date, **given: str) -> None:
    with at(day):
        matters.advance_matter(SYSTEM, uuid4(), matter, action, len(matters.history(SYSTEM, matter)), given)


def running(matter: UUID) -> dict[str, str]:
    return {one.limit: one.last_day for one in matters.deadlines(SYSTEM, matter) if one.over is None}


def on_the_roll(stage: Stage) -> None:
    with at(date(2026, 3, 2)):
        said = {"code": "TJ01", "name": "吴砚青", "committee": "云岭镇人民调解委员会", "kind": "full_time"}
        save_record(SYSTEM, "mediation.mediator", RecordInput(said, stage.units["云岭镇"], date(2018, 3, 1)), uuid4())


def agreed(stage: Stage) -> UUID:
    with at(date(2026, 3, 2)):
        report = matters.Report("mediation", stage.units["一网格"], "山林界址不清")
        matter = UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="mediation.quarrel", given={"source": "applied"})["matter"])
    on_the_roll(stage)
    step(matter, "accept", date(2026, 3, 3), case_no="1", kind="land", link="people", mediator="TJ01", people="4")
    step(matter, "agree", date(2026, 3, 10), agreement_form="written", facts="界址", terms="以石壁为界")
    return matter


def test_the_court_has_three_days_to_accept_and_fifteen_to_decide(stage: Stage) -> None:
    matter = agreed(stage)
    step(matter, "apply_confirm", date(2026, 3, 11), court="县法院")
    assert running(matter)["court_accept"] == "2026-03-16"  # the third day is a Saturday
    step(matter, "court_accept", date(2026, 3, 13), court_accepted_on="2026-03-13")
    told = running(matter)
    assert "court_accept" not in told and told["court_decide"] == "2026-03-30"  # the fifteenth day is a Saturday
    step(matter, "confirm", date(2026, 3, 27), paper_no="民特9号", confirmed_on="2026-03-27")
    assert "court_decide" not in running(matter)


def test_what_was_not_kept_is_pressed_within_a_time(stage: Stage) -> None:
    matter = agreed(stage)
    assert "urge" not in running(matter)
    step(matter, "breach", date(2026, 4, 1), reason="没有打界桩")
    assert running(matter)["urge"] == "2026-05-06"  # thirty days end within the holidays of May
    step(matter, "urge", date(2026, 4, 10), result="约好月底打")
    assert running(matter)["urge"] == "2026-05-06"  # a talk does not begin it anew
