"""A correction touches what it moves, and nothing else: held against computing everything before and after."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as modest
from hypothesis import strategies as st

from tests.reports.documents import REPORT
from tests.reports.township import GRIDS, SHORT, STRUCTURE, Township, a_year_of_work, undone
from zhenwu.kernel.metrics.api import Address, Figures, catch_up
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import Issue, fill, is_touched, issue_report, moved_by, ripple, verify_report
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound

YEARS = range(2016, 2022)
Values = dict[Address, Fraction | None]


def all_values(town: Township, packs: str, units: bool = False) -> Values:
    """Every metric of some packs, every year, for the township; or for every unit there is."""
    figures = Figures()
    places = list(town.units.values()) if units else [None]
    metrics = [metric.key for metric in figures.known.metrics.values() if metric.pack in packs.split()]
    addresses = (Address(key, Period.year(year), unit) for key in metrics for year in YEARS for unit in places)
    return {address: figures.figure(address).value for address in addresses}


def changed(before: Values, after: Values) -> set[Address]:
    return {address for address in before if before[address] != after[address]}


def assert_exact(moved: set[Address], listed: set[Address]) -> None:
    """None is missing. A counted figure is listed only if it changes; a derived one also when its part moved in vain
    (a share whose other part is not known)."""
    metrics = Figures().known.metrics
    assert moved <= listed
    assert not {address for address in listed - moved if metrics[address.metric].is_base}


def cells_moved(record: UUID, address: Address) -> bool:
    return is_touched(Figures(), address, moved_by(record))


areas = st.integers(1, 9_999_999).map(lambda hundredths: f"{hundredths / 100:.2f}")
days = st.dates(min_value=date(2016, 1, 1), max_value=date(2021, 1, 15))
structures = st.fixed_dictionaries(
    {"area": areas, "state": st.sampled_from(["found", "removed"]), "day": days.map(str), "unit": st.sampled_from(GRIDS)}
)
changes = st.one_of(structures, st.just({}))  # nothing left: the record is made void


@pytest.mark.slow
@modest(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=structures, second=changes, others=st.lists(structures, max_size=2))
def test_a_ripple_lists_the_figures_whose_values_change(
    town: Township, first: dict[str, str], second: dict[str, str], others: list[dict[str, str]]
) -> None:
    with undone():
        town.series("demolition.quota", "2020", "10000")
        for number, other in enumerate(others):
            town.removed(f"其他{number}", **other)
        record = town.removed("A1", **first)
        catch_up()
        before = all_values(town, "demolition")
        if second:
            town.correct(record, **second)
        else:
            town.void(record)
        catch_up()
        assert_exact(changed(before, all_values(town, "demolition")), set(ripple(record).figures))


@pytest.mark.slow
@modest(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=structures, second=structures)
def test_of_every_unit_too_the_figures_that_change_are_the_touched_ones(
    town: Township, first: dict[str, str], second: dict[str, str]
) -> None:
    with undone():
        record = town.removed("A1", **first)
        town.removed("B1", "33", "2019-05-05")
        catch_up()
        before = all_values(town, "demolition", units=True)
        town.correct(record, **second)
        catch_up()
        figures, moved = Figures(), moved_by(record)
        touched = {address for address in before if is_touched(figures, address, moved)}
        assert_exact(changed(before, all_values(town, "demolition", units=True)), touched)


gifts = st.fixed_dictionaries(
    {"household": st.sampled_from(["H1", "H2"]), "day": st.sampled_from(["2019-06-01", "2020-03-01", "2020-09-01"])}
)


@pytest.mark.slow
@modest(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(other=gifts, first=gifts, second=gifts)
def test_of_distinct_and_standing_counts_none_that_changes_is_missing_and_none_is_listed_whose_cells_stood(
    town: Township, other: dict[str, str], first: dict[str, str], second: dict[str, str]
) -> None:
    with undone():
        for code in ("H1", "H2"):
            town.save("residents.household", "一网格", "2018-01-01", code=code, head="蓝大山")
            town.save("household.household", "一网格", "2018-01-01", household=code, people="3", category="edge")
        town.save("household.gift", "一网格", batch="1", kind="chicks", animals="5", **other)
        record = town.save("household.gift", "二网格", batch="2", kind="rabbits", animals="7", **first)
        catch_up()
        before = all_values(town, "household")
        town.correct(record, **second)
        catch_up()
        listed = set(ripple(record).figures)
        assert changed(before, all_values(town, "household")) <= listed
        assert all(cells_moved(record, address) for address in listed)


def test_a_household_that_leaves_moves_every_year_after(town: Township) -> None:
    records = a_year_of_work(town)
    before = all_values(town, "household")
    town.correct(records["户"], until="2020-02-01")
    catch_up()
    found = ripple(records["户"])
    assert set(found.figures) == changed(before, all_values(town, "household"))
    assert {(address.metric, str(address.period)) for address in found.figures} == {
        (f"household.{metric}", year) for metric in ("households", "people") for year in ("2020", "2021")
    }  # fmt: skip


def test_the_one_record_of_a_year_made_void_takes_the_zeroes_with_it(town: Township) -> None:
    """拆违面积 was 0 (only 已发现); without the record it is not known: 待补."""
    record = town.removed("A1", "10", "2019-05-01", state="found")
    catch_up()
    assert Figures().figure("demolition.area@2019").value == 0
    town.void(record)
    catch_up()
    assert Figures().figure("demolition.area@2019").value is None
    assert Address("demolition.area", Period.year(2019)) in ripple(record).figures


def test_a_project_counted_by_its_completion_is_followed_to_years_without_records(town: Township) -> None:
    """竣工 is counted by its own day; the record that tells 0 from 待补 may lie years before."""
    record = town.save("project.project", "深塘村", "2018-03-01", code="P1", title="停车场", category="parking", state="building")
    catch_up()
    before = all_values(town, "project tourism")
    assert before[Address("project.parking_completed", Period.year(2020))] == 0
    town.void(record)
    catch_up()
    assert set(ripple(record).figures) == changed(before, all_values(town, "project tourism"))


def test_a_ripple_names_the_sentences_that_would_read_differently(town: Township) -> None:
    records = a_year_of_work(town)
    texts = sentences(2018), sentences(2019), sentences(2020)
    town.correct(records["A1"], area="100.00")
    catch_up()
    found = ripple(records["A1"])
    assert {(sentence.year, sentence.meaning) for sentence in found.sentences} == {(2020, "拆违面积"), (2020, "拆违完成率")}
    assert all("拆除违法建筑0.42万平方米" in one.text and "⟦" not in one.text + one.template for one in found.sentences), found.sentences
    assert (sentences(2018), sentences(2019)) == texts[:2] and sentences(2020) != texts[2]


def sentences(year: int) -> str:
    from tests.reports.township import ANNUAL

    return fill(ANNUAL.read_bytes(), "annual.md", year).text


def test_a_sentence_of_five_years_is_touched_by_its_first_year(town: Township) -> None:
    record = town.save("project.payment", "深塘村", "2016-04-01", **payment(town, "P1"))
    town.correct(record, done="9")
    found = ripple(record)
    years = {sentence.year for sentence in found.sentences if sentence.meaning == "五年投资"}
    assert years == set(range(2016, 2021))


def payment(town: Township, project: str) -> dict[str, str]:
    town.save("project.project", "深塘村", "2016-01-01", code=project, title="老街", category="beautiful_town", state="building")
    return {"project": project, "sheet": "2016-04", "category": "beautiful_town", "planned": "20", "done": "10"}


def test_issued_documents_that_would_now_print_otherwise_are_named(town: Township) -> None:
    """A foreign text is known by what was issued of it: the issue carries its blanks."""
    records = a_year_of_work(town)
    short, foreign = town.issue(), issue_report(SYSTEM, REPORT.encode(), "foreign.txt", 2020, "外来文本", uuid4())
    earlier = issue_report(SYSTEM, SHORT.encode(), "short.md", 2016, "更早", uuid4())
    town.correct(records["A1"], area="1")
    found = dict(ripple(records["A1"]).issues)
    assert set(found) == {short, foreign}
    assert found[short] == ("拆违", "完成率", "五年")
    assert found[foreign] == ("拆除违法建筑面积", "拆违目标完成率")
    assert [verify_report(issue) for issue in (short, foreign, earlier)] == [[], [], []]


def test_a_move_between_two_villages_leaves_the_townships_figures_and_papers_alone(town: Township) -> None:
    records = a_year_of_work(town)
    issue = town.issue()
    town.correct(records["A1"], unit="三网格")
    catch_up()
    found = ripple(records["A1"])
    assert (found.figures, found.sentences, found.issues) == ((), (), ())
    figures, moved = Figures(), moved_by(records["A1"])
    touched = [name for name in town.units if is_touched(figures, Address("demolition.area", Period.year(2020), town[name]), moved)]
    assert touched == ["深塘村", "上垟村", "一网格", "三网格"]
    assert Issue.objects.get() == issue


def test_a_first_version_and_a_correction_of_nothing_counted(town: Township) -> None:
    record = town.removed("A1", "10", "2019-05-01")
    assert Address("demolition.removed", Period.year(2019)) in ripple(record).figures
    town.correct(record, location="村口")
    assert ripple(record).figures == ()
    assert town.save(STRUCTURE, "一网格", "2019-05-01", code="A2", area="1", state="removed")
    with pytest.raises(NotFound):
        ripple(uuid4())
