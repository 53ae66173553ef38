"""What falls to which village in which year is plausible: the larger have more, none the same as another, no year as the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import mean

import pytest

from demo.diary import ENTER, Note
from demo.lives import collective, deeds, health, integrity, invest, market, project, waste
from demo.places import SEAT, VILLAGES, village_of
from demo.world import World

YEAR = 2024
SEEDS = pytest.mark.parametrize("seed", (1, 2, 3))
BY_SIZE = [(waste, waste.CHECK), (waste, waste.WEIGHING), (waste, waste.POINTS), (market, market.INSPECTION), (integrity, integrity.USE), (project, project.PROJECT)]
SMALL = [village for village, grids in VILLAGES.items() if grids == 3]


def of_village(note: Note) -> str:
    return note.place if note.place in VILLAGES else village_of(note.place)


def entered(notes: Iterable[Note], ledger: str) -> list[Note]:
    """Of the six years that are over."""
    return [note for note in notes if note.ledger == ledger and note.manner == ENTER and note.place and note.day and YEAR - 5 <= note.day.year <= YEAR]


@SEEDS
@pytest.mark.parametrize(("life", "ledger"), BY_SIZE, ids=[ledger for _, ledger in BY_SIZE])
def test_the_village_of_the_street_is_above_the_mean_of_the_small_ones(life: object, ledger: str, seed: int) -> None:
    rows = entered(life.LIFE.notes(World(YEAR, seed)), ledger)  # type: ignore[attr-defined]
    weight = Counter[str]()
    for note in rows:
        weight[of_village(note)] += float(note.data.get("weight", 1))
    assert weight[SEAT] > 1.2 * mean(weight[village] for village in SMALL)
    assert len({round(weight[village]) for village in VILLAGES}) > 5  # few are the same


@SEEDS
def test_waste_is_looked_at_more_each_year_and_nowhere_before_a_village_sorts(seed: int) -> None:
    rows = entered(waste.LIFE.notes(World(YEAR, seed)), waste.CHECK)
    years = Counter(note.day.year for note in rows if note.day)
    assert years[YEAR] > 2 * years[YEAR - 5] > 0 and years[YEAR - 4] < years[YEAR - 5]
    assert not [note for note in rows if of_village(note) == "石门坑村" and note.day and note.day.year <= YEAR - 5]


@SEEDS
def test_what_the_common_plant_earns_is_divided_by_stakes(seed: int) -> None:
    assert sum(collective.STAKES.values()) == 100
    world = World(YEAR, seed)
    rows = [note for note in entered(collective.LIFE.notes(world), collective.INCOME) if note.data.get("joint") and note.day and note.day.year == YEAR]
    told = {note.place: int(str(note.data["share"])) for note in rows}
    assert sum(told.values()) == 100 and len(set(told.values())) > 5 and max(told, key=lambda place: told[place]) == SEAT


@SEEDS
def test_no_course_over_the_years_is_flat(seed: int) -> None:
    world = World(YEAR, seed)
    votes = entered(deeds.LIFE.notes(world), deeds.PROPOSAL)
    cut = [note for note in deeds.LIFE.notes(world) if note.data.get("outcome") == "cut"]
    beds = entered(health.LIFE.notes(world), health.BED)
    farms = [one for one in world.register.of_kind("rabbit_farm", "cattle_farm") if one.since.year >= YEAR - 5]
    skipped = [note for note in invest.LIFE.notes(world) if note.data.get("skipped")]
    for told in (
        Counter(note.day.year for note in votes if note.day), Counter(note.day.year for note in votes if note.day and note.data["outcome"] == "passed"),
        Counter(int(str(note.data["cut_on"])[:4]) for note in cut), Counter(note.day.year for note in beds if note.day), Counter(one.since.year for one in farms),
        Counter(note.day.year for note in skipped if note.day),
    ):  # fmt: skip
        assert len({told[year] for year in range(YEAR - 5, YEAR + 1)}) > 1, told
    of_year = Counter((one.kind, one.since.year) for one in farms)
    assert of_year["rabbit_farm", YEAR] == of_year["cattle_farm", YEAR] == 1  # the text tells one farm's scale


@SEEDS
def test_what_passed_and_was_not_cut_is_accepted(seed: int) -> None:
    notes = list(deeds.LIFE.notes(World(YEAR, seed)))
    done = {str(note.data["proposal"]) for note in notes if note.ledger in (deeds.ACCEPTANCE, deeds.REWIRING) and note.manner == ENTER}
    for year, (more, _, cut) in ((YEAR + offset, one) for offset, one in deeds.COURSE.items() if offset < 1):
        codes = {str(note.data["kind"]): note.key for note in notes if note.ledger == deeds.PROPOSAL and note.manner == ENTER and note.key.startswith(f"{year}-")}
        assert {kind for kind in more if codes[kind] in done} == set(more) - set(cut), year
