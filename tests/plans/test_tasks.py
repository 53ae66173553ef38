"""The plan's loop: sentences become tasks, metrics and reports say how far they are, a person ends them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from tests.plans.township import REWORDED, adopted, confirmed, issued
from tests.web.township import Township, demolish
from zhenwu.kernel.ledgers.api import altered, history
from zhenwu.kernel.matters.api import advance_matter, allowed_actions, deadlines
from zhenwu.kernel.matters.api import history as history_of
from zhenwu.kernel.plans.api import (
    DONE,
    DROPPED,
    RUNNING,
    Ending,
    Report,
    adopt,
    change_task,
    close_task,
    compare,
    note_quarter,
    report_progress,
    sentences,
    standing_of,
    standings,
    supervisions,
    tasks,
)
from zhenwu.kernel.reports.api import plan_of_issue
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Conflict, NotFound, Problem, Problems, Refused
from zhenwu.sdk import Figures, catch_up, follow_rules

pytestmark = pytest.mark.django_db
SPRING = date(2021, 4, 2)


def code_of(words: str) -> str:
    return next(one.code for one in tasks() if words in one.title)


def lights(town: Township, on: date) -> dict[str, str]:
    with at(on):
        return {one.task.title[:4]: one.light.colour for one in standings(town.actor("何书记"), 2021)}


def test_a_reports_sentences_become_tasks_with_target_metric_and_day(town: Township) -> None:
    adopted(town)
    assert [one.sort for one in sentences(2021)] == ["number", "strive", "milestone", "routine", "stance"]
    found = {one.sort: one for one in tasks(2021)}
    assert set(found) == {"number", "strive", "milestone", "routine"}
    demolition = found["number"]
    assert (demolition.metric, demolition.target, demolition.target_unit, demolition.measured_year) == ("demolition.area", "1.20", "万平方米", "2021")
    assert (demolition.line, demolition.code, demolition.sentence) == ("demolition", "R2021-001", "2021-001")
    assert found["milestone"].due_on == date(2021, 6, 30)


def test_adopting_the_same_report_again_writes_nothing(town: Township) -> None:
    issue = issued()
    adopted(town, issue)
    before = [one.version for one in [*sentences(), *tasks()]]
    with at(date(2021, 2, 3)):
        told = adopt(town.actor("老周"), confirmed(issue), uuid4())
    assert told == {"new": 0, "changed": 0, "tasks": 0, "dropped": 0}
    assert [one.version for one in [*sentences(), *tasks()]] == before


def test_the_same_operation_sent_twice_is_one(town: Township) -> None:
    issue, op_id = issued(), uuid4()
    for _ in range(2):
        with at(date(2021, 2, 1)):
            adopt(town.actor("老周"), confirmed(issue), op_id)
    assert len(sentences()) == 5 and len(tasks()) == 4


def test_a_reworded_edition_changes_what_it_changed_and_keeps_the_codes(town: Township) -> None:
    adopted(town)
    second = issued(REWORDED)
    words = [one.words for one in plan_of_issue(second)]
    found = compare(2021, words)
    assert [one.state for one in found] == ["kept", "kept", "changed", "new", "kept", "dropped"]
    with at(date(2021, 3, 1)):
        told = adopt(town.actor("老周"), confirmed(second, drop=(found[-1].code,)), uuid4())
    assert (told["new"], told["dropped"]) == (1, 1)
    milestone = next(one for one in tasks() if one.sort == "milestone")
    assert (milestone.code, milestone.version, milestone.due_on) == ("R2021-003", 2, date(2021, 9, 30))
    assert history(milestone.record)[-1].reason == f"第{second.number}号定稿改了字"
    assert next(one for one in tasks() if "防火" in one.title).state == DROPPED
    assert next(one.code for one in sentences() if "停车场" in one.words) == "2021-006"


def test_lights_come_from_the_metric_and_from_the_calendar(town: Township) -> None:
    adopted(town)
    assert lights(town, date(2021, 2, 1)) == {"完成拆除": "yellow", "争创市级": "grey", "老街立面": "grey", "抓好森林": "grey"}
    demolish(town, "B9", "4000", "2021-03-20", "深塘一格")
    catch_up()
    assert lights(town, SPRING)["完成拆除"] == "green"
    assert lights(town, date(2021, 8, 1)) == {"完成拆除": "red", "争创市级": "yellow", "老街立面": "red", "抓好森林": "yellow"}
    demolish(town, "B10", "8000", "2021-08-20", "深塘一格")
    catch_up()
    assert lights(town, date(2021, 9, 1))["完成拆除"] == "blue"


def test_a_task_without_a_metric_is_reported_once_a_quarter(town: Township) -> None:
    adopted(town)
    code, who = code_of("老街"), town.actor("老周")
    with at(SPRING):
        with pytest.raises(Problem) as missing:
            report_progress(who, code, Report("2021Q1", "10"), uuid4())
        assert missing.value.code == "plan.obstacle"
        report_progress(who, code, Report("2021Q1", "35", "完成招标", "差两户没签"), uuid4())
        assert standing_of(who, code).light.colour == "yellow"
        with pytest.raises(Problems):  # once only: a second report is a correction and needs its reason
            report_progress(who, code, Report("2021Q1", "45"), uuid4())
        report_progress(who, code, Report("2021Q1", "45", reason="漏报了一段"), uuid4())
        assert standing_of(who, code).light.colour == "green"


def test_what_a_metric_says_is_not_asked_for_again(town: Township) -> None:
    adopted(town)
    with at(SPRING), pytest.raises(Problem) as refusal:
        report_progress(town.actor("老周"), code_of("拆除"), Report("2021Q1", "50"), uuid4())
    assert refusal.value.code == "plan.measured"


def proposed(town: Township) -> str:
    """A task so far behind that the rule proposes a 督办; its code."""
    adopted(town)
    demolish(town, "B9", "100", "2021-03-20", "深塘一格")
    catch_up()
    who, code = town.actor("老周"), code_of("拆除")
    with at(SPRING):
        assert note_quarter(who, "2021Q1", uuid4(), Figures())["noted"] == 1
        assert note_quarter(who, "2021Q1", uuid4(), Figures())["noted"] == 1  # the same again says nothing new
        follow_rules()
    return code


def step(town: Township, who: str, code: str, action: str, **given: str) -> str:
    """The newest 督办 of a task taken a step on by somebody; how it stands then."""
    one = supervisions(town.actor(who), code)[0]
    advance_matter(town.actor(who), uuid4(), one.matter_id, action, one.number, given)
    return supervisions(town.actor(who), code)[0].state


def offered(town: Township, who: str, code: str) -> list[str]:
    return [action.label for action in allowed_actions(town.actor(who), supervisions(town.actor(who), code)[0])]


def test_a_red_light_proposes_a_supervision_that_a_leader_signs_the_office_answers_and_the_leader_strikes_off(town: Township) -> None:
    code = proposed(town)
    with at(SPRING):
        assert offered(town, "何书记", code) == ["签发督办", "不督办"] and offered(town, "老周", code) == []
        with pytest.raises(Problem) as too_low:
            step(town, "老周", code, "sign")
        assert too_low.value.code == "matter.not_yours"
        assert step(town, "何书记", code, "sign") == "signed"
        assert offered(town, "老周", code)[0] == "反馈"
        with pytest.raises(Problem) as empty:
            step(town, "老周", code, "answer")
        assert empty.value.code == "matter.missing"
        step(town, "老周", code, "answer", result="月底前再拆两处")
        assert step(town, "何书记", code, "send_back", reason="没有写是哪两处") == "signed"
        step(town, "老周", code, "answer", result="深塘一格两处，月底前拆完")
        assert step(town, "何书记", code, "close") == "closed"
    done = supervisions(town.actor("老周"), code)[0].matter_id
    assert [one.action for one in history_of(town.actor("老周"), done)] == ["propose", "sign", "answer", "send_back", "answer", "close"]
    catch_up()
    counts = {key: Figures().figure(f"plan.{key}@2021").value for key in ("urged", "supervised", "supervisions_closed")}
    assert counts == {"urged": 1, "supervised": 1, "supervisions_closed": 1}


def test_a_supervision_says_until_when_and_how_that_was_reckoned(town: Township) -> None:
    code = proposed(town)
    with at(SPRING):
        step(town, "何书记", code, "sign")
        matter = supervisions(town.actor("老周"), code)[0].matter_id
        signing, answering = deadlines(town.actor("老周"), matter)
    assert (signing.label, signing.late) == ("签发时限", False) and signing.over is not None
    assert answering.over is None and any(line.endswith("15个工作日，当天不计") for line in answering.due.why) and answering.last_day > str(SPRING)[:10]
    with at(SPRING + timedelta(days=60)):
        assert deadlines(town.actor("老周"), matter)[1].late


def test_a_leader_who_does_not_supervise_says_why(town: Township) -> None:
    code = proposed(town)
    with at(SPRING):
        with pytest.raises(Problem):
            step(town, "何书记", code, "decline")
        assert step(town, "何书记", code, "decline", reason="已当面布置") == "declined"
    assert offered(town, "何书记", code) == []
    catch_up()
    assert [Figures().figure(f"plan.{key}@2021").value for key in ("urged", "supervised")] == [1, 0]


def test_a_change_needs_its_reason_and_the_earlier_wording_stays(town: Township) -> None:
    adopted(town)
    who, code = town.actor("老周"), code_of("老街")
    with at(SPRING):
        with pytest.raises((Problem, Problems)):
            change_task(who, code, 1, {"owner": "阿莲"}, "", uuid4())
        change_task(who, code, 1, {"owner": "阿莲", "due_on": "2021-07-31"}, "汛期停工一个月", uuid4())
        with pytest.raises(Conflict):
            change_task(who, code, 1, {"owner": "老周"}, "迟了一步", uuid4())
    task = standing_of(who, code).task
    assert (task.owner, task.due_on, task.version) == ("阿莲", date(2021, 7, 31), 2)
    assert [one.data["due_on"] for one in history(task.record)] == ["2021-06-30", "2021-07-31"]
    assert altered() == []


def test_a_task_is_done_with_proof_and_dropped_with_reason(town: Township) -> None:
    adopted(town)
    who = town.actor("老周")
    with at(SPRING):
        with pytest.raises(Problem) as unproven:
            close_task(who, code_of("老街"), 1, Ending(DONE, SPRING), uuid4())
        assert unproven.value.code == "plan.proof"
        close_task(who, code_of("老街"), 1, Ending(DONE, SPRING, "竣工验收单3号"), uuid4())
        with pytest.raises((Problem, Problems)):
            close_task(who, code_of("争创"), 1, Ending(DROPPED, SPRING), uuid4())
        close_task(who, code_of("争创"), 1, Ending(DROPPED, SPRING, reason="上级停止评选"), uuid4())
        with pytest.raises(Problem) as closed:
            close_task(who, code_of("老街"), 2, Ending(DROPPED, SPRING, reason="重复"), uuid4())
        assert closed.value.code == "plan.closed"
    catch_up()
    assert {one.title[:2]: one.state for one in tasks()} == {"完成": RUNNING, "争创": DROPPED, "老街": DONE, "抓好": RUNNING}
    assert Figures().figure("plan.tasks_done@2021").value == 1


def test_only_who_keeps_the_plan_adopts_and_only_who_may_see_it_sees_it(town: Township) -> None:
    issue = issued()
    for person in ("阿莲", "何书记", "外乡人"):
        with at(date(2021, 2, 1)), pytest.raises(Refused):
            adopt(town.actor(person), confirmed(issue), uuid4())
    adopted(town, issue)
    assert len(standings(town.actor("何书记"), 2021)) == 4
    for person in ("阿莲", "外乡人"):
        assert standings(town.actor(person), 2021) == []
        with pytest.raises(NotFound):
            standing_of(town.actor(person), code_of("老街"))
    with at(SPRING), pytest.raises((Problem, Problems)):
        change_task(town.actor("何书记"), code_of("老街"), 1, {"owner": "阿莲"}, "换人", uuid4())


def test_a_measured_task_hides_its_figure_from_who_may_not_see_it(town: Township) -> None:
    from zhenwu.kernel.orgs.api import appoint
    from zhenwu.sdk import SYSTEM

    adopted(town)
    appoint(SYSTEM, uuid4(), town.people["外乡人"], "officer", town.units["综合站"], ["plan"], date(2015, 1, 1))
    with at(SPRING):
        found = next(one for one in standings(town.actor("外乡人"), 2021) if one.task.metric)
    assert found.figure is None and found.light.colour == "grey" and "权限" in found.light.why


def test_a_report_without_a_plan_says_what_it_lacks(town: Township) -> None:
    bare = "+++\n下年拆违 = {metric = \"demolition.quota\", period = \"year+1\", unit = \"平方米\", decimals = 0}\n+++\n# 报告\n\n## 一、工作总结\n\n拆除⟦下年拆违⟧平方米。\n"
    with pytest.raises(Problem) as found:
        plan_of_issue(issued(bare))
    assert found.value.code == "plan.no_part" and "一级标题" in found.value.remedy


def test_records_of_the_plan_are_covered_by_the_journals_proof(town: Township) -> None:
    from zhenwu.kernel.ledgers.models import Version

    adopted(town)
    record: UUID = tasks()[0].record
    version = Version.objects.get(record_id=record)
    Version.objects.filter(pk=version.pk).update(data={**version.data, "target": "0.5"})
    assert any(str(record) in one for one in altered())
