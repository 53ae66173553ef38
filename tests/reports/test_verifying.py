"""An issued document can be recomputed for ever; whatever is altered under it is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as modest
from hypothesis import strategies as st

from tests.reports.documents import REPORT, docx_of
from tests.reports.township import ANNUAL, FACT, HOUSEHOLD, SHORT, Township, a_year_of_work, drafts, undone
from zhenwu.kernel.definitions.api import Draft, install, switch_off
from zhenwu.kernel.definitions.models import Revision
from zhenwu.kernel.journal.api import digest_at
from zhenwu.kernel.journal.models import Event, Sequenced
from zhenwu.kernel.ledgers.api import FORGOTTEN, forget_subject, history, masked, visible_history
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.spelling import version_digest
from zhenwu.kernel.metrics.api import Figures, catch_up, choose_authority, read_now
from zhenwu.kernel.metrics.models import Cell, Choice, SeriesValue
from zhenwu.kernel.orgs.api import SYSTEM, merge_units, rename_unit
from zhenwu.kernel.orgs.models import Placement, Succession
from zhenwu.kernel.reports import issuing
from zhenwu.kernel.reports.api import Issue, fill, imprint_of, issue_report, issued_text, verify_report
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.lib.clock import at
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem


@pytest.fixture
def records(town: Township) -> dict[str, UUID]:
    return a_year_of_work(town)


@pytest.fixture
def issue(town: Township, records: dict[str, UUID]) -> Issue:
    return town.issue()


def printed(issue: Issue) -> dict[str, str]:
    return {slot["meaning"]: slot["printed"] for slot in issue.frozen["slots"]}


def test_a_fresh_issue_verifies_and_prints_what_the_records_say(issue: Issue) -> None:
    assert verify_report(issue) == []
    assert printed(issue) == {
        "镇名": "云坪", "年份": "2020", "拆违": "12220.50", "完成率": "122.2", "五年": "12500", "在册": "4",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["annual.md", "foreign.txt", "foreign.docx", "报告.DOCX"])
def test_every_kind_of_template_verifies(town: Township, records: dict[str, UUID], name: str) -> None:
    docx = docx_of(REPORT) if name.lower().endswith("docx") else REPORT.encode()
    content = ANNUAL.read_bytes() if name == "annual.md" else docx
    issue = issue_report(SYSTEM, content, name, 2020, "报告", uuid4())
    assert verify_report(issue) == []


def test_the_same_template_under_another_name_does_not_disturb(town: Township, records: dict[str, UUID]) -> None:
    """Files are kept by content: the first name they came under must not decide how they are read."""
    issue_report(SYSTEM, REPORT.encode(), "first.txt", 2020, "甲", uuid4())
    second = issue_report(SYSTEM, REPORT.encode(), "second.md", 2020, "乙", uuid4())
    assert verify_report(second) == []


def test_later_corrections_and_records_do_not_disturb(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    town.correct(records["A1"], area="1")
    town.void(records["A2"])
    town.removed("A9", "77", "2020-08-01")
    town.correct(records["镇名"], value="云海")
    town.series("demolition.quota", "2020", "99")
    catch_up()
    assert Figures().figure("demolition.area@2020").value == 78
    assert verify_report(issue) == []


def test_later_definitions_do_not_disturb(issue: Issue) -> None:
    changed = [changed_definition(draft) for draft in drafts()]
    answer = install(SYSTEM, changed, uuid4())
    assert answer["changed"] == ["metric:demolition.area"]
    catch_up()
    assert Figures().figure("demolition.area@2020").value != 12220
    assert verify_report(issue) == []


def changed_definition(draft: Draft) -> Draft:
    """拆违面积 counts every structure from now on, demolished or not."""
    if draft.key != "demolition.area":
        return draft
    return Draft(draft.kind, draft.key, draft.pack, {**draft.body, "where": None, "where_text": None, "unit": "亩"})


def test_a_pack_removed_leaves_issues_verifiable_and_records_readable(
    records: dict[str, UUID], issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pack in ("demolition", "household", "profile", "report", "residents"):
        switch_off(SYSTEM, pack, uuid4())
    catch_up()
    monkeypatch.setattr("tests.reports.township.PACKS", Path("gone"))
    assert not Cell.objects.filter(metric__key="demolition.area").exists()
    with pytest.raises(Problem):
        Figures().figure("demolition.area@2020")
    assert verify_report(issue) == []
    assert visible_history(SYSTEM, records["A1"])[-1].data["area"] == 812050
    assert masked(history(records["人"])[-1])["person"] == "蓝**"


def test_a_forgotten_person_does_not_disturb(records: dict[str, UUID], issue: Issue) -> None:
    version = history(records["人"])[-1]
    forget_subject(SYSTEM, UUID(version.data["_subject"]), "本人申请", uuid4())
    assert masked(version)["person"] == FORGOTTEN
    assert verify_report(issue) == []


def test_later_changes_of_the_units_do_not_disturb(town: Township, issue: Issue) -> None:
    rename_unit(SYSTEM, uuid4(), town["深塘村"], "深潭村", date(2020, 3, 1))
    merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "双溪村", date(2020, 12, 1))
    catch_up()
    assert verify_report(issue) == []


def test_a_change_known_before_but_in_force_after_the_issue_does_not_disturb(town: Township) -> None:
    """The running year's tree is that of the day of issue, also when it is verified years later."""
    with at(date(2020, 12, 20)):
        a_year_of_work(town)
        rename_unit(SYSTEM, uuid4(), town["深塘村"], "深潭村", date(2020, 12, 31))
        issue = town.issue()
    assert verify_report(issue) == []
    with at(date(2026, 1, 1)):
        assert verify_report(issue) == []


