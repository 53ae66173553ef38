"""提醒 on the screen: an overdue matter reaches its people together, a 提醒单 only once it is signed, 外乡人 nothing."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.township import BEGINNING, PASSWORD
from zhenwu.kernel.matters.api import ReminderSlip, Report, advance_matter, catch_up_limits, open_matter, tell_due
from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person
from zhenwu.lib.clock import LOCAL, at
from zhenwu.web.views import matter_list as matter_pages

pytestmark = pytest.mark.django_db
LATE = datetime(2021, 3, 12, 9, tzinfo=LOCAL)
TITLE = "上垟一格有人搭棚"


def posted(story: Story, login: str, name: str, kind: str, unit: str) -> None:
    story.town.people[name] = enrol_person(SYSTEM, uuid4(), login, name, PASSWORD)
    appoint(SYSTEM, uuid4(), story.town.people[name], kind, story.town.units[unit], ["demolition"], BEGINNING)


@pytest.fixture
def late(story: Story) -> UUID:
    """A matter of 上垟一格, sent to 综合站, that is overdue and was told; with those whom it concerns."""
    for login, name, kind, unit in (("fen", "分管", "overseer", "云岭镇"), ("cun", "村书记", "village_secretary", "上垟村"), ("zhan", "站长", "office_head", "综合站"), ("ge", "网格员", "grid_worker", "上垟一格")):
        posted(story, login, name, kind, unit)
    with at(date(2021, 3, 1)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], TITLE))["matter"])
        advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
        advance_matter(SYSTEM, uuid4(), matter, "dispatch", 2, {"unit": str(story.town.units["综合站"])})
    with at(LATE):
        catch_up_limits()
        assert tell_due() >= 1
    return matter


def page(story: Story, who: str, name: str, *args: object, query: str = "") -> str:
    with at(LATE):
        return story.browser(who).get(reverse(name, args=args) + query).content.decode()


def send(story: Story, who: str, name: str, *args: object, **sent: object) -> tuple[int, str]:
    with at(LATE):
        answer = story.browser(who).post(reverse(name, args=args), {"op_id": str(uuid4()), **sent}, follow=True)
    return answer.status_code, answer.content.decode()


def test_an_overdue_matter_is_on_the_pages_of_all_whom_it_concerns(story: Story, late: UUID) -> None:
    for who in ("分管", "村书记", "站长", "网格员"):
        assert TITLE in page(story, who, "notices"), who
        assert f"{2 if who == '分管' else 1} 条没有看" in page(story, who, "home"), who  # a work day later it was escalated
    for who in ("阿莲", "老周", "外乡人"):
        assert TITLE not in page(story, who, "notices") and "没有看" not in page(story, who, "home"), who


def test_what_was_read_is_no_more_on_the_first_page(story: Story, late: UUID) -> None:
    told = page(story, "网格员", "notices")
    number = told.partition('name="notice" value="')[2].partition('"')[0]
    assert "没有看</span>" in told
    status, told = send(story, "网格员", "mark_read", notice=number)
    assert status == 200 and "1 条已标为看过" in told and "0 条没有看" in told and TITLE in told
    assert "没有看" not in page(story, "网格员", "home") and "没有看" in page(story, "村书记", "home")
    assert send(story, "外乡人", "mark_read", notice=number)[1].count("没有要标的") == 1
    assert send(story, "网格员", "mark_read", notice="x" * 30)[0] == 200


def test_a_slip_is_proposed_to_who_sends_matters_on_and_goes_out_signed(story: Story, late: UUID) -> None:
    slip = ReminderSlip.objects.get(notice__matter=late).pk
    assert "1 张提醒单等着签" in page(story, "分管", "home") and "等着签" not in page(story, "网格员", "home")
    told = page(story, "分管", "slip", slip)
    assert "还没有签，没有发出" in told and "签发</button>" in told and "综合站 站所负责人：" in told and "2021-03-10 以前" in told
    told = page(story, "网格员", "slip", slip)
    assert "不归您签" in told and "签发</button>" not in told
    assert send(story, "网格员", "sign_slip", slip)[0] == 403
    assert send(story, "外乡人", "sign_slip", slip)[0] == 404
    status, told = send(story, "分管", "sign_slip", slip, words="今天办掉 <b>")
    assert status == 200 and "分管 签发" in told and "2021年3月12日 09:00" in told and "今天办掉 &lt;b&gt;" in told
    assert "提醒单" in page(story, "网格员", "notices") and "2 条没有看" in page(story, "网格员", "home")
    assert "等着签" not in page(story, "分管", "home") and "分管 2021-03-12 签发" in page(story, "网格员", "matter", late)
    assert send(story, "分管", "sign_slip", slip)[0] == 400


def test_a_signed_slip_says_who_has_read_it_and_which_post_nobody_holds(story: Story, late: UUID) -> None:
    slip = ReminderSlip.objects.get(notice__matter=late).pk
    assert "发给了谁" not in page(story, "分管", "slip", slip)
    send(story, "分管", "sign_slip", slip)
    told = page(story, "网格员", "notices")
    for number in [part.partition('"')[0] for part in told.split('name="notice" value="')[1:]]:
        send(story, "网格员", "mark_read", notice=number)
    rows = page(story, "分管", "slip", slip).partition("发给了谁")[2]
    assert "网格员</td><td data-label=\"还没有看\">—" in rows and "村书记" in rows and "站长" in rows


def test_where_nobody_answers_the_leaders_are_told(story: Story) -> None:
    posted(story, "fen", "分管", "overseer", "云岭镇")
    with at(date(2021, 3, 1)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], TITLE))["matter"])
        advance_matter(SYSTEM, uuid4(), matter, "accept", 1)
        advance_matter(SYSTEM, uuid4(), matter, "dispatch", 2, {"unit": str(story.town.units["综合站"])})
    with at(LATE):
        catch_up_limits()
        assert tell_due() >= 1
    assert TITLE in page(story, "何书记", "notices") and TITLE in page(story, "分管", "notices")


def test_who_holds_the_post_at_an_office_answers_for_the_whole_township(story: Story) -> None:
    """Nobody sent the matter to her office: she is told all the same, the slip names her, and no leader is bothered."""
    posted(story, "fen", "分管", "overseer", "云岭镇")
    posted(story, "chuang", "小窗", "clerk", "综合站")
    with at(date(2021, 3, 1)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], TITLE))["matter"])
    with at(datetime(2021, 3, 4, 9, tzinfo=LOCAL)):
        catch_up_limits()
        assert tell_due() >= 1
    assert TITLE in page(story, "小窗", "notices")
    slip = ReminderSlip.objects.get(notice__matter=matter).pk
    send(story, "分管", "sign_slip", slip)
    rows = page(story, "分管", "slip", slip).partition("发给了谁")[2]
    assert "小窗" in rows and "镇长" not in rows


def test_once_the_matter_goes_on_its_notices_are_gone_everywhere(story: Story, late: UUID) -> None:
    with at(LATE):
        advance_matter(SYSTEM, uuid4(), late, "send_back", 3, {"reason": "不归我们"})
        catch_up_limits()
    assert TITLE in page(story, "分管", "notices")  # back at the window the same limit still runs
    with at(LATE):
        advance_matter(SYSTEM, uuid4(), late, "report_county", 4, {"reason": "不归镇里"})
    for who in ("分管", "村书记", "站长", "网格员"):
        assert TITLE not in page(story, who, "notices") and "没有看" not in page(story, who, "home"), who


def test_the_overdue_list_and_its_count_agree_and_the_most_urgent_comes_first(story: Story, late: UUID) -> None:
    with at(LATE):
        open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], "刚报的"))
        catch_up_limits()
    told = page(story, "站长", "matters", query="?which=late")
    assert "超期的，共 1 件" in told and told.count("超期</span>") == 1 and "刚报的" not in told
    told = page(story, "站长", "matters")
    assert "没有办完的，共 2 件" in told and told.index(TITLE) < told.index("刚报的")


def test_a_long_list_is_counted_no_further_than_it_is_shown(story: Story, late: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matter_pages, "MOST", 1)
    with at(LATE):
        open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], "刚报的"))
        catch_up_limits()
    told = page(story, "站长", "matters")
    assert "1 件以上，列出最急的 1 件" in told and "刚报的" not in told
