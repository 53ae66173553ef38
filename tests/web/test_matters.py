"""事项 on the screen: 老周 takes up what was sent to his office, 何书记 looks on, 外乡人 sees nothing."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.matters.api import Report, advance_matter, catch_up_limits, merge_matters, open_matter
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput, catch_up, save_record

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


def sent_to_the_office(story: Story, title: str = "上垟一格有人搭棚") -> UUID:
    """A matter of 上垟一格 that was taken in and sent to 综合站."""
    with at(DAY):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], title))["matter"])
        advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
        advance_matter(SYSTEM, uuid4(), matter, "dispatch", 2, {"unit": str(story.town.units["综合站"])})
    catch_up_limits()
    return matter


def page(story: Story, who: str, matter: UUID) -> str:
    return story.browser(who).get(reverse("matter", args=[matter])).content.decode()


def take(story: Story, who: str, matter: UUID, action: str, base: int, **more: str) -> tuple[int, str]:
    sent = {"action": action, "base_version": str(base), "op_id": str(uuid4()), **more}
    answer = story.browser(who).post(reverse("take_step", args=[matter]), sent, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_list_says_how_far_and_until_when_and_what_is_late(story: Story) -> None:
    sent_to_the_office(story)
    told = story.browser("老周").get(reverse("matters")).content.decode()
    assert "上垟一格有人搭棚" in told and "待签收" in told and "2021-03-10" in told and "超期" in told
    assert "上垟一格有人搭棚" not in story.browser("阿莲").get(reverse("matters")).content.decode()
    assert "没有这样的事项" in story.browser("外乡人").get(reverse("matters")).content.decode()
    assert "没有这样的事项" in story.browser("老周").get(reverse("matters") + "?which=over").content.decode()


def test_the_list_is_narrowed_by_words_place_and_office(story: Story) -> None:
    sent_to_the_office(story)
    units, browser = story.town.units, story.browser("老周")

    def found(**asked: object) -> bool:
        return "上垟一格有人搭棚" in browser.get(reverse("matters"), asked).content.decode()

    assert found(words="搭棚 上垟") and not found(words="搭棚 下垟")
    assert found(place=units["上垟一格"]) and found(place=units["云岭镇"]) and not found(place=units["综合站"])
    assert found(office=units["综合站"]) and not found(office=units["上垟一格"])
    assert found(which="mine", words="搭棚") and not found(which="mine", words="道路")
    assert found(place="no-such-place", office="' OR 1=1")  # what is no unit narrows nothing
    assert not story.browser("外乡人").get(reverse("matters"), {"words": "搭棚"}).content.decode().count("有人搭棚")


def test_the_list_of_an_office_holds_all_that_lies_with_it_whatever_its_state(story: Story) -> None:
    """What was sent to it and was taken up; and what was sent to nobody but waits for somebody of it."""
    units = story.town.units
    matter = sent_to_the_office(story)

    def lying_with(office: str) -> set[str]:
        told = story.browser("何书记").get(reverse("matters"), {"office": units[office]}).content.decode()
        return {title for title in ("上垟一格有人搭棚", "深塘有人搭棚", "两家争路") if title in told}

    for action, base in (("sign", 3), ("handle", 4), ("complete", 5)):
        take(story, "老周", matter, action, base, result="拆了")
        catch_up_limits()
        assert lying_with("综合站") == {"上垟一格有人搭棚"}, action
    with at(DAY):
        open_matter(SYSTEM, uuid4(), Report("demolition", units["深塘一格"], "深塘有人搭棚"))
        open_matter(SYSTEM, uuid4(), Report("mediation", units["深塘一格"], "两家争路"), workflow="mediation.quarrel", given={"source": "applied"})
    catch_up_limits()
    assert lying_with("综合站") == {"上垟一格有人搭棚"}  # nobody of it takes them in
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", units["综合站"], ["demolition"], date(2015, 1, 1))
    assert lying_with("综合站") == {"上垟一格有人搭棚", "深塘有人搭棚"}
    assert lying_with("深塘村") == lying_with("上垟一格") == set()
    with at(DAY):
        lead, again = (UUID(open_matter(SYSTEM, uuid4(), Report("demolition", units["深塘一格"], title))["matter"]) for title in ("先报的棚", "两家争路"))
        merge_matters(SYSTEM, uuid4(), lead, [(again, 1)], "同一个棚")
    catch_up_limits()
    told = story.browser("何书记").get(reverse("matters"), {"office": units["综合站"], "which": "all"}).content.decode()
    assert "先报的棚" in told and "两家争路" not in told  # what was merged goes its lead's way


def test_the_list_of_all_holds_what_is_over_beside_what_is_not(story: Story) -> None:
    sent_to_the_office(story)
    with at(DAY):
        over = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], "早就拆了的棚"))["matter"])
        advance_matter(SYSTEM, uuid4(), over, "refuse", 1, {"reason": "不归本镇"})
    catch_up_limits()
    held = {}
    for which in ("", "over", "all"):
        told = story.browser("老周").get(reverse("matters"), {"which": which}).content.decode()
        held[which] = {title for title in ("上垟一格有人搭棚", "早就拆了的棚") if title in told}
    assert held == {"": {"上垟一格有人搭棚"}, "over": {"早就拆了的棚"}, "all": {"上垟一格有人搭棚", "早就拆了的棚"}}
    assert "已结束" in told and "2021-03-10" in told and "共 2 件" in told


def test_the_rows_behind_a_figure_open_the_matters_for_whom_they_are(story: Story) -> None:
    """A statistician sees which matters are counted; their pages are not hers to open."""
    with at(DAY):
        report = Report("demolition", story.town.units["上垟一格"], "上垟的大棚", category="large_structure")
        address = reverse("matter", args=[open_matter(SYSTEM, uuid4(), report)["matter"]])
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "statistician", story.town.units["云岭镇"], ["*"], DAY)
    catch_up()
    behind = {who: story.browser(who).get("/figure/demolition.large_found@2021").content.decode() for who in ("老周", "外乡人")}
    assert all("上垟的大棚" in told for told in behind.values())
    assert address in behind["老周"] and address not in behind["外乡人"]
    assert [story.browser(who).get(address).status_code for who in ("老周", "外乡人")] == [200, 404]


def test_who_has_the_next_step_sees_it_among_their_own(story: Story) -> None:
    matter = sent_to_the_office(story)

    def mine(who: str) -> tuple[bool, bool]:
        browser = story.browser(who)
        listed = "上垟一格有人搭棚" in browser.get(reverse("matters") + "?which=mine").content.decode()
        return listed, "1 件轮到您办，其中 1 件已超期" in browser.get(reverse("home")).content.decode()

    assert [mine(who) for who in ("老周", "何书记", "阿莲")] == [(True, True), (False, False), (False, False)]
    take(story, "老周", matter, "sign", 3)
    take(story, "老周", matter, "handle", 4)
    take(story, "老周", matter, "complete", 5, result="拆了")
    assert mine("老周") == (False, False)  # who handled it does not verify it


def test_an_officer_takes_a_matter_through_his_steps(story: Story) -> None:
    matter = sent_to_the_office(story)
    told = page(story, "老周", matter)
    assert "签收" in told and "派遣 → 综合站" in told and "2021-03-01 12:00 起算，7个工作日，当天不计" in told
    assert take(story, "老周", matter, "sign", 3)[0] == 200
    assert take(story, "老周", matter, "handle", 4, reason="去看过了，是临时雨棚")[0] == 200
    status, refused = take(story, "老周", matter, "complete", 5)
    assert status == 400 and "处理结果" in refused
    assert take(story, "老周", matter, "complete", 5, result="当天拆了，拍了照")[0] == 200
    told = page(story, "何书记", matter)
    assert "当天拆了，拍了照" in told and "已办结，待核查" in told and "这一步不归您办" in told


def test_the_window_takes_in_and_sends_on(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    with at(DAY):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], "有人搭棚"))["matter"])
    assert take(story, "外乡人", matter, "accept", 1)[0] == 200
    assert f'<option value="{story.town.units["综合站"]}">综合站</option>' in page(story, "外乡人", matter)
    status, refused = take(story, "外乡人", matter, "dispatch", 2)
    assert status == 400 and "单位" in refused
    assert take(story, "外乡人", matter, "dispatch", 2, unit="nowhere")[0] == 400
    status, told = take(story, "外乡人", matter, "dispatch", 2, unit=str(story.town.units["综合站"]), reason="先去看看")
    assert status == 200 and "派遣 → 综合站" in told and "先去看看" in told


def test_who_has_nothing_to_do_reads_whose_turn_it_is(story: Story) -> None:
    matter = sent_to_the_office(story)
    assert "下一步“签收”由综合站的" in page(story, "何书记", matter)
    assert "下一步" not in page(story, "老周", matter)  # it is his


def test_a_stale_page_and_a_step_that_is_not_ones_own_are_refused(story: Story) -> None:
    matter = sent_to_the_office(story)
    status, told = take(story, "老周", matter, "sign", 2)
    assert status == 400 and "刚才已有人办过一步" in told
    assert take(story, "何书记", matter, "sign", 3)[0] == 400
    assert take(story, "阿莲", matter, "sign", 3)[0] == 404
    assert take(story, "老周", matter, "nothing", 3)[0] == 400
    assert take(story, "老周", matter, "sign", 3, base_version="x")[0] == 400


def an_officer(story: Story, *lines: str) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["综合站"], list(lines), date(2015, 1, 1))


def at_field(told: str, field: str) -> str:
    """What is said to be wrong beside a field; "" for nothing."""
    found = re.search(rf'id="{field}-error">([^<]*)<', told)
    return found[1] if found else ""


def test_a_step_that_lacks_something_and_breaks_a_rule_is_told_both_each_at_its_field(story: Story) -> None:
    an_officer(story, "waste", "remediation")
    with at(DAY):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("waste", story.town.units["上垟一格"], "乱扔垃圾"), workflow="waste.persuasion", action="tell")["matter"])
        advance_matter(SYSTEM, uuid4(), matter, "visit", 1, {"visits": "1", "result": "说了"})
    status, told = take(story, "外乡人", matter, "hand_over", 2, reason="不听")
    assert status == 400 and "还缺：文书编号" in told and "上门劝导两次以上还不改的，才移交执法" in told
    assert at_field(told, "hand_over-paper_no") == "还没有填。" and not at_field(told, "hand_over-reason") and "不听</textarea>" in told
    status, told = take(story, "外乡人", matter, "hand_over", 2, reason="不听", paper_no="移1")
    assert status == 400 and "还缺" not in told and "才移交执法" in told
    # A rule that hangs on what was left blank is not told before that is known.
    status, told = take(story, "外乡人", matter, "visit", 2, visits="多次")
    assert status == 400 and at_field(told, "visit-visits")


def test_a_report_that_lacks_something_and_breaks_a_rule_is_told_both_each_at_its_field(story: Story) -> None:
    an_officer(story, "legalreview")
    kind, place = "legalreview:legalreview.review:report", str(story.town.units["云岭镇"])
    sent = {"kind": kind, "op_id": str(uuid4()), "title": "一份协议", "unit": place, "g_draft": "否", "g_basis_given": "是"}
    told = story.browser("外乡人").post(reverse("new_matter"), sent).content.decode()
    assert at_field(told, "g_kind") == "还没有填。" and "送审要附草案" in at_field(told, "g_draft") and not at_field(told, "g_basis_given")
    told = story.browser("外乡人").post(reverse("new_matter"), {**sent, "op_id": str(uuid4()), "g_draft": ""}).content.decode()
    assert at_field(told, "g_draft") == "还没有填。" and "送审要附草案" not in told  # it may be the draft that is there


def test_a_step_back_is_asked_for_twice(story: Story) -> None:
    matter = sent_to_the_office(story)
    status, told = take(story, "老周", matter, "send_back", 3, reason="不归我们管")
    assert status == 200 and "还没有办" in told and "回到“待派遣”" in told and "确实要退回" in told and "不归我们管</textarea>" in told
    assert "待签收" in page(story, "老周", matter)
    status, told = take(story, "老周", matter, "send_back", 3, reason="不归我们管", sure="1")
    assert status == 200 and "退回，已留痕" in told
    status, told = take(story, "老周", sent_to_the_office(story), "send_back", 3)
    assert status == 400 and "还缺：理由" in told  # what is blank comes first


def test_what_went_wrong_is_told_in_words_and_its_code_stands_small_at_the_end(story: Story) -> None:
    _, told = take(story, "老周", sent_to_the_office(story), "complete", 3)
    assert "代码" not in told and re.search(r'<small class="code"[^>]*>matter\.not_now</small>', told)
    assert told.index("这一步现在不能办") < told.index("matter.not_now")
    _, told = take(story, "老周", sent_to_the_office(story), "send_back", 3)
    assert told.index("还缺：理由") < told.index("matter.missing")
    assert "代码" not in story.browser("老周").get("/no-such-page").content.decode()


def test_after_a_problem_the_page_from_which_one_came_is_a_press_away_and_no_other_site_is(story: Story) -> None:
    browser = story.browser("老周")
    for came, told in (("http://testserver/matters?line=demolition", True), ("http://elsewhere.example/matters", False), ("", False)):
        page = browser.get("/ledger/demolition.structure?since=x", headers={"referer": came}).content.decode()
        assert ('href="/matters?line=demolition">回到刚才那一页' in page) is told and "elsewhere" not in page, came


def test_what_is_printed_of_a_matter_says_whose_it_is_and_who_printed_it(story: Story) -> None:
    told = page(story, "老周", sent_to_the_office(story))
    assert '<p class="print-only">云岭镇　三改一拆　一般事项</p>' in told and "老周" in told[told.index("told-at"):] and "打印，经过以系统里的留痕为准" in told


def test_what_people_wrote_is_shown_as_text(story: Story) -> None:
    matter = sent_to_the_office(story, "<script>alert(1)</script>")
    assert "<script>alert" not in page(story, "老周", matter) and "<script>alert" not in story.browser("老周").get(reverse("matters")).content.decode()


def test_a_stuck_matter_is_pressed_a_leader_signs_and_the_office_answers(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "overseer", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    matter = sent_to_the_office(story)
    assert "提请督办" in page(story, "老周", matter)
    sent = {"op_id": str(uuid4()), "reason": "拖了几个月"}
    told = story.browser("老周").post(reverse("press_matter", args=[matter]), sent, follow=True).content.decode()
    assert "督办：上垟一格有人搭棚" in told and "等领导签发" in told and "督办的是" in told
    told = page(story, "外乡人", matter)
    assert "对它的督办" in told and "提请督办" not in told
    pressing = UUID(re.search(r"/matter/([0-9a-f-]{36})\">督办：", told)[1])
    assert take(story, "外乡人", pressing, "sign", 1)[0] == 200
    assert take(story, "老周", pressing, "answer", 2, result="本周内拆")[0] == 200
    assert "已反馈，待销号" in page(story, "外乡人", pressing)


def test_reports_of_one_thing_are_merged_on_the_page_and_taken_out_again(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    lead, other = sent_to_the_office(story), sent_to_the_office(story, "又有人报搭棚")
    assert "又有人报搭棚" in page(story, "外乡人", lead)
    sent = {"op_id": str(uuid4()), "other": f"{other}:3", "reason": "同一个棚"}
    told = story.browser("外乡人").post(reverse("merge_matters", args=[lead]), sent, follow=True).content.decode()
    assert "并进来 1 件" in told and "并进来的" in told
    told = page(story, "外乡人", other)
    assert "已并入主件" in told and "分出来" in told
    told = story.browser("外乡人").post(reverse("part_merged", args=[other]), {"op_id": str(uuid4()), "reason": "不是一个棚"}, follow=True).content.decode()
    assert "已分出来" in told and "已并入主件" not in told


def test_what_is_reported_on_the_page_goes_up_a_level_at_a_time_and_then_to_the_county(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    sent = {"kind": "demolition:standard:report", "op_id": str(uuid4()), "title": "河边搭了棚", "unit": str(story.town.units["上垟一格"])}
    answer = story.browser("老周").post(reverse("new_matter"), sent, follow=True)
    matter = UUID(answer.request["PATH_INFO"].strip("/").split("/")[-1])
    assert "网格" in _told(answer.content.decode(), "现在由哪一级办")
    assert take(story, "外乡人", matter, "accept", 1)[0] == 200
    for base, level in ((2, "村（社区）"), (3, "乡镇")):
        code, told = take(story, "外乡人", matter, "escalate", base, reason="办不了", sure="1")
        assert code == 200 and level in _told(told, "现在由哪一级办")
    code, told = take(story, "外乡人", matter, "escalate", 4, reason="还是办不了", sure="1")
    assert code == 400 and "上报县里" in told
    code, told = take(story, "外乡人", matter, "report_county", 4, reason="要县里定", sure="1")
    assert code == 200 and "已报县里" in told and "县" in _told(told, "现在由哪一级办")


def test_a_quarrel_gathers_what_a_grid_of_the_village_reported_of_it(story: Story) -> None:
    """外乡人 keeps the window of both lines; the grid worker's report lies at a grid, the quarrel at the village."""
    units = story.town.units
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", units["云岭镇"], ["grid", "mediation"], date(2015, 1, 1))
    with at(DAY):
        quarrel = UUID(open_matter(SYSTEM, uuid4(), Report("mediation", units["深塘村"], "两家争路"), workflow="mediation.quarrel", given={"source": "applied"})["matter"])
        seen = UUID(open_matter(SYSTEM, uuid4(), Report("grid", units["深塘一格"], "两家在路上吵"))["matter"])
        open_matter(SYSTEM, uuid4(), Report("grid", units["上垟一格"], "上垟也在吵"))
    told = page(story, "外乡人", quarrel)
    assert f'value="{seen}:1"' in told and "网格事项，" in told and "深塘一格，待受理" in told and "上垟也在吵" not in told
    sent = {"op_id": str(uuid4()), "other": f"{seen}:1", "reason": "说的是同一件"}
    told = story.browser("外乡人").post(reverse("merge_matters", args=[quarrel]), sent, follow=True).content.decode()
    assert "并进来 1 件" in told


