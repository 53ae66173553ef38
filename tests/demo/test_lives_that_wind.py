"""The honest mess of six years: matters that went a winding way did so every year, and each is told to its end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model

from demo.books import Page
from demo.building import Summary
from demo.deeds import Handling
from demo.diary import posting_day
from demo.lives import demolition, duty, emergency, grid, hotline, remediation
from demo.pictures import picture
from demo.pointing import on_the_point
from demo.razing import on_the_structure, removed_on
from demo.rehearsing import Rehearsal
from demo.winding import windings
from demo.world import World
from tests.demo.conftest import LAST, SEEDS, YEAR, entered
from zhenwu.kernel.matters.api import attachments, current, facts, history, listed, photos_of, signed_slips, workflow_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rounds.api import call_roll, calls
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.sdk import actor_of

WINDING = {
    "escalate", "report_county", "come_back", "lower", "transfer", "call_in", "decline_part", "answer_part", "withdraw", "jump", "split", "merge",
    "refuse_extension", "archive", "propose",
}  # fmt: skip


@SEEDS
def test_every_way_that_a_matter_can_wind_is_taken_in_every_year(seed: int) -> None:
    taken = Counter((step.day.year, step.action) for step in windings(World(YEAR, seed)))
    missing = [(year, action) for year in range(YEAR - 5, YEAR + 1) for action in sorted(WINDING) if not taken[year, action]]
    assert missing == []
    assert all(sum(count for (year, _), count in taken.items() if year == one) < 250 for one in range(YEAR - 5, YEAR + 1))


@SEEDS
def test_what_goes_alone_goes_on_the_day_on_which_papers_are_entered(seed: int) -> None:
    """Elsewhere it would be entered later than the steps that come after it."""
    world = World(YEAR, seed)
    steps = [*windings(world), *(step for order in hotline.orders(world) for step in order.steps)]
    alone = [step for step in steps if step.alone or step.action in ("split", "merge", "withdraw", "jump", "ask_extension", "refuse_extension")]
    assert len(alone) > 50
    assert [step for step in alone if step.day != posting_day(step.day)] == []


@SEEDS
def test_grid_matters_are_of_every_kind_and_come_by_several_channels(seed: int) -> None:
    opened = [step for step in grid.LIFE.deeds(World(YEAR, seed)) if isinstance(step, Handling) and step.action == "report"]
    kinds = {code for code, *_ in grid.KINDS}
    for year in range(YEAR - 5, YEAR + 1):
        of_year = [step for step in opened if step.day.year == year]
        assert {step.category for step in of_year} <= kinds and len({step.category for step in of_year}) > 24
        assert len({step.channel for step in of_year}) >= 5
        assert 0.5 < sum(step.channel == "grid" for step in of_year) / len(of_year) < 0.85


def brought(ledger: str, seed: int) -> dict[str, Page]:
    """The pages of a ledger, as far as the system brought them there, when all is lived."""
    life = Rehearsal(YEAR, seed, LAST)
    life.play()
    return life.books.pages[ledger]


@SEEDS
def test_a_point_that_goes_stepwise_ends_in_the_ledger_on_the_day_of_its_flow_and_is_typed_once(seed: int) -> None:
    notes = [note for note in remediation.LIFE.notes(World(YEAR, seed)) if note.ledger in (remediation.POINT, remediation.RELAPSE)]
    stepwise = [note for note in entered(notes, remediation.POINT) if note.data.get("stepwise")]
    assert len(stepwise) == 3 * 7
    assert [note for note in notes if note.key.partition("/")[0] in {one.key for one in stepwise} and note not in stepwise] == []
    pages = brought(remediation.POINT, seed)
    for note in stepwise:
        struck = next(step.day for step in on_the_point(note.key, posting_day(note.told)) if step.action == "strike_off")
        assert struck > LAST - timedelta(days=31) or pages[note.key].until == struck


@SEEDS
def test_a_structure_that_goes_stepwise_is_typed_once_and_gone_in_the_ledger_on_the_day_of_its_flow(seed: int) -> None:
    notes = list(demolition.LIFE.notes(World(YEAR, seed)))
    found = {note.key: note for note in notes if note.data.get("stepwise")}
    assert len(found) == 4 * 7
    assert [note for note in notes if note.key in found and note is not found[note.key] and not note.authority] == []
    pages = brought("demolition.structure", seed)
    gone = {code: day for code, note in found.items() if (day := removed_on(on_the_structure(code, note.told))) and day < LAST - timedelta(days=31)}
    assert len(gone) > 15
    assert {code: (pages[code].day, pages[code].data["state"]) for code in gone} == {code: (day, "removed") for code, day in gone.items()}
    assert sum(code.endswith("-F1") for code in pages) >= 2


@SEEDS
def test_happenings_and_exchanged_watches_are_told_every_year(seed: int) -> None:
    world = World(YEAR, seed)
    for life, least, ends in ((emergency, 2, {"sign_final", "dismiss"}), (duty, 2, {"apply", "decline"})):
        steps = [step for step in life.LIFE.deeds(world) if isinstance(step, Handling)]
        opened = Counter(step.day.year for step in steps if step.place)
        assert all(opened[year] >= least for year in range(YEAR - 5, YEAR + 1))
        last = {step.matter: step.action for step in steps}
        assert set(last.values()) == ends


def test_a_photo_is_the_same_whenever_it_is_drawn_and_no_other_matter_has_it() -> None:
    drawn = [picture(name, side) for name in ("grid/2024-w06", "grid/2024-w07") for side in ("before", "after")]
    assert len(set(drawn)) == 4 and picture("grid/2024-w06", "before") == drawn[0] and drawn[0].startswith(b"\x89PNG")


def somebody(username: str) -> Actor:
    return actor_of(get_user_model().objects.get(username=username), LAST)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_warning_is_on_and_half_of_those_called_are_ticked_off(town: Summary) -> None:
    with at(LAST):
        officer = somebody("yingji")
        [on] = [one for one in calls(officer) if one.on]
        called = call_roll(officer, "emergency.evacuation", on.record).members
    ticked = [one for one in called if one.made]
    assert len(called) > 10 and 0.3 < len(ticked) / len(called) < 0.7
    assert {one.reason for one in ticked} >= {"不愿离开", "人已外出"} and sum(one.done for one in ticked) > 3


@pytest.mark.slow
@pytest.mark.django_db
def test_some_matters_show_how_it_was_before_and_after_and_some_slips_are_signed(town: Summary) -> None:
    window, sides = somebody("chuangkou"), Counter[str]()
    for fact in facts(Scope("workflow:standard")):
        files = attachments(window, fact.id) if fact.row["line"] == "grid" and fact.row["reported_on"] > date(YEAR - 1, 9, 1) else []
        if files:
            sides.update(one.side for one in photos_of(workflow_of(current(window, fact.id).matter), history(window, fact.id), files))
    signed = sum(len(signed_slips(step.matter_id)) for step in listed(window))
    assert sides["before"] > 2 and sides["after"] > 0
    assert signed == 3


@pytest.mark.slow
@pytest.mark.django_db
def test_orders_that_were_merged_were_answered_with_the_first(town: Summary) -> None:
    merged = [fact for fact in facts(Scope("workflow:hotline.order")) if fact.row["merged"]]
    assert len(merged) >= 12 and all(fact.row["ending"] == "merged" for fact in merged if fact.row["closed_on"])
    assert sum(fact.row["closed_on"] is not None for fact in merged) > 8


@pytest.mark.slow
@pytest.mark.django_db
def test_what_was_overdue_for_weeks_was_pressed_answered_and_struck_off(town: Summary) -> None:
    told = [fact.row for fact in facts(Scope("workflow:supervision")) if fact.row["accepted_on"]]
    assert len(told) >= 5 and all(row["state"] == "closed" for row in told if row["reported_on"].year < YEAR)
