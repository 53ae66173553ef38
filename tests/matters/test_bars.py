"""Who is kept out of a matter: a person whom it concerns, and everybody but one line once it is sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.matters.test_verbs import JUNE
from tests.orgs.staff import Town, posted
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import Report, Taken, Wanted, standard_body
from zhenwu.kernel.matters.models import Bar
from zhenwu.kernel.orgs.api import PURPOSES, SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound, Problem, Problems, Refused

pytestmark = pytest.mark.django_db
KEY = "grid.quiet"
SCOPE = Scope(f"workflow:{KEY}")


def quiet(**more: Any) -> dict[str, Any]:
    """The standard workflow, whose report and acceptance may keep persons out, with an action that seals."""
    body = standard_body() | {"id": "quiet", "label": "要回避的事项", **more}
    for action in body["action"]:
        if action["id"] in ("report", "accept"):
            action["takes"] = ["barred"]
    body["action"].append(
        {
            "id": "seal",
            "label": "封存",
            "seals": "integrity",
            "move": [{"from": "accepted", "to": "accepted", "posts": ["clerk"]}],
        }
    )
    return body


@pytest.fixture
def workflow(db: None) -> str:
    install(SYSTEM, [Draft("workflow", KEY, "grid", {"key": KEY, "pack": "grid", **quiet()})], uuid4())
    return KEY


def opened(town: Town, actor: Actor, *barred: Actor, workflow: str = KEY, **more: Any) -> UUID:
    given = {"barred": [str(one.person_id) for one in barred]} if barred else {}
    with clock.at(JUNE):
        return UUID(
            api.open_matter(
                actor, uuid4(), Report("grid", town["深塘一格"], "水渠的事", **more), workflow=workflow, given=given
            )["matter"]
        )


def take(actor: Actor, matter: UUID, action: str, number: int, **given: Any) -> dict[str, Any]:
    with clock.at(JUNE + timedelta(hours=number)):
        return api.advance_matter(actor, uuid4(), matter, action, number, given)


def sees(actor: Actor, matter: UUID) -> set[str]:
    """By which doors somebody comes to a matter."""
    api.catch_up_limits()
    api.rebuild_limits()
    found = {f"facts:{purpose}" for purpose in PURPOSES if api.visible_ids(actor, purpose, SCOPE, "grid")}
    found |= {"list"} if matter in set(api.listed(actor).values_list("matter_id", flat=True)) else set()
    found |= {"due"} if matter in set(api.by_due(actor).values_list("matter_id", flat=True)) else set()
    found |= {"page"} if matter in {step.matter_id for step in api.page(actor, Wanted())[0]} else set()
    found |= {"since"} if matter in {step.matter_id for step in api.page(actor, Wanted(since=0))[0]} else set()
    try:
        api.current(actor, matter)
    except NotFound:
        return found
    return found | {"current"}


def test_who_is_named_does_not_see_a_matter_from_any_side_and_all_others_do(
    town: Town, people: dict[str, Actor], workflow: str
) -> None:
    matter = opened(town, people["窗口"], people["老周"])
    assert sees(people["老周"], matter) == set()
    assert {"list", "due", "page", "since", "current", "facts:evidence"} <= sees(people["窗口"], matter)
    assert {"list", "current"} <= sees(people["阿莲"], matter) and {"list", "current"} <= sees(people["何书记"], matter)
    with pytest.raises(NotFound):
        take(people["老周"], matter, "accept", 1)
    with pytest.raises(NotFound):
        api.attach(people["老周"], uuid4(), matter, [])
    with pytest.raises(Problems) as refused, clock.at(JUNE + timedelta(days=1)):
        api.take_steps(people["老周"], uuid4(), [Taken(matter, "accept", 1)])
    assert [one.code for one in refused.value.found] == ["matter.unknown"]


def test_the_dry_run_of_what_is_told_leaves_out_who_is_named(town: Town, people: dict[str, Actor], workflow: str) -> None:
    named = {}
    for barred in ((), (people["阿莲"],)):
        matter = opened(town, people["窗口"], *barred)
        with clock.at(JUNE):
            api.catch_up_limits()
            named[len(barred)] = {name for told in api.timeline(people["窗口"], matter) for _, names in told.to for name in names}
    assert named[0] - named[1] == {"阿莲"}


def test_being_sent_the_matter_does_not_help_who_is_named(town: Town, people: dict[str, Actor], workflow: str) -> None:
    matter = opened(town, people["窗口"])
    take(people["窗口"], matter, "accept", 1, barred=[str(people["老周"].person_id)])
    take(people["窗口"], matter, "dispatch", 2, unit=str(town["综合站"]))
    other = posted("lin", "小林", "officer", town["综合站"], "service")
    assert sees(people["老周"], matter) == set()
    assert "current" in sees(other, matter)


def test_only_persons_of_the_staff_can_be_named_each_once(town: Town, people: dict[str, Actor], workflow: str) -> None:
    for named in ([str(uuid4())], [str(people["老周"].person_id)] * 2, ["老周"]):
        with pytest.raises(Problem) as refused, clock.at(JUNE):
            api.open_matter(
                people["窗口"],
                uuid4(),
                Report("grid", town["深塘一格"], "水渠的事"),
                workflow=KEY,
                given={"barred": named},
            )
        assert refused.value.code == "matter.barred"


def test_a_name_that_an_action_does_not_ask_for_keeps_nobody_out(
    town: Town, people: dict[str, Actor], workflow: str
) -> None:
    matter = opened(town, people["窗口"])
    take(people["窗口"], matter, "refuse", 1, reason="不归本镇", barred=[str(people["老周"].person_id)])
    assert "current" in sees(people["老周"], matter)


def test_a_step_taken_back_lets_the_person_in_again(town: Town, people: dict[str, Actor], workflow: str) -> None:
    matter = opened(town, people["窗口"])
    take(people["窗口"], matter, "accept", 1, barred=[str(people["老周"].person_id)])
    assert sees(people["老周"], matter) == set()
    take(people["窗口"], matter, "withdraw", 2, reason="选错了人")
    assert "current" in sees(people["老周"], matter) and not Bar.objects.exists()


def test_whoever_is_kept_out_is_kept_out_of_its_kin(town: Town, people: dict[str, Actor], workflow: str) -> None:
    window = people["窗口"]
    matter, lead = opened(town, window, people["老周"]), opened(town, window)
    pressed = opened(town, SYSTEM, workflow=KEY, about=matter)
    assert sees(people["老周"], pressed) == {name for name in sees(people["老周"], pressed) if name.startswith("facts")}
    assert "current" in sees(people["老周"], lead)
    take(window, lead, "accept", 1)
    with clock.at(JUNE + timedelta(days=1)):
        api.merge_matters(window, uuid4(), lead, [(matter, 1)], "同一件")
    assert "current" not in sees(people["老周"], lead) and "current" in sees(window, lead)


def test_a_batch_of_steps_keeps_out_as_single_ones_do(town: Town, people: dict[str, Actor], workflow: str) -> None:
    first, second = uuid4(), uuid4()
    named = {"barred": [str(people["老周"].person_id)]}
    steps = [
        Taken(first, "report", report=Report("grid", town["深塘一格"], "一"), given=named), Taken(first, "accept", 1),
        Taken(second, "report", report=Report("grid", town["深塘一格"], "二")), Taken(second, "accept", 1), Taken(second, "seal", 2),
    ]  # fmt: skip
    with clock.at(JUNE):
        api.take_steps(people["窗口"], uuid4(), steps, workflow=KEY)
    for matter in (first, second):
        with pytest.raises(NotFound):
            api.current(people["老周"], matter)
    assert api.current(people["窗口"], first).state == "accepted"
    with pytest.raises(NotFound):
        api.current(people["窗口"], second)


def test_what_is_sealed_is_there_for_those_alone_whose_appointment_names_the_line(
    town: Town, people: dict[str, Actor], workflow: str
) -> None:
    matter = opened(town, people["窗口"])
    take(people["窗口"], matter, "accept", 1)
    take(people["窗口"], matter, "seal", 2)
    inspector = posted("ji", "小纪", "office_head", town["综合站"], "integrity")
    officer = posted("cha", "小察", "officer", town["综合站"], "integrity")
    others = [
        *people.values(),
        posted("all", "样样管", "office_head", town["综合站"], "*"),
        posted("cun", "村里人", "village_secretary", town["深塘村"], "integrity"),
    ]
    for other in others:
        assert sees(other, matter) == set(), other.name
    assert {"list", "due", "page", "since", "current", "facts:evidence", "facts:export"} <= sees(inspector, matter)
    with clock.at(JUNE + timedelta(days=60)):
        api.tell_due()
        assert api.notices_for(inspector).exists() and not any(api.notices_for(other).exists() for other in others)
    for line, there in (("grid", True), ("integrity", False)):  # its own line, not the one that it was sealed for
        assert (matter in set(api.by_due(inspector, line).values_list("matter_id", flat=True))) is there, line
        assert (matter in set(api.listed(inspector, line).values_list("matter_id", flat=True))) is there, line
    take(inspector, matter, "dispatch", 3, unit=str(town["综合站"]))
    take(officer, matter, "sign", 4)
    assert sees(people["老周"], matter) == set(), "not even when it was sent to his office"


def test_a_rule_hears_nothing_of_what_is_sealed(town: Town, people: dict[str, Actor], workflow: str) -> None:
    def heard() -> list[str]:
        return [step.action for step in api.steps_taken([event for _, event in events_about(f"matter:{matter}")], [KEY])]

    matter = opened(town, people["窗口"])
    take(people["窗口"], matter, "accept", 1)
    assert heard() == ["report", "accept"]
    take(people["窗口"], matter, "seal", 2)
    assert heard() == ["report", "accept"]


def test_others_hand_in_what_a_line_looks_into_and_see_no_more_of_it(
    town: Town, people: dict[str, Actor], db: None
) -> None:
    body = quiet(receives_from=["grid"])
    install(
        SYSTEM,
        [Draft("workflow", "integrity.quiet", "integrity", {"key": "integrity.quiet", "pack": "integrity", **body})],
        uuid4(),
    )
    inspector = posted("ji", "小纪", "office_head", town["综合站"], "integrity")
    report = Report("integrity", town["深塘一格"], "举报信一封")
    with clock.at(JUNE):
        matter = UUID(api.open_matter(people["窗口"], uuid4(), report, workflow="integrity.quiet")["matter"])
        api.attach(people["窗口"], uuid4(), matter, [api.Upload("paper", "信.pdf", b"%PDF-1.4 x")])
        with pytest.raises(Refused):
            api.open_matter(people["外乡人"], uuid4(), report, workflow="integrity.quiet")
        with pytest.raises(Refused):
            api.open_matter(people["窗口"], uuid4(), report)  # the standard workflow receives from nobody
    assert "current" not in sees(people["窗口"], matter) and "current" in sees(inspector, matter)
    take(inspector, matter, "accept", 1)
    with pytest.raises(NotFound):
        api.attach(people["窗口"], uuid4(), matter, [api.Upload("paper", "信.pdf", b"%PDF-1.4 y")])


def test_lists_ask_of_bars_only_where_there_are_any(town: Town, people: dict[str, Actor], workflow: str) -> None:
    opened(town, people["窗口"])
    with CaptureQueriesContext(connection) as before:
        assert list(api.listed(people["老周"]))
    assert not any(
        "NOT EXISTS" in one["sql"].upper() or "NOT (EXISTS" in one["sql"].upper() for one in before.captured_queries
    )
    opened(town, people["窗口"], people["老周"])
    with CaptureQueriesContext(connection) as after:
        assert len(list(api.listed(people["老周"]))) == 1
    assert any("matters_bar" in one["sql"] and "matters_step" in one["sql"] for one in after.captured_queries)
