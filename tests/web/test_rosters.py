"""值班排班 on the screen: the office head makes a roster, people exchange watches, what is missing warns."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.ledgers.api import PREFIX, history, save_records, versions_in
from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person
from zhenwu.kernel.rosters.api import proposal as kernel_proposal
from zhenwu.kernel.rosters.api import scheme_of, stands
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.facts import Scope
from zhenwu.sdk import Figures, RecordInput, save_record

pytestmark = pytest.mark.django_db
KEY = "duty.watches"
DAY, LAST = date(2026, 12, 1), date(2026, 12, 7)
KEEPERS = ("吴远帆", "柳如岩", "季青松", "毛立夏", "潘小舟", "徐望川", "胡一禾", "林晚晴", "陈牧野")


@pytest.fixture
def story(story: Story) -> Story:
    """阿莲 may be put on watch; 外乡人 heads the office that makes the rosters; 何书记 grants exchanges."""
    town = story.town.units["云岭镇"]
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "office_head", town, ["duty"], date(2015, 1, 1))
    appoint(SYSTEM, uuid4(), story.town.people["阿莲"], "grid_worker", story.town.units["深塘村"], ["duty"], date(2015, 1, 1))
    with at(date(2026, 11, 20)):
        place(story, "值班室", "seat", leaders="1")
        for name in KEEPERS:
            put(story, "watcher", "云岭镇", code=name, role="keeper", account={"吴远帆": "alian"}.get(name, ""))
        for name in ("叶知远", "夏知秋", "梅若谷", "钟有田", "罗望山"):
            put(story, "watcher", "云岭镇", code=name, role="leader")
    return story


def put(story: Story, ledger: str, unit: str, **data: str) -> UUID:
    said = {name: value for name, value in data.items() if value}
    return UUID(save_record(SYSTEM, f"duty.{ledger}", RecordInput(said, story.town.units[unit], date(2026, 11, 20)), uuid4())["record"])


def place(story: Story, code: str, level: str, unit: str = "深塘村", **more: str) -> None:
    said = {"kind": "other", "campaign": "日常", "per_shift": "1", "shifts_a_day": "2", "responsible": "吴远帆", **more}
    put(story, "checkpoint", unit, code=code, spot=f"{code}前", level=level, **said)


def proposal(story: Story, first: date = DAY, last: date = LAST, who: str = "外乡人", posts: tuple[str, ...] = ("值班室",)) -> str:
    answer = story.browser(who).get(reverse("propose_roster", args=[KEY]), {"post": list(posts), "first": str(first), "last": str(last)})
    return answer.content.decode()


def save(story: Story, page: str, posts: tuple[str, ...] = ("值班室",), who: str = "外乡人", op_id: str = "", told: str = "") -> tuple[int, str]:
    found = re.search(r'name="told" value="([^"]*)"', page)
    told = told or html.unescape(found[1] if found else "")
    sent = {"first": str(DAY), "last": str(LAST), "post": list(posts), "told": told, "op_id": op_id or str(uuid4())}
    answer = story.browser(who).post(reverse("save_roster", args=[KEY]), sent, follow=True)
    return answer.status_code, answer.content.decode()


def saved(story: Story) -> list:
    return list(versions_in(Scope(PREFIX + "duty.assignment")).order_by("key"))


def made(story: Story) -> list:
    status, _ = save(story, proposal(story))
    assert status == 200
    return saved(story)


def test_a_roster_is_shown_with_its_fairness_and_saved_under_the_name_of_who_made_it(story: Story) -> None:
    with at(date(2026, 11, 25)):
        page = proposal(story)
        assert "保存这张班表（28 人次）" in page and "总时长" in page and "排不满的" not in page and saved(story) == []
        op_id = str(uuid4())
        assert save(story, page, op_id=op_id)[0] == 200 and save(story, page, op_id=op_id)[0] == 200
        rows = saved(story)
        assert len(rows) == 28 and {row.event.principal for row in rows} == {f"person:{story.town.people['外乡人']}"}
        shown = story.browser("何书记").get(reverse("rosters", args=[KEY]), {"month": "2026-12"}).content.decode()
        week = shown.partition("值班室前值班表")[2].partition("12月8日")[0]
        assert "12月1日 周二" in week and "缺" not in week and "没有排人" not in week
        assert "没有新排的" in proposal(story)


def test_the_watch_after_midnight_belongs_to_the_day_before_and_is_read_back_as_it_was_planned(story: Story) -> None:
    with at(date(2026, 11, 25)):
        place(story, "K1", "county", begins="16:00")
        assert "次日04:00—16:00" in proposal(story, posts=("K1",))
        assert save(story, proposal(story, posts=("K1",)), posts=("K1",))[0] == 200
        assert "没有新排的" in proposal(story, posts=("K1",))
        second = next(one for one in stands(SYSTEM, scheme_of(KEY), DAY, DAY) if one.duty.watch.id.number == 2)
        assert (second.duty.watch.starts, second.duty.watch.ends) == (datetime(2026, 12, 2, 4), datetime(2026, 12, 2, 16))


def test_what_cannot_be_manned_says_why_and_which_rule_stands_in_the_way(story: Story) -> None:
    with at(date(2026, 11, 25)):
        for name in ("夏知秋", "梅若谷", "钟有田", "罗望山"):
            put(story, "absence", "云岭镇", watcher=name, first_day="2026-12-01", last_day="2026-12-31", kind="leave")
        page = proposal(story)
        assert "缺带班领导1人：能当带班领导的共5人，4人请假外出" in page and "不限七天内的班数" in page


def test_a_broken_rule_or_a_foreign_roster_is_not_saved(story: Story) -> None:
    with at(date(2026, 11, 25)):
        page = proposal(story)
        put(story, "absence", "云岭镇", watcher="叶知远", first_day="2026-12-01", last_day="2026-12-31", kind="leave")
        status, told = save(story, page)
        assert status == 400 and "不能排叶知远：请假外出" in told
        for wrong in ("x", "[]", '[["值班室-20261201-1","keeper","外人"]]', '[["K9-20261201-1","keeper","吴远帆"]]', '[[1,2,3]]', '[["值班室-20261201-1","leader","吴远帆"]]'):
            assert save(story, page, told=wrong)[0] == 400, wrong
        assert "您的岗位不能排班" in proposal(story, who="何书记")
        assert saved(story) == []


def swap(story: Story, who: str, matter: UUID, action: str, base: int, reason: str = "") -> tuple[int, str]:
    sent = {"action": action, "base_version": str(base), "op_id": str(uuid4()), "reason": reason}
    answer = story.browser(who).post(reverse("take_swap", args=[KEY, matter]), sent, follow=True)
    return answer.status_code, answer.content.decode()


def ask(story: Story, who: str, record: UUID, other: str = "", back: UUID | str = "") -> tuple[int, str]:
    sent = {"record": str(record), "other": other, "back": str(back), "reason": "家里有事", "op_id": str(uuid4())}
    answer = story.browser(who).post(reverse("ask_swap", args=[KEY]), sent, follow=True)
    return answer.status_code, answer.content.decode()


def asked(page: str) -> UUID:
    return UUID(re.findall(r"/rosters/duty\.watches/swap/([0-9a-f-]{36})", page)[0])


def a_watch_of(rows: list, name: str) -> UUID:
    return next(row.record_id for row in rows if row.data["watcher"] == name)


def test_an_exchange_is_asked_agreed_granted_and_stands_in_the_roster_with_its_reason(story: Story) -> None:
    with at(date(2026, 11, 25)):
        rows = made(story)
        mine = a_watch_of(rows, "吴远帆")
        free = next(name for name in KEEPERS[1:] if "休息" not in ask(story, "阿莲", mine, name)[1])
        page = story.browser("何书记").get(reverse("rosters", args=[KEY])).content.decode()
        matter = asked(page)
        assert "等对方同意" in page and swap(story, "阿莲", matter, "agree", 1)[0] == 403
        assert swap(story, "外乡人", matter, "agree", 1)[0] == 200  # who has no log-in is spoken for by the office
        assert swap(story, "外乡人", matter, "approve", 2)[0] == 403  # nobody grants what they agreed to
        assert "已批准，请办公室改班表" in swap(story, "何书记", matter, "approve", 2)[1]
        assert history(mine)[-1].data["watcher"] == "吴远帆"
        assert "班表已改" in swap(story, "外乡人", matter, "apply", 3)[1]
        last = history(mine)[-1]
        assert last.data["watcher"] == free and last.data["swap"] == "agreed" and "家里有事" in last.reason
        assert "已换" in story.browser("何书记").get(reverse("matter", args=[matter])).content.decode()


def test_only_the_person_asked_agrees_and_only_ones_own_watch_is_given_away(story: Story) -> None:
    with at(date(2026, 11, 25)):
        rows = made(story)
        other = a_watch_of(rows, "柳如岩")
        assert ask(story, "阿莲", other, "季青松")[0] == 403
        answers = [ask(story, "外乡人", row.record_id, "吴远帆") for row in rows if row.data["watcher"] == "柳如岩"]
        matter = next((asked(page) for status, page in answers if status == 200), None)
        if matter is None:  # 吴远帆 stands too near to each of them
            assert all("换不成" in page for _, page in answers)
            return
        assert "要吴远帆本人同意" in swap(story, "外乡人", matter, "agree", 1)[1]
        assert swap(story, "阿莲", matter, "agree", 1)[0] == 200


def test_arrival_is_noted_once_for_a_watch_and_counts(story: Story) -> None:
    with at(date(2026, 11, 25)):
        made(story)
    with at(datetime(2026, 12, 1, 9, 0, tzinfo=LOCAL)):
        head = story.browser("外乡人")
        assert "还没有登记到岗" in head.get(reverse("home")).content.decode()
        assert "还没有登记到岗" not in story.browser("阿莲").get(reverse("home")).content.decode()
        there = [row.data["watcher"] for row in saved(story) if row.data["watch"] == "值班室-20261201-1"]
        sent = {"watch": "值班室-20261201-1", "came": there[:1], "op_id": str(uuid4())}
        assert head.post(reverse("note_arrival", args=[KEY]), sent).status_code == 302
        assert head.post(reverse("note_arrival", args=[KEY]), {**sent, "watch": "值班室-20261207-1", "op_id": str(uuid4())}).status_code == 400
        assert Figures().figure("duty.attendance@2026").value == 50
        line = {"post": "值班室", "f_kind": "call", "f_at": "08:40", "f_content": "县里抽查在岗", "op_id": str(uuid4())}
        assert head.post(reverse("note_watch", args=[KEY]), line).status_code == 302
        assert Figures().figure("duty.calls@2026").value == 1


def test_a_week_without_a_roster_warns_and_what_has_not_begun_is_planned_anew(story: Story) -> None:
    with at(date(2026, 11, 25)):
        assert "7天内有" in story.browser("外乡人").get(reverse("rosters", args=[KEY])).content.decode()
        made(story)
        sent = {"first": str(DAY), "last": str(LAST), "reason": "有人调动", "op_id": str(uuid4())}
        told = story.browser("外乡人").post(reverse("clear_roster", args=[KEY]), sent).content.decode()
        assert "没有确认，什么都没有动" in told and len(saved(story)) == 28
        sent["sure"] = "1"
        assert story.browser("何书记").post(reverse("clear_roster", args=[KEY]), sent).status_code == 302 and len(saved(story)) == 28
        assert story.browser("外乡人").post(reverse("clear_roster", args=[KEY]), {**sent, "op_id": str(uuid4())}).status_code == 302
        assert saved(story) == [] and "保存这张班表（28 人次）" in proposal(story)


def test_neighbours_of_an_alliance_share_a_board_for_those_appointed_in_both(story: Story) -> None:
    """A neighbour that was merged into one store: its post is on the board of who holds a post there too, and of nobody else."""
    with at(date(2026, 11, 25)):
        place(story, "K1", "county", alliance="松风垭口防火联防")
        place(story, "K2", "village", alliance="松风垭口防火联防", unit="上垟村")
        village = enrol_person(SYSTEM, uuid4(), "shangyang", "上垟书记", "long-enough-to-pass")
        appoint(SYSTEM, uuid4(), village, "village_secretary", story.town.units["上垟村"], ["duty"], date(2015, 1, 1))
        story.town.people["上垟书记"] = village
        both = story.browser("何书记").get(reverse("roster_board", args=[KEY])).content.decode()
        one = story.browser("上垟书记").get(reverse("roster_board", args=[KEY])).content.decode()
        assert "K1前" in both and "K2前" in both and "没有排人" in both
        assert "K1前" not in one and "K2前" in one


def test_a_roster_shows_one_month_of_one_post_and_the_readers_own_turns_first(story: Story) -> None:
    with at(date(2026, 11, 25)):
        place(story, "K1", "county")
        made(story)
        page = story.browser("阿莲").get(reverse("rosters", args=[KEY]), {"month": "2026-12"}).content.decode()
        own = [row for row in saved(story) if row.data["watcher"] == "吴远帆"]
        turns, _, rest = page.partition("12月我的班")[2].partition("</section>")
        assert own and turns.count("<li>") == len(own) and rest.index("现在谁值班") < rest.index("值班室前值班表")
        assert "12月31日" in rest and "K1前值班表" not in page and "<strong>吴远帆</strong>" in rest
        other = story.browser("阿莲").get(reverse("rosters", args=[KEY]), {"month": "2026-12", "post": "K1"}).content.decode()
        assert "K1前值班表" in other and "值班室前值班表" not in other
        both = story.browser("阿莲").get(reverse("rosters", args=[KEY]), {"month": "2026-12", "post": "all"}).content.decode()
        assert "K1前值班表" in both and "值班室前值班表" in both
        assert "我的班" not in story.browser("何书记").get(reverse("rosters", args=[KEY])).content.decode()
        assert story.browser("阿莲").get(reverse("rosters", args=[KEY]), {"month": "十二月"}).status_code == 400


def test_only_the_post_and_the_month_that_are_shown_are_planned_anew(story: Story) -> None:
    with at(date(2026, 11, 25)):
        place(story, "K1", "county")
        made(story)
        assert save(story, proposal(story, posts=("K1",)), posts=("K1",))[0] == 200
        before = len(saved(story))
        sent = {"first": "2026-12-01", "last": "2026-12-31", "post": "K1", "reason": "撤点", "sure": "1", "op_id": str(uuid4())}
        assert story.browser("外乡人").post(reverse("clear_roster", args=[KEY]), sent).status_code == 302
        left = saved(story)
        assert 0 < len(left) == 28 < before and {row.data["post"] for row in left} == {"值班室"}


def test_who_came_back_is_not_given_a_whole_months_watches_and_the_screen_tells_all_that_was_stood(story: Story) -> None:
    """吴远帆 was elsewhere while the others stood ten watches each: he makes up two now (``make_up``), though he is ten short."""
    with at(date(2026, 11, 25)):
        rows = [
            RecordInput(
                {
                    "watch": f"值班室-202610{at_ + 1:02d}-{number % 6 + 1}", "watcher": name, "role": "keeper", "post": "值班室", "watch_day": date(2026, 10, at_ + 1),
                    "begins": "08:00", "next_day": False, "length": 720, "night": False, "day_off": False, "on_post": True, "swap": "none",
                },
                story.town.units["深塘村"], date(2026, 11, 20),
            )
            for number, name in enumerate(KEEPERS[1:]) for at_ in range(10)
        ]  # fmt: skip
        save_records(SYSTEM, "duty.assignment", rows, uuid4(), "以前的班")
        scheme = scheme_of(KEY)
        found = kernel_proposal(SYSTEM, scheme, ["值班室"], DAY, date(2026, 12, 31)).found
        counts = {name: found.tallies[name][0].minutes // 720 for name in KEEPERS}
        assert max(counts[name] for name in KEEPERS[1:]) < counts["吴远帆"] <= max(counts[name] for name in KEEPERS[1:]) + 3
        assert found.tallies["柳如岩"][1].minutes == (10 + counts["柳如岩"]) * 720 and found.tallies["吴远帆"][1].minutes == counts["吴远帆"] * 720
        page = proposal(story, DAY, date(2026, 12, 31))
        assert "这一次最多多排或者少排 2 个" in page
        free = replace(scheme, params={name: key for name, key in scheme.params.items() if name != "make_up"})
        loose = kernel_proposal(SYSTEM, free, ["值班室"], DAY, date(2026, 12, 31)).found.tallies
        assert loose["吴远帆"][0].minutes // 720 > counts["吴远帆"] + 2