def household(town: Township, code: str, people: str, until: str = "") -> UUID:
    town.save("residents.household", "一网格", "2015-01-01", code=code, head="蓝小溪")
    return town.save(HOUSEHOLD, "一网格", "2019-05-01", until, household=code, people=people, category="edge")


def test_an_issue_of_a_running_year_stands_at_its_last_day_as_known_when_issued(town: Township) -> None:
    """Ends that are known count although the day has not come; names and units are those of the day of issue."""
    with at(date(2020, 12, 20)):
        a_year_of_work(town)
        household(town, "H2", "3", until="2020-12-31")
        household(town, "H3", "2", until="2021-01-01")
        town.save(FACT, "云坪镇", "2020-12-21", key="town", turn="2", value="云海")
        rename_unit(SYSTEM, uuid4(), town["深塘村"], "深潭村", date(2020, 12, 31))
        issue = town.issue()
        assert (printed(issue)["在册"], printed(issue)["镇名"]) == ("6", "云坪")
        assert verify_report(issue) == []
    with at(date(2020, 12, 29)):
        town.removed("A8", "1000", "2020-12-28")
        household(town, "H4", "5")
        merge_units(SYSTEM, uuid4(), [town["一网格"], town["二网格"]], "溪边网格", date(2020, 12, 30))
        assert verify_report(issue) == []
    with at(date(2021, 6, 1)):
        catch_up()
        assert Figures().figure("household.people@2020").value == 11
        assert verify_report(issue) == []


def test_a_year_before_the_first_unit_was_entered_is_reported_and_verified(town: Township) -> None:
    text = SHORT.replace("年份 =", 'xx = {profile = "village_count"}\n年份 =').replace("拆除违法", "⟦xx⟧个村，拆除违法")
    issue = town.issue(text.replace("xx", "村数"), year=2014)
    assert (printed(issue)["村数"], printed(issue)["年份"]) == (None, "2014")
    assert verify_report(issue) == []


def test_a_change_of_the_digest_does_not_disturb(issue: Issue) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DIGEST", "sm3")
        assert verify_report(issue) == []


def test_issuing_twice_with_one_operation_gives_the_first_issue(town: Township, records: dict[str, UUID]) -> None:
    operation = uuid4()
    first = issue_report(SYSTEM, ANNUAL.read_bytes(), "annual.md", 2020, "报告", operation)
    town.correct(records["A1"], area="1")
    assert issue_report(SYSTEM, ANNUAL.read_bytes(), "annual.md", 2020, "报告", operation) == first
    assert Issue.objects.count() == 1


