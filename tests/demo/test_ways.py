"""The lines of the demonstration: out at sea, as long as the books say; walks of the last year followed, some of them not to the end."""

from __future__ import annotations

from collections import Counter

import pytest

from demo.diary import Note
from demo.lives import patrol
from demo.ways import reached_the_end
from demo.world import World
from zhenwu.lib.polylines import kept_polyline
from zhenwu.lib.walks import walked

YEAR = 2024


@pytest.fixture(scope="module")
def notes() -> list[Note]:
    return list(patrol.LIFE.notes(World(YEAR, 7)))


def courses(notes: list[Note]) -> dict[str, str]:
    return {note.data["code"]: note.data["course"] for note in notes if note.ledger == patrol.BEAT and "course" in note.data}


def test_every_beat_has_a_line_out_at_sea_as_long_as_the_books_say(notes: list[Note]) -> None:
    found = courses(notes)
    assert set(found) == {beat.code for beat in patrol.BEATS}
    for beat in patrol.BEATS:
        line = kept_polyline(found[beat.code])
        assert abs(line.metres - beat.length) <= max(12, beat.length // 50), beat
        assert all(124.2 < x < 124.8 and 29.2 < y < 29.8 for x, y in line.places) and len(line.points) <= 16


def test_about_half_of_the_last_years_walks_were_followed_and_some_left_out_a_part(notes: list[Note]) -> None:
    found, told = courses(notes), Counter[str]()
    for note in notes:
        if note.ledger == patrol.TRIP and note.day is not None:
            track = note.data.get("track")
            told[f"{note.day.year} {'track' if track else 'typed'}"] += 1
            if track:
                line = kept_polyline(track)
                assert (note.data["minutes"], note.data["metres"]) == (str(line.minutes), str(line.metres)), "what was typed is what the track says"
                walk = walked(found[note.data["beat"]], track)
                told["whole" if walk.covered >= 95 else "part"] += 1
                assert 80 <= walk.covered or walk.covered < 75, "no walk lies near what the plans ask for"
                assert note.data["kind"] == "water" or reached_the_end(found[note.data["beat"]], track) == (walk.covered >= 80)
    years = World(YEAR, 7).years
    assert not any(told[f"{year} track"] for year in years[:-1])
    share = told[f"{years[-1]} track"] / (told[f"{years[-1]} track"] + told[f"{years[-1]} typed"])
    assert 0.35 < share < 0.7 and 0.05 < told["part"] / (told["part"] + told["whole"]) < 0.3
