"""Rows that count only while a record of another ledger stands: whatever happens to either, and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.kernel import yard
from tests.people import People, gather
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.metrics import tallying, within
from zhenwu.kernel.metrics.api import Figures, catch_up, evidence, rebuild, when_closed
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.ripple import moved_by

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = date(2019, 1, 1)
PIPE, DWELLER, FED = "yard.pipe", "yard.dweller", "yard.fed"
HERE, THERE = "深塘一格", "上垟一格"
PIPES = [yard.field("house", "户", "text", max=20, required=True)]
DWELLERS = [yard.CODE, yard.field("house", "所在户", "text", max=20), yard.field("people", "人口", "integer", unit="人", min="0", max="100")]
Stay = tuple[str, date, date | None, str, int]  # house, from, until, grid, heads


def install_pipes() -> None:
    """The yard, with who is fed by a pipe: a dweller counts while the pipe of the house lies."""
    more = {"ledger": DWELLER, "within": {"right": PIPE, "same": "house", "named": "house"}}
    metrics = [yard.metric("fed", "stock", "户", **more), yard.metric("fed_heads", "stock", "人", "people > 1", measure="people", **more)]
    ledgers_of = [yard.ledger(PIPE, "管册", "stock", PIPES, key_fields=["house"]), yard.ledger(DWELLER, "住户册", "stock", DWELLERS)]
    install(SYSTEM, [*yard.drafts(), *ledgers_of, *metrics], uuid4())


class Story:
    """What was entered, in the system and in two plain dictionaries."""

    def __init__(self, people: People) -> None:
        self.people, self.pipes, self.dwellers = people, dict[str, tuple[date, date | None]](), dict[str, Stay]()
        self.known: dict[tuple[str, str], tuple[UUID, int]] = {}

    def pipe(self, house: int, first: date, days: int | None) -> None:
        until = first + timedelta(days=days) if days else None
        self._save(PIPE, f"H{house}", {"house": f"H{house}"}, HERE, first, until)
        self.pipes[f"H{house}"] = (first, until)

    def dweller(self, who: int, house: int, first: date, days: int | None, grid: int, heads: int) -> None:
        until, place = first + timedelta(days=days) if days else None, (HERE, THERE)[grid]
        told = {"code": f"D{who}", "people": str(heads), "house": f"H{house}" if house else None}
        self._save(DWELLER, f"D{who}", told, place, first, until)
        self.dwellers[f"D{who}"] = (f"H{house}" if house else "", first, until, place, heads)

    def move(self, house: int, other: int, _: date, days: int | None) -> None:
        """A pipe is written down for another house: one batch in which a house loses what another gets."""
        if f"H{house}" in self.pipes and f"H{other}" not in self.pipes:
            first, until = self.pipes.pop(f"H{house}")
            self.pipes[f"H{other}"] = (first, until)
            self.known[PIPE, f"H{other}"] = self.known.pop((PIPE, f"H{house}"))
            self._save(PIPE, f"H{other}", {"house": f"H{other}"}, HERE, first, until)

    def take(self, house: int, *_: Any) -> None:
        """A pipe was written down by mistake."""
        if (PIPE, f"H{house}") in self.known:
            ledgers.remove_record(SYSTEM, PIPE, *self.known.pop((PIPE, f"H{house}")), "登错了", uuid4())
            del self.pipes[f"H{house}"]

    def _save(self, ledger: str, key: str, data: dict[str, Any], place: str, first: date, until: date | None) -> None:
        entry = RecordInput(data, self.people.town[place], first, until or ledgers.Until.OPEN, reason="再登" if (ledger, key) in self.known else "")
        saved = ledgers.save_record(SYSTEM, ledger, entry, uuid4(), *self.known.get((ledger, key), ()))
        self.known[ledger, key] = (UUID(saved["record"]), saved["version"])

    def fed(self, last: date, place: str = "") -> list[int]:
        """By plain means: the heads of each dweller that stands on a day in a house whose pipe does."""
        def stands(span: tuple[date, date | None]) -> bool:
            return span[0] <= last and (span[1] is None or span[1] > last)

        return [
            heads for house, first, until, grid, heads in self.dwellers.values()
            if stands((first, until)) and house in self.pipes and stands(self.pipes[house]) and (not place or grid == place)
        ]  # fmt: skip


_days = st.integers(0, 1000).map(lambda days: FIRST + timedelta(days=days))
_length = st.one_of(st.none(), st.integers(1, 700))
_steps = st.one_of(
    st.tuples(st.just("pipe"), st.integers(1, 3), _days, _length),
    st.tuples(st.just("dweller"), st.integers(0, 4), st.integers(0, 3), _days, _length, st.integers(0, 1), st.integers(0, 3)),
    st.tuples(st.just("move"), st.integers(1, 3), st.integers(1, 3), _days, _length),
    st.tuples(st.just("take"), st.integers(1, 3)),
)
MONTHS = [date(2019, 6, 30), date(2019, 12, 31), date(2020, 7, 31), date(2020, 12, 31), date(2021, 12, 31)]


def check(story: Story, figures: Figures) -> None:
    for last in MONTHS:
        told = f"{last:%Y-%m}"
        for unit, place in (("", ""), (f"/{HERE}", HERE)):
            heads = story.fed(last, place)
            assert (figures.figure(f"{FED}@{told}{unit}").value or 0) == len(heads), (told, unit)
            assert (figures.figure(f"{FED}_heads@{told}{unit}").value or 0) == sum(count for count in heads if count > 1), (told, unit)
        opened = evidence(figures, f"{FED}@{told}", SYSTEM)
        assert (opened.value or 0) == len(story.fed(last)) == len(opened.rows) and opened.hidden == 0


@pytest.mark.parametrize(("few", "many"), [(500, 200), (0, 1)])
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.lists(_steps, min_size=1, max_size=4), min_size=2, max_size=5))
def test_cells_a_rebuild_evidence_and_the_past_agree_whatever_happens_to_either_ledger(
    begin_again: Callable[[], None], few: int, many: int, batches: list[list[Any]]
) -> None:
    """Several acts are counted at once, as they are when the township is busy."""
    begin_again()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(within, "FEW", few)
        patched.setattr(tallying, "MANY", many)
        story = Story(gather("yard"))
        install_pipes()
        story.dweller(0, 1, FIRST, None, 0, 2)
        story.pipe(1, FIRST, None)
        then, before = catch_up(), {last: story.fed(last) for last in MONTHS}
        for steps in batches:
            for verb, *told in steps:
                getattr(story, verb)(*told)
            catch_up()
            assert rebuild(write=False).differed == ()
            check(story, Figures())
        assert all((Figures(then).figure(f"{FED}@{last:%Y-%m}").value or 0) == len(heads) for last, heads in before.items())


def test_nothing_is_told_where_no_row_ever_stood_in_the_other_ledger_and_nought_once_one_did(people: People) -> None:
    story = Story(people)
    install_pipes()
    story.dweller(1, 1, date(2020, 1, 5), None, 0, 2)
    catch_up()
    assert Figures().figure(f"{FED}@2020").value is None
    story.pipe(1, date(2020, 2, 1), 60)
    catch_up()
    assert [Figures().figure(f"{FED}@{when}").value for when in ("2020-01", "2020-02", "2020-12")] == [None, 1, 0]


def test_a_metric_that_came_after_a_year_was_closed_has_no_figure_of_then(people: People) -> None:
    yard.install_yard()
    ledgers.close_year(people.he, 2020, uuid4())
    story = Story(people)
    install_pipes()
    story.dweller(1, 1, date(2020, 1, 5), None, 0, 2)
    story.pipe(1, date(2020, 2, 1), None)
    catch_up()
    assert Figures().figure(f"{FED}@2020").value == 1 and when_closed(Figures().figure(f"{FED}@2020")) is None


def test_a_record_of_either_ledger_says_which_figures_its_correction_moves(people: People) -> None:
    story = Story(people)
    install_pipes()
    story.dweller(1, 1, date(2020, 1, 5), None, 0, 2)
    story.pipe(1, date(2020, 2, 1), None)
    catch_up()
    for record, _ in story.known.values():
        assert {(key, value) for (key, *_), value in moved_by(record).items() if key.startswith(FED)} == {(FED, 1), (f"{FED}_heads", 2)}
