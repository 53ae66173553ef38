"""Several matters and several offices: merged reports, parts, assisting offices, what is seen of them, and extensions in the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, posted
from zhenwu.kernel.matters import api
from zhenwu.kernel.matters.api import Report, advance_matter, merge_matters, open_matter, part_merged, split_matter
from zhenwu.kernel.matters.deadlines import deadlines_of, stood_of
from zhenwu.kernel.matters.limits import runs
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib import clock
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
MONDAY = date(2020, 6, 1)


class Desk:
    """Acts day by day: each act of the story a day after the one before."""

    def __init__(self, people: dict[str, Actor]) -> None:
        self.people, self.day = people, MONDAY

    def __call__(self, who: str, matter: UUID, action: str, *, overriding: bool = False, **given: object) -> str:
        self.day += timedelta(days=1)
        with clock.at(datetime(self.day.year, self.day.month, self.day.day, 10, tzinfo=LOCAL)):
            return str(advance_matter(self.people[who], uuid4(), matter, action, self.version(matter), given, overriding=overriding)["state"])

    def version(self, matter: UUID) -> int:
        return Step.objects.get(matter=matter, retired_by=None).number


def waiting(who: Actor) -> list[Step]:
    """What waits for somebody, once the clockwork has turned."""
    api.catch_up_limits()
    return api.waiting(who)


@pytest.fixture
def desk(people: dict[str, Actor]) -> Desk:
    return Desk(people)


def opened(people: dict[str, Actor], town: Town, title: str = "水管爆了", who: str = "阿莲", place: str = "深塘一格") -> UUID:
    with clock.at(MONDAY):
        return UUID(open_matter(people[who], uuid4(), Report("grid", town[place], title))["matter"])


def state(matter: UUID) -> str:
    return Step.objects.get(matter=matter, retired_by=None).state


def close(desk: Desk, town: Town, matter: UUID) -> None:
    for who, action in (("窗口", "accept"), ("窗口", "dispatch"), ("老周", "sign"), ("老周", "handle"), ("老周", "complete"), ("阿莲", "verify"), ("窗口", "close")):
        desk(who, matter, action, **({"unit": str(town["综合站"])} if action == "dispatch" else {}), **({"result": "换了水管"} if action == "complete" else {"seen": "不漏了"} if action == "verify" else {}))


def test_three_reports_of_one_thing_are_one_incident_and_every_reporter_is_answered(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    lead, second, third = opened(people, town), opened(people, town, "路上全是水", "老周"), opened(people, town, "没有水用")
    with clock.at(MONDAY):
        merged = merge_matters(people["窗口"], uuid4(), lead, [(second, 1), (third, 1)], "同一根水管")
    assert merged["merged"] == 2
    with pytest.raises(Problem) as found:
        desk("窗口", second, "accept")
    assert found.value.code == "matter.merged"
    facts = {fact.id: fact.row["merged"] for fact in api.facts(Scope("workflow:standard"))}
    assert facts == {lead: False, second: True, third: True}
    close(desk, town, lead)
    assert [state(one) for one in (lead, second, third)] == ["closed"] * 3
    last = Step.objects.get(matter=second, retired_by=None)
    assert (last.action, last.given["result"], last.columns["ending"]) == ("answer_merged", "换了水管", "merged")
    # 老周 reported what was merged: he too may open the matter again, and the others are opened with it.
    assert desk("老周", lead, "reopen", reason="又爆了") == "accepted"
    assert [state(one) for one in (second, third)] == ["reported"] * 2
    assert all(Step.objects.get(matter=one, retired_by=None).columns["merged"] for one in (second, third))


def test_what_was_merged_by_mistake_is_taken_out_and_its_limit_stood_still(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    lead, other = opened(people, town), opened(people, town, "另一件事")
    with clock.at(MONDAY + timedelta(days=1)):
        merge_matters(people["窗口"], uuid4(), lead, [(other, 1)], "像是同一件")
    with clock.at(MONDAY + timedelta(days=8)):
        part_merged(people["窗口"], uuid4(), other, desk.version(other), "不是同一件")
        (limit,) = api.deadlines(people["窗口"], other)
    assert limit.due.at is not None and limit.due.at.astimezone(LOCAL).date() == date(2020, 6, 11)  # two work days, a week left out
    assert any("像是同一件" in line for line in limit.due.why)


@pytest.mark.parametrize("spoil", ["itself", "twice", "none", "ended", "stranger", "stale"])
def test_merging_what_cannot_be_merged_changes_nothing(people: dict[str, Actor], town: Town, desk: Desk, spoil: str) -> None:
    lead, other = opened(people, town), opened(people, town, "没有水用")
    if spoil == "ended":
        desk("窗口", other, "refuse", reason="不归镇里")
    others = {"itself": [(lead, 1)], "twice": [(other, 1), (other, 1)], "none": [], "stranger": [(uuid4(), 1)], "stale": [(other, 7)]}
    before = list(Step.objects.values_list("matter", "number", "state").order_by("id"))
    with pytest.raises(Problem):
        merge_matters(people["窗口"], uuid4(), lead, others.get(spoil, [(other, desk.version(other))]), "同一件")
    assert list(Step.objects.values_list("matter", "number", "state").order_by("id")) == before


def test_a_matter_is_split_and_ends_after_its_parts(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    parent = opened(people, town, "水管爆了，路也塌了")
    for action, given in (("accept", {}), ("dispatch", {"unit": str(town["综合站"])})):
        desk("窗口", parent, action, **given)
    parts = [Report("grid", town["深塘一格"], "修水管"), Report("grid", town["深塘一格"], "补路面")]
    with clock.at(desk.day + timedelta(days=1)), pytest.raises(Refused):
        split_matter(people["老周"], uuid4(), parent, 3, parts, "两件事")
    desk.day += timedelta(days=1)
    with clock.at(desk.day):
        children = [UUID(one) for one in split_matter(people["窗口"], uuid4(), parent, 3, parts, "两件事")["children"]]
    assert {name: len(some) for name, some in api.kin(people["窗口"], Step.objects.get(matter=parent, number=1).matter).items()} == {"children": 2}
    for who, action, given in (("老周", "sign", {}), ("老周", "handle", {}), ("老周", "complete", {"result": "都好了"}), ("阿莲", "verify", {"seen": "都看了"})):
        desk(who, parent, action, **given)
    with pytest.raises(Problem) as found:
        desk("窗口", parent, "close")
    assert found.value.code == "matter.guard" and "2件" in found.value.message
    close(desk, town, children[0])
    desk("窗口", children[1], "refuse", reason="已列入大修")
    assert desk("窗口", parent, "close") == "closed"


def test_an_office_of_another_line_sees_and_takes_on_what_is_sent_to_it(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    people["水利"] = posted("shui", "水利员", "officer", town["综合站"], "agri")
    matter = opened(people, town)
    with pytest.raises(NotFound):
        api.current(people["水利"], matter)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    assert "sign" in {action.id for action in api.allowed_actions(people["水利"], api.current(people["水利"], matter))}
    assert [step.matter_id for step in waiting(people["水利"])] == [matter]
    assert desk("水利", matter, "sign") == "signed"
    with pytest.raises(NotFound):
        api.current(people["外乡人"], matter)


def test_an_assisting_office_sees_the_matter_answers_and_is_waited_for(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    people["村书记"] = posted("cun", "村书记", "village_secretary", town["深塘村"], "collective")
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]), assist=[str(town["深塘村"])])
    assert [step.matter_id for step in waiting(people["村书记"])] == [matter]
    desk("老周", matter, "sign")
    desk("老周", matter, "handle")
    with pytest.raises(Problem) as found:
        desk("老周", matter, "complete", result="修好了")
    assert found.value.code == "matter.guard"
    desk("村书记", matter, "answer_part", result="村里已停水")
    assert waiting(people["村书记"]) == []
    assert desk("老周", matter, "complete", result="修好了") == "completed"


@pytest.mark.parametrize("assist", [["综合站"], ["深塘村", "深塘村"], ["没有的"]])
def test_assisting_offices_that_make_no_sense_are_refused(people: dict[str, Actor], town: Town, desk: Desk, assist: list[str]) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    units = [str(town.units.get(name, uuid4())) for name in assist]
    with pytest.raises(Problem) as found:
        desk("窗口", matter, "dispatch", unit=str(town["综合站"]), assist=units)
    assert found.value.code in ("matter.assist", "matter.assigned") and state(matter) == "accepted"


def test_an_extension_moves_the_due_day_and_the_reckoning_says_so(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    people["分管"] = posted("fen", "分管领导", "overseer", town["云岭镇"], "grid")
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    desk("老周", matter, "sign")

    def last_day() -> str:
        return next(one.last_day for one in api.deadlines(people["窗口"], matter) if one.limit == "handle")

    before = last_day()
    desk("老周", matter, "ask_extension", limit="handle", units=5, reason="等配件")
    assert [step.matter_id for step in waiting(people["分管"])] == [matter]
    desk("分管", matter, "grant_extension")
    assert (before, last_day()) == ("2020-06-11", "2020-06-18")
    (run,) = [one for one in api.deadlines(people["窗口"], matter) if one.over is None]
    assert run.due.why[-1] == "其中批准延期 5个工作日"


def test_an_extension_is_not_asked_for_after_the_day(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    desk("老周", matter, "sign")
    desk.day = date(2020, 6, 20)
    with pytest.raises(Problem) as found:
        desk("老周", matter, "ask_extension", limit="handle", units=3, reason="忘了")
    assert found.value.code == "matter.too_late"


def test_the_last_step_is_taken_back_until_somebody_goes_on(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    with pytest.raises(Refused):
        desk("阿莲", matter, "withdraw", reason="我来撤")
    assert desk("窗口", matter, "withdraw", reason="点错了") == "reported"
    assert [(one.limit, one.since.astimezone(LOCAL).date()) for one in api.deadlines(people["窗口"], matter)] == [("accept", MONDAY)]
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    assert desk("窗口", matter, "jump", to="reported", reason="要重新核实") == "reported"


def test_a_dispatch_that_is_taken_back_leaves_nobody_with_the_matter(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    people["水利"] = posted("shui", "水利员", "officer", town["综合站"], "agri")
    people["村书记"] = posted("cun", "村书记", "village_secretary", town["上垟村"], "collective")
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]), assist=[str(town["上垟村"])])
    assert all(api.current(people[who], matter) for who in ("水利", "村书记"))
    assert desk("窗口", matter, "withdraw", reason="派错了") == "accepted"
    assert Step.objects.get(matter=matter, retired_by=None).assigned_id is None
    for who in ("水利", "村书记"):
        with pytest.raises(NotFound):
            api.current(people[who], matter)


def test_the_numbers_of_persons_do_not_stand_in_a_matter(people: dict[str, Actor], town: Town) -> None:
    told = Report("grid", town["深塘一格"], "找 13812345678", "身份证 110101199003070046")
    single = UUID(open_matter(people["阿莲"], uuid4(), told)["matter"])
    together = uuid4()
    api.take_steps(people["阿莲"], uuid4(), [api.Taken(together, "report", report=told)])
    for matter in (single, together):
        kept = api.current(people["窗口"], matter).matter
        assert "13812345678" not in kept.title and "110101199003070046" not in kept.text


def test_what_was_late_is_counted_and_the_office_hours_are_kept(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    quick, slow = opened(people, town), opened(people, town, "路灯不亮")
    close(desk, town, quick)
    desk.day = date(2020, 7, 1)
    close(desk, town, slow)
    rows = {fact.id: fact.row for fact in api.facts(Scope("workflow:standard"))}
    assert (rows[quick]["overdue_times"], rows[slow]["overdue_times"]) == (0, 1)  # taken in a month late, then done in time
    assert rows[quick]["handled_minutes"] == (5.5 + 3 * 7) * 60  # from Tuesday at ten until Saturday


def test_the_time_in_which_it_waited_is_not_time_worked(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    for who, action, given in (("窗口", "accept", {}), ("窗口", "dispatch", {"unit": str(town["综合站"])}), ("老周", "sign", {}), ("窗口", "suspend", {"reason": "等配件"})):
        desk(who, matter, action, **given)
    desk.day = date(2020, 7, 1)
    desk("老周", matter, "resume", reason="到了")
    desk("老周", matter, "complete", result="好了")
    (fact,) = api.facts(Scope("workflow:standard"))
    # From Tuesday at ten to Friday at ten, then from Thursday 2 July at ten to the next day at ten.
    assert fact.row["handled_minutes"] == (3 + 1) * 7 * 60 and fact.row["suspended_times"] == 1


def test_what_a_step_keeps_of_its_limits_is_what_all_steps_say(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    desk("窗口", matter, "withdraw", reason="派错了")
    desk("窗口", matter, "dispatch", unit=str(town["综合站"]))
    desk("老周", matter, "sign")
    desk("窗口", matter, "suspend", reason="等配件")
    desk("老周", matter, "resume", reason="到了")
    steps = list(Step.objects.filter(matter=matter).select_related("matter").order_by("number"))
    workflow = api.workflow_of(steps[0].matter)
    for count in range(1, len(steps) + 1):
        told = [one for one in runs(workflow, [stood_of(workflow, step) for step in steps[:count]]) if one.over is None]
        assert told == list(api.standing_at(steps[count - 1]).runs)
    assert deadlines_of(steps, api_calendar()) != []


def api_calendar() -> object:
    from zhenwu.kernel.definitions.api import calendar

    return calendar()


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(people: dict[str, Actor], town: Town) -> None:
    matter = opened(people, town)
    advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
    with pytest.raises(Conflict) as found:
        advance_matter(people["窗口"], uuid4(), matter, "refuse", 1, {"reason": "不归镇里"})
    assert (found.value.ours, found.value.theirs) == (1, 2)


def test_who_may_only_note_something_or_call_for_help_is_not_who_is_waited_for(people: dict[str, Actor], town: Town, desk: Desk) -> None:
    matter = opened(people, town)
    desk("窗口", matter, "accept")
    desk("窗口", matter, "dispatch", unit=str(town["深塘村"]))
    people["村书记"] = posted("cun", "村书记", "village_secretary", town["深塘村"], "grid")
    desk("村书记", matter, "sign")
    desk("村书记", matter, "handle")
    able = {action.id for action in api.allowed_actions(people["窗口"], api.current(people["窗口"], matter))}
    assert "call_in" in able and waiting(people["窗口"]) == []
    assert [step.matter_id for step in waiting(people["村书记"])] == [matter]
