"""A filter that somebody needs again stands above the list under a name of theirs, with what it counts; nobody else has it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.test.client import Client
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.journal.models import Event, Operation
from zhenwu.kernel.matters.api import Report, advance_matter, catch_up_limits, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, close_unit, saved_views
from zhenwu.lib.clock import at

pytestmark = pytest.mark.django_db
LIST, LEDGER = "/matters", "/ledger/demolition.structure"
MOST = 12


def reported(story: Story, title: str, day: str, **told: str) -> UUID:
    with at(date.fromisoformat(day)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], title, **told))["matter"])
    catch_up_limits()
    return matter


def keep(browser: Client, name: str, where: str = LIST, **sent: str) -> Any:
    return browser.post(f"{where}/views", {"op_id": str(uuid4()), "name": name, **sent}, follow=True)


def views(browser: Client, where: str = LIST, **asked: str) -> list[tuple[str, str, bool]]:
    """What stands above a list: (name, count, whether it is what is listed)."""
    return [(one.name, one.count, one.here) for one in browser.get(where, asked).context["views"].rows]


def test_a_view_stands_above_the_list_with_its_count_and_lists_what_it_says(story: Story) -> None:
    zhou = story.browser("老周")
    reported(story, "来电说有棚", "2021-03-01", channel="call")
    wall = reported(story, "窗口来说有墙", "2021-03-05", channel="visit")
    page = keep(zhou, " 三月  来访 ", line="demolition", channel="visit", since="2021-03-01")
    assert "已存为视图“三月 来访”" in page.content.decode() and {row["title"] for row in page.context["rows"]} == {"窗口来说有墙"}
    assert not page.context["views"].may_save  # it is one already
    keep(zhou, "轮到我的", which="mine")
    assert views(zhou) == [("三月 来访", "1", False), ("轮到我的", "0", False)]
    assert views(zhou, which="mine") == [("三月 来访", "1", False), ("轮到我的", "0", True)]
    first = zhou.get(LIST).context["views"].rows[0]
    assert {row["title"] for row in zhou.get(f"{LIST}?{first.address}").context["rows"]} == {"窗口来说有墙"}
    with at(date(2021, 3, 6)):
        advance_matter(SYSTEM, uuid4(), wall, "void", 1, {"reason": "报错了"})
    catch_up_limits()
    assert views(zhou)[0] == ("三月 来访", "0", False)


def test_a_count_stops_at_ninety_nine(story: Story) -> None:
    for number in range(100):
        reported(story, f"棚{number}", "2021-03-01", channel="call")
    keep(story.browser("老周"), "来电", channel="call")
    assert views(story.browser("老周")) == [("来电", "99+", False)]


def test_a_view_is_its_persons_alone_and_shows_what_their_posts_allow(story: Story) -> None:
    """阿莲 lists what lies in her grid: the same words count less for her, and 老周's views are not hers to see or to drop."""
    reported(story, "来电说有棚", "2021-03-01", channel="call")
    keep(story.browser("老周"), "来电", channel="call")
    keep(story.browser("阿莲"), "来电", channel="call")
    assert views(story.browser("老周")) == [("来电", "1", False)] and views(story.browser("阿莲")) == [("来电", "0", False)]
    his = story.browser("老周").get(LIST).context["views"].rows[0].id
    drop = {"path": reverse("drop_view", args=[his]), "data": {"op_id": str(uuid4())}}
    assert story.browser("阿莲").post(**drop).status_code == 404 and "没有这个视图" in story.browser("外乡人").post(**drop).content.decode()
    assert "视图已删除" in story.browser("老周").post(**drop, follow=True).content.decode()
    assert views(story.browser("老周")) == [] and len(views(story.browser("阿莲"))) == 1
    assert story.browser("老周").post(**drop).status_code == 302  # a form sent twice is one operation


