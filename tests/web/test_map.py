"""地图: the lines coloured by how they stand, with a table that says the same; the small map of a walk; a track that becomes the line."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.test_rolls import put
from zhenwu.kernel.ledgers.api import find_record, history
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.kernel.rounds.api import follow_rounds
from zhenwu.lib.clock import at
from zhenwu.web.drawing import HEIGHT_OF_LABEL, Way, draw

pytestmark = pytest.mark.django_db
HALF = "124.5,29.5,0; 124.51,29.5001,1830"


@pytest.fixture
def patrolled(story: Story) -> Story:
    """Three beats: H1 was missed in May, H2 was walked, H3 has no line; 老周 works on patrols too."""
    appoint(SYSTEM, uuid4(), story.town.people["老周"], "officer", story.town.units["综合站"], ["patrol"], date(2015, 1, 1))
    with at(date(2021, 5, 1)):
        for code, place, more in (("H1", "深塘村", {"course": "124.5,29.5; 124.52,29.5"}), ("H2", "上垟村", {"course": "124.53,29.5; 124.53,29.52"}), ("H3", "上垟村", {})):
            put(story, "patrol.beat", place, "2019-01-01", code=code, title=f"{code}河段", kind="river", rank="village", chief="何大山", sign="right", **more)
        put(story, "patrol.frequency", "云岭镇", "2021-05-01", code="F", kind="river", rank="village", times="1", per="month", source="镇文件")
    with at(date(2021, 6, 8)):
        walk(story, "H2", "上垟村", "2021-05-20", track="124.53,29.5,0; 124.53,29.52,2400")
        walk(story, "H3", "上垟村", "2021-05-20", minutes="40", metres="2000")
        walk(story, "H2", "上垟村", "2021-06-07", track="124.53,29.5,0; 124.53,29.52,2400")
        follow_rounds()
    return story


def walk(story: Story, code: str, place: str, day: str, **more: str) -> UUID:
    return put(story, "patrol.trip", place, day, beat=code, sheet=day, kind="river", rank="village", problem="none", handled="none", **more)


def page(story: Story, who: str, address: str) -> str:
    with at(date(2021, 6, 10)):
        answer = story.browser(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_missed_beat_is_drawn_red_and_its_tally_stands_in_the_table_below(patrolled: Story) -> None:
    text = page(patrolled, "何书记", reverse("map"))
    assert "共 3 段：漏巡 1，还差 1，巡够 1；没有画线 1。" in text
    red = re.search(r'<a href="([^"]+)"><g><title>H1河段：漏巡</title><polyline class="reach" points="[^"]+"/><polyline class="missed"', text)
    assert red and red[1] == reverse("record", args=[find_record("patrol.beat", "H1")])
    assert '<polyline class="enough"' in text and "H3河段：" not in text, "what has no line is in the table alone"
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.S)
    missed = next(row for row in rows if "H1河段" in row)
    assert "漏巡" in missed and reverse("record", args=[find_record("patrol.tally", "H1/2021-05")]) in missed and "2021-05 没有巡够" in missed
    assert "没有画线" in next(row for row in rows if "H3河段" in row)


def test_the_tracks_of_the_chosen_days_are_drawn_and_listed(patrolled: Story) -> None:
    week, month, none = (page(patrolled, "何书记", f"{reverse('map')}?days={days}") for days in ("7", "30", "0"))
    assert "图上的轨迹：1 次" in week and "<title>2021-06-07 的轨迹，" in week and "2021-05-20 的轨迹，" not in week
    assert "图上的轨迹：2 次" in month and "2021-05-20 的轨迹，2217 米，40 分钟" in month
    assert " 的轨迹，" not in none and "走过的轨迹" not in none


@pytest.mark.parametrize("asked", ["round=no.such", "days=5", "days=-1", "days=" + "9" * 50, "round=%00&days=x"])
def test_whatever_is_asked_for_the_map_opens(patrolled: Story, asked: str) -> None:
    assert "共 3 段" in page(patrolled, "何书记", f"{reverse('map')}?{asked}")


def test_whoever_may_not_see_patrols_gets_no_map_and_no_way_to_it(patrolled: Story) -> None:
    assert "没有画线的周期任务" in page(patrolled, "外乡人", reverse("map"))
    assert reverse("map") not in page(patrolled, "外乡人", reverse("rounds")) and f'href="{reverse("map")}"' in page(patrolled, "何书记", reverse("rounds"))


def test_a_walks_page_says_what_was_measured_what_was_typed_and_what_was_not_walked(patrolled: Story) -> None:
    with at(date(2021, 6, 9)):
        half = walk(patrolled, "H1", "深塘村", "2021-06-09", track=HALF)
    text = page(patrolled, "何书记", reverse("record", args=[half]))
    assert text.count("（按轨迹量）") == 2 and "30 分钟" in text and '<polyline class="left"' in text
    assert re.search(r"走到了H1河段的 <strong>5[0-3]%</strong>，最长一段没有走到的有 9\d\d 米", text)
    assert "用这次的轨迹作这一段的线" not in text, "a secretary corrects no beats"
    typed = page(patrolled, "何书记", reverse("record", args=[find_record("patrol.trip", "H3/2021-05-20")]))
    assert typed.count("（手填）") == 2 and "<svg" not in typed
    assert '<polyline class="course"' in page(patrolled, "何书记", reverse("record", args=[find_record("patrol.beat", "H1")]))


def test_the_track_becomes_the_line_by_one_press_and_the_old_line_stays_in_the_history(patrolled: Story) -> None:
    with at(date(2021, 6, 9)):
        half = walk(patrolled, "H1", "深塘村", "2021-06-09", track=HALF)
    text = page(patrolled, "老周", reverse("record", args=[half]))
    form = re.search(r'<form method="post" action="([^"]+/course)".*?name="base_version" value="(\d+)"', text, re.S)
    assert form and "用这次的轨迹作这一段的线" in text
    with at(date(2021, 6, 10)):
        answer = patrolled.browser("老周").post(form[1], {"op_id": str(uuid4()), "base_version": form[2]}, follow=True)
        assert "这次的轨迹已经作为这一段的线" in answer.content.decode()
        stale = patrolled.browser("老周").post(form[1], {"op_id": str(uuid4()), "base_version": form[2]})
    assert stale.status_code == 400
    told = history(find_record("patrol.beat", "H1"))  # type: ignore[arg-type]
    assert [len(one.data["course"]) > 0 for one in told] == [True, True] and told[-1].reason == "用2021-06-09的轨迹作线"
    assert "用这次的轨迹作这一段的线" not in page(patrolled, "老周", reverse("record", args=[half])), "it is the line already"


def test_a_form_that_comes_back_with_a_fault_still_holds_the_whole_track(patrolled: Story) -> None:
    track = "; ".join(f"{124.5 + n / 5000:.6f},{29.5 + n % 2 / 1000:.6f},{n * 9}" for n in range(200))
    with at(date(2021, 6, 10)):
        answer = patrolled.browser("老周").post(reverse("new_record", args=["patrol.trip"]), {"op_id": str(uuid4()), "f_track": track, "f_beat": "H1", "f_sheet": "9"})
    assert answer.status_code == 400 and track in answer.content.decode()


def test_a_picture_fits_its_frame_and_its_labels_do_not_cover_one_another() -> None:
    ways = [Way([(124.5 + n / 1000, 29.5), (124.5 + n / 1000, 29.51)], "enough", number=str(n), name="很长的一段河道") for n in range(12)]
    found = draw(ways)
    assert found is not None
    xs, ys = zip(*((float(x), float(y)) for one in found.ways for x, y in (point.split(",") for point in one.points.split())), strict=True)
    assert 0 <= min(xs) and max(xs) <= found.width and 0 <= min(ys) and max(ys) <= found.height - 20
    named = [one for one in found.ways if one.named]
    assert named and all(abs(a.y - b.y) >= HEIGHT_OF_LABEL or abs(a.x - b.x) > 150 for a in named for b in named if a is not b)
    assert draw([]) is None and draw([Way([(124.5, 29.5), (124.5, 29.5)], "enough")]) is not None
