"""The whole seed filled from the demonstration township: every figure from its own records, and nothing invented."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from demo.building import Summary
from demo.rehearsing import Rehearsal
from tests import leftout
from tests.demo.conftest import LAST, YEAR
from tests.reports.documents import TOWN_BINDINGS
from tests.reports.township import undone
from zhenwu.kernel.ledgers.api import form_of, history
from zhenwu.kernel.matters.api import advance_matter, titles
from zhenwu.kernel.metrics.api import Address, Metric, catch_up, rows_behind
from zhenwu.kernel.orgs.api import SYSTEM, actor_of
from zhenwu.kernel.reports.api import Answer, Filled, fill
from zhenwu.kernel.reports.bindings import read_bindings
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Fact
from zhenwu.lib.units import convert
from zhenwu.sdk import Figures, RecordInput, current, remove_record, save_record

PENDING = {65: "疑为镇名", 132: "疑为镇名", 143: "", 155: ""}
FROM_ROWS = ("ledger", "project", "matter")
COUNTED_HERE = (19, 20, 25, 26, 40, 41, 42, 43)  # statistics that the township counts from its own rows
# Blanks that read a plan, an attribute or a county's paper rather than a year's rows, each with its reason.
NOT_ROWS_OF_A_YEAR = {
    15: "how large the farm was designed: an attribute of 16", 17: "an attribute of 18", 147: "a month of a county's task paper",
}  # fmt: skip
# Blanks whose figure no seed may change, each with what fixes it.
FIXED = {
    7: "the text lists two passes", 22: "the text lists four lodgings", 97: "the text names two villages", 93: "one point a village of the profile",
    16: "the text tells one farm's scale (15)", 18: "the text tells one farm's scale (17)", 42: "three digits of a percentage: all",
    44: "a township has one station", 105: "a target of the plan", 114: "a target of the plan", 125: "a target of the plan",
    126: "a target of the plan", 130: "a target of the plan", 131: "a target of the plan", 152: "a target of the plan",
}  # fmt: skip
YEARS_OF = {"year": (YEAR,), "year+1": (YEAR + 1,), "year-5": (YEAR - 5,), "five_years": range(YEAR - 4, YEAR + 1)}

pytestmark = [pytest.mark.slow, pytest.mark.seed, pytest.mark.django_db]


@cache
def blanks() -> dict[int, dict[str, str]]:
    """The rows of the seed's own table, by number."""
    with (leftout.seed() / "blanks.tsv").open(encoding="utf-8") as file:
        return {int(row["n"]): row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def seed_text() -> bytes:
    return (leftout.seed() / "annual-report-template.txt").read_bytes()


def filled() -> Filled:
    with at(LAST):
        return fill(seed_text(), "seed.txt", YEAR)


@pytest.fixture(scope="module")
def report(town: Summary) -> Filled:
    return filled()


def figures_of_the_past(report: Filled, *others: int) -> Iterator[tuple[int, Answer]]:
    """The answers counted from rows of a period that is over, and some others beside them."""
    for answer in report.answers:
        number = answer.slot.index
        past = answer.figure is not None and answer.figure.period.end.year <= YEAR
        rowed = blanks()[number]["source"] in FROM_ROWS and number not in NOT_ROWS_OF_A_YEAR
        if past and (rowed or number in others):
            yield number, answer


def base_metric(answer: Answer) -> Metric:
    """The metric whose rows a figure counts; of a quotient that of its numerator, of terms that of the first."""
    known = Figures().known
    assert answer.figure is not None
    metric = answer.figure.metric
    while not metric.is_base:
        metric = known.metric(metric.needs[0])
    return metric


def base_rows(answer: Answer) -> list[tuple[Fact, Fraction]]:
    """The rows behind a figure."""
    assert answer.figure is not None
    return rows_behind(Figures(), base_metric(answer), answer.figure.period, answer.figure.unit)


def test_all_but_four_blanks_are_filled(report: Filled) -> None:
    pending = {answer.slot.index: answer.why for answer in report.pending}
    assert pending.keys() == PENDING.keys(), pending
    assert all(hint in pending[number] for number, hint in PENDING.items())
    assert len(report.answers) == 161


def test_only_what_the_profile_knows_comes_from_the_profile(report: Filled) -> None:
    from_profile = {answer.slot.index for answer in report.answers if answer.binding and (answer.binding.profile or answer.binding.text)}
    assert from_profile <= {number for number, row in blanks().items() if row["source"] == "profile"}


def test_the_text_contradicts_itself_nowhere_and_its_claims_hold(report: Filled) -> None:
    assert [found.message for found in report.contradictions] == []
    assert len(report.claims) >= 5
    assert [claim.message for claim in report.claims if claim.holds is not True] == []


def test_every_figure_of_the_past_has_rows_and_no_row_is_the_whole(report: Filled) -> None:
    seen = dict(figures_of_the_past(report, *COUNTED_HERE))
    assert len(seen) > 50
    poor = {}
    for number, answer in seen.items():
        rows = base_rows(answer)
        value = sum((part for _, part in rows), Fraction(0))
        if answer.figure and answer.figure.value is not None and answer.figure.value >= 2:
            if len(rows) < 2 or any(part == value for _, part in rows):
                poor[number] = (answer.meaning, answer.printed, len(rows))
    assert poor == {}


def test_one_correction_moves_its_own_blank_as_predicted_and_those_that_depend_on_it(report: Filled) -> None:
    wrong, reached = {}, set()
    for number, answer in figures_of_the_past(report, *COUNTED_HERE):
        with undone(), at(LAST + timedelta(days=1)):
            source, expected = correct_one(answer)
            catch_up()
            after = fill(seed_text(), "seed.txt", YEAR)
            moved = {one.slot.index for one, other in zip(report.answers, after.answers, strict=True) if exact(one) != exact(other)}
            may = {one.slot.index for one in report.answers if one.figure and depends(one.figure.metric, source, answer)}
            now = after.answers[number - 1].figure
            assert now is not None
            gone = expected == 0 and now.value is None  # the one record made void: nothing is recorded any more
            if number not in moved or not moved <= may or not (now.value == expected or gone):
                wrong[number] = (answer.meaning, moved, now.value, expected)
            reached.add(number)
    assert wrong == {}
    assert reached >= {4, 32, 33, 47, 49, 50, *COUNTED_HERE}


def test_the_figures_of_three_seeds_differ_unless_something_fixes_them() -> None:
    told = [told_by(seed) for seed in (1, 2, 3)]
    same = {number for number in told[0] if len({one[number] for one in told}) == 1}
    assert same <= FIXED.keys(), same - FIXED.keys()
    assert all(number in told[0] for number in FIXED)
    for one, other in combinations(told, 2):
        assert sum(one[number] == other[number] for number in one) < len(one) / 2


def told_by(seed: int) -> dict[int, Fraction]:
    """What the plain books of a seed say for each blank that prints a metric."""
    rehearsal = Rehearsal(YEAR, seed, LAST)
    rehearsal.play()
    truth = rehearsal.truth()
    return {
        int(slot.id): sum((Fraction(truth[f"{slot.metric}@{year}"]) for year in YEARS_OF[slot.period]), Fraction(0))
        for slot in read_bindings(TOWN_BINDINGS).slots
        if slot.metric and slot.period in YEARS_OF
    }


def exact(answer: Answer) -> Any:
    return answer.figure.value if answer.figure else answer.printed


def depends(metric: Metric, source: str, moved: Answer) -> bool:
    """Whether a metric counts rows of this source, itself or through what it is made of; of matters, those of the same line."""
    known = Figures().known
    if metric.source == source and (source.startswith("ledger:") or metric.pack == base_metric(moved).pack):
        return True
    return any(depends(known.metric(key), source, moved) for key in metric.needs)


def correct_one(answer: Answer) -> tuple[str, Fraction]:
    """Change one row behind a figure through the verb that people use; returns the row's source and the value to expect."""
    metric = base_metric(answer)
    assert answer.figure is not None
    rows = rows_behind(Figures(), metric, answer.figure.period, answer.figure.unit)
    if metric.source.startswith("workflow:"):
        return metric.source, predicted(answer, metric, reopen_one([fact for fact, _ in rows]))
    return metric.source, predicted(answer, metric, change_one(rows, metric))


def predicted(answer: Answer, base: Metric, delta: Fraction) -> Fraction:
    """What a figure must be when the metric that it counts by, or is made of, changes by so much."""
    figure = answer.figure
    assert figure is not None and figure.value is not None
    metric = figure.metric
    if metric.is_base:
        return figure.value + delta
    if metric.kind == "ratio":
        over, under = (Figures().figure(Address(key, figure.period, figure.unit)) for key in (metric.numerator, metric.denominator))
        assert over.value is not None and under.value is not None
        return convert(over.value + delta, base.unit, under.metric.unit) / under.value * 100
    assert metric.kind == "net"
    return figure.value + convert(delta, base.unit, metric.unit)


def reopen_one(facts: list[Fact]) -> Fraction:
    """The window reopens a closed matter that it had reported itself: one fewer is closed."""
    window = actor_of(get_user_model().objects.get(username="chuangkou"))
    told = titles([fact.id for fact in facts])
    fact = min((fact for fact in facts if told[fact.id][1] == window.principal), key=lambda fact: fact.id)
    advance_matter(window, uuid4(), fact.id, "reopen", fact.number, {"reason": "来人说还没有办好"})
    return Fraction(-1)


def change_one(rows: list[tuple[Fact, Fraction]], metric: Metric) -> Fraction:
    """Correct the measure of one row, or make void one that is counted; returns by how much the metric changes."""
    fact, part = min((row for row in rows if alone(row[0], rows, metric.distinct)), key=lambda row: row[0].id)
    version = history(fact.id)[-1]
    ledger = fact.source.partition(":")[2]
    if metric.measure:
        field = form_of(current("ledger", ledger)).field(metric.measure)
        less = fact.row[metric.measure] - 1
        entry = RecordInput({metric.measure: decimal(less, field.scale)}, reason="核对")
        save_record(SYSTEM, ledger, entry, uuid4(), fact.id, version.number)
        return -convert(Fraction(1, 10**field.scale), field.unit, metric.unit)
    remove_record(SYSTEM, ledger, fact.id, version.number, "重复录入", uuid4())
    return Fraction(-1) if metric.distinct else -part


def alone(fact: Fact, rows: list[tuple[Fact, Fraction]], distinct: str) -> bool:
    """Whether no other row has its key: then a distinct count loses one with it."""
    return not distinct or sum(other.row[distinct] == fact.row[distinct] for other, _ in rows) == 1


def decimal(whole: int, scale: int) -> str:
    text = str(whole).zfill(scale + 1)
    return f"{text[:-scale]}.{text[-scale:]}" if scale else text