def test_a_petition_whose_answer_is_owed_is_not_merged_and_the_page_says_so(story: Story) -> None:
    units = story.town.units
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", units["云岭镇"], ["petition"], date(2015, 1, 1))
    given = {"petition_no": "X1", "form": "letter", "topic": "land", "turn": "first", "people": "1"}
    with at(DAY):
        first, second = (UUID(open_matter(SYSTEM, uuid4(), Report("petition", units["深塘村"], f"第{n}封信"), workflow="petition.petition", given=given | {"petition_no": n})["matter"]) for n in ("甲", "乙"))
    told = page(story, "外乡人", first)
    assert "附近还有，但不能并的" in told and "第乙封信" in told and f'value="{second}:1"' not in told
    refused = story.browser("外乡人").post(reverse("merge_matters", args=[first]), {"op_id": str(uuid4()), "other": f"{second}:1", "reason": "同一件"}, follow=True)
    assert refused.status_code == 400 and "告知受不受理" in refused.content.decode()


def _told(page: str, label: str) -> str:
    """What a page says beside a label."""
    found = re.search(rf"<dt>{label}</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return found[1] if found else ""


def test_a_quarrel_taken_over_by_the_mediators_is_closed_as_such_on_the_page(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    matter = sent_to_the_office(story)
    for who, action, base in (("老周", "sign", 3), ("老周", "handle", 4), ("老周", "complete", 5), ("外乡人", "verify", 6)):
        assert take(story, who, matter, action, base, result="双方愿意调解", seen="问过两家")[0] == 200
    assert '<option value="merged">并案，由别处接着办</option>' in page(story, "外乡人", matter)
    code, told = take(story, "外乡人", matter, "close", 7, ending="merged")
    assert code == 400 and "并案的写上并入哪一件" in told
    code, told = take(story, "外乡人", matter, "close", 7, ending="merged", goes_on_as="调〔2021〕7号")
    assert code == 200 and "并案" in _told(told, "结案类型") and "调〔2021〕7号" in _told(told, "并入哪一件（案号）")


def test_what_only_a_ledger_opens_is_not_offered_for_reporting(story: Story) -> None:
    """A case is opened by its record in the docket, a hazard by that of its site: a title alone leads nowhere."""
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["云岭镇"], ["enforcement", "safety", "drinking"], date(2015, 1, 1))
    told = story.browser("外乡人").get(reverse("new_matter")).content.decode()
    assert "drinking" in told and "enforcement.case:report" not in told and "safety.hazard:find" not in told
    sent = {"kind": "safety:safety.hazard:find", "op_id": str(uuid4()), "title": "电线乱拉", "unit": str(story.town.units["深塘村"])}
    assert "电线乱拉" not in story.browser("外乡人").post(reverse("new_matter"), sent).content.decode()


def test_one_matter_is_split_in_two_on_the_page(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    matter = sent_to_the_office(story)
    sent = {"op_id": str(uuid4()), "base_version": "3", "title": ["拆棚", "清场", ""], "unit": ["", str(story.town.units["上垟村"]), ""], "reason": "两件事"}
    told = story.browser("外乡人").post(reverse("split_matter", args=[matter]), sent, follow=True).content.decode()
    assert "拆成 2 件" in told and "拆棚" in told and "清场" in told and "拆分出去的" in told


def test_a_matter_is_reported_on_the_page(story: Story) -> None:
    browser = story.browser("老周")
    place = story.town.units["上垟一格"]
    assert 'value="demolition:standard:report"' in browser.get(reverse("new_matter")).content.decode()  # the only kind of this line: its form at once
    told = browser.get(reverse("new_matter") + "?kind=demolition:standard:report").content.decode()
    assert "涉密内容不得录入" in told and str(place) in told and "我要上报：" in told
    sent = {"kind": "demolition:standard:report", "op_id": str(uuid4()), "title": "河边搭了棚", "unit": str(place)}
    assert "河边搭了棚" in browser.post(reverse("new_matter"), sent, follow=True).content.decode()
    refused = browser.post(reverse("new_matter"), {**sent, "op_id": str(uuid4()), "unit": "乱写"}, follow=True)
    told = refused.content.decode()
    assert refused.status_code == 400 and "选一个网格、村或者本镇" in told and 'value="河边搭了棚"' in told  # what was typed stands
    assert "没有可以上报的事项" in story.browser("外乡人").get(reverse("new_matter")).content.decode()


def test_a_file_that_is_no_photo_is_told_before_anything_is_opened(story: Story) -> None:
    sent = {"kind": "grid:standard:report", "op_id": str(uuid4()), "title": "附了一首歌", "unit": str(story.town.units["深塘一格"]), "photo": SimpleUploadedFile("歌.mp3", b"ID3 no photo")}
    told = story.browser("阿莲").post(reverse("new_matter"), sent)
    assert told.status_code == 400 and "不是能存的文件" in told.content.decode() and not Matter.objects.filter(title="附了一首歌").exists()


def test_what_a_phone_kept_is_answered_with_its_matter_and_the_photos_that_arrived(story: Story) -> None:
    def answer(who: str, **more: object) -> tuple[int, dict[str, object]]:
        sent = {"kind": "grid:standard:report", "op_id": op_id, "title": "桥断了", "unit": str(story.town.units["深塘一格"]), **more}
        found = story.browser(who).post(reverse("new_matter"), sent, headers={"accept": "application/json"})
        return found.status_code, found.json()

    def photo() -> SimpleUploadedFile:
        return SimpleUploadedFile("桥.jpg", b"\xff\xd8\xff bridge")

    op_id, mine = str(uuid4()), str(story.town.people["阿莲"])
    status, told = answer("何书记", kept_by=mine)
    assert status == 401 and told["code"] == "web.another_person"
    status, told = answer("外乡人")
    assert (status, told["code"]) == (403, "matter.kind_not_yours") and told["remedy"]
    status, told = answer("阿莲", title=" ", photo=photo())
    assert (status, told["code"]) == (409, "matter.title")
    status, told = answer("阿莲", kept_by=mine, seen_ago="7200", photo=photo())
    assert status == 200 and told["files"] == [sha256(b"\xff\xd8\xff bridge").hexdigest()] and told["link"] == reverse("matter", args=[told["matter"]])
    again = answer("阿莲", kept_by=mine, seen_ago="9000", photo=photo())
    assert again == (status, told) and Matter.objects.filter(title="桥断了").count() == 1
    assert "看到的时间" in page(story, "阿莲", UUID(str(told["matter"])))


def an_event_tree(story: Story) -> None:
    """Two small kinds of the grid, one of them reported often."""
    common = {"cluster": "surroundings", "platform": "公共服务", "office": "综合站", "urgent": "normal", "clock": "work_day"}
    rows = (("lighting", "路灯不亮", "5", "夜里看过，亮了", "是"), ("posters", "乱贴乱画", "3", "铲净", "否"))
    for code, title, amount, closes, often in rows:
        data = {**common, "code": code, "title": title, "amount": amount, "accept_when": closes, "often": often}
        save_record(SYSTEM, "grid.matter_kind", RecordInput(data, story.town.units["云岭镇"], date(2020, 1, 1)), uuid4())


def test_a_grid_worker_finds_what_is_usual_first_and_reports_it_in_three_taps(story: Story) -> None:
    an_event_tree(story)
    browser = story.browser("阿莲")
    assert f'href="{reverse("new_matter")}"' in browser.get(reverse("home")).content.decode()
    first = browser.get(reverse("new_matter")).content.decode()
    often, rest = first.index("category=lighting"), first.index("别的事项")
    assert often < first.index("城乡环境") < first.index("category=posters") < rest < first.index("demolition:standard:report")
    tapped = re.search(r'href="(\?kind=grid[^"]+category=lighting)"', first)
    assert tapped is not None
    form = browser.get(reverse("new_matter") + tapped[1].replace("&amp;", "&")).content.decode()
    filled = dict(re.findall(r'name="(kind|category|op_id|title)"[^>]*value="([^"]*)"', form))
    places = re.findall(r'<option value="([0-9a-f-]{36})">', form)
    assert filled["title"] == "路灯不亮" and len(places) == 1 and '<option value="">' not in form  # nothing is left to fill in
    told = browser.post(reverse("new_matter"), {**filled, "unit": places[0]}, follow=True).content.decode()
    assert "待受理" in told and "夜里看过，亮了" in told and "综合站" in told


def test_what_was_put_right_on_the_spot_is_settled_by_who_reported_it_and_waits_for_another_to_verify(story: Story) -> None:
    an_event_tree(story)
    sent = {"kind": "grid:standard:report", "category": "posters", "title": "墙上有小广告", "unit": str(story.town.units["深塘一格"])}
    told = story.browser("阿莲").post(reverse("new_matter"), {**sent, "op_id": str(uuid4()), "result": "铲了"}, follow=True).content.decode()
    assert "已办结，待核查" in told and "自行处置" in told and "铲了" in told and 'value="verify"' not in told
    plain = story.browser("阿莲").post(reverse("new_matter"), {**sent, "op_id": str(uuid4()), "result": " "}, follow=True).content.decode()
    assert "待受理" in plain


def test_the_office_that_leads_for_a_kind_stands_chosen_when_it_is_sent_on(story: Story) -> None:
    an_event_tree(story)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["grid"], date(2015, 1, 1))
    matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", story.town.units["深塘一格"], "路灯不亮", category="lighting"))["matter"])
    advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
    assert f'<option value="{story.town.units["综合站"]}" selected>综合站</option>' in page(story, "外乡人", matter)


def test_the_window_says_the_kind_when_it_takes_a_matter_in_and_another_corrects_it(story: Story) -> None:
    """What came by telephone has no kind: the window chooses it, and its limit goes by it; a wrong one is put right with a reason."""
    an_event_tree(story)
    data = {"cluster": "surroundings", "urgent": "urgent", "clock": "urgent_hour", "code": "lighting_road", "title": "主干道整段不亮", "amount": "24", "accept_when": "亮了", "condition_of": "lighting"}
    save_record(SYSTEM, "grid.matter_kind", RecordInput(data, story.town.units["云岭镇"], date(2020, 1, 1)), uuid4())
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["grid"], date(2015, 1, 1))
    sent = {"kind": "grid:standard:report", "op_id": str(uuid4()), "title": "街上黑", "unit": str(story.town.units["云岭镇"])}
    form = story.browser("外乡人").get(reverse("new_matter") + "?kind=grid:standard:report").content.decode()
    assert "小类（说不准的不选）" in form and '<option value="posters">乱贴乱画</option>' in form and "lighting_road" not in form
    with at(DAY):
        answer = story.browser("外乡人").post(reverse("new_matter"), sent, follow=True)
        matter = UUID(answer.request["PATH_INFO"].strip("/").split("/")[-1])
        told = answer.content.decode()
        assert "城乡环境：路灯不亮" in told and "路灯不亮：主干道整段不亮" in told
        told = take(story, "外乡人", matter, "accept", 1, category="posters")[1]
        assert "乱贴乱画" in _told(told, "小类") and "2021-03-04" in told  # three work days
        assert take(story, "外乡人", matter, "reclassify", 2, category="lighting")[0] == 400  # not without a reason
        told = take(story, "外乡人", matter, "reclassify", 2, category="lighting", condition="lighting_road", reason="是灯不亮")[1]
        assert "路灯不亮" in _told(told, "小类") and "主干道整段不亮" in _told(told, "立案条件") and "2021-03-02" in told
        told = take(story, "外乡人", matter, "reclassify", 3, category="posters", reason="还是广告")[1]
        assert _told(told, "立案条件") == "" and "2021-03-04" in told  # a condition is one of its kind
    assert 'value="reclassify"' not in page(story, "老周", sent_to_the_office(story))  # a line without kinds


def test_whose_posts_have_no_usual_kinds_sees_all_at_once(story: Story) -> None:
    an_event_tree(story)
    told = story.browser("老周").get(reverse("new_matter")).content.decode()
    assert "demolition:standard:report" in told and "别的事项" not in told
