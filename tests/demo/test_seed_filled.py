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

from demo.building import Summary
from demo.rehearsing import Rehearsal
from tests import leftout
from tests.demo.conftest import LAST, YEAR
from tests.reports.documents import TOWN_BINDINGS
from tests.reports.township import undone
from zhenwu.kernel.ledgers.api import form_of, history
from zhenwu.kernel.metrics.api import catch_up, rows_behind
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import Answer, Filled, fill
from zhenwu.kernel.reports.bindings import read_bindings
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Fact
from zhenwu.lib.units import convert
from zhenwu.sdk import Figures, RecordInput, current, remove_record, save_record

PENDING = {65: "疑为镇名", 132: "疑为镇名", 143: "", 155: ""}
FROM_ROWS = ("ledger", "project", "matter")
# Blanks that read a plan, an attribute or a county's paper rather than a year's rows, each with its reason.
NOT_ROWS_OF_A_YEAR = {
    15: "how large the farm was designed: an attribute of 16", 17: "an attribute of 18", 147: "a month of a county's task paper",
}  # fmt: skip

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


def figures_of_the_past(report: Filled) -> Iterator[tuple[int, Answer]]:
    """The answers counted from rows of a period that is over."""
    for answer in report.answers:
        number = answer.slot.index
        past = answer.figure is not None and answer.figure.period.end.year <= YEAR
        if past and blanks()[number]["source"] in FROM_ROWS and number not in NOT_ROWS_OF_A_YEAR:
            yield number, answer


def base_rows(report: Filled, answer: Answer) -> list[tuple[Fact, Fraction]]:
    """The rows behind a figure; of a quotient, those behind its numerator."""
    figures = Figures()
    assert answer.figure is not None
    metric = answer.figure.metric
    while not metric.is_base:
        metric = figures.known.metric(metric.numerator or metric.of)
    return rows_behind(figures, metric, answer.figure.period, answer.figure.unit)


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
    seen = dict(figures_of_the_past(report))
    assert len(seen) > 50
    poor = {}
    for number, answer in seen.items():
        rows = base_rows(report, answer)
        value = sum((part for _, part in rows), Fraction(0))
        if answer.figure and answer.figure.value is not None and answer.figure.value >= 2:
            if len(rows) < 2 or any(part == value for _, part in rows):
                poor[number] = (answer.meaning, answer.printed, len(rows))
    assert poor == {}


def test_one_corrected_row_moves_its_own_blank_and_those_that_depend_on_it(report: Filled) -> None:
    figures, wrong = Figures(), {}
    for number, answer in figures_of_the_past(report):
        rows = [(fact, part) for fact, part in base_rows(report, answer) if fact.source.startswith("ledger:")]
        if not rows or answer.figure is None or not answer.figure.metric.is_base:
            continue
        with undone(), at(LAST + timedelta(days=1)):
            fact, expected = change_one(rows, answer)
            catch_up()
            after = fill(seed_text(), "seed.txt", YEAR)
            moved = {one.slot.index for one, other in zip(report.answers, after.answers, strict=True) if exact(one) != exact(other)}
            may = {one.slot.index for one in report.answers if one.figure and depends(figures, one.figure.metric.key, fact.source)}
            now = after.answers[number - 1].figure
            assert now is not None
            gone = expected == 0 and now.value is None  # the one record made void: nothing is recorded any more
            if number not in moved or not moved <= may or not (now.value == expected or gone):
                wrong[number] = (answer.meaning, moved, now.value, expected)
    assert wrong == {}


def test_the_flows_of_three_seeds_differ() -> None:
    metrics = bound_metrics()
    truths = []
    for seed in (1, 2, 3):
        rehearsal = Rehearsal(YEAR, seed, LAST)
        rehearsal.play()
        truths.append({name: value for name, value in rehearsal.truth().items() if name.partition("@")[0] in metrics and name.endswith(str(YEAR))})
    assert len(truths[0]) > 50
    for one, other in combinations(truths, 2):
        assert sum(one[name] == other[name] for name in one) < len(one) / 2


def bound_metrics() -> set[str]:
    """The metrics that the seed's blanks print from rows."""
    bindings = read_bindings(TOWN_BINDINGS)
    return {slot.metric for slot in bindings.slots if slot.metric and blanks()[int(slot.id)]["source"] in FROM_ROWS}


def exact(answer: Answer) -> Any:
    return answer.figure.value if answer.figure else answer.printed


def depends(figures: Figures, metric: str, source: str) -> bool:
    """Whether a metric counts rows of this ledger, itself or through what it is made of."""
    known = figures.known.metric(metric)
    return known.source == source or any(depends(figures, key, source) for key in known.needs)


def change_one(rows: list[tuple[Fact, Fraction]], answer: Answer) -> tuple[Fact, Fraction]:
    """Correct the measure of one row, or make void one that is counted; returns it and the value to be expected."""
    figure = answer.figure
    assert figure is not None and figure.value is not None
    metric = figure.metric
    fact, part = min((row for row in rows if alone(row[0], rows, metric.distinct)), key=lambda row: row[0].id)
    version = history(fact.id)[-1]
    ledger = fact.source.partition(":")[2]
    if metric.measure:
        field = form_of(current("ledger", ledger)).field(metric.measure)
        stored = fact.row[metric.measure]
        more = Fraction(stored + 1, 10**field.scale)
        entry = RecordInput({metric.measure: str(more.numerator) if more.denominator == 1 else decimal(stored + 1, field.scale)}, reason="核对")
        save_record(SYSTEM, ledger, entry, uuid4(), fact.id, version.number)
        return fact, figure.value + convert(Fraction(1, 10**field.scale), field.unit, metric.unit)
    remove_record(SYSTEM, ledger, fact.id, version.number, "重复录入", uuid4())
    return fact, figure.value - (1 if metric.distinct else part)


def alone(fact: Fact, rows: list[tuple[Fact, Fraction]], distinct: str) -> bool:
    """Whether no other row has its key: then a distinct count loses one with it."""
    return not distinct or sum(other.row[distinct] == fact.row[distinct] for other, _ in rows) == 1


def decimal(whole: int, scale: int) -> str:
    text = str(whole).zfill(scale + 1)
    return f"{text[:-scale]}.{text[-scale:]}" if scale else text


