"""审签: a sign-off stands while the print is the same and falls for that figure alone; an issue says what was not signed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reports.room.office import AREA, BUILT, QUOTA_NEXT, RATE, TOILETS, Office, toilets
from tests.reports.room.test_consulting import ruled
from tests.reports.township import undone
from zhenwu.kernel.reports.api import Signed, fallen_for, find_issue, issue_report, sign, signed, verify_report
from zhenwu.kernel.reports.models import Ruling, SheetAnswer, SignOff
from zhenwu.kernel.reports.room.keeping import altered
from zhenwu.lib.problems import Problem, Refused
from zhenwu.sdk import current


def states(office: Office) -> dict[str, Signed]:
    return {one.blank.key: one for one in signed(office.draft, [*office.blanks().values()])}


def issue(office: Office, reason: str = "") -> dict:
    text = current("report", "report.annual").body["text"]
    made = issue_report(office["老周"], text.encode(), "annual.md", 2020, "报告", uuid4(), unsigned_reason=reason)
    assert verify_report(find_issue(str(made.number))) == []
    return {**made.frozen.get("signing", {}), "event": made.event.body}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["A1", "A2", "B1"]), st.integers(1, 400_000)), min_size=1, max_size=3))
def test_a_sign_off_falls_if_and_only_if_the_print_changed(office: Office, corrections: list[tuple[str, int]]) -> None:
    with undone():
        office.sign(AREA, RATE)
        before = {key: one.blank.printed for key, one in states(office).items()}
        for code, hundredths in corrections:
            office.correct(code, area=f"{hundredths // 100}.{hundredths % 100:02}")
        now = states(office)
        for key in (AREA, RATE):
            assert (now[key].state == "fallen") == (now[key].blank.printed != before[key])


def test_the_sign_offs_of_other_figures_stand(office: Office) -> None:
    office.publish("demolition.quota", "2021", "11000")
    office.sign(AREA, RATE, QUOTA_NEXT)
    office.correct("B1", area="5000")
    now = states(office)
    assert [now[key].state for key in (AREA, RATE, QUOTA_NEXT)] == ["fallen", "fallen", "signed"]
    off = now[AREA].sign_off
    assert off is not None and (off.printed, off.value, now[AREA].blank.printed) == ("0.05", "510", "0.52")


def test_a_change_below_the_last_printed_digit_moves_no_sign_off(office: Office) -> None:
    office.sign(AREA)
    office.correct("A1", area="131")
    assert states(office)[AREA].state == "signed"


def test_a_fallen_figure_that_prints_again_what_was_signed_is_signed(office: Office) -> None:
    office.sign(AREA)
    office.correct("B1", area="5000")
    office.correct("B1", area="299.50")
    assert states(office)[AREA].state == "signed"


def test_the_person_is_told_what_to_sign_again_and_signs_that_alone(office: Office) -> None:
    office.sign(AREA, RATE)
    assert fallen_for(office["老周"]) == []
    office.correct("B1", area="5000")
    (draft, fallen), = fallen_for(office["老周"])
    assert draft == office.draft and {one.blank.key for one in fallen} == {AREA, RATE}
    office.sign(AREA)
    assert {one.blank.key for _, fallen in fallen_for(office["老周"]) for one in fallen} == {RATE}


@pytest.mark.parametrize("who", ["阿莲", "何书记", "外乡人"])
def test_who_does_not_answer_for_a_line_signs_none_of_its_figures(office: Office, who: str) -> None:
    with pytest.raises(Refused):
        office.sign(AREA, by=who)


def test_what_is_pending_or_moved_meanwhile_cannot_be_signed(office: Office) -> None:
    with pytest.raises(Problem, match="待补"):
        office.sign("当年收入")
    seen = office.prints(AREA)
    office.correct("B1", area="5000")
    with pytest.raises(Problem, match="变了"):
        sign(office["老周"], office.draft, seen, uuid4())
    with pytest.raises(Problem, match="没有选"):
        sign(office["老周"], office.draft, {}, uuid4())


def test_once_signing_has_begun_an_issue_goes_on_without_it_only_for_a_reason(office: Office) -> None:
    assert issue(office)["event"].keys() == {"frozen", "algorithm", "document", "position"}  # nobody was asked to sign yet
    office.sign(AREA)
    with pytest.raises(Problem, match="没有审签"):
        issue(office)
    told = issue(office, "明天上会，来不及")
    assert AREA in told["signed"] and AREA not in [key for key, *_ in told["unsigned"]]
    assert (told["reason"], told["event"]["reason"], told["event"]["unsigned"]) == ("明天上会，来不及", "明天上会，来不及", len(told["unsigned"]))


def test_rows_that_somebody_alters_behind_the_verbs_are_named(office: Office) -> None:
    toilets(office)
    ruled(office, BUILT)
    sheet = office.send("demolition")
    office.say(sheet, AREA, "unchanged")
    office.sign(AREA, TOILETS)
    assert altered() == []
    SignOff.objects.filter(blank=AREA).update(printed="0.06")
    assert len(altered()) == 1
    Ruling.objects.update(reason="别的")
    SheetAnswer.objects.all().delete()
    assert len(altered()) == 3
    SignOff.objects.filter(blank=TOILETS).update(retired_by=SignOff.objects.get(blank=AREA).event)
    assert len(altered()) == 4