def test_a_hostile_address_is_cut_to_what_the_list_knows(story: Story) -> None:
    zhou = story.browser("老周")
    sent = {"line": "demolition", "channel": "' OR 1=1", "state": "standard:nothing", "kind": "<script>", "page": "9", "next": "//x.example", "csrf": "x", "words": "棚\x00" + "长" * 300}
    keep(zhou, "<b>险</b>", **sent)
    kept = saved_views(story.town.actor("老周"), "matters")
    assert dict(kept[0].sent) == {"line": "demolition", "words": "棚" + "长" * 59}
    page = zhou.get(LIST).content.decode()
    assert "<b>险</b>" not in page and "&lt;b&gt;险&lt;/b&gt;" in page
    assert "现在什么也没有筛" in keep(zhou, "全部", line="no.such", channel="x").content.decode()
    assert keep(zhou, "日子", since="2021-02-30").status_code == 400
    assert len(views(zhou)) == 1


@pytest.mark.parametrize(
    ("name", "words", "code"), [("", "", "view.name"), ("  ", "", "view.name"), ("长" * 21, "", "view.name"), ("好\x07", "", "view.name"), ("电话13800138000", "", "view.personal"),
                                ("找人", "330781199001011234", "view.personal")],
)  # fmt: skip
def test_a_name_that_is_none_and_numbers_of_persons_are_refused_in_words(story: Story, name: str, words: str, code: str) -> None:
    answer = keep(story.browser("老周"), name, channel="call", words=words)
    assert answer.status_code == 400 and code in answer.content.decode()
    assert views(story.browser("老周")) == []


def test_no_name_twice_and_no_thirteenth_but_each_list_has_its_own(story: Story) -> None:
    zhou = story.browser("老周")
    for number in range(MOST):
        assert keep(zhou, f"视图{number}", channel="call").status_code == 200
    assert "最多保存12个" in keep(zhou, "再来一个", channel="call").content.decode()
    assert "已经有叫“视图3”的视图" in keep(zhou, "视图3", channel="visit").content.decode()
    assert keep(zhou, "视图3", LEDGER, c_state="found").status_code == 200
    assert len(views(zhou)) == MOST and [name for name, _, _ in views(zhou, LEDGER)] == ["视图3"]


def test_the_list_of_a_ledger_has_views_too(story: Story) -> None:
    zhou = story.browser("老周")
    page = keep(zhou, "已拆", LEDGER, c_state="removed", c_nothing="x", unit="nowhere")
    listed = page.context["page"].paginator.count
    assert listed and views(zhou, LEDGER, c_state="removed") == [("已拆", str(listed), True)]
    assert "已拆" in zhou.get(LEDGER).content.decode() and "已拆" not in str(views(zhou))
    assert keep(story.browser("外乡人"), "已拆", LEDGER, c_state="removed").status_code == 404
    drop = reverse("drop_view", args=[zhou.get(LEDGER).context["views"].rows[0].id])
    assert zhou.post(drop, {"op_id": str(uuid4())}).headers["Location"] == LEDGER


def test_a_view_whose_place_is_gone_says_so_and_counts_nothing(story: Story) -> None:
    zhou, place = story.browser("老周"), story.town.units["上垟一格"]
    reported(story, "来电说有棚", "2021-03-01", channel="call")
    keep(zhou, "上垟来电", place=str(place), channel="call")
    assert views(zhou) == [("上垟来电", "1", False)]
    close_unit(SYSTEM, uuid4(), place, date(2021, 6, 1))
    page = zhou.get(LIST)
    assert "条件有变" in page.content.decode() and page.context["views"].rows[0].count == ""


def test_neither_name_nor_choices_of_a_view_enter_the_journal(story: Story) -> None:
    keep(story.browser("老周"), "老王家的事", words="老王家的墙")
    keep(story.browser("老周"), "又一个", words="老李家的墙")
    dropped = story.browser("老周").get(LIST).context["views"].rows[1].id
    story.browser("老周").post(reverse("drop_view", args=[dropped]), {"op_id": str(uuid4())})
    kinds = [event.kind for event in Event.objects.order_by("-id")[:3]]
    assert kinds == ["view.dropped", "view.saved", "view.saved"]
    told = str([*Event.objects.filter(kind__startswith="view.").values(), *Operation.objects.filter(verb__endswith="_view").values()])
    assert "老王" not in told and "老李" not in told
    assert urlencode({"words": "老李家的墙"}) not in story.browser("老周").get(LIST).content.decode()