def test_a_number_that_no_word_makes_true_prints_as_unknown_and_verifies(town: Township) -> None:
    town.removed("A1", "5", "2020-03-01")
    issue = town.issue()
    assert printed(issue)["五年"] is None
    assert verify_report(issue) == []


# — the imprint —


def test_the_issued_document_ends_with_its_number_its_reach_and_the_seal_head(town: Township, records: dict[str, UUID]) -> None:
    with at(date(2021, 2, 3)):
        issue = town.issue()
    position, head = issue.frozen["seal"]
    last = issued_text(issue).splitlines()[-1]
    assert last == (
        f"定稿第 1 号，2021-02-03 定稿。数据截至第 {position} 号留痕（2021-01-15 登记）。封存到第 {position} 号留痕，"
        f"封存印记 {head}。凭编号和印记可以核验本文的数字有没有被改动。"
    )
    assert digest_at(position) == head
    assert town.issue().frozen["number"] == 2


@pytest.mark.parametrize("name", ["annual.md", "foreign.txt", "foreign.docx"])
def test_every_kind_of_template_gets_one_imprint_and_keeps_its_other_words(town: Township, name: str) -> None:
    content = docx_of(REPORT) if name.endswith("docx") else ANNUAL.read_bytes() if name == "annual.md" else REPORT.encode()
    issue = issue_report(SYSTEM, content, name, 2020, "报告", uuid4())
    unissued = read_docx(fill(content, name, 2020, issue.frozen["position"]).document).text
    assert issued_text(issue) == f"{unissued}\n{imprint_of(issue.frozen)}\n"


