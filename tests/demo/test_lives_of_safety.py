"""What the lives of deputies, waterworks, inspectors and those who follow people tell, read from their notes and steps alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from demo.books import Books
from demo.courses import Steps
from demo.deeds import Handling, Switching
from demo.diary import CORRECT, ENTER, posting_day
from demo.lives import congress, drinking, epidemic, safety
from demo.mending import mistaken, retests, water_repair
from demo.world import World
from tests.demo.conftest import SEEDS, YEAR, entered


@SEEDS
def test_no_answer_to_a_deputy_is_late_by_a_few_days(seed: int) -> None:
    """A last day that is a holiday gives way to the next worked one: what is late by less than the longest holiday may be in time."""
    steps: dict[str, list[Handling]] = defaultdict(list)
    for deed in congress.LIFE.deeds(World(YEAR, seed)):
        assert isinstance(deed, Handling)
        steps[deed.matter].append(deed)
    waits = [wait for one in steps.values() for wait in waited(one)]
    assert len(waits) > 150 and any(days > limit for days, limit in waits)
    assert [(days, limit) for days, limit in waits if limit < days < limit + 12] == []


def waited(steps: list[Handling]) -> Iterator[tuple[int, int]]:
    """(days that it took, days that it may take) of every answer, of every part of one, of every signature for a paper."""
    last: dict[str, Handling] = {}
    for step in steps:
        given = dict(last["assign"].more) if "assign" in last else {}
        again = last.get("reject_answer") or last.get("reopen")
        if step.action in ("take_on", "send_back"):
            yield (step.day - last["assign"].day).days, 10
        if step.action == "sign_off":
            yield ((step.day - again.day).days, 30) if again else ((step.day - last["assign"].day).days, 180 if given["hard"] == "true" else 90)
        if step.action == "draft_answer" and given["joint"] == "true" and "draft_answer" not in last:
            yield (step.day - last["assign"].day).days, 60
        last[step.action] = step


@SEEDS
def test_the_second_samples_that_a_repair_names_stand_in_the_ledger(seed: int) -> None:
    notes = list(drinking.LIFE.notes(World(YEAR, seed)))
    samples, named = {note.key: note for note in entered(notes, drinking.SAMPLE)}, set()
    failed = [note for note in samples.values() if note.data["verdict"] == "failed" and note.data["purpose"] != "retest"]
    for note in failed:
        opened, category = posting_day(note.told), "chlorine" if note.data.get("chlorine") == "0.02" else "quality"
        steps = list(water_repair(Steps("drinking", f"drinking.rule:{note.key}:1", opened, Random(0)), category, Random(0)))
        told = [(dict(step.more)["retest_sheet"], step) for step in steps if step.action in ("close", "retest_failed")]
        assert [sheet for sheet, _ in told] == [one.sheet for one in retests(note.key, category, opened)]
        for sheet, step in told:
            again = samples[sheet]
            assert again.day is not None and opened < again.day < step.day and again.data["failed_sheet"] == note.key
            assert (again.data["verdict"] == "passed") == (step.action == "close")
        named |= {sheet for sheet, _ in told}
    slips = {note.key for note in notes if note.ledger == drinking.SAMPLE and note.manner == CORRECT and note.data["verdict"] == "passed"}
    assert len(failed) > 50 and len(named) > len(failed) - 15
    assert slips >= {note.key for note in failed if mistaken(note.key)}


@SEEDS
def test_what_a_span_of_inspections_came_to_is_told_once_and_again_when_a_sheet_is_signed_or_entered_late(seed: int) -> None:
    world, books, again = World(YEAR, seed), Books((safety.LIFE,)), 0
    spans, ahead = safety.Spans(world), defaultdict(list)
    for note in safety.LIFE.notes(world):
        if note.ledger in (safety.SITE, safety.INSPECTION):
            ahead[note.recorded(date.max)].append(note)
    day = date(YEAR - 5, 1, 4)
    while day < date(YEAR + 1, 3, 1):
        for note in spans.morning(books, day):
            books.write(note)
        written = sorted(ahead[day], key=lambda note: (note.manner != ENTER, note.ledger != safety.SITE))
        for note in written:
            books.write(note)
        for note in spans.evening(books, written):
            books.write(note)
            again += 1
        day += timedelta(days=1)
    tallies = books.pages[safety.TALLY].values()
    made = Counter(page.data["site"] for page in books.pages[safety.INSPECTION].values() if page.day < date(YEAR, 1, 1))
    met = sum(page.data["met"] == "是" for page in tallies)
    assert 0.85 < met / len(tallies) < 1 and 0 < again < 40
    assert all(page.data["met"] == ("是" if int(page.data["valid"]) >= int(page.data["due"]) else "否") for page in tallies)
    assert all(int(page.data["valid"]) <= int(page.data["made"]) <= made[page.data["site"]] for page in tallies if page.day < date(YEAR, 1, 1))


@SEEDS
def test_sites_that_are_inspected_by_plan_are_between_fifty_and_a_hundred(seed: int) -> None:
    notes = [note for note in safety.LIFE.notes(World(YEAR, seed)) if note.ledger == safety.SITE]
    ends = {note.key: note.until for note in notes if note.until is not None}
    there = [note for note in entered(notes, safety.SITE) if note.day is not None and note.day <= date(YEAR, 12, 31) < ends.get(note.key, date.max)]
    assert 50 < len(there) < 100 and {note.data["risk"] for note in there} == set(safety.PLAN)


@SEEDS
def test_nobody_is_followed_before_the_pack_was_switched_on_by_an_order(seed: int) -> None:
    world = World(YEAR, seed)
    [switched] = [deed.day for deed in epidemic.LIFE.deeds(world) if isinstance(deed, Switching)]
    people = entered(list(epidemic.LIFE.notes(world)), epidemic.FOLLOWED)
    years = Counter(note.day.year for note in people if note.day is not None)
    assert min(note.told for note in people) > switched and all("phone" not in note.data for note in people)
    assert sorted(number > 99 for number in years.values()) == [False, False, False, True, True]
