"""Lines on the ground: what is read of them, what is refused in words, and the laws of measuring."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.lib.coordinates import SYSTEMS, from_cgcs2000, to_cgcs2000
from zhenwu.lib.polylines import MOST_KEPT, Polyline, apart, in_words, kept_polyline, read_polyline
from zhenwu.lib.problems import Problem
from zhenwu.lib.walks import walked

SEA = (124_500_000, 29_500_000)
steps = st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)).filter(lambda step: abs(step[0]) + abs(step[1]) > 20)
anywhere = st.tuples(st.floats(74, 135), st.floats(4, 53))


@st.composite
def lines(draw: st.DrawFn, system: str = "") -> Polyline:
    """A walk of some steps, out at sea."""
    points, seconds = [SEA], [0]
    for east, north in draw(st.lists(steps, min_size=1, max_size=12)):
        points.append((points[-1][0] + east, points[-1][1] + north))
        seconds.append(seconds[-1] + draw(st.integers(0, 600)))
    return Polyline(system or draw(st.sampled_from(SYSTEMS)), tuple(points), tuple(seconds))


@settings(max_examples=100)
@given(anywhere, st.sampled_from(SYSTEMS))
def test_a_place_comes_back_from_any_system_to_within_a_centimetre(place: tuple[float, float], system: str) -> None:
    assert apart(to_cgcs2000(system, from_cgcs2000(system, place)), place) < 0.01


@settings(max_examples=60)
@given(anywhere, st.sampled_from(("GCJ-02", "BD-09")))
def test_the_systems_lie_hundreds_of_metres_apart_and_are_never_taken_for_one_another(place: tuple[float, float], system: str) -> None:
    assert 30 < apart(from_cgcs2000(system, place), place) < 3000


def test_a_degree_is_as_long_as_the_ellipsoid_says() -> None:
    """The lengths of a hundredth of a degree at 29.5° north on CGCS2000: 969.8 m along the parallel, 1108.5 m along the meridian."""
    assert apart((124.5, 29.5), (124.51, 29.5)) == pytest.approx(969.79, abs=0.3)
    assert apart((124.5, 29.495), (124.5, 29.505)) == pytest.approx(1108.54, abs=0.3)


@settings(max_examples=100)
@given(lines())
def test_a_line_is_as_long_backwards_and_walked_whole_by_itself_either_way(line: Polyline) -> None:
    assert line.metres == line.backwards.metres and line.minutes == line.backwards.minutes
    for track in (line, line.backwards):
        assert walked(str(line.untimed), str(track)).covered == 100 and walked(str(line), str(track)).left == ()


@settings(max_examples=100)
@given(lines(), lines(), st.integers(1, 200))
def test_a_wider_reach_never_walks_less_and_what_is_left_is_no_longer_than_the_line(course: Polyline, track: Polyline, near: int) -> None:
    narrow, wide = walked(str(course), str(track), near), walked(str(course), str(track), near * 2)
    assert 0 <= narrow.covered <= wide.covered <= 100 and wide.gap <= narrow.gap <= course.metres + 1
    assert bool(narrow.left) == (narrow.gap > 0) == (narrow.covered < 100)


@settings(max_examples=100)
@given(lines())
def test_what_was_kept_is_read_again_as_it_is(line: Polyline) -> None:
    kept = str(read_polyline(str(line)))
    assert str(read_polyline(kept)) == kept == str(kept_polyline(kept))
    assert abs(kept_polyline(kept).metres - line.metres) <= 0.05 * line.metres + 7 * len(line.points)


@settings(max_examples=200)
@given(st.text(max_size=60) | st.text("0123456789.,;- 东经GCJ:{}[]\"", max_size=60))
def test_whatever_is_typed_is_a_line_or_a_problem_with_a_remedy(text: str) -> None:
    try:
        assert len(read_polyline(text).points) >= 2
    except Problem as problem:
        assert problem.code.startswith("line.") and problem.remedy


def test_half_a_line_is_walked_by_half_a_track_and_the_gap_says_where() -> None:
    course = str(read_polyline("124.5,29.5; 124.52,29.5"))
    found = walked(course, str(read_polyline("124.5,29.5; 124.51,29.5")), 10)
    assert found.covered == 50 and found.gap == pytest.approx(970, abs=15)
    ((start, end),) = found.left
    assert start[0] == pytest.approx(124.51, abs=0.0002) and end == (124.52, 29.5)


def test_people_write_lines_in_many_ways() -> None:
    plain = str(read_polyline("120.1,28.1; 120.2,28.2"))
    assert plain == "CGCS2000 120.100000,28.100000; 120.200000,28.200000"
    shape = {"type": "LineString", "coordinates": [[120.1, 28.1, 512.5], [120.2, 28.2, 500]]}
    for text in ("120.1，28.1；120.2，28.2", "120.1 28.1\n120.2 28.2\n", "WGS-84: 120.1,28.1;120.2,28.2;", json.dumps(shape), json.dumps({"type": "Feature", "geometry": shape}), json.dumps(shape["coordinates"])):
        assert str(read_polyline(text)) == plain
    assert str(read_polyline("高德：120.1,28.1;120.2,28.2")) == "GCJ-02 120.100000,28.100000; 120.200000,28.200000"
    track = read_polyline("120.1,28.1,30; 120.102,28.1,150")
    assert (track.seconds, track.minutes, in_words(str(track))) == ((0, 120), 2, "197 米，2 分钟，2 个点")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("120.1,28.1; 28.2,120.2", "line.swapped", "第 2 个点的经度和纬度写反了"),
        ("20.1,58.1; 20.2,58.2", "line.outside", "不在国内"),
        ("120.1,28.1", "line.too_short", "至少要有两个"),
        ("120.1,28.1;120.1,28.1", "line.too_short", "至少要有两个"),
        ("", "line.too_short", "至少要有两个"),
        ("北京54：120.1,28.1;120.2,28.2", "line.system", "不认得坐标系“北京54”"),
        ("120°6′,28°6′;120.2,28.2", "line.point", "第 1 个点"),
        ("120.1,28.1,0;120.2,28.2", "line.times", "有的点"),
        ("120.1,28.1,9;120.2,28.2,3", "line.times", "倒着走"),
        ("120.1,28.1,0;120.2,28.2,90000", "line.times", "超过了一天"),
        ("120.1,28.1;129.2,28.2", "line.too_far", "太长了"),
        ('{"type":"Polygon","coordinates":[]}', "line.geojson", "读不出一条线"),
        ("[" * 5000, "line.geojson", "读不出一条线"),
        (";".join(f"120.{n:06d},28.1" for n in range(6000)), "line.too_long", "太多了"),
    ],
)
def test_what_is_no_line_is_refused_in_words(text: str, code: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        read_polyline(text)
    assert refused.value.code == code and words in refused.value.message and refused.value.remedy


def test_a_long_track_keeps_some_hundreds_of_points_and_its_length() -> None:
    """A stream that winds: five thousand fixes with the trembling of a phone."""
    text = "; ".join(f"{124.5 + n / 100000:.6f},{29.5 + (n // 40 % 2) * 0.0004 + (n % 3) * 0.000005:.6f},{n * 2}" for n in range(5000))
    line = read_polyline(text)
    assert len(line.points) <= MOST_KEPT and line.minutes == 9998 // 60
    assert str(read_polyline(str(line))) == str(line)
