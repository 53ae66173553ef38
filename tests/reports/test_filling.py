"""The seed filled from records: what is known is right, what is not is 待补, and nothing else of the text moves."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.reports.documents import docx_of, seed_text, words_of
from tests.reports.township import ANNUAL, Township, a_year_of_work
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import UNKNOWN, Filled, fill, fill_source, issue_report, read_source, remark
from zhenwu.lib.problems import Problem
from zhenwu.sdk import Figures, switch_off

PENDING = {65, 132, 143, 155}


def seed_filled(text: str = "") -> Filled:
    return fill((text or seed_text()).encode(), "seed.txt", 2020)


def printed(filled: Filled, *indexes: int) -> list[str | None]:
    return [filled.answers[index - 1].printed for index in indexes]


@pytest.fixture
def working(town: Township) -> Township:
    a_year_of_work(town)
    return town


class TestSeed:
    pytestmark = pytest.mark.seed

    def test_the_town_the_area_and_the_share_are_filled_and_right(self, working: Township) -> None:
        assert printed(seed_filled(), 3, 32, 33) == ["云坪", "1.2", "122%"]

    def test_what_nothing_can_know_is_pending_and_so_is_what_nobody_recorded(self, working: Township) -> None:
        filled = seed_filled()
        pending = {answer.slot.index for answer in filled.pending}
        assert pending >= PENDING
        for answer in filled.answers:
            assert (answer.printed is None) == (answer.slot.index in pending)
            assert answer.binding is not None and answer.why
            assert not answer.binding.pending or answer.slot.index in PENDING
        assert filled.text.count(UNKNOWN) == len(pending)

    def test_an_empty_ledger_leaves_its_blanks_pending(self, town: Township) -> None:
        assert printed(seed_filled(), 3, 32, 33) == [None, None, None]
        town.series("demolition.quota", "2020", "10000")
        record = town.removed("A1", "5000", "2020-02-01")
        catch_up()
        assert printed(seed_filled(), 32, 33) == ["0.5", "50%"]
        town.void(record)
        catch_up()
        assert printed(seed_filled(), 32, 33) == [None, None]

    def test_every_sign_outside_the_blanks_stays(self, working: Township) -> None:
        filled = seed_filled()
        template, outside, here = filled.template, [], 0
        for slot in template.slots:
            outside.append(template.text[here : template.offset(slot)])
            here = template.offset(slot) + slot.end - slot.start
        values = [answer.printed or UNKNOWN for answer in filled.answers]
        woven = "".join(before + value for before, value in zip(outside, values, strict=True))
        assert filled.text == woven + template.text[here:]
        assert template.text == seed_text()

    def test_the_clean_and_the_marked_document_have_the_same_words(self, working: Township) -> None:
        filled = fill(docx_of(seed_text()), "seed.docx", 2020)
        assert words_of(filled.document) == words_of(filled.marked) == seed_filled().text
        notes = {answer.slot.index: remark(answer) for answer in filled.answers}
        assert "口径" in notes[32] and "demolition.area@2020" in notes[32]
        assert UNKNOWN in notes[65]

    def test_a_deleted_paragraph_and_a_new_sentence_leave_the_other_blanks_bound(self, working: Township) -> None:
        lines = seed_text().split("\n")
        kept = [line for number, line in enumerate(lines) if number != 4]
        place = next(number for number, line in enumerate(kept) if "拆除违法建筑" in line)
        kept[place] = "这一年很不平凡。" + kept[place]
        whole, edited = seed_filled(), seed_filled("\n".join(kept))
        assert edited.template.fingerprint != whole.template.fingerprint
        expected = {a.binding.id: a.printed for a in whole.answers if a.binding and a.slot.paragraph != 4}
        assert {a.binding.id: a.printed for a in edited.answers if a.binding} == expected

    def test_a_share_that_contradicts_its_parts_is_found_and_stops_the_issue(self, working: Township) -> None:
        """The county publishes 90%: our own quotient says 122%. Somebody must look before it is printed."""
        working.series("demolition.completion", "2020", "90")
        filled = seed_filled()
        assert printed(filled, 33) == ["90%"]
        assert [found.rule for found in filled.contradictions] == ["拆违完成率"]
        with pytest.raises(Problem) as raised:
            issue_report(SYSTEM, seed_text().encode(), "seed.txt", 2020, "报告", uuid4())
        assert raised.value.code == "report.contradiction"
        assert "完成率是拆除面积与全年目标之比" in raised.value.message and raised.value.remedy

    def test_agents_in_fewer_villages_than_there_are_contradict_full_coverage(self, working: Township) -> None:
        points = [
            working.save("premises.facility", village, "2018-03-01", code=code, title=f"{village}代办点", kind="agent_point")
            for village, code in (("深塘村", "F1"), ("上垟村", "F2"))
        ]
        catch_up()
        assert printed(seed_filled(), 90, 93) == ["2", "2"]
        assert "行政村数" not in [found.rule for found in seed_filled().contradictions]
        working.correct(points[1], until="2020-10-01")
        catch_up()
        assert "行政村数" in [found.rule for found in seed_filled().contradictions]

    def test_a_village_whose_agent_left_contradicts_full_coverage_by_name(self, working: Township) -> None:
        duty = {"village": "深塘村", "turn": "1"}
        left = working.save("service.agent_duty", "深塘村", "2018-03-01", **duty, state="on_duty")
        catch_up()
        assert not seed_filled().contradictions
        working.correct(left, until="2020-11-01")
        working.save("service.agent_duty", "深塘村", "2020-11-01", village="深塘村", turn="2", state="vacant")
        catch_up()
        (found,) = seed_filled().contradictions
        assert "代办服务全覆盖" in found.message and found.address.startswith("service.villages_unserved@2020")

    def test_a_month_that_is_a_deadline_is_printed_from_the_task_paper_of_next_year(self, working: Township) -> None:
        assert printed(seed_filled(), 147) == [None]
        working.series("remediation.deadline_month", "2020", "6")
        working.series("remediation.deadline_month", "2021", "9")
        assert printed(seed_filled(), 147) == ["9"]


def test_our_own_report_is_filled_from_the_same_figures(working: Township) -> None:
    filled = fill(ANNUAL.read_bytes(), "annual.md", 2020)
    found = {answer.meaning: answer.printed for answer in filled.answers}
    assert (found["镇名"], found["拆违面积"], found["拆违完成率"], found["镇长"]) == ("云坪", "1.22", "122", None)
    assert "拆除违法建筑1.22万平方米，为县下达任务的122%" in filled.text


def test_a_report_prints_the_mayor_of_the_last_day_of_its_year(town: Township) -> None:
    first = town.save("profile.fact", "云坪镇", "2016-11-01", key="mayor", turn="1", value="陈守田")
    town.correct(first, until="2020-12-01")
    second = town.save("profile.fact", "云坪镇", "2020-12-01", key="mayor", turn="2", value="林望山")
    town.correct(second, until="2021-01-05")
    town.save("profile.fact", "云坪镇", "2021-01-05", key="mayor", turn="3", value="何春水")
    source = read_source("+++\n镇长 = {profile = \"mayor\"}\n+++\n镇长：⟦镇长⟧".encode(), "own.md")
    names = [fill_source(source, "own.md", year, Figures()).answers[0].printed for year in range(2015, 2022)]
    assert names == [None, "陈守田", "陈守田", "陈守田", "陈守田", "林望山", "何春水"]
    absent = fill_source(source, "own.md", 2015, Figures()).answers[0]
    assert absent.why == "镇情里没有 2015-12-31 在用的“mayor”"


def test_a_removed_pack_leaves_its_blanks_pending(working: Township) -> None:
    switch_off(SYSTEM, "demolition", uuid4())
    catch_up()
    answer = next(a for a in fill(ANNUAL.read_bytes(), "annual.md", 2020).answers if a.meaning == "拆违面积")
    assert (answer.printed, answer.why) == (None, "指标 demolition.area 尚未启用")
