"""云岭镇 lives through six years; what the kernel computes is what was written down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

import demo
from demo.building import MARKER, TRUTH, Summary
from demo.life import all_lives
from demo.rehearsing import Rehearsal, every_note
from demo.watching import WATCHES
from demo.world import World
from tests.demo.conftest import LAST, YEAR
from tests.reports.township import undone
from tests.shelves import our_packs
from zhenwu.kernel.journal.api import verify_chain
from zhenwu.kernel.ledgers.api import FORGOTTEN, history, reveal_several
from zhenwu.kernel.ledgers.api import facts as rows
from zhenwu.kernel.matters.api import channels, facts
from zhenwu.kernel.matters.api import sources as matter_sources
from zhenwu.kernel.metrics.api import rebuild
from zhenwu.kernel.orgs.api import SYSTEM, reach, tree
from zhenwu.kernel.reports.api import (
    Draft,
    asked_of,
    blanks_of,
    disputes,
    fill,
    find_issue,
    read_draft,
    sheets_of,
    signed,
    verify_report,
)
from zhenwu.kernel.rosters.api import require, stands
from zhenwu.lib.clock import at, today
from zhenwu.lib.codes import read_identity
from zhenwu.lib.facts import Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem
from zhenwu.sdk import Address, Figures, actor_of, catch_up, current

REACHING_BACK = tuple(metric for life in all_lives() for metric in life.reaching_back)
GROWTH = tuple(metric for life in all_lives() for metric in life.growth)


def lived(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs the township built."""
    return pytest.mark.slow(pytest.mark.django_db(test))


def rehearsed(seed: int, last: date = LAST) -> dict[str, str]:
    """The truth of a seed, without a store."""
    rehearsal = Rehearsal(YEAR, seed, last)
    rehearsal.play()
    return rehearsal.truth()


@lived
def test_every_figure_of_every_year_is_what_was_written_down(town: Summary) -> None:
    figures = Figures()
    computed = {address: figures.figure(address).value for address in town.truth}
    told = {address: Fraction(text) for address, text in town.truth.items()}
    for address in computed:
        if address.startswith(GROWTH):
            computed[address], told[address] = (round(value or 0, 4) for value in (computed[address], told[address]))
    assert computed == told
    assert len(told) > 200


@lived
def test_what_rules_opened_was_taken_up_like_anything_else(town: Summary) -> None:
    rehearsal = Rehearsal(YEAR, 1, LAST)
    rehearsal.play()
    ends = ("closed", "voided", "declined")
    told = Counter(
        (case.line, case.category, case.reported, next((end for end in ends[::-1] if getattr(case, end)), "open"))
        for case in rehearsal.books.cases.values()
        if case.channel == "ledger" and case.line != "service"  # the window's own flows have other ends: their figures tell them
    )
    workflows = (
        "workflow:standard", "workflow:plan.supervision", "workflow:legalaid.aid", "workflow:integrity.doubt", "workflow:powers.run", "workflow:market.rectify",
        "workflow:waste.persuasion", "workflow:enforcement.case", "workflow:enforcement.publication", "workflow:drinking.repair", "workflow:safety.hazard",
        "workflow:remediation.point", "workflow:demolition.demolish",
    )  # fmt: skip
    found = [fact for source in workflows for fact in facts(Scope(source)) if fact.row["channel"] == "ledger"]
    closed = ("passed_on", "unpunished", "dropped", "transferred", "published", "kept", "taken_down", "struck", "no_hazard")
    state = {**{end: end for end in ends}, **dict.fromkeys(closed, "closed"), "mistaken": "voided"}
    stands = Counter((fact.row["line"], fact.row["category"], fact.row["reported_on"], state.get(fact.row["state"], "open")) for fact in found)
    assert stands == told and len(found) > 150
    assert not [fact for fact in found if fact.row["state"] in ("reported", "proposed") and fact.row["reported_on"] < LAST - timedelta(days=60)]


def test_whatever_came_in_came_by_a_channel_that_the_screen_can_name(town: Summary) -> None:
    told = {fact.row["channel"] for source in matter_sources() for fact in facts(Scope(source))}
    assert told - {None, ""} <= channels().keys() and {"call", "visit", "grid"} <= told


def test_every_rule_of_a_pack_is_watched_for_in_the_books() -> None:
    """A pack that the demonstration does not live yet saves no record that its rules could hear."""
    lived_packs = {life.pack for life in all_lives()}
    rules = [body for pack in our_packs() if pack.id in lived_packs for body in pack.rules.values()]
    assert {watch.rule for watch in WATCHES} == {body["key"] for body in rules if "open" in body}
    # What steps bring into a ledger is told by a life that reckons it.
    assert {body["pack"] for body in rules if "enter" in body} <= {life.pack for life in all_lives() if life.reckoning}


@lived
def test_a_rebuild_finds_every_cell_as_it_stands(town: Summary) -> None:
    assert not rebuild(write=False).differed
    assert list(verify_chain()) == []
    assert town.position == catch_up()


@lived
def test_the_annual_report_is_filled_wherever_its_metric_is_installed(town: Summary) -> None:
    text = current("report", "report.annual").body["text"]
    filled = fill(text.encode(), "annual.md", YEAR)
    pending = {answer.binding.metric for answer in filled.pending if answer.binding and answer.binding.metric}
    assert pending == set()
    assert len(filled.answers) > 40 and not filled.contradictions
    assert "云岭镇2024年工作总结" in filled.text


