"""Many steps in one act: judged like single ones, written together, counted alike."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.test_verbs import JUNE, SCOPE, report, walk
from tests.orgs.staff import Town
from zhenwu.kernel.journal.api import events_about, follow, sequence
from zhenwu.kernel.matters import api, bulk
from zhenwu.kernel.matters.api import Taken, take_steps
from zhenwu.kernel.metrics import counting
from zhenwu.kernel.metrics.api import catch_up, rebuild
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib import clock
from zhenwu.lib.problems import Conflict, Problem, Problems

pytestmark = pytest.mark.django_db
LATER = JUNE + timedelta(days=30)


def moment(days: int) -> datetime:
    return datetime.combine(JUNE + timedelta(days=days), time(8), clock.LOCAL)


def opening(town: Town, matter: UUID, days: int = 0) -> Taken:
    return Taken(matter, "report", 0, report(town), moment(days))


def codes(found: Problems) -> list[tuple[int | None, str]]:
    return [(problem.place.row, problem.code) for problem in found.found]


def test_steps_entered_together_leave_matters_as_single_steps_would(town: Town, people: dict[str, Actor]) -> None:
    given = {"unit": str(town["综合站"])}
    single, together = uuid4(), uuid4()
    with clock.at(JUNE):
        single = UUID(api.open_matter(people["阿莲"], uuid4(), report(town))["matter"])
    walk(people, single, ("窗口", "accept"), ("窗口", "dispatch"), ("老周", "sign"), unit=town["综合站"])
    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, together)])
        done = [Taken(together, "accept", 1, at=moment(1)), Taken(together, "dispatch", 2, at=moment(2), given=given)]
        assert take_steps(people["窗口"], uuid4(), done) == {"steps": 2}
        take_steps(people["老周"], uuid4(), [Taken(together, "sign", 3, at=moment(3))])
    rows = {fact.id: fact.row for fact in api.facts(SCOPE)}
    assert rows[single] == rows[together] and rows[together]["accepted_on"] == JUNE + timedelta(days=1)
    alone, batched = (api.history(people["窗口"], matter) for matter in (single, together))
    assert [(step.number, step.action, step.state) for step in alone] == [(step.number, step.action, step.state) for step in batched]
    assert alone[-1].assigned_id == batched[-1].assigned_id == town["综合站"]
    assert [step.at.date() for step in batched] == [JUNE + timedelta(days=n) for n in range(4)]


def test_the_journal_knows_when_they_were_entered_and_nobody_saw_what_lay_between(town: Town, people: dict[str, Actor]) -> None:
    matter = uuid4()
    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, matter)])
        take_steps(people["窗口"], uuid4(), [Taken(matter, "accept", 1), Taken(matter, "escalate", 2, given={"reason": "村里办不了"})])
    catch_up()
    events = [event for _, event in events_about("matters:standard")]
    assert {event.recorded_at.astimezone(clock.LOCAL).date() for event in events} == {LATER}
    before, after = api.changes([events[-1]])
    assert [(fact.number, fact.row["state"]) for fact in (*before, *after)] == [(1, "reported"), (3, "accepted")]


def test_all_faults_are_named_by_their_rows_and_nothing_is_written(town: Town, people: dict[str, Actor]) -> None:
    first, second = uuid4(), uuid4()
    steps = [opening(town, first), Taken(first, "accept", 1), opening(town, second, days=99), Taken(uuid4(), "accept", 1)]
    with clock.at(LATER), pytest.raises(Problems) as found:
        take_steps(people["阿莲"], uuid4(), steps)
    assert codes(found.value) == [(2, "matter.not_yours"), (3, "matter.time"), (4, "matter.unknown")]
    assert list(api.facts(SCOPE)) == []


def test_a_stranger_can_enter_nothing(town: Town, people: dict[str, Actor]) -> None:
    matter = uuid4()
    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, matter)])
        for steps in ([opening(town, uuid4())], [Taken(matter, "accept", 1)]):
            with pytest.raises(Problems) as found:
                take_steps(people["外乡人"], uuid4(), steps)
            assert codes(found.value)[0][1] in ("matter.not_yours", "matter.unknown")


def test_the_same_call_again_writes_nothing_and_another_under_its_number_is_refused(town: Town, people: dict[str, Actor]) -> None:
    op_id, steps = uuid4(), [opening(town, uuid4())]
    with clock.at(LATER):
        assert take_steps(people["阿莲"], op_id, steps) == take_steps(people["阿莲"], op_id, steps)
        with pytest.raises(Problem) as refused:
            take_steps(people["阿莲"], op_id, [opening(town, uuid4())])
    assert refused.value.code == "op.reused"
    assert len(list(api.facts(SCOPE))) == 1


def test_who_was_quicker_wins_and_the_other_hears_of_it(town: Town, people: dict[str, Actor]) -> None:
    matter = uuid4()
    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, matter)])
        api.advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
        with pytest.raises((Conflict, Problems)) as lost:
            take_steps(people["窗口"], uuid4(), [Taken(matter, "accept", 1)])
    assert "write.conflict" in str(lost.value)


def test_who_is_quicker_while_the_steps_are_being_judged_wins_too(
    town: Town, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, other, performed = uuid4(), uuid4(), bulk.perform

    def after_another(*given: object) -> object:
        monkeypatch.setattr(bulk, "perform", performed)
        api.advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
        return performed(*given)  # type: ignore[arg-type]

    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, matter), opening(town, other)])
        monkeypatch.setattr(bulk, "perform", after_another)
        with pytest.raises(Conflict):
            take_steps(people["窗口"], uuid4(), [Taken(other, "accept", 1), Taken(matter, "accept", 1)])
    assert {one: len(api.history(people["窗口"], one)) for one in (matter, other)} == {matter: 2, other: 1}


def test_a_call_cut_short_goes_on_where_it_stopped(
    town: Town, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    matters = [uuid4() for _ in range(3)]
    steps = [opening(town, matter) for matter in matters]
    written = bulk._write
    calls: list[int] = []

    def fails_at_the_second(*given: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return written(*given)  # type: ignore[arg-type]

    op_id = uuid4()
    with clock.at(LATER):
        monkeypatch.setattr(bulk, "_write", fails_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            take_steps(people["阿莲"], op_id, steps)
        monkeypatch.setattr(bulk, "_write", written)
        assert len(list(api.facts(SCOPE))) == 2
        take_steps(people["阿莲"], op_id, steps)
    assert {fact.id for fact in api.facts(SCOPE)} == set(matters)


def test_two_openings_of_one_number_are_refused(town: Town, people: dict[str, Actor]) -> None:
    matter = uuid4()
    with clock.at(LATER), pytest.raises(Problems) as found:
        take_steps(people["阿莲"], uuid4(), [opening(town, matter), opening(town, matter)])
    assert codes(found.value) == [(2, "write.conflict")]


def test_many_steps_entered_together_are_counted_at_one_leap_by_whoever_follows(
    town: Town, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clockwork too: one event after another would take as long again for each thousand."""
    prepared, leaps = counting._prepared, list[bool]()

    def noting(*given: Any, **more: Any) -> Any:
        leaps.append(more.get("anew", False))
        return prepared(*given, **more)

    monkeypatch.setattr(counting, "_prepared", noting)
    monkeypatch.setattr(counting, "FAR", 4)
    with clock.at(LATER):
        take_steps(people["阿莲"], uuid4(), [opening(town, uuid4()) for _ in range(5)])
    sequence()
    assert follow(counting.FOLLOWER) == counting.position() and leaps == [True]
    assert rebuild(write=False).differed == ()