def test_the_number_printed_is_the_issues_own_even_when_another_was_quicker(
    town: Township, records: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    quicker: list[Issue] = []
    plain = issuing.add_imprint

    def overtaken(document: bytes, words: str) -> bytes:
        if not quicker:
            monkeypatch.setattr(issuing, "add_imprint", plain)
            quicker.append(town.issue())
        return plain(document, words)

    monkeypatch.setattr(issuing, "add_imprint", overtaken)
    issue = town.issue()
    assert (quicker[0].number, issue.number) == (1, 2)
    assert "定稿第 2 号，" in issued_text(issue)
    assert verify_report(issue) == verify_report(quicker[0]) == []


# — what is altered is named —

Alter = Callable[[Township, dict[str, UUID], Issue], object]


def version(records: dict[str, UUID], name: str = "A1") -> Version:
    return history(records[name])[0]


def a_data(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    told = version(records)
    Version.objects.filter(pk=told.pk).update(data={**told.data, "area": 1})


def a_forged_event(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    a_data(town, records, issue)
    told = version(records)
    event = told.event
    event.body["versions"][0][2] = version_digest(told, told.revision.digest, "sha256")
    event.save()


def a_lost_version(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    version(records, "户").delete()


def a_early_end(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Version.objects.filter(pk=version(records).pk).update(retired_by=Event.objects.order_by("id").first())


def a_undone_end(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    town.correct(records["A2"], area="1")
    Version.objects.filter(pk=version(records, "A2").pk).update(retired_by=None, key="又一条")


def a_name(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    told = version(records, "镇名")
    Version.objects.filter(pk=told.pk).update(data={**told.data, "value": "假"})


def a_definition(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    told = Revision.objects.get(kind="metric", key="demolition.area")
    Revision.objects.filter(id=told.id).update(body={**told.body, "where": None})


def a_definition_and_its_digest(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    from zhenwu.lib.digests import digest

    told = Revision.objects.get(kind="metric", key="demolition.area")
    body = {**told.body, "basis": "随便算"}
    Revision.objects.filter(id=told.id).update(body=body, digest=digest(body, "sha256"))


def a_definition_end(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Revision.objects.filter(key="demolition.area").update(retired_by=Event.objects.order_by("id").first())


def a_placement(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Placement.objects.filter(unit_id=town["三网格"]).update(parent_id=town["深塘村"])


def a_succession(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Succession.objects.all().update(into_id=town["三网格"])


def a_frozen_value(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    issue.frozen["slots"][2]["value"] = "1"
    issue.save()


def a_frozen_day(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    issue.frozen["day"] = "2020-01-01"
    issue.save()


def a_title(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    issue.title = "别的标题"
    issue.save()


def file_of(digest: str) -> Path:
    return Path(settings.HOME) / "files" / digest[:2] / digest


def a_document(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    file_of(issue.document_file).write_bytes(docx_of("云坪镇什么也没有拆"))


def a_template(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    file_of(issue.template_file).write_text("别的模板")


def a_lost_document(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    file_of(issue.document_file).unlink()


def a_swapped_document(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    issue.document_file = issue.template_file
    issue.save()


def a_series_value(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    SeriesValue.objects.update(value=1)


def a_series_end(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    SeriesValue.objects.update(retired_by=Event.objects.order_by("id").first())


def a_choice(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Choice.objects.update(authority="ledger")


def a_number(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Issue.objects.update(number=7)


def a_event(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Event.objects.filter(id=version(records).event_id).update(principal="person:外乡人")


def a_lost_position(town: Township, records: dict[str, UUID], issue: Issue) -> None:
    Sequenced.objects.filter(position=2).delete()


ALTERED: list[tuple[Alter, str]] = [
    (a_data, "台账记录被改动"), (a_forged_event, "内容与封签不符"),
    (a_lost_version, "（缺失）"), (a_early_end, "（替换关系）"), (a_undone_end, "（替换关系）"),
    (a_name, "“镇名”现查为“假”"),
    (a_definition, "定义被改动：metric:demolition.area"), (a_definition_and_its_digest, "定义被改动：metric:demolition.area"),
    (a_definition_end, "定义被改动：metric:demolition.area"),
    (a_placement, "机构和网格划分被改动"), (a_succession, "机构和网格划分被改动"),
    (a_frozen_value, "冻结的内容被改动"), (a_frozen_day, "冻结的内容被改动"), (a_title, "标题、年份或文件被改动"), (a_number, "编号、标题、年份或文件被改动"),
    (a_document, "内容被改动过"), (a_template, "内容被改动过"), (a_lost_document, "没有这个文件"),
    (a_swapped_document, "标题、年份或文件被改动"), (a_series_value, "导入的指标数被改动：demolition.quota@2020"),
    (a_series_end, "“完成率”由记录重算为 None"), (a_choice, "“拆违”由记录重算为"), (a_event, "内容与封签不符"),
    (a_lost_position, "缺第 2 号留痕"),
]  # fmt: skip


@pytest.mark.parametrize(("alter", "words"), ALTERED, ids=lambda given: getattr(given, "__name__", ""))
def test_what_is_altered_is_named(town: Township, records: dict[str, UUID], alter: Alter, words: str) -> None:
    merge_units(SYSTEM, uuid4(), [town["一网格"], town["二网格"]], "溪边网格", date(2020, 11, 1))
    town.series("demolition.area", "2020", "10000", "statutory")
    choose_authority(
        SYSTEM, "demolition.area", town["云坪镇"], Period.year(2020), "statutory", "以统计为准", uuid4()
    )
    issue = town.issue()
    assert verify_report(issue) == []
    kept = {name: file_of(name).read_bytes() for name in (issue.template_file, issue.document_file)}
    try:
        alter(town, records, issue)
        complaints = verify_report(Issue.objects.get(id=issue.id))
    finally:
        for name, content in kept.items():
            file_of(name).write_bytes(content)
    assert any(words in complaint for complaint in complaints), complaints


@modest(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["A1", "A2", "旧"]), st.integers(1, 9_000_000)), min_size=1, max_size=4))
def test_no_later_history_disturbs_an_issue(
    town: Township, records: dict[str, UUID], issue: Issue, changes: list[tuple[str, int]]
) -> None:
    with undone():
        for name, hundredths in changes:
            town.correct(records[name], area=f"{hundredths / 100:.2f}")
        again = town.issue()
        assert verify_report(issue) == verify_report(again) == []


def test_what_moves_while_an_issue_is_read_is_counted_as_it_was(town: Township, records: dict[str, UUID]) -> None:
    address, seen = "demolition.area@2020", []
    before = Figures().figure(address).value

    def read(figures: Figures) -> object:
        if not seen:
            town.removed("A9", "500", "2020-09-01")
            catch_up()
        seen.append(figures.figure(address).value)
        return seen[-1]

    found = read_now(read)
    assert found == before and len(seen) == 2 and seen[0] != before