@lived
def test_the_draft_of_the_last_year_has_answers_a_ruling_and_a_sign_off_that_has_fallen(town: Summary) -> None:
    figures, draft = Figures(), Draft("report.annual", YEAR, tree().of_kind("township")[0])
    blanks = blanks_of(read_draft(draft, figures))
    left = [sum(one.is_open for one in asked_of(sheet, blanks)) / len(sheet.entries) for sheet in sheets_of(draft)]
    assert 0 in left and 1 in left  # answered to the end, and not at all
    states = {one.blank.key: one.state for one in signed(draft, blanks)}
    assert states["拆违面积"] == "fallen" and "signed" in states.values() and "unsigned" in states.values()
    ruled = {blank.key: one for blank, one in disputes(blanks, YEAR, figures) if one.ruling}["公厕新建"]
    assert ruled.gap and ruled.comparison and (len(ruled.comparison.only_own), len(ruled.comparison.only_other)) == (2, 1)


@lived
def test_the_issued_report_still_holds_though_later_corrections_moved_its_figures(town: Summary) -> None:
    issue = find_issue(str(town.counts.issued[0]))
    assert verify_report(issue) == []
    moved = {slot["meaning"] for slot in issue.frozen["slots"] if _moved(slot)}
    assert {"拆违面积", "当年收入"} <= moved


@lived
def test_ten_villages_and_forty_grids_are_left_after_a_merger_and_a_split(town: Summary) -> None:
    assert [len(tree(date(YEAR - 5, 12, 31)).of_kind(kind)) for kind in ("village", "grid")] == [11, 39]
    assert [len(tree(LAST).of_kind(kind)) for kind in ("village", "grid")] == [10, 40]


@lived
def test_what_the_county_recognised_is_printed_where_a_person_chose_it(town: Summary) -> None:
    figure = Figures().figure(f"demolition.area@{YEAR - 2}")
    own = next(offer.value for offer in figure.offers if offer.authority == "ledger")
    assert figure.authority == "recognised" and figure.value is not None and figure.value < own


@lived
def test_whoever_is_followed_no_longer_has_no_name_left_and_whoever_still_is_has_one(town: Summary) -> None:
    people = list(rows(Scope("ledger:epidemic.followed")))
    with undone(), at(LAST):
        told = reveal_several(SYSTEM, [history(one.id)[-1] for one in people], "核对删除")
    named = {one.id: said["person"] != FORGOTTEN for one, said in zip(people, told, strict=True)}
    followed = {one.id for one in people if one.row["valid_until"] is None}
    assert {record for record, is_named in named.items() if is_named} == followed
    assert 0 < len(followed) < 10 and len(people) > 200


@lived
def test_the_desk_is_manned_by_two_on_every_day_of_this_month_and_the_coming_one(town: Summary) -> None:
    with at(LAST):
        clerk = actor_of(get_user_model().objects.get(username="dangzhengban"))
        stood = stands(clerk, require(clerk, "duty.watches"), LAST.replace(day=1), date(2025, 7, 31))
    people = Counter(one.duty.watch.id.day for one in stood if one.duty.watch.id.post == "值班室")
    assert set(people.values()) == {2} and len(people) == 30 + 31
    assert {one.on_post for one in stood if one.duty.watch.id.day > LAST} == {None}


@lived
def test_everybody_can_sign_in_and_sees_what_their_posts_allow(town: Summary) -> None:
    actors = {}
    for account in demo.accounts():
        person = get_user_model().objects.get(username=account.username)
        assert person.check_password(account.password)
        actors[account.username] = actor_of(person)
    assert reach(actors["heshuji"], "list", "household").everywhere
    assert len(reach(actors["alian"], "write", "demolition").units) == 1
    assert reach(actors["waixiangren"], "figures", "household").nothing
    assert reach(actors["shenji"], "list", "household").nothing


@lived
def test_the_home_is_marked_as_a_demonstration_and_says_the_truth(town: Summary) -> None:
    home = Path(settings.HOME)
    assert (home / MARKER).exists()
    assert json.loads((home / TRUTH).read_text(encoding="utf-8"))["figures"] == town.truth


@lived
def test_a_store_that_holds_anything_is_not_touched(town: Summary) -> None:
    with pytest.raises(Problem) as refusal:
        demo.build(YEAR, last_day=LAST)
    assert refusal.value.code == "demo.not_empty"


@lived
def test_the_same_seed_tells_the_same_story_and_another_seed_another(town: Summary) -> None:
    assert rehearsed(1) == town.truth
    assert rehearsed(2) != town.truth


def test_finished_years_do_not_depend_on_the_day_of_building() -> None:
    early, late = rehearsed(1), rehearsed(1, date(2025, 11, 30))
    # A household's category or a project's state, once corrected, was never anything else: those two reach back.
    finished = [name for name in early if int(name[-4:]) < YEAR and not name.startswith(REACHING_BACK)]
    assert len(finished) > 150
    assert {name: early[name] for name in finished} == {name: late[name] for name in finished}


@pytest.mark.parametrize("seed", range(1, 9))
def test_no_person_of_the_township_can_exist(seed: int) -> None:
    numbers = [note.data["id_number"] for note in every_note(World(YEAR, seed)) if "id_number" in note.data]
    assert len(set(numbers)) == len(numbers) > 12_000
    assert {read_identity(number).number[:2] for number in numbers} == {"99"}


@pytest.mark.django_db
def test_a_year_that_is_not_over_is_refused() -> None:
    with pytest.raises(Problem) as refusal:
        demo.build(today().year)
    assert refusal.value.code == "demo.year"


def _moved(slot: dict[str, object]) -> bool:
    if not isinstance(slot["address"], list) or slot["value"] is None:
        return False
    metric, period, unit = slot["address"]
    figure = Figures().figure(Address(metric, Period.parse(period), UUID(unit)))
    return figure.value != Fraction(str(slot["value"]))
